"""The places of the systems that are not built: named, hatched, counted, without invented figures."""

from services.domain.snapshot import Snapshot
from widgets.look import Face, make_look
from widgets.systems import SystemsPane

OPTIONS = {"columns": 2, "systems": [["付省心", "预付卡", "586 家商户"], ["好享家", "物业纠纷"], ["药省心", "", ""]]}


def test_that_the_header_counts_what_is_not_connected(qtbot):
    pane = SystemsPane("其他系统", OPTIONS, make_look(Face.DESK))
    qtbot.addWidget(pane)
    assert pane.age_text() == "3 处未接入"


def test_that_it_paints_at_any_size_and_needs_no_data(qtbot):
    pane = SystemsPane("其他系统", OPTIONS, make_look(Face.DESK))
    qtbot.addWidget(pane)
    pane.show_snapshot(Snapshot("alerts"))
    for width, height in ((1458, 328), (300, 90)):
        pane.resize(width, height)
        assert pane.grab().size().width() == width
