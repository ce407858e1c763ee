"""The pane round the map: chips, legend, place names, selection."""

from datetime import UTC, datetime

import numpy as np
import pytest
from PySide6.QtCore import Qt

from services.domain.alert import Alert, AlertLevel
from services.domain.fleet import FLEET_DTYPE, Fleet
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.look import Face, load_fonts, make_look
from widgets.map.items import Mark, Shape
from widgets.map.legend import ENTRIES
from widgets.map.pane import PLACES, TAPE, MapPane
from widgets.map.places import read_places

NOW = datetime(2026, 11, 21, 6, 32, tzinfo=UTC)
REQUEST = Mark(Subject("hand_in_request", "07"), 121.86, 28.42, Shape.REQUEST, "07", note="已等 17 分")


@pytest.fixture
def pane(qtbot):
    load_fonts()
    made = MapPane("海域态势", {"view": [121.35, 28.35, 122.05, 28.75], "legend": ENTRIES[:4]}, make_look(Face.DESK))
    qtbot.addWidget(made)
    made.resize(852, 596)
    made.map.set_marks("申请", [REQUEST])
    made.place()
    made.grab()
    return made


def chip(pane, name):
    return next(box.center() for box, said in pane._chips if said == name)


def test_that_each_layer_but_the_names_has_a_chip(pane):
    assert [name for _, name in pane._chips][::-1] == ["申请", TAPE]
    assert PLACES in pane.map.layers()


def test_that_a_chip_hides_and_shows_its_layer(pane, qtbot):
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=chip(pane, "申请"))
    assert not pane.map.is_shown("申请")
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=chip(pane, "申请"))
    assert pane.map.is_shown("申请")


def test_that_the_tape_chip_starts_and_ends_measuring(pane, qtbot):
    for measuring in (True, False):
        qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=chip(pane, TAPE))
        assert pane.map.is_measuring is measuring


def test_that_a_layer_may_be_hidden_at_first(qtbot):
    pane = MapPane("海域态势", {"hide": ["轨迹"]}, make_look(Face.DESK))
    qtbot.addWidget(pane)
    pane.map.set_marks("轨迹", [REQUEST])
    assert not pane.map.is_shown("轨迹")


def test_that_the_legend_lies_under_the_map_and_not_over_it(pane):
    assert pane.map.geometry().bottom() < pane.height() - pane.legend_height + 1
    assert pane.map.geometry().top() == pane.look.head


def test_that_a_fleet_is_shown_and_counted(pane):
    fleet = Fleet(np.zeros(3, FLEET_DTYPE))
    pane.show_snapshot(Snapshot("fleet", fleet, NOW, Quality.GOOD))
    assert len(pane.map._fleet) == 3
    assert "渔船" in pane.map.layers()


def test_that_a_pick_on_the_map_is_asked_of_the_console(pane, qtbot):
    with qtbot.waitSignal(pane.asked) as heard:
        pane.map.picked.emit(REQUEST.subject)
    assert heard.args == ["select", REQUEST.subject]


def test_that_a_selected_alert_is_shown_at_what_it_is_about(pane):
    alert = Alert(
        "YJ-1121-0417", 1, "k", "r", 1, "", "boats", AlertLevel.YELLOW, "未派船", "申请 07", "申请 07",
        "hand_in_request", "07", "下大陈", NOW, NOW, NOW,
    )  # fmt: skip
    pane.snapshots["alerts"] = Snapshot("alerts", (alert,), NOW, Quality.GOOD)
    pane.select(Subject("alert", "YJ-1121-0417"))
    assert pane.map.selected == REQUEST.subject
    pane.select(None)
    assert pane.map.selected is None


def test_that_hover_words_default_to_what_the_map_shows(pane):
    assert pane.describe(REQUEST.subject) == "07\n已等 17 分"
    assert pane.describe(Subject("boat", "412000001")) == "MMSI 412000001"


def test_that_unusable_tiles_are_said_under_the_map_and_the_map_stays(qtbot):
    pane = MapPane("海域态势", {"tiles": {"template": "http://127.0.0.1/{z}/{x}/{y}"}}, make_look(Face.DESK))
    qtbot.addWidget(pane)
    assert "坐标系" in pane._tiles_error
    pane.grab()


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("face", list(Face))
def test_that_every_legend_entry_has_a_sign(qtbot, face, theme):
    load_fonts()
    look = make_look(face, theme)
    width, height = (1400, 160) if face is Face.DESK else (3400, 400)
    pane = MapPane("图", {"legend": ENTRIES, "sketch": "路网示意，非测绘"}, look)
    qtbot.addWidget(pane)
    pane.resize(width, height)
    strip = pane.grab().toImage().copy(0, height - pane.legend_height, width, pane.legend_height)
    ground = look.colour("panel").name()
    inked = [any(strip.pixelColor(x, y).name() != ground for y in range(strip.height())) for x in range(strip.width())]
    assert sum(inked) > 0.3 * look.px(900)


def test_that_the_names_of_the_bay_are_where_the_bay_is():
    names = {m.label: m for m in read_places(("sea", "island", "town", "street", "port"))}
    for wanted in (
        "台州湾",
        "东海",
        "椒江",
        "头门岛",
        "一江山岛",
        "上大陈岛",
        "下大陈岛",
        "椒江区",
        "海门港",
        "大陈渔港",
    ):
        assert 121.2 < names[wanted].lon < 122.2 and 28.3 < names[wanted].lat < 28.9
    assert names["上大陈岛"].lat > names["下大陈岛"].lat
    assert names["海门港"].shape is Shape.PORT and names["东海"].shape is Shape.SEA_NAME
