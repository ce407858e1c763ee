"""The strip of the alert list: every means of noise control is a count, and a click lists what it keeps back."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from services.domain.alert import Visibility
from services.domain.noise import NOISE_WORDS, HeldBack, NoiseCounts, counts
from services.domain.snapshot import Quality, Snapshot
from tests.shots.alerts_sheet import ALERTS, BLUE, FLOOD, ORANGE, RED, WANG, YELLOW, make_alert, snapshot
from tests.shots.sheet import NOW
from widgets import alert_lines
from widgets.alert_groups import KEPT_WORDS
from widgets.alerts import AlertsPane
from widgets.look import Face, load_fonts, make_look

QUIETED = [
    *ALERTS,
    replace(make_alert(20, BLUE, "设备失联", 3, 20), visibility=Visibility.SUPPRESSED, suppressed_by="YJ-1121-0002"),
    replace(make_alert(21, YELLOW, "门禁超时", 3, 20), visibility=Visibility.OUT_OF_SERVICE, suppressed_by="TY-1"),
    replace(make_alert(22, BLUE, "烟感故障", 3, 20, count=12), chattering=True),
    replace(make_alert(23, YELLOW, "尾气超标", 3, 6), incident_id="SJ-1121-001"),
    replace(make_alert(24, ORANGE, "套牌嫌疑", 4, 1), incident_id="SJ-1121-001"),
    replace(make_alert(25, ORANGE, "独自一件", 4, 1), incident_id="SJ-1121-002"),
]
HELD = (HeldBack("R-ELD-02", "有报备或停用", 5), HeldBack("R-CKP-08", "补传的旧数据", 132))


@pytest.fixture
def pane(qtbot) -> AlertsPane:
    load_fonts()
    pane = AlertsPane("预警", {}, make_look(Face.DESK))
    qtbot.addWidget(pane)
    pane.resize(391, 394)
    pane.show_scene("home")
    pane.show_officer(WANG)
    pane.tick(NOW)
    pane.show_snapshot(snapshot(QUIETED))
    pane.show_snapshot(Snapshot("noise", [counts(QUIETED, NOW, HELD)], NOW, Quality.GOOD))
    pane.show()
    return pane


def keys(pane: AlertsPane) -> list[str]:
    return [pane.model.record(row).key for row in range(pane.model.rowCount())]


def words(pane: AlertsPane) -> list[str]:
    return [part.words for part in pane.sight.parts]


def test_that_every_means_has_a_word_a_hint_and_a_count():
    assert set(NOISE_WORDS) == set(KEPT_WORDS)
    assert set(NOISE_WORDS) <= set(NoiseCounts.__slots__)


def test_that_the_strip_counts_what_each_means_keeps_back(pane):
    assert words(pane) == [
        "重复 13",
        "抖动 1",
        "关联 2",
        "暂缓 1 · 14:50 回",
        "抑制 1",
        "停用 1",
        "待复核 13",
        "未报 137",
    ]


@pytest.mark.parametrize(
    ("sort", "numbers"),
    [
        ("repeats", [7, 22]),
        ("chattering", [22]),
        ("linked", [24, 23]),
        ("shelved", [9]),
        ("suppressed", [20]),
        ("out_of_service", [21]),
    ],
)
def test_that_a_click_on_a_count_lists_what_stands_behind_it_and_again_returns(pane, qtbot, sort, numbers):
    before = keys(pane)
    pane.grab()
    box = next(box for box, part in pane._part_hits if part.sort == sort)
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=box.center())
    assert keys(pane) == [f"YJ-1121-{number:04d}" for number in numbers]
    pane.grab()
    qtbot.keyClick(pane, Qt.Key.Key_Backspace)
    assert keys(pane) == before


def test_that_what_rules_did_not_tell_is_listed_with_rule_and_reason(pane):
    pane.show_kept("held_back")
    told = [pane.model.record(row) for row in range(pane.model.rowCount())]
    assert [(line.title, line.detail, line.count) for line in told] == [
        ("有报备或停用", "规则 R-ELD-02", 5),
        ("补传的旧数据", "规则 R-CKP-08", 132),
    ]
    pane.view.clicked.emit(pane.model.index(0, 0))
    assert len(keys(pane)) == 2


def test_that_n_goes_from_count_to_count_and_back_to_all(pane, qtbot):
    before = keys(pane)
    seen = []
    for _ in pane.sight.parts:
        qtbot.keyClick(pane, Qt.Key.Key_N)
        seen.append(pane.wanted.kept)
    assert seen == [part.sort for part in pane.sight.parts]
    qtbot.keyClick(pane, Qt.Key.Key_N)
    assert keys(pane) == before


def test_that_an_unsigned_red_alert_is_on_top_of_whatever_is_looked_at(pane):
    pane.show_kept("suppressed")
    pane.show_snapshot(snapshot([*QUIETED, make_alert(99, RED, "火警确认", 0, 1)]))
    assert keys(pane) == ["YJ-1121-0099", "YJ-1121-0020"]


def test_that_the_strip_is_not_there_when_nothing_is_kept_back(pane):
    pane.show_snapshot(snapshot([ALERTS[0]]))
    pane.show_snapshot(Snapshot("noise", [NoiseCounts()], NOW, Quality.GOOD))
    assert words(pane) == []
    assert pane._foot_box().bottom() == pane.height() - 1


def test_that_a_flood_counts_what_it_groups_and_names_what_came_first(pane):
    pane.show_snapshot(snapshot(FLOOD))
    assert pane.sight.flood.first_out.title == "门禁超时"
    assert "归并 39" in words(pane)
    pane.show_kept("grouped")
    assert len(keys(pane)) == 40  # and the red one on top


def test_that_the_sites_own_flood_limit_comes_with_the_counts(pane):
    site = replace(counts(QUIETED, NOW), flood_above=3, flood_ends_at=2)
    pane.show_snapshot(Snapshot("noise", [site], NOW, Quality.GOOD))
    assert pane.in_flood


def test_that_a_wall_shows_every_red_alert_or_counts_those_it_has_no_room_for():
    reds = [make_alert(n, RED, f"火警 {n}", 1, 1) for n in range(5)]
    some = [*reds, *(make_alert(n, YELLOW, "黄", 1, 1) for n in range(50, 60))]
    assert alert_lines.fitting(some, 3, 10) == (reds, 0)
    assert alert_lines.fitting(some, 3, 4) == (reds[:3], 2)
    assert len(alert_lines.fitting(some[5:], 3, 10)[0]) == 3


def test_that_the_wall_groups_a_flood_and_never_a_red_alert(qtbot):
    reds = [make_alert(700 + n, RED, "火警", 1, 1, rule_id="R-FIRE") for n in range(4)]
    shown = alert_lines.one_a_cause([*FLOOD, *reds], NOW)
    assert [alert.level for alert in shown[:5]] == [RED] * 5
    assert [(a.title, a.count, a.place) for a in shown[5:7]] == [
        ("停电 白云新村 5 台区", 18, "5 台区"),
        ("设备失联 基站 C4", 21, "点位 0 等 21 处"),
    ]
