"""The scene 布控: what it shows, what its keys ask for, and what it says instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from services.domain.alert import Ack, Alert, AlertLevel, Outcome, Work
from services.domain.control_rules import DEFAULT, LAWS, ControlRules
from services.domain.officer import Officer
from services.domain.passage import CheckpointPlace
from services.domain.plate_search import NearPlate, PlateFound, SearchPlate, places_of
from services.domain.snapshot import Quality, Snapshot, Subject
from services.domain.trajectory import TraceVehicle, Trajectory, course
from services.domain.watch_order import Spot, WatchOrder
from services.domain.watch_order_course import STREAM
from services.domain.watch_order_steps import (
    ApplyWatch,
    ApproveWatch,
    AskExtension,
    ConfirmSpot,
    RejectWatch,
    RevokeSpot,
    WatchHit,
    WithdrawWatch,
)
from services.domain.watchlist import WatchKind
from tests.unit.duty_world import DutyWorld
from tests.unit.duty_world import alert as plain_alert
from tests.unit.watch_world import (
    ALWAYS,
    BRIDGE,
    CHEN,
    FANG,
    HARBOUR,
    HE,
    NEVER,
    NOON,
    PLATE,
    WANG,
    ZHENG,
    application,
    days,
    minutes,
    passage,
    step,
)
from widgets.control_orders import ControlOrdersPane
from widgets.control_rows import rows_of
from widgets.control_search import ControlSearchPane
from widgets.control_trace import ControlTracePane
from widgets.look import Face, load_fonts, make_look
from widgets.pane import Pane

PLACES = (
    CheckpointPlace(BRIDGE, "椒江二桥", 121.44, 28.69, 6),
    CheckpointPlace(HARBOUR, "疏港大道口", 121.50, 28.65, 6),
)


def shown(
    qtbot: QtBot, kind: type[Pane], size: tuple[int, int], officer: Officer = WANG, **topics: Sequence[Any]
) -> tuple[Any, list[tuple[str, Any]]]:
    load_fonts()
    pane: Any = kind("布控", {}, make_look(Face.DESK, "dark"))
    qtbot.addWidget(pane)
    pane.resize(*size)
    said: list[tuple[str, Any]] = []
    pane.asked.connect(lambda what, about: said.append((what, about)))
    pane.tick(NOON + minutes(5))
    pane.show_officer(officer)
    for topic, records in {"control_rules": (DEFAULT,), "checkpoint_places": PLACES, **topics}.items():
        pane.show_snapshot(Snapshot(topic, tuple(records), NOON, Quality.GOOD))
    pane.show()
    pane.setFocus()
    return pane, said


def orders(rules: ControlRules = NEVER) -> list[WatchOrder]:
    """One waits, one is active, one asks for more time, one is over."""
    here = DutyWorld(topics={"control_rules": (rules,)})

    def applied(plate: str, **fields: Any) -> WatchOrder:
        return here.do(STREAM, application(plate_no=plate, **fields), WANG, NOON)

    def granted(plate: str, **fields: Any) -> WatchOrder:
        return here.do(STREAM, ApproveWatch(**step(applied(plate, **fields))), CHEN, NOON)

    waiting, active, longer, over = applied(PLATE), granted("浙J8T56L"), granted("浙J8T56M"), granted("浙J8T56N")
    longer = here.do(STREAM, AskExtension(**step(longer), days=7, reason="仍未查获车辆"), WANG, NOON)
    over = here.do(STREAM, WithdrawWatch(**step(over), reason="车辆已查获"), WANG, NOON)
    return [waiting, active, longer, over]


def desk(qtbot: QtBot, officer: Officer = WANG, made: Sequence[WatchOrder] | None = None) -> tuple[Any, Any]:
    made = orders() if made is None else made
    return shown(qtbot, ControlOrdersPane, (830, 650), officer, watch_orders=made, alerts=(case(),))


def asked(said: list[tuple[str, Any]]) -> list[Any]:
    return [about for what, about in said if what == "action"]


def typed(qtbot: QtBot, pane: Any, words: str) -> None:
    pane.ask_line.line.setText(words)
    qtbot.keyClick(pane.ask_line.line, Qt.Key.Key_Return)


# --------------------------------------------------------------------------------------------- orders


def test_that_orders_stand_by_what_is_to_be_done_each_once() -> None:
    made = orders(ALWAYS)
    rows = rows_of(made)
    assert [str(row.record) for row in rows if row.heading] == ["待审批 2", "待抽查 1", "近 7 日已结束 1"]
    keys = [row.key for row in rows if not row.heading]
    assert sorted(keys) == sorted(order.id for order in made)


@pytest.mark.parametrize(("theme", "scale"), [("dark", 1.0), ("light", 1.5)])
def test_that_every_pane_is_painted_with_and_without_records(qtbot: QtBot, theme: str, scale: float) -> None:
    panes = [desk(qtbot, made=())[0], desk(qtbot)[0]]
    for found in (None, answer()):
        pane, _ = shown(qtbot, ControlSearchPane, (830, 357), alerts=())
        pane.found = found
        panes.append(pane)
    panes += [traced(qtbot)[0], traced(qtbot)[0]]
    panes[-1].show_found(way())
    for pane in panes:
        pane.resize(round(pane.width() * scale), round(pane.height() * scale))
        pane.restyle(make_look(Face.DESK, theme, scale))
        picture: QImage = pane.grab().toImage()
        xs, ys = range(0, picture.width(), 7), range(40, picture.height(), 9)
        assert len({picture.pixel(x, y) for x in xs for y in ys}) > 3


def test_that_no_button_of_an_order_leaves_its_pane(qtbot: QtBot) -> None:
    pane, _ = desk(qtbot)
    boxes = [button.geometry() for button in pane._buttons.values() if not button.isHidden()]
    assert len(boxes) == 5 and all(pane.rect().contains(box) for box in boxes)
    assert not any(one.intersects(other) for n, one in enumerate(boxes) for other in boxes[:n])
    assert all(box.top() > pane.card_box().bottom() for box in boxes)


def test_that_the_leader_approves_and_rejects_with_a_key(qtbot: QtBot) -> None:
    pane, said = desk(qtbot, CHEN)
    waiting = pane.order
    qtbot.keyClick(pane, Qt.Key.Key_A)
    qtbot.keyClick(pane.ask_line.line, Qt.Key.Key_Return)
    qtbot.keyClick(pane, Qt.Key.Key_X)
    typed(qtbot, pane, "依据与事由不符")
    assert asked(said) == [
        ApproveWatch(case_id=waiting.id, expected_version=1),
        RejectWatch(case_id=waiting.id, expected_version=1, reason="依据与事由不符"),
    ]


def test_that_a_refused_step_says_why_and_asks_for_nothing(qtbot: QtBot) -> None:
    pane, said = desk(qtbot, WANG)
    reasons = {act.id: act.reason for act in pane.acts()}
    assert reasons["approve"] == "审批须带班领导" and reasons["extend"] == "待审批，不能延期"
    qtbot.keyClick(pane, Qt.Key.Key_A)
    assert pane._said == "审批须带班领导" and asked(said) == []
    reader, said = desk(qtbot, HE)
    assert all(act.reason for act in reader.acts())


def test_that_an_active_order_is_extended_and_withdrawn_for_a_reason(qtbot: QtBot) -> None:
    pane, said = desk(qtbot)
    active = next(order for order in pane.orders if order.plate_no == "浙J8T56L")
    pane.choose(active.id)
    assert ("select", Subject("watch_order", active.id)) in said
    qtbot.keyClick(pane, Qt.Key.Key_E)
    typed(qtbot, pane, "案件仍在侦办")
    qtbot.keyClick(pane, Qt.Key.Key_W)
    typed(qtbot, pane, "车辆已查获")
    about = {"case_id": active.id, "expected_version": active.version}
    assert asked(said) == [
        AskExtension(**about, days=7, reason="案件仍在侦办"),
        WithdrawWatch(**about, reason="车辆已查获"),
    ]


def test_that_a_spot_check_is_offered_where_one_waits(qtbot: QtBot) -> None:
    made = [order for order in orders(ALWAYS) if order.is_active and order.spot is Spot.WAITING]
    pane, said = desk(qtbot, FANG, made)
    qtbot.keyClick(pane, Qt.Key.Key_C)
    qtbot.keyClick(pane.ask_line.line, Qt.Key.Key_Return)
    qtbot.keyClick(pane, Qt.Key.Key_V)
    typed(qtbot, pane, "依据与事由不符")
    assert [type(wish) for wish in asked(said)] == [ConfirmSpot, RevokeSpot]
    plain, _ = desk(qtbot)
    assert not {"confirm", "revoke"} & {act.id for act in plain.acts()}


def test_that_an_application_is_asked_in_three_questions_by_keyboard(qtbot: QtBot) -> None:
    pane, said = desk(qtbot)
    pane.select(Subject("alert", "YJ-1"))
    qtbot.keyClick(pane, Qt.Key.Key_N)
    typed(qtbot, pane, "浙J8T56K,浙J8T56L")
    assert "不能成批" in pane._said and pane.draft is not None
    pane.ask_line.line.clear()
    typed(qtbot, pane, "浙j8t5?k")
    pane.ask_line.choose(3)
    pane.ask_line.second_chosen = 1
    typed(qtbot, pane, "肇事逃逸嫌疑车辆")
    pane.ask_line.second_chosen, pane.ask_line.ticked = 0, (1,)
    pane.ask_line.confirm()
    (wish,) = asked(said)
    assert wish == ApplyWatch(
        plate_no="浙J8T5-K",
        reason="肇事逃逸嫌疑车辆",
        legal_basis=LAWS[3],
        level=AlertLevel.RED,
        days=30,
        unit="公安",
        checkpoint_ids=(HARBOUR,),
        alert_id="YJ-1",
    )
    pane.show_outcome(Outcome(wish, None, "须选定提出布控的单位"))
    assert pane._said == "须选定提出布控的单位" and not pane.ask_line.isHidden()
    pane.ask_line.cancel()
    assert pane.draft is None


def test_that_a_white_list_entry_is_asked_on_its_own_grounds_and_a_liaison_for_his_unit(qtbot: QtBot) -> None:
    pane, said = desk(qtbot, ZHENG)
    qtbot.keyClick(pane, Qt.Key.Key_N)
    pane.ask_line.choose(2)
    typed(qtbot, pane, PLATE)
    pane.ask_line.choose(0)
    typed(qtbot, pane, "重件运输按许可路线")
    assert pane.ask_line.seconds == []
    pane.ask_line.confirm()
    (wish,) = asked(said)
    assert (wish.kind, wish.legal_basis, wish.unit) == (WatchKind.PERMITS, DEFAULT.grounds[0], "")


def test_that_the_security_administrator_reads_a_mask(qtbot: QtBot) -> None:
    masked = [replace(order, plate_no="浙J·8**6K") for order in orders()[:1]]
    pane, _ = desk(qtbot, FANG, masked)
    assert pane.grab().toImage().height() > 0 and pane.order.plate_no == "浙J·8**6K"


# --------------------------------------------------------------------------------------------- search


def answer(plate: str = PLATE) -> PlateFound:
    rows = tuple(passage(n, NOON - minutes(n), plate, where=(BRIDGE, HARBOUR)[n % 2]) for n in range(1, 40))
    near = (NearPlate("浙J8T56X", 3, NOON - days(1)),)
    return PlateFound("SJ-261122-007", plate, NOON - days(180), NOON, rows, places_of(rows), near)


def case(**fields: Any) -> Alert:
    plain: dict[str, Any] = {"ack": Ack.ACKED, "work": Work.VERIFYING, "scene": "checkpoints", "id": "YJ-1"}
    return plain_alert(1, **(plain | fields))


def test_that_a_search_asks_for_a_plate_a_ground_and_a_reason(qtbot: QtBot) -> None:
    pane, said = shown(qtbot, ControlSearchPane, (830, 357), alerts=(case(),))
    pane.select(Subject("alert", "YJ-1"))
    assert pane.grounds() == ("在办预警 YJ-1", *LAWS)
    qtbot.keyClick(pane, Qt.Key.Key_Slash)
    typed(qtbot, pane, PLATE)
    pane.ask_line.choose(0)
    typed(qtbot, pane, "核查套牌线索")
    qtbot.keyClick(pane, Qt.Key.Key_Slash)
    typed(qtbot, pane, PLATE)
    pane.ask_line.choose(1)
    typed(qtbot, pane, "核查套牌线索")
    assert asked(said) == [
        SearchPlate(plate_no=PLATE, reason="核查套牌线索", alert_id="YJ-1"),
        SearchPlate(plate_no=PLATE, reason="核查套牌线索", legal_basis=LAWS[0]),
    ]


def test_that_a_pasted_list_is_refused_before_it_is_asked(qtbot: QtBot) -> None:
    pane, said = shown(qtbot, ControlSearchPane, (830, 357), alerts=())
    qtbot.keyClick(pane, Qt.Key.Key_Slash)
    pane.ask_line.line.setText("浙J8T56K\n浙J8T56L")
    pane.ask_line.confirm()
    assert pane._said and asked(said) == []


def test_that_an_answer_is_shown_and_gone_with_the_officer_or_after_a_while(qtbot: QtBot) -> None:
    pane, _ = shown(qtbot, ControlSearchPane, (830, 357), alerts=())

    def found() -> None:
        pane._asked = SearchPlate(plate_no=PLATE, reason="核查套牌线索", legal_basis=LAWS[0])
        pane.show_outcome(Outcome(pane._asked, None, "", answer()))

    found()
    assert len(pane.rows) == 41 and "SJ-261122-007" in pane.note
    assert pane.grab().toImage().height() == 357
    pane.show_officer(CHEN)
    assert pane.rows == ()
    found()
    pane.tick(NOON + minutes(16))
    assert pane.rows == ()


def test_that_a_liaison_is_offered_no_law_and_a_reader_no_search(qtbot: QtBot) -> None:
    pane, _ = shown(qtbot, ControlSearchPane, (830, 357), ZHENG, alerts=())
    assert pane.grounds() == ()
    reader, _ = shown(qtbot, ControlSearchPane, (830, 357), HE, alerts=())
    assert reader.acts()[0].reason == "研判账号只读"


# ----------------------------------------------------------------------------------------- trajectory


def way() -> Trajectory:
    seen = [
        passage(1, NOON - minutes(300)),
        passage(2, NOON - minutes(290), where=HARBOUR),
        passage(3, NOON - minutes(40), where=HARBOUR),
        passage(4, NOON - minutes(39)),
        passage(5, NOON),
    ]
    stops, legs, unplaced = course(seen, ControlRules())
    return Trajectory("SJ-1", "YJ-1", PLATE, NOON - days(7), NOON, 180.0, stops, legs, unplaced)


def traced(qtbot: QtBot, **fields: Any) -> tuple[Any, Any]:
    return shown(qtbot, ControlTracePane, (628, 1007), alerts=(case(**fields),), watch_orders=orders())


def test_that_the_vehicle_of_the_selected_case_is_followed_with_a_key(qtbot: QtBot) -> None:
    pane, said = traced(qtbot)
    assert pane.why_not() == "先选一条预警或有命中的布控单"
    pane.select(Subject("device", "1"))  # what the desk makes of a selected alert: the thing it is about
    qtbot.keyClick(pane, Qt.Key.Key_T)
    assert asked(said) == [TraceVehicle(alert_id="YJ-1")]
    pane.show_outcome(Outcome(asked(said)[0], None, "", way()))
    assert pane.found is not None and pane.at == 4


def test_that_the_open_cases_about_a_vehicle_are_offered_with_why_not(qtbot: QtBot) -> None:
    ready = case(subject_kind="passage", title="布控车辆")
    unsigned = case(id="YJ-2", subject_kind="passage", ack=Ack.UNACK, level=AlertLevel.RED)
    other, over = case(id="YJ-3"), case(id="YJ-4", subject_kind="passage", work=Work.CLOSED)
    pane, said = shown(
        qtbot, ControlTracePane, (628, 1007), alerts=(unsigned, over, other, ready), watch_orders=orders()
    )
    assert [alert.id for alert in pane.cases()] == ["YJ-1", "YJ-2"]
    pane.grab()
    row, _ = pane._cases[0]
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=row.center())
    assert ("select", Subject("alert", "YJ-1")) in said


def test_that_an_order_leads_to_the_case_of_its_newest_hit(qtbot: QtBot) -> None:
    hit = WatchHit("YJ-1", "P1", BRIDGE, "椒江二桥", NOON)
    pane, _ = traced(qtbot)
    order = replace(orders()[1], hits=(hit,), hit_count=1)
    pane.show_snapshot(Snapshot("watch_orders", (order,), NOON, Quality.GOOD))
    pane.select(Subject("watch_order", order.id))
    assert pane.alert.id == "YJ-1" and pane.why_not() == ""


def test_that_the_slider_walks_along_the_stops_by_keyboard_and_by_hand(qtbot: QtBot) -> None:
    pane, _ = traced(qtbot)
    pane.show_found(way())
    seen: list[int] = []
    keys = (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Right)
    for key in keys:
        qtbot.keyClick(pane, key)
        seen.append(pane.at)
    assert seen == [0, 1, 0, 0, 4, 4]
    box = pane.plot_box()
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=QPoint(box.left() + 50, box.top() + 60))
    assert pane.at == 0
    assert pane.grab().toImage().height() == 1007


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"work": Work.CLOSED}, "案件已办结，轨迹不再显示"),
        ({"ack": Ack.UNACK}, "预警尚未签收"),
    ],
)
def test_that_the_way_is_gone_when_the_case_is_and_says_why(qtbot: QtBot, fields: Any, why: str) -> None:
    pane, _ = traced(qtbot)
    pane.show_found(way())
    pane.show_snapshot(Snapshot("alerts", (case(**fields),), NOON, Quality.GOOD))
    assert (pane.found, pane.said) == (None, why)
    pane.show_found(way())
    pane.show_snapshot(Snapshot("alerts", (), NOON, Quality.GOOD))
    assert pane.found is None


def test_that_a_refusal_leaves_nothing_of_the_way(qtbot: QtBot) -> None:
    pane, said = traced(qtbot)
    pane.select(Subject("alert", "YJ-1"))
    qtbot.keyClick(pane, Qt.Key.Key_T)
    pane.show_outcome(Outcome(asked(said)[0], None, "号牌未读全，不能当作一辆车追踪"))
    assert (pane.found, pane.said) == (None, "号牌未读全，不能当作一辆车追踪")
    pane.show_found(way())
    pane.show_officer(CHEN)
    assert pane.found is None
