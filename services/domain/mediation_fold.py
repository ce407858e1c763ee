"""What a dispute is after each of its deeds, and what comes to it by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.domain.deed import Deed, Said
from services.domain.happening import Due
from services.domain.masked import mask_name
from services.domain.mediation import CaseClock, Mediation, State, Step, Visit, VisitResult, What, clock_word
from services.domain.mediation_clocks import is_end, is_settled, settled
from services.domain.mediation_facts import (
    AgreementBroken,
    AgreementReached,
    AlertLinked,
    CaseAccepted,
    CaseArchived,
    CaseDeclined,
    CaseFiled,
    CaseGuided,
    CaseHandedUp,
    CaseNoted,
    CasesJoined,
    CaseWithdrawn,
    CourseReported,
    DisputeLimitPassed,
    JoinedInto,
    MediationFailed,
    MeetingArranged,
    PerformanceNoted,
    ReturnVisitMade,
)
from services.domain.mediation_told import reported
from services.domain.timebase import local

LATE_AFTER = timedelta(minutes=1)
_S = State


def evolve(case: Mediation | None, deed: Deed) -> Mediation:
    fact = deed.fact
    if isinstance(fact, CaseFiled):
        return _begun(fact, deed)
    assert case is not None
    changed = replace(case, version=deed.version)
    match fact:
        case DisputeLimitPassed(what, due_at):
            clocks = tuple(
                replace(c, passed_at=deed.at) if c.what == what and c.due_at == due_at else c for c in case.clocks
            )
            return replace(changed, clocks=clocks)
        case AlertLinked(alert_id):
            return replace(changed, alert_id=alert_id)
        case CaseNoted(text, risk, violent, called_110):
            note = Step(case.state, deed.at, _by(deed), text)
            worse = {"violent": case.violent or violent, "called_110": case.called_110 or called_110}
            return replace(changed, notes=(*case.notes, note), risk=tuple(dict.fromkeys((*case.risk, *risk))), **worse)
        case CourseReported():
            return reported(changed, fact)
        case _:
            return _moved(changed, fact, deed)


def _begun(fact: CaseFiled, deed: Deed) -> Mediation:
    return Mediation(
        id=deed.case_id,
        version=deed.version,
        state=_S.FILED,
        number=fact.number,
        type=fact.type,
        topic=fact.topic,
        estate_id=fact.estate_id,
        estate_name=fact.estate_name,
        building=fact.building,
        grid_code=fact.grid_code,
        households=fact.households,
        opponent=fact.opponent,
        parties_id=fact.parties_id,
        words=fact.words,
        channel=fact.channel,
        collective=fact.collective,
        violent=fact.violent,
        called_110=fact.called_110,
        risk=fact.risk,
        filed_at=fact.filed_at,
        filed_by=fact.by,
        department=fact.department,
        clocks=fact.clocks,
        steps=(Step(_S.FILED, fact.filed_at, fact.by),),
        demo=fact.demo,
    )


def _moved(case: Mediation, fact: Any, deed: Deed) -> Mediation:
    """One of the facts that bring the case to another state, or on in the same."""
    match fact:
        case CaseAccepted(resolve_by):
            case = replace(case, mediator=_by(deed), accepted_at=deed.at)
            return _to(case, _S.ACCEPTED, deed, "", started=[CaseClock(What.RESOLVE, resolve_by)])
        case CaseDeclined(reason) | CaseWithdrawn(reason):
            state = _S.DECLINED if isinstance(fact, CaseDeclined) else _S.WITHDRAWN
            return _to(replace(case, reason=reason), state, deed, reason)
        case MeetingArranged(meeting_at, place):
            state = _S.MEDIATING if case.state in (_S.ACCEPTED, _S.FAILED) else case.state
            case = replace(case, meeting_at=meeting_at, meeting_place=place, mediator=_by(deed))
            text = f"约 {local(meeting_at):%m-%d %H:%M} {place}"
            return _to(case, state, deed, text, started=[CaseClock(What.MEETING, meeting_at)])
        case AgreementReached(text, perform_by):
            case = replace(case, agreement=text, resolved_at=deed.at, mediator=_by(deed))
            return _to(case, _S.AGREED, deed, text, started=[CaseClock(What.PERFORM, perform_by)])
        case PerformanceNoted(done, text, visits):
            state = _S.VISITING if done else _S.PERFORMING
            return _to(case, state, deed, text or ("履行完毕" if done else "履行中"), started=visits)
        case AgreementBroken(reason):
            return _back(case, deed, f"反悔：{reason}")
        case ReturnVisitMade():
            return _visited(case, fact, deed)
        case _:
            return _ended(case, fact, deed)


def _ended(case: Mediation, fact: Any, deed: Deed) -> Mediation:
    match fact:
        case MediationFailed(reason):
            return _to(replace(case, reason=reason), _S.FAILED, deed, reason)
        case CaseHandedUp(to, department, reason):
            return _to(replace(case, department=department), to, deed, reason)
        case CaseGuided(court, text):
            return _to(
                replace(case, reason=f"引导{court.value}"), _S.GUIDED, deed, " ".join((court.value, text)).strip()
            )
        case CaseArchived(text):
            return _to(case, _S.ARCHIVED, deed, text)
        case CasesJoined(others, households, alert_id):
            joined = tuple(dict.fromkeys((*case.joined, *others)))
            alert_id = alert_id or case.alert_id
            case = replace(
                case, joined=joined, households=households, collective=True, alert_id=alert_id, parties_id=""
            )
            return _to(case, case.state, deed, f"并入 {len(others)} 件，共 {len(households)} 户")
        case JoinedInto(main_id):
            return _to(replace(case, main_id=main_id), _S.JOINED, deed, main_id)
    raise TypeError(f"no fact of a dispute: {fact!r}")


def _to(case: Mediation, state: State, deed: Deed, text: str, *, started: Iterable[CaseClock] = ()) -> Mediation:
    """Another state with its line in the timeline; clocks that wait for nothing more are stopped."""
    begun = tuple(started)
    over = {clock.what for clock in begun} | settled(state)
    kept = [
        replace(clock, stopped_at=deed.at) if clock.runs and (clock.what in over or is_settled(clock, state)) else clock
        for clock in case.clocks
    ]
    kept = [clock for clock in kept if clock.what not in {one.what for one in begun}]
    ended_at = deed.at if is_end(state) else None
    steps = (*case.steps, Step(state, deed.at, _by(deed), text))
    return replace(case, state=state, steps=steps, clocks=(*kept, *begun), ended_at=ended_at)


def _back(case: Mediation, deed: Deed, text: str) -> Mediation:
    """What was agreed no longer holds: it is mediated again, its ages and limit run on as they were."""
    clocks = tuple(
        replace(clock, stopped_at=None) if clock.what == What.RESOLVE or clock.what.startswith("age") else clock
        for clock in case.clocks
        if not clock.what.startswith("visit") and clock.what != What.PERFORM
    )
    case = replace(case, clocks=clocks, resolved_at=None, agreement="")
    return _to(case, _S.MEDIATING, deed, text)


def _visited(case: Mediation, fact: ReturnVisitMade, deed: Deed) -> Mediation:
    case = replace(case, visits=(*case.visits, Visit(fact.days, deed.at, fact.result, fact.said)))
    if fact.result is VisitResult.RELAPSED:
        return _back(case, deed, f"{fact.days} 日回访反复：{fact.said}")
    if fact.result is VisitResult.UNREACHED:
        return case
    done = f"visit{fact.days}"
    clocks = tuple(replace(clock, stopped_at=deed.at) if clock.what == done else clock for clock in case.clocks)
    step = Step(_S.VISITING, deed.at, _by(deed), f"{clock_word(done)} {fact.said}".strip())
    return replace(case, clocks=clocks, steps=(*case.steps, step))


def _by(deed: Deed) -> str:
    return mask_name(deed.officer_name)


# ------------------------------------------------------------------------------------ by themselves


def dues(case: Mediation) -> Sequence[Due]:
    if not case.is_open:
        return ()
    return tuple(Due(clock.what, clock.due_at) for clock in case.clocks if clock.runs and clock.passed_at is None)


def expire(case: Mediation, what: str, at: datetime) -> Sequence[Said]:
    """A limit passed: noted once."""
    clock = case.clock(what)
    if clock is None or not case.is_open or not clock.runs or clock.passed_at is not None or clock.due_at > at:
        return ()
    return [Said(DisputeLimitPassed(what, clock.due_at, at - clock.due_at > LATE_AFTER))]
