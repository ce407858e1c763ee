"""The bureau's rows become deeds, each once, whatever comes between."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from services.collect.hand_ins import HandIns
from services.collect.rules import RuleRunner, read_rules
from services.domain.alert import Condition, Stance
from services.domain.boats import LIMITS, CollectionVessel, HandInStep, SeaWeather, StateAt, running_limit
from services.domain.deed import Said
from services.domain.event import Batch
from services.domain.hand_in_case import (
    AcceptHandIn,
    CancelHandIn,
    DisputeWeight,
    HandInAssigned,
    ReportFiled,
    SettleDispute,
)
from services.domain.officer import ENGINE
from services.store import changes, deeds, events
from services.store.schema import quarantine
from services.store.store import Store
from services.store.streams import STREAMS
from tests.unit.hand_in_world import DISPATCHER, MINUTE, NOW, S, on, row, states, way

RULES = Path(__file__).resolve().parents[2] / "resources" / "rules"


def polled(store: Store, *rows, at=NOW) -> None:
    store.take(Batch({"filed_hand_ins": rows}), "hand_ins", at)


def kept(store: Store, *rows, at=NOW, keeper: HandIns | None = None):
    """Poll these rows and let a keeper, a new one unless it is given, do its work. The first case."""
    polled(store, *rows, at=at)
    (keeper or HandIns(store, LIMITS)).tick(at)
    return case(store, rows[0].id)


def case(store: Store, case_id: str):
    return next(one for one in store.cases("hand_in") if one.id == case_id)


def done(store: Store, wish, at=NOW):
    outcome = store.perform(wish, DISPATCHER, at)
    assert outcome.refusal == ""
    return outcome.case


def assigned(store: Store, of, vessel: str = "413300103", at=NOW):
    """As the plan's stream says it."""
    with store._writing() as connection:
        register = deeds.Register(connection, at, DISPATCHER)
        fact = HandInAssigned(vessel, "渔清 03", at + 20 * MINUTE, at + 40 * MINUTE, "JH-261121-001")
        register.add(STREAMS["hand_in"], Said(fact), of.id)
        register.write()
        changes.note(connection, ["hand_in_requests"], at)
    return case(store, of.id)


def set_aside(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.execute(select(quarantine.c.reason)).scalars())


def told(store: Store, kind: str = "hand_in_progress"):
    with store.read() as connection:
        return events.records(connection, kind)


def test_that_a_row_becomes_a_case_with_the_bureaus_number_and_its_whole_course(store):
    found = kept(store, row(*way(S.EN_ROUTE), vessel_id="413300103", vessel_name="渔清 03"))
    assert found.id == "SQ-20261121-11"
    assert found.number == "11"
    assert states(found) == ["FILED", "ACCEPTED", "ASSIGNED", "EN_ROUTE"]
    assert [step.by for step in found.history] == ["渔民", "渔业局", "渔业局", "渔清 03"]
    assert found.vessel_name == "渔清 03"
    assert len(store.deeds(found.id)) == 2
    assert store.snapshot("hand_in_requests", NOW).records == (found,)


def test_that_one_answer_is_one_deed_and_the_same_answer_none(store):
    keeper = HandIns(store, LIMITS)
    kept(store, row(), keeper=keeper)
    later = row(*way(S.SIGNED), weighed_t=0.3)
    found = kept(store, later, keeper=keeper)
    assert found.state is S.SIGNED
    assert found.weighed_t == 0.3
    assert len(store.deeds(found.id)) == 2
    again = kept(store, later, keeper=keeper)
    anew = kept(store, later)
    assert again == anew == found
    assert len(store.deeds(found.id)) == 2


class KilledError(Exception):
    pass


@pytest.mark.parametrize("step", range(1, 4))
def test_that_a_keeper_killed_at_any_step_doubles_nothing_when_it_starts_again(store, monkeypatch, step):
    known, rows = row(number="13"), (row(*way(S.ASSIGNED)), row(*way(S.STORED), number="12"), row(number="13"))
    kept(store, known)
    polled(store, *rows[:2], replace(rows[2], history=row(*way(S.ACCEPTED)).history, state=S.ACCEPTED))
    left = step
    for name in ("perform", "take"):
        real = getattr(store, name)

        def dying(*args, real=real, **kwargs):
            nonlocal left
            left -= 1
            if left == 0:
                raise KilledError
            return real(*args, **kwargs)

        monkeypatch.setattr(store, name, dying)
    with pytest.raises(KilledError):
        HandIns(store, LIMITS).tick(NOW)
    left = -1
    HandIns(store, LIMITS).tick(NOW)
    assert [len(store.deeds(one.id)) for one in rows] == [2, 2, 2]
    assert len(told(store, "hand_in_filed")) == 3
    assert len(told(store)) == 2 + 9 + 1
    assert set_aside(store) == []


def test_that_the_bureau_being_away_changes_nothing(sqlite_store):
    store = sqlite_store
    keeper = HandIns(store, LIMITS)
    before = kept(store, row(*way(S.EN_ROUTE)), keeper=keeper)
    polled(store, at=NOW + 5 * MINUTE)
    keeper.tick(NOW + 5 * MINUTE)
    assert case(store, before.id) == before


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (row(*way(S.SIGNED)), row(*way(S.EN_ROUTE)), "went_back"),
        (row(*way(S.ACCEPTED)), row(*way(S.ACCEPTED), boat_id="412410002"), "other_hand_in"),
        (
            row(*way(S.ACCEPTED)),
            row(history=(StateAt(S.FILED, NOW), StateAt(S.ACCEPTED, NOW + 7 * MINUTE)), state=S.ACCEPTED),
            "rewritten",
        ),
        (row(S.FILED, S.CANCELLED), row(*way(S.STORED)), "went_back"),
    ],
)
def test_that_a_row_that_contradicts_its_case_is_set_aside_once_and_moves_nothing(sqlite_store, before, after, reason):
    store = sqlite_store
    was = kept(store, before)
    keeper = HandIns(store, LIMITS)
    for _ in range(2):
        now = kept(store, after, at=NOW + MINUTE, keeper=keeper)
        keeper = HandIns(store, LIMITS)
    assert now == was
    assert set_aside(store) == [reason]


def test_that_a_vessel_that_collects_what_was_cancelled_here_is_set_aside(sqlite_store):
    store = sqlite_store
    before = kept(store, row(*way(S.EN_ROUTE), vessel_id="413300103", vessel_name="渔清 03"))
    ended = done(store, on(before, CancelHandIn, reason="渔船已返航"))
    assert ended.vessel_id == ""
    assert store.deeds(ended.id)[-1].fact.vessel_name == "渔清 03"
    assert kept(store, row(*way(S.EN_ROUTE), vessel_id="413300103", vessel_name="渔清 03")) == ended
    assert set_aside(store) == []
    assert kept(store, row(*way(S.WEIGHED), weighed_t=0.3)) == ended
    assert set_aside(store) == ["after_end"]


def test_that_what_an_officer_did_first_is_known_again_when_the_bureau_echoes_it(sqlite_store):
    store = sqlite_store
    found = kept(store, row())
    accepted = done(store, on(found, AcceptHandIn), NOW + MINUTE / 2)
    sent = assigned(store, accepted, at=NOW + MINUTE)
    echo = row(*way(S.ASSIGNED), vessel_id="413300103", vessel_name="渔清 03")
    assert kept(store, echo, at=NOW + 3 * MINUTE) == sent
    gone = kept(store, row(*way(S.EN_ROUTE), vessel_id="413300103", vessel_name="渔清 03"), at=NOW + 4 * MINUTE)
    assert states(gone) == ["FILED", "ACCEPTED", "ASSIGNED", "EN_ROUTE"]


def test_that_an_order_stands_against_another_vessel_until_that_is_alongside(sqlite_store):
    store = sqlite_store
    sent = assigned(store, kept(store, row()))
    other = {"vessel_id": "413300101", "vessel_name": "渔清 01"}
    assert kept(store, row(*way(S.EN_ROUTE), **other)) == sent
    there = kept(store, row(*way(S.ALONGSIDE), **other))
    assert there.vessel_name == "渔清 01"
    assert states(there)[-2:] == ["EN_ROUTE", "ALONGSIDE"]


def test_that_what_the_other_vessel_did_before_it_lost_the_hand_in_is_no_news_of_the_new_one(sqlite_store):
    store = sqlite_store
    sent = assigned(store, kept(store, row(*way(S.ACCEPTED))))
    moved = assigned(store, sent, "413300102", at=NOW + 4 * MINUTE)
    assert states(moved)[-2:] == ["REASSIGNED", "ASSIGNED"]
    now_with = {"vessel_id": "413300102", "vessel_name": "渔清 02"}
    echo = row(*way(S.EN_ROUTE), S.REASSIGNED, S.ASSIGNED, **now_with)
    assert kept(store, echo) == moved
    assert (
        states(kept(store, row(*way(S.EN_ROUTE), S.REASSIGNED, S.ASSIGNED, S.EN_ROUTE, **now_with)))[-1] == "EN_ROUTE"
    )


def test_that_a_dispute_holds_what_the_bureau_tells_until_it_is_settled(sqlite_store):
    store = sqlite_store
    stored = kept(store, row(*way(S.STORED), weighed_t=0.30, stored_t=0.25))
    done(store, on(stored, DisputeWeight, reason="入仓少 17%"))
    later = row(*way(S.REDUCED), weighed_t=0.30, stored_t=0.25, reduced_t=0.05)
    held = kept(store, later)
    assert held.state is S.DISPUTED
    settled = done(store, on(held, SettleDispute, reason="双方复秤", agreed_t=0.26))
    assert settled.state is S.STORED
    assert settled.collected_t == 0.26
    assert kept(store, later).state is S.REDUCED


def test_that_rules_hear_of_an_officers_assignment_at_once(store):
    keeper = HandIns(store, LIMITS)
    found = kept(store, row(*way(S.ACCEPTED)), keeper=keeper)
    keeper.tick(NOW + timedelta(minutes=18))
    assert {e.waited_min for e in told(store) if e.state == "ACCEPTED"} == {0, 17}
    assigned(store, found, at=NOW + timedelta(minutes=18))
    keeper.tick(NOW + timedelta(minutes=18, seconds=1))
    assert told(store)[0].state == "ASSIGNED"


def test_that_an_assignment_here_speaks_against_the_alert_of_waiting(store):
    rules = RuleRunner([rule for rule in read_rules(RULES) if rule.id == "R-FSH-01"], budget=None)
    store.use_rules(rules)
    keeper = HandIns(store, LIMITS)
    found = kept(store, row(*way(S.ACCEPTED)), keeper=keeper)
    later = NOW + timedelta(minutes=18)
    keeper.tick(later)
    (alert,) = store.snapshot("alerts", later).records
    assert [(c.text, c.stance) for c in alert.counters] == [("申请单上已派船", Stance.FOR)]  # looked at, not unknown
    assigned(store, found, at=later)
    keeper.tick(later + timedelta(seconds=1))
    assert store.snapshot("alerts", later).records[0].condition is Condition.RTN


def test_that_the_clock_of_collecting_stands_still_while_no_vessel_may_go_out(sqlite_store):
    store = sqlite_store
    keeper = HandIns(store, LIMITS)
    found = kept(store, row(), keeper=keeper)
    vessel = CollectionVessel("1", "渔清 01", 1, 9, 2.5, 4, NOW, (), "待命")
    store.put_topic("collection_vessels", [vessel], NOW)
    for wave, at in ((3.1, NOW + MINUTE), (1.0, NOW + 60 * MINUTE)):
        store.put_topic("sea_weather", [SeaWeather("a", "台州", 40, "东北风", 7, 8, wave, 9)], at)
        keeper.tick(at)
        keeper.tick(at)
        clock = case(store, found.id).clock(HandInStep.COLLECT)
        assert clock.due_at == (None if wave > 2.5 else at + LIMITS.collect_at_sea)
    assert len(store.deeds(found.id)) == 3


def test_that_a_limit_that_passes_is_noted_once(store):
    found = kept(store, row())
    step, due_at = running_limit(found)
    assert (step, due_at) == (HandInStep.ACCEPT, NOW + LIMITS.accept)
    for minutes in (6, 7):
        store.expire(NOW + minutes * MINUTE)
    assert [deed.kind for deed in store.deeds(found.id)] == ["request_filed", "limit_passed"]
    assert case(store, found.id).clock(HandInStep.ACCEPT).passed_at == due_at


def test_that_only_the_collector_reports_what_the_bureau_told(sqlite_store):
    store = sqlite_store
    assert store.perform(ReportFiled(request=row()), DISPATCHER, NOW).refusal == "须由采集程序填报"
    assert store.perform(ReportFiled(request=row()), ENGINE, NOW).done
