import statistics
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester

from services.domain.alert import Ack, Alert, AlertLevel, Visibility, Work
from services.domain.snapshot import Quality, Snapshot, Subject
from tests.shots.alerts_sheet import ALERTS, BLUE, FLOOD, ORANGE, RED, WANG, YELLOW, make_alert, snapshot
from tests.shots.sheet import NOW
from widgets import alert_lines
from widgets.alert_lines import Tab
from widgets.alert_wall import detail_of, state_of
from widgets.alerts import MOST_LINES, AlertsPane
from widgets.look import Face, load_fonts, make_look


@pytest.fixture
def pane(free_pane) -> AlertsPane:
    """A pane whose model is watched for every broken promise (which costs time with each row)."""
    QAbstractItemModelTester(free_pane.model, QAbstractItemModelTester.FailureReportingMode.Fatal, free_pane)
    return free_pane


@pytest.fixture
def free_pane(qtbot) -> AlertsPane:
    load_fonts()
    pane = AlertsPane("预警", {}, make_look(Face.DESK))
    qtbot.addWidget(pane)
    pane.resize(391, 394)
    pane.show_scene("boats")
    pane.show_officer(WANG)
    pane.tick(NOW)
    return pane


def keys(pane: AlertsPane) -> list[str]:
    return [pane.model.record(row).key for row in range(pane.model.rowCount())]


def test_that_unsigned_red_stands_first_then_levels_then_the_longest_waiting(qapp):
    signed_red = make_alert(1, RED, "a", 50, 1, signed=True)
    new_red = make_alert(2, RED, "b", 1, 1)
    old_blue, old_yellow, new_yellow = (
        make_alert(3, BLUE, "c", 99, 1),
        make_alert(4, YELLOW, "d", 9, 1),
        make_alert(5, YELLOW, "e", 2, 1),
    )
    ordered = alert_lines.worst_first([old_blue, new_yellow, signed_red, old_yellow, new_red])
    assert ordered == [new_red, signed_red, old_yellow, new_yellow, old_blue]


def test_that_red_of_another_scene_is_pinned_in_this_one(pane):
    pane.show_snapshot(snapshot(ALERTS))
    pane.show_scene("community")
    assert keys(pane) == ["YJ-1121-0001"]


def test_that_shelved_and_closed_alerts_are_not_listed_but_the_shelf_is_counted(pane):
    closed = make_alert(50, ORANGE, "已办结", 5, 5, signed=True, work=Work.CLOSED)
    pane.show_snapshot(snapshot([*ALERTS, closed]))
    assert "YJ-1121-0009" not in keys(pane)
    assert closed.id not in keys(pane)
    assert "暂缓 1 · 14:50 回" in [part.words for part in pane.sight.parts]


def test_that_the_tabs_show_mine_and_overdue(pane):
    pane.show_snapshot(snapshot(ALERTS))
    pane.choose_tab(Tab.MINE)
    assert set(keys(pane)) == {"YJ-1121-0001", "YJ-1121-0003", "YJ-1121-0006"}
    pane.choose_tab(Tab.OVERDUE)
    assert set(keys(pane)) == {"YJ-1121-0007", "YJ-1121-0008"}


def test_that_a_click_on_a_tab_chooses_it(pane, qtbot):
    pane.show_snapshot(snapshot(ALERTS))
    pane.grab()
    box = next(box for box, tab in pane._tab_hits if tab is Tab.OVERDUE)
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=box.center())
    assert pane.tab is Tab.OVERDUE


def test_that_the_selection_stays_on_its_alert_when_worse_ones_arrive(pane):
    pane.show_snapshot(snapshot(ALERTS))
    pane.select(Subject("alert", "YJ-1121-0417"))
    before = pane.view.currentIndex().row()
    pane.show_snapshot(snapshot([*ALERTS, make_alert(60, RED, "火警确认", 0, 1)]))
    index = pane.view.selectionModel().selectedIndexes()[0]
    assert pane.model.record(index.row()).key == "YJ-1121-0417"
    assert index.row() == before + 1


def test_that_a_click_asks_for_the_alert(pane, qtbot):
    pane.show_snapshot(snapshot(ALERTS))
    pane.show()
    with qtbot.waitSignal(pane.asked) as asked:
        qtbot.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 70))
    assert asked.args == ["select", Subject("alert", keys(pane)[1])]


def test_that_more_than_ten_new_alerts_in_ten_minutes_are_grouped_by_rule_and_red_never(pane):
    reds = [make_alert(700 + n, RED, "火警", 1, 1, rule_id="R-FIRE") for n in range(3)]
    pane.show_snapshot(snapshot([*FLOOD, *reds]))
    assert pane.in_flood
    lines = [pane.model.record(row) for row in range(pane.model.rowCount())]
    assert [line.alert.level for line in lines[:4]] == [RED] * 4
    assert [(line.key, line.count) for line in lines[4:6]] == [("cause R-PWR|5 台区", 18), ("cause R-DEV|", 21)]
    assert not lines[6].is_group


def test_that_a_flood_unfolds_a_cause_and_lists_singly_on_l(pane, qtbot):
    pane.show_snapshot(snapshot(FLOOD))
    pane.view.clicked.emit(pane.model.index(1, 0))
    assert pane.model.rowCount() == 4 + 18
    pane.toggle_singly()
    assert pane.model.rowCount() == len(FLOOD)


def test_that_a_flood_ends_only_when_it_is_well_over(pane):
    pane.show_snapshot(snapshot(FLOOD[1:12]))
    assert pane.in_flood
    pane.show_snapshot(snapshot(FLOOD[1:9]))
    assert pane.in_flood
    pane.show_snapshot(snapshot(FLOOD[1:5]))
    assert not pane.in_flood


def test_that_lines_out_of_sight_are_counted_by_level(pane):
    pane.show_snapshot(snapshot(ALERTS))
    pane.show()
    pane.grab()
    seen = pane.view.viewport().height() // pane.row_height
    assert len(pane._out_of_sight()) == pane.model.rowCount() - seen
    assert pane.row_height * seen <= pane.view.viewport().height()


def test_that_only_an_unsigned_red_blinks_and_not_with_reduced_motion(pane):
    pane.show()
    pane.show_snapshot(snapshot(ALERTS))
    assert not pane.blink.runs
    pane.show_snapshot(snapshot(FLOOD))
    assert pane.blink.runs
    pane.reduce_motion = True
    pane.tick(NOW)
    assert not pane.blink.runs


def test_that_a_signature_repaints_one_row_only(pane, qtbot):
    pane.show_snapshot(snapshot(ALERTS))
    signed = replace(ALERTS[1], version=2, count=2)
    with qtbot.waitSignal(pane.model.dataChanged) as changed:
        pane.show_snapshot(snapshot([ALERTS[0], signed, *ALERTS[2:]]))
    assert changed.args[0].row() == changed.args[1].row() == 1


def test_that_a_step_with_a_thousand_alerts_costs_at_most_in_proportion(free_pane, qtbot):
    """Milliseconds are the benchmark's (benchmarks/gui.py); here only that nothing grows faster than the list."""
    with qtbot.waitExposed(free_pane):
        free_pane.show()
    alerts: list[Alert] = [
        make_alert(n, AlertLevel(1 + n % 3), f"预警 {n}", 20 + n % 60, 5, rule_id=f"R{n % 40}") for n in range(1000)
    ]
    steps = _steps(free_pane, alerts)
    few, many = statistics.median(steps[5:15]), statistics.median(steps[-10:])
    assert many < 10 * few
    assert free_pane.model.rowCount() == MOST_LINES
    assert len(free_pane._out_of_sight()) > 1000 - MOST_LINES


def test_that_twenty_arrivals_in_one_place_are_one_signal(pane):
    old = [make_alert(n, YELLOW, "旧", 60 + n, 5, rule_id=f"R{n}") for n in range(50)]
    pane.show_snapshot(snapshot(old))
    inserted = []
    pane.model.rowsInserted.connect(lambda parent, first, last: inserted.append(last - first + 1))
    pane.show_snapshot(snapshot([*old, *(make_alert(900 + n, ORANGE, "新", 50, 5) for n in range(20))]))
    assert inserted == [20]


def test_that_the_selected_alert_is_listed_however_far_down_it_stands(pane):
    many = [make_alert(n, BLUE, f"预警 {n}", 1000 - n, 5, rule_id=f"R{n}") for n in range(MOST_LINES + 50)]
    last = alert_lines.worst_first(many)[-1]
    pane.select(Subject("alert", last.id))
    pane.show_snapshot(snapshot(many))
    assert keys(pane)[-1] == last.id
    assert pane.view.selectionModel().isSelected(pane.model.index(MOST_LINES, 0))


def _steps(pane: AlertsPane, alerts: list[Alert]) -> list[float]:
    """Seconds of each of fifty steps from 20 to 1,000 alerts, painting included."""
    taken = []
    for count in range(20, len(alerts) + 1, 20):
        batch = snapshot([replace(a) for a in alerts[:count]])
        began = time.perf_counter()
        pane.show_snapshot(batch)
        pane.view.viewport().repaint()
        taken.append(time.perf_counter() - began)
    return taken


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_that_the_header_never_runs_into_its_age(qtbot, theme, scale):
    load_fonts()
    look = make_look(Face.DESK, theme, scale)
    pane = AlertsPane("预警", {}, look)
    qtbot.addWidget(pane)
    pane.resize(look.px(391), look.px(394))
    pane.tick(NOW)
    pane.show_snapshot(snapshot([make_alert(n, BLUE, "x", 100, 1) for n in range(1234)]))
    pane.grab()
    assert max(box.right() for box, _ in pane._tab_hits) < pane.width() - look.px(75)


def test_that_the_wall_shows_wall_masks_and_no_officer_names(qtbot):
    load_fonts()
    look = make_look(Face.WALL, scale=0.25)
    pane = AlertsPane("预警", {"limit": 3}, look)
    qtbot.addWidget(pane)
    pane.resize(look.px(1900), look.px(350))
    pane.tick(NOW)
    secret = make_alert(
        1, ORANGE, "低用水", 5, 5, subject="张* 138****5678", wall_subject="高风险独居老人", place="白云新村"
    )
    pane.show_snapshot(snapshot([secret]))
    assert detail_of(secret) == "高风险独居老人 · 白云新村"
    assert "王" not in state_of(replace(secret, ack=Ack.ACKED, acked_by="王*", work=Work.VERIFYING))
    assert not pane.view.isVisibleTo(pane)
    assert not pane.grab().isNull()


@pytest.mark.parametrize(
    ("subject", "place", "told"),
    [
        ("椒江大桥 · 浙J·5C20K 蓝", "椒江大桥 南", "浙J·5C20K 蓝 · 椒江大桥 南"),
        ("城市花园 3 幢 · 电梯", "城市花园 3 幢", "城市花园 3 幢 · 电梯"),
        ("申请 07 · 浙椒渔 61027", "下大陈锚地", "申请 07 · 浙椒渔 61027 · 下大陈锚地"),
        ("云西小区 6 幢", "", "云西小区 6 幢"),
    ],
)
def test_that_subject_and_place_are_told_once_each(subject, place, told):
    assert " · ".join(alert_lines.about(subject, place)) == told


def test_that_on_the_wall_one_line_stands_for_a_cause_in_a_flood(qapp):
    lines = alert_lines.one_a_cause(FLOOD, NOW)
    assert [(a.title, a.count) for a in lines] == [
        ("火警确认 两点烟感", 1),
        ("停电 白云新村 5 台区", 18),
        ("设备失联 基站 C4", 21),
        ("门禁超时", 1),
    ]


def test_that_a_stale_list_says_where_it_stopped(pane):
    pane.show_snapshot(Snapshot("alerts", ALERTS, NOW - timedelta(minutes=3), Quality.STALE, "连接被拒"))
    assert pane.age_text() == "停在 14:29:07"


def test_that_out_of_service_alerts_are_not_shown(pane):
    pane.show_snapshot(snapshot([replace(ALERTS[1], visibility=Visibility.OUT_OF_SERVICE)]))
    assert pane.model.rowCount() == 0


@pytest.mark.parametrize("scene", ["rules", "performance", "duty", "home"])
def test_that_a_scene_of_no_business_shows_the_alerts_of_all(scene):
    alerts = [replace(make_alert(n, BLUE, "a", 1, 1), scene=own) for n, own in enumerate(("boats", "community"), 1)]
    assert alert_lines.of_tab(alerts, Tab.SCENE, scene, "", NOW) == alerts
    assert alert_lines.of_tab(alerts, Tab.SCENE, "boats", "", NOW) == alerts[:1]
