"""Is an order given once, by whom it may be, confirmed by two where red, and followed to its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.collect.checkpoint_alerts import figures_of_alerts
from services.domain import interception as ic
from services.domain.alert import Ack, Alert, AlertLevel, Work
from services.domain.deed import Deed, Refused
from services.domain.happening import HappeningKind
from services.domain.intercept_window import InterceptionWindow, NextPlace, Reach, Seen
from services.domain.interception_case import (
    AcceptInterception,
    ConfirmInterception,
    FollowOnly,
    Interception,
    OrderInterception,
    OrderState,
    ReportIntercepted,
    ReportMissed,
    WithdrawInterception,
)
from services.domain.officer import Officer, Role
from services.domain.travel_time import Basis
from tests.unit.duty_world import CHEN, EVENING, LI, WALL, WANG, ZHAO, DutyWorld, alert, minutes

POLICE = Officer("police", "吴刚", Role.DEPT_LIAISON, department="公安交警")
ECOLOGY = Officer("ecology", "林某", Role.DEPT_LIAISON, department="生态环境")


def vehicle(number: int = 1, level: AlertLevel = AlertLevel.ORANGE, **more: Any) -> Alert:
    fields = {"scene": "checkpoints", "subject_kind": "passage", "ack": Ack.ACKED, "work": Work.VERIFYING, **more}
    return alert(number, level, **fields)


def place(**more: Any) -> NextPlace:
    plain: dict[str, Any] = {
        "checkpoint_id": "b",
        "name": "疏港大道口",
        "lon": 121.47,
        "lat": 28.66,
        "hops": 1,
        "via": "a",
        "chance": 0.62,
        "p20_at": EVENING + minutes(4),
        "p80_at": EVENING + minutes(7),
        "basis": Basis.HOURS,
        "n": 412,
        "reach": Reach.TIGHT,
        "unit_id": "JJ07",
        "call_sign": "交警 07",
        "unit_s": 180.0,
        "catch": 0.7,
        "order_by": EVENING + minutes(2),
    }
    return NextPlace(**(plain | more))


def window(one: Alert, *places: NextPlace) -> InterceptionWindow:
    seen = Seen("a", "椒江二桥", 121.4385, 28.69, EVENING - minutes(1), "南", 2)
    return InterceptionWindow(one.id, one.level, seen, "平峰", 0.15, 120.0, 180.0, 1800.0, places or (place(),))


def world(*alerts: Alert, places: tuple[NextPlace, ...] = ()) -> DutyWorld:
    made = DutyWorld(list(alerts))
    made.topics["interception_windows"] = [window(one, *places) for one in alerts]
    return made


def order(number: int = 1, checkpoint: str = "b") -> OrderInterception:
    return OrderInterception(alert_id=f"YJ-1122-{number:04d}", checkpoint_id=checkpoint)


def step(case: Interception) -> dict[str, Any]:
    return {"case_id": case.id, "expected_version": case.version}


def test_that_an_order_goes_from_the_desk_to_the_road_and_back() -> None:
    here = world(vehicle())
    case = here.do(ic.STREAM, order(), WANG)
    assert (case.state, case.call_sign, case.checkpoint_name) == (OrderState.ORDERED, "交警 07", "疏港大道口")
    assert (case.ordered_at, case.feedback_by, case.chance) == (EVENING, EVENING + minutes(30), 0.62)
    case = here.do(ic.STREAM, AcceptInterception(**step(case)), WANG, EVENING + minutes(1))
    assert (case.state, case.accepted_at) == (OrderState.ACCEPTED, EVENING + minutes(1))
    case = here.do(ic.STREAM, ReportIntercepted(**step(case), text="司机配合"), POLICE, EVENING + minutes(6))
    assert (case.state, case.is_open, case.text) == (OrderState.INTERCEPTED, False, "司机配合")


def test_that_the_road_is_heard_by_duty_seats_and_those_who_have_patrols_only() -> None:
    here = world(vehicle())
    case = here.do(ic.STREAM, order(), WANG)
    for officer in (ECOLOGY, WALL, Officer("grid", "张某", Role.GRID_WORKER)):
        with pytest.raises(Refused, match="路面单位"):
            here.do(ic.STREAM, AcceptInterception(**step(case)), officer)


def test_that_a_missed_one_goes_back_to_the_alert_for_the_next_window() -> None:
    here = world(vehicle())
    case = here.do(ic.STREAM, order(), WANG)
    assert here.do(ic.STREAM, ReportMissed(**step(case), reason="未见车辆"), WANG).state is OrderState.MISSED
    assert here.do(ic.STREAM, order(), WANG).state is OrderState.ORDERED


def test_that_what_is_not_safe_to_stop_is_followed() -> None:
    here = world(vehicle())
    case = here.do(ic.STREAM, order(), WANG)
    case = here.do(ic.STREAM, FollowOnly(**step(case), reason="校门口人多"), WANG)
    assert (case.state, case.text) == (OrderState.FOLLOWING, "校门口人多")
    alone = here.do(ic.STREAM, FollowOnly(alert_id="YJ-1122-0001", reason="危化品车不宜急停"), LI)
    assert (alone.state, alone.is_open, alone.was_ordered) == (OrderState.FOLLOWING, False, False)


def test_that_of_two_officers_who_order_at_once_one_wins() -> None:
    here = world(vehicle())
    here.do(ic.STREAM, order(), WANG)
    with pytest.raises(Refused, match=r"王\*+已下令：疏港大道口 · 交警 07"):
        here.do(ic.STREAM, order(), ZHAO)


def test_that_one_unit_has_one_order_at_a_time() -> None:
    here = world(vehicle(1), vehicle(2))
    first = here.do(ic.STREAM, order(1), WANG)
    with pytest.raises(Refused, match="交警 07 已受令 " + first.id):
        here.do(ic.STREAM, order(2), WANG)


@pytest.mark.parametrize(
    ("told", "after", "why"),
    [
        (place(reach=Reach.TOO_LATE, unit_s=480.0), 0, "P80 7 分 < 10 分"),
        (place(), 2.5, "P80 4 分 < 5 分"),
        (place(reach=Reach.NO_UNIT, unit_id="", call_sign="", unit_s=0.0), 0, "附近无可派单位"),
    ],
)
def test_that_an_order_nobody_can_carry_out_is_refused_with_the_figures(
    told: NextPlace, after: float, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        world(vehicle(), places=(told,)).do(ic.STREAM, order(), WANG, EVENING + minutes(after))


@pytest.mark.parametrize(
    ("one", "officer", "why"),
    [
        (vehicle(ack=Ack.UNACK, work=Work.NEW), WANG, "先签收"),
        (vehicle(work=Work.NEW), WANG, "先核查号牌"),
        (vehicle(work=Work.CLOSED), WANG, "已办结"),
        (vehicle(), ECOLOGY, "值班员或公安"),
        (vehicle(), WALL, "值班员或公安"),
    ],
)
def test_that_an_order_is_refused_for_whom_and_when_it_may_not_be(one: Alert, officer: Officer, why: str) -> None:
    with pytest.raises(Refused, match=why):
        world(one).do(ic.STREAM, order(), officer)


def test_that_an_order_for_a_place_the_window_no_longer_names_is_refused() -> None:
    with pytest.raises(Refused, match="去向已变"):
        world(vehicle()).do(ic.STREAM, order(checkpoint="z"), WANG)
    gone = world(vehicle())
    gone.topics["interception_windows"] = [replace(window(vehicle()), is_over=True, places=())]
    with pytest.raises(Refused, match="未再出现"):
        gone.do(ic.STREAM, order(), WANG)


def test_that_a_red_order_waits_for_a_second_person() -> None:
    here = world(vehicle(level=AlertLevel.RED))
    case = here.do(ic.STREAM, order(), LI)
    assert (case.state, case.ordered_at, case.confirm_by) == (OrderState.ASKED, None, EVENING + minutes(3))
    with pytest.raises(Refused, match="另一人"):
        here.do(ic.STREAM, ConfirmInterception(**step(case)), LI)
    with pytest.raises(Refused, match="值班长或公安"):
        here.do(ic.STREAM, ConfirmInterception(**step(case)), WANG)
    with pytest.raises(Refused, match="第二人"):
        here.do(ic.STREAM, AcceptInterception(**step(case)), WANG)
    case = here.do(ic.STREAM, ConfirmInterception(**step(case)), CHEN, EVENING + minutes(1))
    assert (case.state, case.confirmed_by, case.feedback_by) == (OrderState.ORDERED, "陈*", EVENING + minutes(31))


def test_that_a_red_order_nobody_confirms_lapses_and_frees_the_alert() -> None:
    here = world(vehicle(level=AlertLevel.RED))
    case = here.do(ic.STREAM, order(), WANG)
    case = here.expire(ic.STREAM, case, EVENING + minutes(3))
    assert (case.state, case.was_ordered) == (OrderState.LAPSED, False)
    assert here.do(ic.STREAM, order(), WANG, EVENING + minutes(1)).state is OrderState.ASKED


def test_that_a_silent_road_is_noted_once_and_the_order_stays_open() -> None:
    here = world(vehicle())
    case = here.do(ic.STREAM, order(), WANG)
    case = here.expire(ic.STREAM, case, EVENING + minutes(30))
    assert (case.overdue_at, case.is_open) == (EVENING + minutes(30), True)
    assert ic.dues(case) == ()


@pytest.mark.parametrize("wish", [ReportMissed, WithdrawInterception, FollowOnly])
def test_that_what_ends_without_a_stop_needs_its_reason(wish: type) -> None:
    here = world(vehicle())
    case = here.do(ic.STREAM, order(), WANG)
    with pytest.raises(Refused, match="请写明"):
        here.do(ic.STREAM, wish(**step(case), reason=" "), WANG)


def test_that_every_fact_has_its_word_and_stands_in_the_alerts_timeline() -> None:
    assert set(ic.WORDS) == set(ic.STREAM.facts)
    one, here = vehicle(version=4), world(vehicle())
    (said,) = ic.decide(None, order(), WANG, EVENING, here)
    deed = Deed("interception", "LJ-1", 1, "k", EVENING, "wang", "王海涛", "duty", said.fact)
    note = ic.STREAM.moves(one, ic.evolve(None, deed), deed)
    assert note is not None
    assert (note.kind, note.version) == (HappeningKind.NOTED, 5)
    assert note.text == "下令拦截 · 疏港大道口 · 交警 07 · LJ-1"


def test_that_the_figure_counts_what_stood_of_what_was_ordered() -> None:
    states = (OrderState.INTERCEPTED, OrderState.INTERCEPTED, OrderState.MISSED, OrderState.WITHDRAWN)
    orders = [
        Interception(f"LJ-{n}", 1, state, "YJ", EVENING, "王*", "wang", ordered_at=EVENING)
        for n, state in enumerate(states)
    ]
    yesterday = replace(orders[0], asked_at=EVENING - timedelta(days=1))
    asked = replace(orders[0], state=OrderState.ASKED, ordered_at=None)
    (figure,) = [f for f in figures_of_alerts((), EVENING, [*orders, yesterday, asked]) if f.id == "intercepted"]
    assert (figure.value, figure.note) == ("2 / 3", "下令 3 · 错过 1")


def test_that_the_store_keeps_an_order_and_its_clock(store: Any) -> None:
    red = vehicle(level=AlertLevel.RED)
    store.put_topic("interception_windows", [window(red)], EVENING)
    refused = store.perform(order(), WANG, EVENING)
    assert refused.refusal == "没有编号为 YJ-1122-0001 的预警"
    assert store.snapshot("interception_windows", EVENING).records == (window(red),)
