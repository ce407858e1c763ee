"""Which alert stands beside which elder."""

from dataclasses import replace

import pytest

from services.domain.community import CareClass, Elder, Safety
from services.domain.masked import Masked
from services.domain.snapshot import Quality, Snapshot
from tests.scenes.fakes import NOW, alert
from widgets import elders
from widgets.elders import EldersPane, is_about
from widgets.look import Face, load_fonts, make_look
from widgets.paint import width_of

ELDER = Elder(
    "LR7", Masked("张三"), CareClass.HIGH, "白云新村", "2 幢", Safety.PENDING, (), None, "", "", "", dwelling_id="FW9"
)


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ({"subject_id": "LR7"}, True),
        ({"subject_id": "FW9"}, True),
        ({"subject_id": "x", "key": "R-ELD-09|LR7"}, True),
        ({"subject_id": "x", "key": "R-ELD-09|LR77"}, False),
        ({"subject_id": "", "key": "k"}, False),
    ],
)
def test_that_an_alert_is_about_the_elder_or_the_dwelling_it_names(said, about):
    assert is_about(replace(alert(1), **said), ELDER) is about


def test_that_an_elder_without_a_dwelling_is_not_about_nothing():
    assert not is_about(replace(alert(1), subject_id="", key="k"), replace(ELDER, dwelling_id=""))


def test_that_the_wall_counts_alerts_by_rule_and_cuts_no_title_at_its_edge(qtbot, monkeypatch):
    load_fonts()
    pane = EldersPane("智慧养老", {}, make_look(Face.WALL, scale=0.5))
    qtbot.addWidget(pane)
    pane.resize(480, 285)
    silent = {"rule_id": "R-ELD-10", "subject_kind": "elder", "scene": "community"}
    found = [
        replace(alert(1), title="独居老人 24 时未用水", **(silent | {"rule_id": "R-ELD-02"})),
        replace(alert(2), title="老人水表失联 25 时", **silent),
        replace(alert(3), title="老人水表失联 26 时", **silent),
    ]
    pane.show_snapshot(Snapshot("elders", (ELDER,), NOW, Quality.GOOD))
    pane.show_snapshot(Snapshot("alerts", tuple(found), NOW, Quality.GOOD))
    said = []
    draw = elders.label

    def heard(painter, x, y, words, font, colour):
        said.append((words, x + width_of(words, font)))
        return draw(painter, x, y, words, font, colour)

    monkeypatch.setattr(elders, "label", heard)
    assert not pane.grab().isNull()
    counts = {words[-2:]: right for words, right in said if "×" in words}
    assert sorted(counts) == ["×1", "×2"]
    assert max(counts.values()) <= pane.width()
