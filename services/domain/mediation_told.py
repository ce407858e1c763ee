"""What the community did in its own system, folded into the case at its own moments."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.domain.mediation import Mediation, State, Step, Visit, VisitResult, clock_word
from services.domain.mediation_clocks import is_settled, settled
from services.domain.mediation_facts import CourseReported

_S = State


def reported(case: Mediation, fact: CourseReported) -> Mediation:
    """What was done elsewhere, at its own moments. Clocks that waited for it stop then."""
    by = fact.mediator or "社区"
    worse = {"violent": case.violent or fact.violent, "called_110": case.called_110 or fact.called_110}
    case = replace(case, **worse, mediator=fact.mediator or case.mediator)
    if fact.accepted_at is not None:
        case = _elsewhere(case, _S.ACCEPTED, fact.accepted_at, by, "")
        case = replace(case, accepted_at=fact.accepted_at)
    if fact.resolved_at is not None:
        case = _elsewhere(case, _S.AGREED, fact.resolved_at, by, "社区报已化解")
        case = replace(case, state=_S.VISITING, resolved_at=fact.resolved_at)
    begun = tuple(clock for clock in fact.clocks if case.clock(clock.what) is None)
    case = replace(case, clocks=(*case.clocks, *begun))
    for days, at in fact.visited_at:
        what = f"visit{days}"
        clocks = tuple(replace(c, stopped_at=c.stopped_at or at) if c.what == what else c for c in case.clocks)
        step = Step(_S.VISITING, at, by, clock_word(what))
        visit = Visit(days, at, VisitResult.SETTLED)
        case = replace(case, clocks=clocks, visits=(*case.visits, visit), steps=(*case.steps, step))
    waits = [clock for clock in case.clocks if clock.what.startswith("visit")]
    if case.state is _S.VISITING and waits and not any(clock.runs for clock in waits):
        last = max(clock.stopped_at for clock in waits if clock.stopped_at is not None)
        case = replace(_elsewhere(case, _S.ARCHIVED, last, by, ""), ended_at=last)
    return case


def _elsewhere(case: Mediation, state: State, at: datetime, by: str, text: str) -> Mediation:
    over = settled(state)
    clocks = tuple(
        replace(clock, stopped_at=at) if clock.runs and (clock.what in over or is_settled(clock, state)) else clock
        for clock in case.clocks
    )
    return replace(case, state=state, clocks=clocks, steps=(*case.steps, Step(state, at, by, text)))
