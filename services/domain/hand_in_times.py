"""How a hand-in stands against its time limits: what is overdue now, and what came late."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.domain.boats import HandInRequest, HandInState, HandInStep, StateAt, running_limit

_ENDS: dict[HandInState, HandInStep] = {
    HandInState.ACCEPTED: HandInStep.ACCEPT,
    HandInState.ASSIGNED: HandInStep.ASSIGN,
    HandInState.ALONGSIDE: HandInStep.COLLECT,
    HandInState.STORED: HandInStep.STORE,
    HandInState.DISPOSED: HandInStep.DISPOSE,
}


def is_overdue(request: HandInRequest, now: datetime) -> bool:
    limit = running_limit(request)
    return request.late_by is not None or (limit is not None and limit[1] < now)


def due_of(request: HandInRequest, state: HandInState) -> datetime | None:
    """When that state was to be reached, as far as the case still knows; a promise goes before a limit."""
    step = _ENDS.get(state)
    clock = request.clock(step) if step is not None else None
    if step is HandInStep.COLLECT and request.window_to is not None:
        return request.window_to
    return clock.due_at if clock is not None else None


def late_by(request: HandInRequest, step: StateAt) -> timedelta | None:
    """By how much the state came after its limit; None in time, or when only a later clock is known."""
    last = [one for one in request.history if one.state is step.state][-1]
    due = due_of(request, step.state)
    if due is None or step is not last or step.at <= due:
        return None
    return step.at - due
