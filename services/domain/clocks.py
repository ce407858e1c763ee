"""What happens to the clocks of an alert: which stop, start anew, pause or get shorter."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.domain.alert import Action, Alert, AlertLevel, Clock, Command, Step
from services.domain.levels import Limits

_NOTHING = timedelta(0)


def clocks_after(alert: Alert, command: Command, at: datetime, limits: Limits) -> tuple[Clock, ...] | None:
    """The clocks once the command is done; None when it leaves them as they are."""
    clocks = alert.clocks
    match command.action:
        case Action.SIGN | Action.UNSHELVE:
            return stopped(clocks, at, Step.ACK)
        case Action.DISPATCH:
            started = tuple(limits.clock(alert.level, step, at) for step in (Step.ONSITE, Step.FEEDBACK))
            return _due_by(_replaced(stopped(clocks, at, Step.DISPATCH), *started), command.until)
        case Action.RETURN:
            kept = tuple(c for c in clocks if c.step not in (Step.ONSITE, Step.FEEDBACK))
            return _replaced(_own_limits(kept, at), limits.clock(alert.level, Step.DISPATCH, at))
        case Action.HANDLE:
            return stopped(clocks, at, Step.ONSITE)
        case Action.FEEDBACK:
            return stopped(clocks, at, Step.ONSITE, Step.FEEDBACK)
        case Action.RESUME:
            return resumed(clocks, at)
        case Action.CLOSE:
            return stopped(clocks, at)
        case Action.UNMERGE:
            return alert.clocks_before
        case Action.REOPEN:
            return _replaced((), *(limits.clock(alert.level, step, at) for step in (Step.DISPATCH, Step.CLOSE)))
        case _:
            return None


def stopped(clocks: tuple[Clock, ...], at: datetime, *steps: Step) -> tuple[Clock, ...]:
    """Stop the running clocks of ``steps``, of every step when none is named."""
    wanted = steps or tuple(Step)
    return tuple(replace(c, stopped_at=at) if c.stopped_at is None and c.step in wanted else c for c in clocks)


def resumed(clocks: tuple[Clock, ...], at: datetime) -> tuple[Clock, ...]:
    return tuple(
        c if c.paused_at is None else replace(_moved(c, max(at - c.paused_at, _NOTHING)), paused_at=None)
        for c in clocks
    )


def _moved(clock: Clock, by: timedelta) -> Clock:
    own = clock.own_due_at
    return replace(clock, due_at=clock.due_at + by, own_due_at=own + by if own else None)


def _replaced(clocks: tuple[Clock, ...], *started: Clock) -> tuple[Clock, ...]:
    """``clocks`` with those of ``started`` in place of their own, in the order they run."""
    by_step = {c.step: c for c in (*clocks, *started)}
    return tuple(by_step[step] for step in Step if step in by_step)


def _due_by(clocks: tuple[Clock, ...], until: datetime | None) -> tuple[Clock, ...]:
    if until is None:
        return clocks
    return tuple(
        replace(c, due_at=min(c.due_at, until), own_due_at=c.due_at) if c.step is Step.CLOSE else c for c in clocks
    )


def _own_limits(clocks: tuple[Clock, ...], at: datetime) -> tuple[Clock, ...]:
    """Without what was agreed with the department that does not take the task."""
    return tuple(
        replace(c, due_at=c.own_due_at, own_due_at=None, late_at=None if c.own_due_at > at else c.late_at)
        if c.own_due_at
        else c
        for c in clocks
    )


def tightened(clocks: tuple[Clock, ...], level: AlertLevel, at: datetime, limits: Limits) -> tuple[Clock, ...]:
    """After a rise the time that is left may only get shorter; a paused clock has what it will have left."""
    return tuple(
        replace(c, due_at=min(c.due_at, limits.due(level, c.step, c.paused_at or at))) if c.stopped_at is None else c
        for c in clocks
    )


def loosened(
    clocks: tuple[Clock, ...], before: AlertLevel, level: AlertLevel, at: datetime, limits: Limits
) -> tuple[Clock, ...]:
    """After a lower level: as if it had always been that level, what was paused or agreed included.
    A clock that had passed and now has time again may pass again."""

    def longer(c: Clock) -> Clock:
        started = c.started_at
        if c.stopped_at is not None or started is None:
            return c
        more = limits.due(level, c.step, started) - limits.due(before, c.step, started)
        moved = _moved(c, max(more, _NOTHING))
        return replace(moved, late_at=None if moved.due_at > at else c.late_at)

    return tuple(map(longer, clocks))


def relevelled(alert: Alert, level: AlertLevel, at: datetime, limits: Limits) -> dict[str, Any]:
    """The clocks of a level set by hand; one not signed yet has its time to sign from now."""
    if level > alert.level:
        clocks = tightened(alert.clocks, level, at, limits)
    else:
        clocks = loosened(alert.clocks, alert.level, level, at, limits)
    if alert.is_signed:
        return {"clocks": clocks, "until": limits.sign_holds(level, at)}
    return waiting(clocks, level, at, limits)


def waiting(clocks: tuple[Clock, ...], level: AlertLevel, at: datetime, limits: Limits) -> dict[str, Any]:
    """Waiting for a signature from now on."""
    return {"clocks": _replaced(clocks, limits.clock(level, Step.ACK, at)), "rungs": limits.ladder(level, at)}


def paused(clocks: tuple[Clock, ...], at: datetime) -> tuple[Clock, ...]:
    return tuple(replace(c, paused_at=at) if c.runs else c for c in clocks)
