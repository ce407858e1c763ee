"""Is one plate all anybody can ask for, on a case or a law, and does nobody get an answer unseen?"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.domain.alert import Action, Alert, AlertLevel, Command, Detection
from services.domain.audit import AuditEntry
from services.domain.control_rules import LAWS, ControlRules
from services.domain.officer import Officer, Role
from services.domain.passage import Passage
from services.domain.plate_search import PlateFound, SearchPlate
from services.domain.reasons import FalseReason
from services.domain.trajectory import LegKind, TraceVehicle, Trajectory, course, possible
from services.store.schema import case_event
from services.store.store import Store
from tests.unit.watch_world import (
    BRIDGE,
    CHEN,
    FANG,
    HARBOUR,
    HE,
    LEI,
    NOON,
    PLATE,
    WALL,
    WANG,
    WU,
    ZHENG,
    days,
    minutes,
    passage,
    take,
)


def ask(store: Store, officer: Officer = WANG, **said: Any) -> Any:
    plain: dict[str, Any] = {"plate_no": PLATE, "reason": "核查肇事逃逸线索", "legal_basis": LAWS[3]}
    at = said.pop("at", NOON)
    return store.perform(SearchPlate(**(plain | said)), officer, at)


def audit(store: Store) -> list[AuditEntry]:
    return sorted(store.cases("audit"), key=lambda entry: entry.id)


def raised(store: Store, of: Passage, **more: Any) -> Alert:
    plain: dict[str, Any] = {
        "key": f"R-CKP-08|{of.plate_no}",
        "rule_id": "R-CKP-08",
        "rule_version": 1,
        "rule_text": "规则",
        "scene": "checkpoints",
        "level": AlertLevel.YELLOW,
        "title": "布控车辆",
        "subject": of.checkpoint_name,
        "wall_subject": of.checkpoint_name,
        "subject_kind": "passage",
        "subject_id": of.passage_id,
        "place": of.checkpoint_name,
        "occurred_at": of.passed_at,
        "department": "公安",
    }
    (alert,) = store.report([Detection(**(plain | more))], of.passed_at + minutes(1))
    return alert


def act(store: Store, alert: Alert, action: Action, at: Any, officer: Officer = WANG, **said: Any) -> Alert:
    outcome = store.perform(Command(alert.id, action, alert.version, **said), officer, at)
    assert outcome.done, outcome.refusal
    assert outcome.alert is not None
    return outcome.alert


def test_that_a_search_shows_the_passages_of_one_plate_and_counts_them_by_place(store: Store) -> None:
    seen = [passage(n, NOON - days(n), where=(BRIDGE, HARBOUR)[n == 3]) for n in (1, 2, 3)]
    take(store, *seen, passage(9, NOON - days(1), "浙J3C71F"), at=NOON - minutes(5))
    found = ask(store).case
    assert isinstance(found, PlateFound)
    assert [row.passage_id for row in found.rows] == ["P00001", "P00002", "P00003"]
    assert [(place.name, place.passages) for place in found.places] == [("椒江二桥", 2), ("疏港大道口", 1)]


def test_that_the_audit_knows_who_asked_for_what_and_why_and_how_much_he_saw_but_no_row(store: Store) -> None:
    take(store, passage(1, NOON - days(1)))
    found = ask(store).case
    (entry,) = audit(store)
    assert (entry.id, entry.officer_id, entry.kind) == (found.audit_id, "wang", "plate_searched")
    assert entry.text == f"查询号牌 {PLATE}：核查肇事逃逸线索 · {LAWS[3]} · 显示 1 条"
    with store.read() as connection:
        logged = "".join(connection.execute(select(case_event.c.body)).scalars())
    assert "P00001" not in logged and "椒江二桥" not in logged


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"plate_no": ""}, "一个号牌"),
        ({"plate_no": "浙J8T56K\n浙J8T56L"}, "不能成批"),
        ({"plate_no": "浙J8T---"}, "最多一位"),
        ({"reason": "关注"}, "查询事由"),
        ({"reason": " "}, "查询事由"),
        ({"legal_basis": ""}, "在办预警或法律依据"),
        ({"legal_basis": "随便看看"}, "在办预警或法律依据"),
        ({"alert_id": "YJ-1122-9999"}, "不在本席范围"),
    ],
)
def test_that_a_search_that_breaks_a_rule_is_refused_and_written_down(store: Store, said: Any, why: str) -> None:
    outcome = ask(store, **said)
    assert why in outcome.refusal and outcome.case is None
    (entry,) = audit(store)
    assert entry.kind == "denied" and why in entry.text


@pytest.mark.parametrize("officer", [WALL, HE, FANG, LEI, Officer("s", "孙", Role.SYSADMIN)])
def test_that_the_wall_readers_and_administrators_search_for_nothing(store: Store, officer: Officer) -> None:
    assert not ask(store, officer).done
    assert not store.perform(TraceVehicle(alert_id="YJ-1"), officer, NOON).done
    assert [entry.kind for entry in audit(store)] == ["denied", "denied"]


def test_that_a_liaison_searches_on_an_open_alert_of_his_department_only(store: Store) -> None:
    first, second = passage(1, NOON - minutes(9)), passage(2, NOON - minutes(8), "浙J3C71F")
    take(store, first, second)
    own, other = raised(store, first, department="交通"), raised(store, second)
    assert ask(store, WU).done
    assert "须凭在办预警" in ask(store, ZHENG).refusal
    assert ask(store, ZHENG, alert_id=other.id, legal_basis="").refusal == "不在本席范围"
    assert ask(store, ZHENG, alert_id=own.id, legal_basis="").done


def test_that_a_closed_alert_opens_no_search(store: Store) -> None:
    seen = passage(1, NOON - minutes(9))
    take(store, seen)
    alert = raised(store, seen)
    assert ask(store, alert_id=alert.id, legal_basis="").done
    closed(store, alert)
    assert "已办结" in ask(store, alert_id=alert.id, legal_basis="", at=NOON + minutes(9)).refusal


def closed(store: Store, alert: Alert) -> Alert:
    at = NOON + minutes(1)
    alert = act(store, alert, Action.SIGN, at)
    alert = act(store, alert, Action.VERIFY, at)
    alert = act(store, alert, Action.FALSE_ALARM, at, false_reason=FalseReason.ALGORITHM, text="误读一位")
    return act(store, alert, Action.CLOSE, at)


def test_that_an_officer_has_so_many_searches_an_hour_and_then_none(store: Store) -> None:
    store.put_topic("control_rules", [ControlRules(searches_per_hour=3)], NOON)
    assert [ask(store, at=NOON + minutes(n)).done for n in range(5)] == [True, True, True, False, False]
    assert "一小时内已查 3 次" in ask(store, at=NOON + minutes(6)).refusal
    assert ask(store, CHEN, at=NOON + minutes(6)).done
    assert ask(store, at=NOON + minutes(61)).done
    assert sum(entry.kind == "denied" for entry in audit(store)) == 3


def test_that_an_open_character_names_the_plates_it_may_be_and_shows_no_passage(store: Store) -> None:
    more = [passage(n, NOON - minutes(n), plate) for n, plate in enumerate([PLATE, PLATE, "浙J8T5AK", "浙J8T56L"], 1)]
    take(store, *more)
    found = ask(store, plate_no="浙J8T5?K").case
    assert found.rows == () and found.places == ()
    assert [(near.plate_no, near.passages) for near in found.near] == [(PLATE, 2), ("浙J8T5AK", 1)]


def test_that_plates_a_camera_takes_for_it_are_named_beside_the_answer(store: Store) -> None:
    more = [passage(1, NOON - minutes(3)), passage(2, NOON - minutes(2), "浙J3T56K"), passage(3, NOON, "浙J8T57K")]
    take(store, *more, at=NOON + minutes(1))
    found = ask(store, at=NOON + minutes(2)).case
    assert [row.passage_id for row in found.rows] == ["P00001"]
    (near,) = found.near
    assert (near.plate_no, near.passages) == ("浙J3T56K", 1) and "第 3 位" in near.differs


def test_that_an_answer_says_when_there_is_more_than_it_shows(store: Store) -> None:
    store.put_topic("control_rules", [ControlRules(rows=2)], NOON)
    take(store, *(passage(n, NOON - minutes(n)) for n in (1, 2, 3)))
    found = ask(store).case
    assert ([row.passage_id for row in found.rows], found.more) == (["P00001", "P00002"], True)


def test_that_nothing_a_search_is_made_of_can_hold_two_plates() -> None:
    assert {field.type for field in fields(SearchPlate)} == {"str", "int"}


# ----------------------------------------------------------------------------------------- trajectory


def case_of(store: Store) -> Alert:
    """A hit at noon of a vehicle that drove from the bridge to the harbour an hour before."""
    way = [passage(1, NOON - minutes(70)), passage(2, NOON - minutes(60), where=HARBOUR), passage(3, NOON)]
    old = passage(4, NOON - days(8))
    take(store, old, *way, at=NOON + timedelta(seconds=1))
    return raised(store, way[2])


def test_that_a_vehicle_is_followed_in_an_open_signed_and_verified_case_alone(store: Store) -> None:
    alert = case_of(store)
    follow = TraceVehicle(alert_id=alert.id)
    later = NOON + minutes(2)
    assert "尚未签收" in store.perform(follow, WANG, later).refusal
    alert = act(store, alert, Action.SIGN, later)
    assert "尚未核查" in store.perform(follow, WANG, later).refusal
    alert = act(store, alert, Action.VERIFY, later)
    found = store.perform(follow, WANG, later).case
    assert isinstance(found, Trajectory)
    assert [stop.name for stop in found.stops] == ["椒江二桥", "疏港大道口", "椒江二桥"]
    assert [leg.kind for leg in found.legs] == [LegKind.SEEN, LegKind.SEEN]
    alert = act(store, alert, Action.FALSE_ALARM, later, false_reason=FalseReason.ALGORITHM, text="误读")
    assert "误报" in store.perform(follow, WANG, later).refusal
    act(store, alert, Action.CLOSE, later)
    assert "已办结" in store.perform(follow, WANG, later).refusal
    kinds = [entry.kind for entry in audit(store)]
    assert (kinds.count("vehicle_traced"), kinds.count("denied")) == (1, 4)


def test_that_only_the_days_the_case_needs_are_shown(store: Store) -> None:
    store.put_topic("control_rules", [ControlRules(trace_days=30)], NOON)
    alert = act(store, case_of(store), Action.SIGN, NOON + minutes(2))
    alert = act(store, alert, Action.VERIFY, NOON + minutes(2))
    follow = TraceVehicle(alert_id=alert.id)
    assert len(store.perform(follow, WANG, NOON + minutes(3)).case.stops) == 4
    store.put_topic("control_rules", [ControlRules(trace_days=7)], NOON)
    assert len(store.perform(follow, WANG, NOON + minutes(3)).case.stops) == 3


def test_that_what_is_about_no_vehicle_or_half_a_plate_is_not_followed(store: Store) -> None:
    half = passage(1, NOON, "浙J8T5-K", plate_flag="unread")
    take(store, half)
    for alert, why in (
        (raised(store, half), "未读全"),
        (raised(store, half, key="R-CKP-22|x", subject_kind="device", subject_id="d"), "有号牌的车"),
    ):
        signed = act(store, act(store, alert, Action.SIGN, NOON), Action.VERIFY, NOON)
        assert why in store.perform(TraceVehicle(alert_id=signed.id), WANG, NOON + minutes(2)).refusal


def test_that_legs_are_seen_gaps_stays_or_impossible() -> None:
    way = [
        passage(1, NOON),
        passage(2, NOON + minutes(10), where=HARBOUR),  # 7.3 km in 10 min
        passage(3, NOON + minutes(11)),  # in 1 min
        passage(4, NOON + minutes(30)),
        passage(5, NOON + minutes(130), where=HARBOUR),
    ]
    stops, legs, unplaced = course([*way, replace(way[0], lon=None)], ControlRules())
    assert [leg.kind for leg in legs] == [LegKind.SEEN, LegKind.IMPOSSIBLE, LegKind.STAY, LegKind.GAP]
    assert unplaced == 1 and stops[0].km == 0
    assert stops[-1].km == pytest.approx(sum(leg.km for leg in legs))
    assert possible(stops[1], stops[2], 180.0) == ()


@given(st.floats(1, 600), st.floats(20, 200))
@settings(max_examples=60)
def test_that_no_corner_of_the_possible_needs_more_than_the_fastest(took: float, fastest: float) -> None:
    stops, _, _ = course([passage(1, NOON), passage(2, NOON + minutes(took), where=HARBOUR)], ControlRules())
    corners = possible(stops[0], stops[1], fastest)
    for at, km in corners:
        assert stops[0].at <= at <= stops[1].at and 0 <= km <= stops[1].km
        hours = (at - stops[0].at) / timedelta(hours=1)
        assert km <= fastest * hours + 1e-6
    assert bool(corners) == (stops[1].km / fastest <= (stops[1].at - stops[0].at) / timedelta(hours=1))
