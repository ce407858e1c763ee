"""What a row of the community's own system brings new to a case, and where the two contradict each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from services.domain.deed import Deed, kind_of
from services.domain.dispute_row import FiledDispute
from services.domain.mediation import NAME, RESOLVED, CaseClock, Mediation, State, What
from services.domain.mediation_facts import CourseReported
from services.domain.mediation_filing import filed_there
from services.domain.mediation_fold import evolve
from services.domain.mediation_terms import MediationTerms
from services.domain.officer import ENGINE

TOLD_RESOLVED = "社区报已化解"


def fault_in(case: Mediation, row: FiledDispute) -> tuple[str, str]:
    """A code and Chinese words of what cannot be; then nothing of the row is taken."""
    if (case.type, case.estate_id) != (row.type, row.estate_id):
        return "other_dispute", f"{row.number} 的类型或小区变了"
    told = next((s.at for s in case.steps if s.state is State.AGREED and s.text == TOLD_RESOLVED), None)
    if told is not None and row.resolved_at is None:
        return "went_back", f"{row.number} 报过化解，现在又没有化解日期"
    if row.accepted_at and row.resolved_at and row.resolved_at < row.accepted_at:
        return "resolved_before_accepted", f"{row.number} 的化解早于受理"
    return "", ""


def brought(case: Mediation, row: FiledDispute, terms: MediationTerms) -> CourseReported | None:
    """What is new, with the clocks it starts; None when nothing is. A row that was taken brings nothing more."""
    if not case.is_open:
        return None
    accepted_at = row.accepted_at if case.state is State.FILED else None
    resolved_at = row.resolved_at if case.is_unresolved and (case.accepted_at or row.accepted_at) else None
    resolved = resolved_at is not None or case.state in RESOLVED
    known = {visit.days for visit in case.visits}
    visited = tuple((days, at) for days, at in row.visited_at if resolved and days not in known)
    worse = (row.violent and not case.violent) or (row.called_110 and not case.called_110)
    if accepted_at is None and resolved_at is None and not visited and not worse:
        return None
    clocks = _accepted(row, accepted_at, terms) + _resolved(resolved_at, terms)
    return CourseReported(accepted_at, resolved_at, visited, row.mediator, row.violent, row.called_110, clocks)


def _accepted(row: FiledDispute, at: datetime | None, terms: MediationTerms) -> tuple[CaseClock, ...]:
    if at is None:
        return ()
    due_at = row.resolve_by or terms.due(terms.resolve, at)
    return (CaseClock(What.RESOLVE, due_at, stopped_at=row.resolved_at),)


def _resolved(at: datetime | None, terms: MediationTerms) -> tuple[CaseClock, ...]:
    return visit_clocks(at, terms) if at is not None else ()


def visit_clocks(at: datetime, terms: MediationTerms) -> tuple[CaseClock, ...]:
    """The promises to come back, from when all was performed."""
    return tuple(CaseClock(f"visit{days}", at + timedelta(days=days)) for days in terms.visits)


def facts_of(row: FiledDispute, terms: MediationTerms, now: datetime, department: str) -> Sequence[Any]:
    """What a row that is no case yet brings: its filing, and all it has been through since, in one go, so that
    no year behind is ever open to the clocks."""
    filed = filed_there(row, terms, department)
    news = brought(evolve(None, _deed(row.id, 1, filed, now)), row, terms)
    return (filed, news) if news is not None else (filed,)


def case_of(row: FiledDispute, terms: MediationTerms, now: datetime, department: str) -> Mediation:
    """The case a row alone makes, as the keeper would write it."""
    first, *more = facts_of(row, terms, now, department)
    case = evolve(None, _deed(row.id, 1, first, now))
    return evolve(case, _deed(row.id, 2, more[0], now)) if more else case


def _deed(case_id: str, version: int, fact: Any, at: datetime) -> Deed:
    return Deed(NAME, case_id, version, kind_of(type(fact)), at, ENGINE.id, ENGINE.name, ENGINE.role.value, fact)
