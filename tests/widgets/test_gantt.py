"""船队计划: what is planned above what was done; a collection is dragged, tried and asked for, or let go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from services.domain.alert import Outcome
from services.domain.boat_proposals import straight_ways
from services.domain.boats import HandInState, Hold, Leg, LegKind, Pollutant
from services.domain.dispatch_course import decide
from services.domain.dispatch_facts import RouteReordered, VesselAssigned
from services.domain.dispatch_plan import (
    LockStop,
    ReassignVessel,
    ReorderRoute,
    UnlockStop,
)
from services.domain.fleet_state import places_of
from services.domain.snapshot import Quality, Snapshot, Subject
from tests.widgets.plan_world import (
    DISPATCHER,
    NOW,
    SILENT,
    day,
    execution,
    fleet,
    minutes,
    plan,
    request,
    route,
    stop,
    unload,
    vessel,
)
from widgets.gantt import GanttPane
from widgets.look import Face, load_fonts, make_look
from widgets.plan_draft import Desk, Draft, Shown, tried, why_fixed
from widgets.plan_faults import faults_of

DAY = fleet(5)
FIRST, LATER = "SQ-20261121-16", "SQ-20261121-17"  # of 渔清 01, neither begun
Asked = list[tuple[str, Any]]


def shown(
    qtbot: QtBot, topics: Mapping[str, Sequence[Any]] = DAY, size: tuple[int, int] = (1012, 328)
) -> tuple[GanttPane, Asked]:
    load_fonts()
    pane = GanttPane("船队计划", {}, make_look(Face.DESK))
    qtbot.addWidget(pane)
    pane.resize(*size)
    asked: Asked = []
    pane.asked.connect(lambda what, about: asked.append((what, about)))
    pane.tick(NOW)
    pane.show_officer(DISPATCHER)
    for topic, records in topics.items():
        pane.show_snapshot(Snapshot(topic, tuple(records), NOW, Quality.GOOD))
    pane.show()
    pane.setFocus()
    pane.grab()
    return pane, asked


def wishes(asked: Asked) -> list[Any]:
    return [about for what, about in asked if what == "action"]


def centre(pane: GanttPane, request_id: str) -> QPoint:
    return next(hit.box.center() for hit in pane.hits if hit.request_id == request_id and hit.stop is not None)


def drag(pane: GanttPane, begin: QPoint, end: QPoint, let_go: bool = True) -> None:
    """A real press, five moves with the button down, and a release."""
    QTest.mousePress(pane, Qt.MouseButton.LeftButton, pos=begin)
    for step in range(1, 6):
        at = QPointF(begin + (end - begin) * step / 5)
        move = QMouseEvent(
            QEvent.Type.MouseMove, at, pane.mapToGlobal(at), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(pane, move)
    if let_go:
        QTest.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=end)


def row_of(pane: GanttPane, vessel_id: str) -> QPoint:
    return pane.row_box(vessel_id).center()


def test_that_a_stop_dragged_before_another_asks_for_that_order_with_a_reason(qtbot):
    pane, asked = shown(qtbot)
    drag(pane, centre(pane, LATER), centre(pane, FIRST) - QPoint(30, 0))
    assert wishes(asked) == []
    assert pane.ask_line.question.startswith("改序 17 → 渔清 01")
    pane.ask_line.choose(0)
    pane.ask_line.confirm()
    assert wishes(asked) == [
        ReorderRoute(vessel_id="413100001", request_ids=(LATER, FIRST), reason="顺路", expected_version=12)
    ]


def test_that_a_stop_dragged_to_another_vessel_asks_for_that_vessel(qtbot):
    pane, asked = shown(qtbot)
    begin = centre(pane, LATER)
    drag(pane, begin, QPoint(begin.x(), row_of(pane, "413100003").y()))
    pane.ask_line.choose(3)
    pane.ask_line.confirm()
    assert wishes(asked) == [
        ReassignVessel(request_id=LATER, vessel_id="413100003", reason="船长要求", expected_version=12)
    ]


def test_that_a_drag_shows_what_it_would_come_to_while_it_is_held(qtbot):
    pane, _ = shown(qtbot)
    before = pane.grab().toImage()
    begin = centre(pane, LATER)
    drag(pane, begin, QPoint(begin.x(), row_of(pane, "413100003").y()), let_go=False)
    assert pane.hand.trial is not None
    assert pane.hand.trial.words.startswith("17 → 渔清 03 ")
    assert pane.grab().toImage() != before
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    assert pane.hand.trial is None


def test_that_a_drag_to_where_it_was_asks_nothing(qtbot):
    pane, asked = shown(qtbot)
    begin = centre(pane, LATER)
    drag(pane, begin, begin + QPoint(12, 0))
    assert pane.ask_line.isHidden()
    assert wishes(asked) == []


def test_that_a_small_shake_is_a_click(qtbot):
    pane, asked = shown(qtbot)
    begin = centre(pane, LATER)
    drag(pane, begin, begin + QPoint(2, 1))
    assert asked == [("select", Subject("hand_in_request", LATER))]


def test_that_a_locked_stop_stays_in_its_place(qtbot):
    locked = replace(DAY["dispatch_plan"][0])
    routes = tuple(
        replace(r, stops=tuple(replace(s, locked=s.request_id == LATER) for s in r.stops)) for r in locked.routes
    )
    pane, _ = shown(qtbot, {**DAY, "dispatch_plan": (replace(locked, routes=routes),)})
    drag(pane, centre(pane, LATER), centre(pane, FIRST) - QPoint(30, 0))
    assert pane.ask_line.isHidden()
    assert "17 已锁定，按 K 解锁" in pane._said


def test_that_a_vessel_that_may_not_go_refuses_the_drop_and_says_why(qtbot):
    barred = tuple(replace(v, licence_until=NOW) if v.id == "413100004" else v for v in DAY["collection_vessels"])
    pane, asked = shown(qtbot, {**DAY, "collection_vessels": barred})
    begin = centre(pane, LATER)
    drag(pane, begin, QPoint(begin.x(), row_of(pane, "413100004").y()))
    assert pane._said == "渔清 04 不能去：许可已过期"
    assert wishes(asked) == []


def test_that_an_answer_that_never_came_is_let_go_with_esc(qtbot):
    pane, asked = shown(qtbot)
    drag(pane, centre(pane, LATER), centre(pane, FIRST) - QPoint(30, 0))
    pane.ask_line.cancel()
    assert pane.hand.trial is None
    assert wishes(asked) == []


def test_that_keys_move_a_stop_and_enter_asks_for_it(qtbot):
    pane, asked = shown(qtbot)
    pane.select(Subject("hand_in_request", LATER))
    pane.grab()
    QTest.keyClick(pane, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert [act.id for act in pane.acts()] == ["put", "leave"]
    QTest.keyClick(pane, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert [act.id for act in pane.acts()] == ["lock"]
    QTest.keyClick(pane, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(pane, Qt.Key.Key_Return)
    pane.ask_line.choose(1)
    pane.ask_line.confirm()
    assert wishes(asked)[0].request_ids == (LATER, FIRST)


def test_that_k_locks_and_unlocks(qtbot):
    pane, asked = shown(qtbot)
    pane.select(Subject("hand_in_request", LATER))
    QTest.keyClick(pane, Qt.Key.Key_K)
    pane.show_outcome(Outcome(wishes(asked)[0], None, refusal="李* 14:31 已先更新：锁定 17，请看最新"))
    assert pane._said.startswith("李* 14:31 已先更新")
    held = replace(DAY["dispatch_plan"][0], routes=(route(1, stop(16, 30), stop(17, 70, locked=True)),))
    pane.show_snapshot(Snapshot("dispatch_plan", (held,), NOW, Quality.GOOD))
    QTest.keyClick(pane, Qt.Key.Key_K)
    assert wishes(asked) == [
        LockStop(request_id=LATER, expected_version=12),
        UnlockStop(request_id=LATER, expected_version=12),
    ]


def test_that_arrows_walk_along_the_stops_and_down_the_vessels(qtbot):
    pane, _ = shown(qtbot)
    pane.asked.connect(lambda what, about: pane.select(about) if what == "select" else None)
    pane.select(Subject("hand_in_request", FIRST))
    QTest.keyClick(pane, Qt.Key.Key_Right)
    assert pane.request_id == LATER
    QTest.keyClick(pane, Qt.Key.Key_Down)
    assert pane.chosen == "413100002"


def test_that_thirty_vessels_are_scrolled_and_the_selected_one_is_in_sight(qtbot):
    pane, _ = shown(qtbot, fleet(30))
    assert pane.sight.below() > 15
    pane.select(Subject("hand_in_request", "SQ-20261121-112"))
    assert "413100025" in [row.key for row, _, _ in pane.sight.in_sight()]


def test_that_no_number_is_written_where_it_would_be_cut(qtbot):
    short = plan(route(1, stop(16, 30, leave_at=NOW + minutes(33)), unload(60)))
    pane, _ = shown(qtbot, {**DAY, "dispatch_plan": (short,)}, size=(500, 200))
    pane.grab()
    box = next(hit.box for hit in pane.hits if hit.request_id == FIRST)
    assert box.width() < 12
    assert "计划 渔清 01 收 16" in pane.hint_at(box.center())


def test_that_hours_are_pushed_with_shift_and_come_back(qtbot):
    pane, _ = shown(qtbot)
    before = centre(pane, LATER).x()
    pane.pan = timedelta(hours=2)
    pane.grab()
    assert centre(pane, LATER).x() < before
    QTest.keyClick(pane, Qt.Key.Key_Home)
    pane.grab()
    assert centre(pane, LATER).x() == before


def test_that_what_is_out_of_the_ordinary_is_said_below_the_name(qtbot):
    pane, _ = shown(qtbot, {**DAY, "execution": (SILENT, execution(3, drift_min=12, off_route_nm=1.4))})
    assert "失联 16 分" in pane.hint_at(QPoint(20, row_of(pane, "413100002").y()))
    assert "偏航 1.4 nm\n晚 12 分" in pane.hint_at(QPoint(20, row_of(pane, "413100003").y()))


# -- what is wrong with a route --------------------------------------------------------------------


def faults(*stops: Any, **given: Any) -> dict[int, str]:
    holds = given.pop("holds", None)
    one = vessel(1, **({"holds": holds} if holds else {}), **given.pop("vessel", {}))
    asked = {f"SQ-20261121-{n:02d}": request(n) for n in range(1, 60)}
    found = faults_of(route(1, *stops), one, given.pop("day", None), asked, NOW)
    return {at: fault.word for at, fault in found.items()}


def test_that_stops_in_time_and_in_order_have_no_fault():
    assert faults(stop(1, 10), stop(2, 60), unload(120)) == {}


@pytest.mark.parametrize(
    ("stops", "said"),
    [
        ((stop(1, 10, late_min=84),), {0: "迟 1 时 24 分"}),
        ((stop(1, 10), stop(2, 20)), {1: "重叠"}),
        ((stop(1, 10, mass_t=1.0), stop(2, 60, mass_t=0.9)), {1: "超载 0.20 t"}),
        ((stop(1, 10, mass_t=1.0), unload(60), stop(2, 120, mass_t=1.5)), {}),
        ((stop(1, -90, late_min=9),), {}),
    ],
)
def test_that_each_fault_is_named(stops, said):
    assert faults(*stops) == said


def test_that_a_vessel_that_unloads_now_has_room_again():
    full = {"holds": (Hold(Pollutant.OILY_WATER, 1.0, 0.9),)}
    unloads = day(1, Leg(LegKind.UNLOAD, NOW - minutes(5), NOW + minutes(10)))
    assert faults(stop(1, 30), vessel=full) == {0: "超载 0.30 t"}
    assert faults(stop(1, 30), vessel=full, day=unloads) == {}


def test_that_a_vessel_out_bars_all_that_is_to_come_and_barred_hours_what_is_in_them():
    hours = day(1, Leg(LegKind.BARRED, NOW + minutes(50), NOW + minutes(90), note="浪高超限"))
    assert faults(stop(1, 10), stop(2, 60), day=hours) == {1: "停航"}
    assert faults(stop(1, 10), stop(2, 60), vessel={"idle_reason": "检修"}) == {0: "停航", 1: "停航"}


# -- a draft ---------------------------------------------------------------------------------------


def desk(**topics: Any) -> Desk:
    given = {**DAY, **topics}
    return Desk.of(lambda topic: given.get(topic, ()), NOW)


def test_that_a_draft_is_tried_by_the_rules_that_decide_it():
    swapped = tried(Draft(LATER, "17", "413100001", "413100001", 0), desk())
    assert swapped.order == (LATER, FIRST)
    assert swapped.route is not None
    assert [s.request_id for s in swapped.route.stops if s.request_id][-2:] == [LATER, FIRST]
    assert tried(Draft(FIRST, "16", "413100001", "413100001", 0), desk()).unchanged


def granted(wish: Any) -> Any:
    """What the store would write of it, with the ways between today's places known."""
    ways = straight_ways(tuple(places_of(desk().state)), 1.12, NOW)
    topics = {**DAY, "sea_ways": (ways,)}
    said = decide(DAY["dispatch_plan"][0], wish, DISPATCHER, NOW, Shown(lambda topic: topics.get(topic, ())))
    return said[0].fact


def test_that_what_is_asked_for_is_granted_as_it_was_shown(qtbot):
    pane, asked = shown(qtbot)
    drag(pane, centre(pane, LATER), centre(pane, FIRST) - QPoint(30, 0))
    trial = pane.hand.trial
    assert trial is not None
    pane.ask_line.choose(0)
    pane.ask_line.confirm()
    (fact,) = (granted(wish) for wish in wishes(asked))
    assert isinstance(fact, RouteReordered)
    assert fact.routes[0].request_ids[-2:] == trial.order
    assert fact.routes[0].end_at == trial.route.end_at if trial.route is not None else False


def test_that_another_vessel_is_granted_as_it_was_shown(qtbot):
    pane, asked = shown(qtbot)
    begin = centre(pane, LATER)
    drag(pane, begin, QPoint(begin.x(), row_of(pane, "413100003").y()))
    trial = pane.hand.trial
    assert trial is not None
    assert trial.stop is not None
    pane.ask_line.choose(3)
    pane.ask_line.confirm()
    (fact,) = (granted(wish) for wish in wishes(asked))
    assert isinstance(fact, VesselAssigned)
    stops = {s.request_id: s for r in fact.routes for s in r.stops}
    assert stops[LATER].begin_at == trial.stop.begin_at


def test_that_what_is_under_way_goes_to_another_vessel_or_nowhere():
    bound = "SQ-20261121-20"
    hand_in = desk().state.hand_in(bound)
    assert hand_in is not None
    assert hand_in.state is HandInState.EN_ROUTE
    same = tried(Draft(bound, "20", "413100002", "413100002", 1), desk())
    assert same.refusal == "20 已在前往，只能改派他船"
    assert tried(Draft(bound, "20", "413100002", "413100003"), desk()).route is not None


def test_that_what_lies_alongside_is_fixed():
    assert why_fixed(desk(), "SQ-20261121-15") == "15 已收集，不能改"
    assert why_fixed(desk(), "SQ-20261121-99") == "不在申请队列"
