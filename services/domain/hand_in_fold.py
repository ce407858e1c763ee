"""A hand-in as its deeds make it, and what time does to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from services.domain.boats import (
    Clock,
    HandInRequest,
    HandInState,
    HandInStep,
    StateAt,
    may_follow,
    running_limit,
)
from services.domain.deed import Deed, Said
from services.domain.hand_in_case import (
    DESK,
    MOVABLE,
    CollectingHeld,
    CollectingResumed,
    DisputeSettled,
    HandInAssigned,
    HandInReassigned,
    LimitPassed,
    ProgressReported,
    RequestAccepted,
    RequestCancelled,
    RequestFiled,
    RequestRejected,
    Told,
    VesselMissed,
    WeightDisputed,
)
from services.domain.happening import Due
from services.domain.masked import mask_name
from services.domain.officer import Role

LATE_AFTER = timedelta(minutes=1)  # noted later than this after its moment: nobody was counting
_S = HandInState


class OutOfOrderError(ValueError):
    """A fact that may not follow; ``decide`` refuses what would say it."""


def evolve(case: HandInRequest | None, deed: Deed) -> HandInRequest:
    if isinstance(deed.fact, RequestFiled):
        return _filed(deed.fact, deed)
    assert case is not None
    return _changed(replace(case, version=deed.version), deed)


def _filed(fact: RequestFiled, deed: Deed) -> HandInRequest:
    clocks = (Clock(HandInStep.ACCEPT, fact.accept_by), Clock(HandInStep.COLLECT, fact.collect_by))
    return HandInRequest(
        id=deed.case_id,
        number=fact.number or deed.case_id.rpartition("-")[2],
        boat_id=fact.boat_id,
        vessel_no=fact.vessel_no,
        pollutant=fact.pollutant,
        est_t=fact.est_t,
        place=fact.place,
        lon=fact.lon,
        lat=fact.lat,
        in_port=fact.in_port,
        channel=fact.channel,
        state=_S.FILED,
        history=(StateAt(_S.FILED, fact.filed_at, fact.by, fact.told),),
        version=deed.version,
        window_from=fact.window_from,
        window_to=fact.window_to,
        caller=fact.caller,
        grace=fact.grace,
        clocks=clocks,
    )


def _changed(case: HandInRequest, deed: Deed) -> HandInRequest:
    match deed.fact:
        case RequestAccepted(assign_by):
            return _with(_to(case, deed, _S.ACCEPTED), (Clock(HandInStep.ASSIGN, assign_by),))
        case RequestRejected(reason):
            return _to(case, deed, _S.REJECTED, reason=reason)
        case RequestCancelled(reason):
            return _to(case, deed, _S.CANCELLED, reason=reason)
        case HandInAssigned() | HandInReassigned() as fact:
            return _sent(case, deed, fact)
        case VesselMissed(reason, assign_by):
            missed = _to(case, deed, _S.NO_SHOW, reason=reason)
            return _with(missed, (Clock(HandInStep.ASSIGN, assign_by),))
        case WeightDisputed(reason):
            return _to(case, deed, _S.DISPUTED, reason=reason)
        case DisputeSettled(reason, agreed_t):
            after = _S.STORED if case.reached(_S.STORED) else _S.SIGNED
            return _to(case, deed, after, reason=reason, agreed_t=agreed_t)
        case ProgressReported() as fact:
            return _told(case, fact)
        case LimitPassed(step, due_at):
            return _timed(case, step, passed_at=due_at)
        case CollectingHeld():
            return _timed(case, HandInStep.COLLECT, due_at=None)
        case CollectingResumed(due_at):
            return _timed(case, HandInStep.COLLECT, due_at=due_at)
    raise TypeError(f"no fact of a hand-in: {deed.fact!r}")


def _sent(case: HandInRequest, deed: Deed, fact: HandInAssigned | HandInReassigned) -> HandInRequest:
    """A vessel for it. The order accepts what was not, and takes it from the vessel that had it."""
    way = {_S.FILED: (_S.ACCEPTED,), _S.NO_SHOW: (_S.REASSIGNED,)}.get(case.state, ())
    if case.state in MOVABLE:
        way = (_S.REASSIGNED,)
    reason = fact.reason if isinstance(fact, HandInReassigned) else case.reason
    sent = _to(case, deed, *way, _S.ASSIGNED, reason=reason)
    return replace(
        sent,
        vessel_id=fact.vessel_id,
        vessel_name=fact.vessel_name,
        eta=fact.eta,
        window_to=fact.window_to or case.window_to,
        plan_id=fact.plan_id,
    )


def _told(case: HandInRequest, fact: ProgressReported) -> HandInRequest:
    said = {field.name: value for field in fields(Told) if (value := getattr(fact.told, field.name)) not in (None, "")}
    said |= {name: said[name] or getattr(case, name) for name in ("photos", "signers")}
    return _with(replace(_along(case, fact.steps), **said), fact.clocks)


def _to(case: HandInRequest, deed: Deed, *states: HandInState, **changes: Any) -> HandInRequest:
    by = "系统" if deed.role == Role.ENGINE else mask_name(deed.officer_name)
    return replace(_along(case, [StateAt(state, deed.at, by, DESK) for state in states]), **changes)


def _along(case: HandInRequest, steps: Iterable[StateAt]) -> HandInRequest:
    """Raises OutOfOrderError."""
    history, state = list(case.history), case.state
    for step in steps:
        if not may_follow(state, step.state):
            raise OutOfOrderError(f"{case.id}：{state} 之后不能是 {step.state}")
        history.append(step)
        state = step.state
    left = state in (_S.REASSIGNED, _S.NO_SHOW, _S.CANCELLED)
    gone = {"vessel_id": "", "vessel_name": "", "eta": None, "plan_id": ""} if left else {}
    return replace(case, history=tuple(history), state=state, **gone)


def _with(case: HandInRequest, clocks: Iterable[Clock]) -> HandInRequest:
    kept = {clock.step: clock for clock in case.clocks} | {clock.step: clock for clock in clocks}
    return replace(case, clocks=tuple(kept.values()))


def _timed(case: HandInRequest, step: HandInStep, **changes: Any) -> HandInRequest:
    clock = case.clock(step)
    return case if clock is None else _with(case, (replace(clock, **changes),))


# --------------------------------------------------------------------------------------------- time


def dues(case: HandInRequest) -> Sequence[Due]:
    limit = running_limit(case)
    if limit is None:
        return ()
    step, due_at = limit
    clock = case.clock(step)
    return (Due(step.value, due_at),) if clock is not None and clock.passed_at is None else ()


def expire(case: HandInRequest, what: str, at: datetime) -> Sequence[Said]:
    """A limit passed: noted once."""
    due = next((one for one in dues(case) if one.what == what and one.due_at <= at), None)
    if due is None:
        return ()
    return [Said(LimitPassed(HandInStep(what), due.due_at, at - due.due_at > LATE_AFTER))]
