"""The community's rows become deeds, each once, whatever comes between; and events, once each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from services.collect.mediation_keeper import MediationKeeper
from services.collect.rule_files import rules_from_texts
from services.collect.rules import RuleRunner
from services.domain.alert import Condition
from services.domain.mediation import DisputeType, State
from services.domain.mediation_acts import AcceptDispute, ArrangeMeeting, RecordAgreement, RecordVisit
from services.domain.mediation_figures import summary_of
from services.domain.mediation_terms import TERMS
from services.store import events
from services.store.schema import quarantine
from services.store.store import Store
from tests.unit.dispute_world import NOW, Disputes, resolved, row

DAY = timedelta(days=1)
RULES = Path(__file__).resolve().parents[2] / "resources" / "rules"


@pytest.fixture
def world(store) -> Disputes:
    return Disputes(store)


@pytest.fixture
def one(sqlite_store) -> Disputes:
    return Disputes(sqlite_store)


def told(store: Store, kind: str):
    with store.read() as connection:
        return events.records(connection, kind)


def set_aside(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.execute(select(quarantine.c.reason)).scalars())


def test_that_a_row_becomes_one_case_and_the_same_row_nothing_more(world):
    case = world.polled(row())
    assert (case.id, case.number, case.state) == ("TJ-JF1", "JF1", State.FILED)
    assert world.polled(row()) == case
    assert world.polled(row(), keeper=MediationKeeper(world.store, TERMS)) == case
    assert len(world.store.deeds(case.id)) == 1


def test_that_a_year_behind_comes_with_its_course_and_ends_where_it_ended(one):
    old = replace(row(), filed_at=NOW - 200 * DAY)
    done = resolved(old, 4, 7, 30, 90)
    open_visits = resolved(replace(row("JF2"), filed_at=NOW - 40 * DAY), 5, 7, 30)
    one.polled(done, open_visits)
    first, second = one.case("TJ-JF1"), one.case("TJ-JF2")
    assert (first.state, len(first.visits), first.open_days(NOW)) == (State.ARCHIVED, 3, 4)
    assert second.state is State.VISITING
    assert second.running is not None
    assert second.running.what == "visit90"


def test_that_a_year_behind_is_a_few_transactions_and_never_open_to_a_clock(one, monkeypatch):
    """A hundred cases of last winter must not look overdue while they are being written."""
    rows = [resolved(replace(row(f"JF{n}"), filed_at=NOW - 200 * DAY), 4, 7, 30, 90) for n in range(60)]
    calls: list[str] = []
    real = one.store.perform
    monkeypatch.setattr(one.store, "perform", lambda wish, *by: (calls.append(type(wish).__name__), real(wish, *by))[1])
    one.polled(*rows)
    one.store.expire(one.now)
    assert calls == ["ReportFiled"] * 3
    assert {(case.state, case.version) for case in one.store.cases("mediation")} == {(State.ARCHIVED, 2)}


def test_that_what_the_clerks_do_later_is_one_deed_each(one):
    one.polled(row())
    one.after(days=1)
    case = one.polled(replace(row(), accepted_at=one.now, mediator="徐*"))
    assert (case.state, case.mediator) == (State.ACCEPTED, "徐*")
    one.after(days=3)
    done = replace(row(), accepted_at=NOW + DAY, resolved_at=one.now)
    case = one.polled(done)
    assert (case.state, len(one.store.deeds(case.id))) == (State.VISITING, 3)
    assert one.polled(done) == case


def test_that_a_row_that_contradicts_its_case_changes_nothing_and_is_kept_once(one):
    done = resolved(row(), 0)
    case = one.polled(done)
    for _ in range(2):
        assert one.polled(replace(done, resolved_at=None)) == case
    assert one.polled(replace(done, type=DisputeType.LABOUR), keeper=MediationKeeper(one.store, TERMS)) == case
    assert sorted(set_aside(one.store)) == ["other_dispute", "went_back"]


def test_that_a_row_behind_what_was_done_here_takes_nothing_back(one):
    case = one.do(one.polled(row()), AcceptDispute)
    assert one.polled(replace(row(), accepted_at=NOW + DAY)) == case


class KilledError(Exception):
    pass


@pytest.mark.parametrize("step", range(1, 6))
def test_that_a_keeper_killed_at_any_step_doubles_nothing_when_it_starts_again(one, monkeypatch, step):
    rows = (resolved(row(), 0, 7), replace(row("JF2"), accepted_at=NOW), row("JF3"))
    one.store.put_topic("filed_disputes", rows, NOW)
    left = step
    for name in ("perform", "take"):
        real = getattr(one.store, name)

        def dying(*args, real=real, **kwargs):
            nonlocal left
            left -= 1
            if left == 0:
                raise KilledError
            return real(*args, **kwargs)

        monkeypatch.setattr(one.store, name, dying)
    try:
        MediationKeeper(one.store, TERMS).tick(NOW)
    except KilledError:
        monkeypatch.undo()
        MediationKeeper(one.store, TERMS).tick(NOW)
    states = {case.number: case.state for case in one.store.cases("mediation")}
    assert states == {"JF1": State.VISITING, "JF2": State.ACCEPTED, "JF3": State.FILED}
    assert len(told(one.store, "dispute_filed")) == 3
    assert [len(one.store.deeds(f"TJ-JF{n}")) for n in (1, 2, 3)] == [2, 2, 1]


def test_that_each_household_is_told_once_and_states_once_a_day_while_open(one):
    one.polled(row(households=("XQ01-a", "XQ01-b")))
    for hours in (1, 1, 22, 1, 24):
        one.after(hours=hours)
        one.keeper.tick(one.now)
    assert sorted(r.nth for r in told(one.store, "dispute_filed")) == [1, 2]
    assert sorted(r.open_days for r in told(one.store, "dispute_state")) == [0, 1, 2]


def test_that_a_missing_return_visit_is_told_the_day_after_and_made_up_at_once(one):
    done = resolved(row(), 0)
    case = one.polled(done)
    one.after(days=8)
    one.keeper.tick(one.now)
    last = max(told(one.store, "dispute_state"), key=lambda r: r.at)
    assert (last.visit_late_days, last.visit_due_days) == (1, 7)
    one.do(one.case(case.id), RecordVisit, result="satisfied")
    one.keeper.tick(one.now)
    last = [r for r in told(one.store, "dispute_state") if r.visits_made == 1]
    assert [r.visit_late_days for r in last] == [0]


def test_that_an_alert_about_a_case_is_linked_and_an_agreement_is_told_to_it(one):
    texts = {path.name: path.read_text(encoding="utf-8") for path in RULES.glob("R-DSP-01.toml")}
    one.store.use_rules(RuleRunner(rules_from_texts(texts), now=lambda: one.now))
    one.polled(row(accepted_at=NOW))
    one.after(days=9)
    for _ in range(2):
        one.keeper.tick(one.now)
    (found,) = one.store.snapshot("alerts", one.now).records
    case = one.case("TJ-JF1")
    assert (found.title, found.grid_code, case.alert_id) == ("纠纷超期 9 天", "331002002001", found.id)
    case = one.do(case, ArrangeMeeting, at=one.now + DAY, place="社区")
    one.do(case, RecordAgreement, text="退一半")
    one.keeper.tick(one.now)
    (found,) = one.store.snapshot("alerts", one.now).records
    assert [note.text for note in found.notes][-1] == "TJ-JF1 达成协议：退一半"
    assert found.condition is Condition.RTN


def test_that_the_rate_counts_what_is_due_and_joined_cases_once(one):
    one.now = NOW + 40 * DAY
    rows = (resolved(row(), 4), replace(row("JF2"), accepted_at=NOW, resolve_by=NOW + 15 * DAY), row("JF3"))
    one.polled(*rows)
    found = summary_of(one.store.cases("mediation"), one.now)
    assert (found.resolved, found.due, found.total, found.open, found.over_7d) == (1, 2, 3, 2, 2)
    assert found.mean_days == 4.0
    assert [bar.text for bar in found.ages] == ["0", "0", "0", "2"]


def test_that_no_year_makes_no_rate(one):
    found = summary_of((), NOW)
    assert (found.resolved, found.due, found.mean_days) == (0, 0, None)
