"""Events of disputes and of party branches, made of cases and rows as they stand: the rules' only view of them.

No name, room or word of a request is in an event; a household is its pseudonym.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.domain.event import Event
from services.domain.mediation import STATE_WORDS, UNRESOLVED, Mediation, State
from services.domain.party import ACTIVITY_WORDS, PartyActivity, PartyBranch
from services.domain.timebase import local

SOURCE = "mediation_keeper"
PARTY_SOURCE = "party_keeper"


@dataclass(frozen=True, slots=True)
class DisputeFiled:
    """Event ``dispute_filed``: one household of one case, once. ``nth`` counts the households from 1;
    ``subject`` is what R-DSP-04 counts by: type and matter."""

    case_id: str
    number: str
    estate_id: str
    estate_name: str
    grid_code: str
    dispute_type: str
    topic: str
    household_id: str
    parties_id: str
    nth: int
    households: int
    collective: bool
    channel: str
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class DisputeMoved:
    """Event ``dispute_state``: told with each deed in a case and once a day while it is open. ``open_days`` are
    whole days of Shanghai from filing to resolution; ``visit_late_days`` those of the return visit that has
    waited longest, 0 while none is missing."""

    case_id: str
    number: str
    state: str
    state_word: str
    estate_id: str
    estate_name: str
    grid_code: str
    dispute_type: str
    topic: str
    unresolved: bool
    open_days: int
    households: int
    collective: bool
    department: str
    risk_count: int  # words of escalation
    risk_words: str
    violent: bool
    called_110: bool
    visits_made: int
    visit_late_days: int
    visit_due_days: int  # which of them: 7, 30, 90; 0 while none is missing
    at: datetime


@dataclass(frozen=True, slots=True)
class PartyActivityDue:
    """Event ``party_activity``: an activity of a branch after its day, told once a day until it is recorded."""

    activity_id: str
    branch_id: str
    branch_name: str
    kind: str
    kind_word: str
    planned_at: datetime
    recorded: bool
    late_days: int
    grid_code: str
    at: datetime


def filed_events(case: Mediation) -> Iterator[Event]:
    """One a household; a case without any known household is told once, under no household."""
    for nth, household in enumerate(case.households or ("",), 1):
        record = DisputeFiled(
            case_id=case.id,
            number=case.number,
            estate_id=case.estate_id,
            estate_name=case.estate_name,
            grid_code=case.grid_code,
            dispute_type=case.type.value,
            topic=case.topic,
            household_id=household,
            parties_id=case.parties_id,
            nth=nth,
            households=len(case.households),
            collective=case.collective,
            channel=case.channel,
            filed_at=case.filed_at,
        )
        yield Event(SOURCE, f"{case.id}:{nth}", "dispute_filed", case.filed_at, record)


def state_event(case: Mediation, now: datetime) -> Event:
    """Its id follows from the case's version and the day, so one told twice is stored once."""
    late, due_days = _missing_visit(case, now)
    record = DisputeMoved(
        case_id=case.id,
        number=case.number or case.id,
        state=case.state.value,
        state_word=STATE_WORDS[case.state],
        estate_id=case.estate_id,
        estate_name=case.estate_name,
        grid_code=case.grid_code,
        dispute_type=case.type.value,
        topic=case.topic,
        unresolved=case.state in UNRESOLVED,
        open_days=case.open_days(now),
        households=len(case.households),
        collective=case.collective,
        department=case.department,
        risk_count=len(case.risk),
        risk_words="、".join(case.risk),
        violent=case.violent,
        called_110=case.called_110,
        visits_made=len({visit.days for visit in case.visits}),
        visit_late_days=late,
        visit_due_days=due_days,
        at=now,
    )
    return Event(SOURCE, f"{case.id}:{case.version}:{local(now):%Y%m%d}", "dispute_state", now, record)


def is_told_daily(case: Mediation, now: datetime) -> bool:
    """Whether time alone makes it worse."""
    return case.state in UNRESOLVED or _missing_visit(case, now)[0] > 0


def _missing_visit(case: Mediation, now: datetime) -> tuple[int, int]:
    """By how many whole days the earliest missing return visit is late, and which it is."""
    if case.state is not State.VISITING:
        return 0, 0
    waits = [clock for clock in case.clocks if clock.runs and clock.what.startswith("visit") and clock.due_at < now]
    if not waits:
        return 0, 0
    first = min(waits, key=lambda clock: clock.due_at)
    days = (local(now).date() - local(first.due_at).date()).days
    return (days, int(first.what.removeprefix("visit"))) if days > 0 else (0, 0)


def activity_events(branch: PartyBranch, now: datetime, grid_code: str) -> Iterator[Event]:
    """Of what should have been by now; ``late_days`` are whole days of Shanghai after the planned one."""
    for one in branch.activities:
        if not _is_due(one, now):
            continue
        late = (local(now).date() - local(one.planned_at).date()).days
        recorded = one.recorded_at is not None
        record = PartyActivityDue(
            activity_id=one.id,
            branch_id=branch.id,
            branch_name=branch.name,
            kind=one.kind.value,
            kind_word=ACTIVITY_WORDS[one.kind],
            planned_at=one.planned_at,
            recorded=recorded,
            late_days=0 if recorded else late,
            grid_code=grid_code,
            at=now,
        )
        told = "recorded" if recorded else f"{local(now):%Y%m%d}"
        yield Event(PARTY_SOURCE, f"{one.id}:{told}", "party_activity", now, record)


def _is_due(one: PartyActivity, now: datetime) -> bool:
    return local(one.planned_at).date() < local(now).date()
