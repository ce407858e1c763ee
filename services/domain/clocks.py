"""What happens to the clocks of an alert: which stop, start anew, pause or get shorter."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.domain.alert import Action, Alert, AlertLevel, Clock, Command, Rung, Step, Work
from services.domain.levels import Limits


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
            return _replaced(kept, limits.clock(alert.level, Step.DISPATCH, at))
        case Action.HANDLE:
            return stopped(clocks, at, Step.ONSITE)
        case Action.FEEDBACK:
            return stopped(clocks, at, Step.ONSITE, Step.FEEDBACK)
        case Action.RESUME:
            return resumed(clocks, at)
        case Action.CLOSE | Action.MERGE:
            return stopped(clocks, at)
        case Action.UNMERGE:
            return _merge_undone(alert)
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
        c if c.paused_at is None else replace(c, due_at=c.due_at + (at - c.paused_at), paused_at=None) for c in clocks
    )


def _replaced(clocks: tuple[Clock, ...], *started: Clock) -> tuple[Clock, ...]:
    """``clocks`` with those of ``started`` in place of their own, in the order they run."""
    by_step = {c.step: c for c in (*clocks, *started)}
    return tuple(by_step[step] for step in Step if step in by_step)


def _due_by(clocks: tuple[Clock, ...], until: datetime | None) -> tuple[Clock, ...]:
    if until is None:
        return clocks
    return tuple(replace(c, due_at=min(c.due_at, until)) if c.step is Step.CLOSE else c for c in clocks)


def tightened(alert: Alert, level: AlertLevel, at: datetime, limits: Limits) -> tuple[Clock, ...]:
    """After a rise: the ack clock starts anew, the running ones may only get shorter."""
    shorter = tuple(
        replace(c, due_at=min(c.due_at, limits.clock(level, c.step, at).due_at)) if c.runs else c for c in alert.clocks
    )
    return _replaced(shorter, limits.clock(level, Step.ACK, at))


def _merge_undone(alert: Alert) -> tuple[Clock, ...]:
    """The clocks the merge stopped run on as if it had not been."""
    merged_at = next((when for what, when, _ in reversed(alert.steps) if what == Work.MERGED), None)
    return tuple(replace(c, stopped_at=None) if c.stopped_at == merged_at else c for c in alert.clocks)


def unsigned_again(alert: Alert, at: datetime, limits: Limits) -> dict[str, tuple[Clock, ...] | tuple[Rung, ...]]:
    """Waiting for a signature again, from now on."""
    ack = limits.clock(alert.level, Step.ACK, at)
    return {"clocks": _replaced(alert.clocks, ack), "rungs": limits.ladder(alert.level, at)}
