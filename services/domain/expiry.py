"""What comes to an alert by itself: clocks that pass, rungs, ends of shelves, signatures, suspensions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.domain.alert import Ack, Alert, Step, Visibility, Work
from services.domain.chatter import calming
from services.domain.clocks import resumed, waiting
from services.domain.finding import by_engine
from services.domain.happening import Due, Happening, HappeningKind
from services.domain.levels import LIMITS, Limits
from services.domain.officer import Role


def dues(alert: Alert) -> tuple[Due, ...]:
    """Everything that will come to this alert by itself; the rows of the deadline table. Nobody is told
    of a missing signature once it is there, nor of what is hidden or ended."""
    if not alert.is_open:
        return ()
    unsigned = alert.ack is Ack.UNACK and alert.visibility is Visibility.VISIBLE
    found = [
        Due(clock.step.value, clock.due_at)
        for clock in alert.clocks
        if clock.runs and clock.late_at is None and (clock.step is not Step.ACK or unsigned)
    ]
    if unsigned:
        found += [Due(f"tell:{rung.role}", rung.due_at) for rung in alert.rungs]
    if alert.shelved_until is not None:
        found.append(Due("unshelve", alert.shelved_until))
    if alert.acked_until and alert.ack is Ack.ACKED and alert.work in (Work.NEW, Work.VERIFYING):
        found.append(Due("sign_lapse", alert.acked_until))
    if alert.work is Work.SUSPENDED and alert.suspended_until:
        found.append(Due("resume", alert.suspended_until))
    if alert.calm_at is not None:
        found.append(Due("calm", alert.calm_at))
    return tuple(found)


def expiring(alert: Alert, what: Step | str, at: datetime, limits: Limits = LIMITS) -> Happening | None:
    """What a passed deadline makes happen; None when it no longer counts or has not passed yet.

    One that passed while nobody ran the clock happens once, marked late. The text of an escalation is
    the role told that nobody signed; one without a text is of another clock that passed.
    """
    due = next((d for d in dues(alert) if d.what == what and d.due_at <= at), None)
    if due is None:
        return None
    happened = by_engine(
        HappeningKind.ESCALATED,
        alert.id,
        alert.version + 1,
        at,
        due_at=due.due_at,
        late=at - due.due_at > limits.late_after,
    )
    if due.what in ("unshelve", "sign_lapse"):
        kind = HappeningKind.SHELF_ENDED if due.what == "unshelve" else HappeningKind.SIGN_LAPSED
        return replace(happened, kind=kind, **waiting(alert.clocks, alert.level, at, limits))
    if due.what == "calm":
        return calming(alert, at)
    if due.what == "resume":  # the approved time and no more, however late it is noted
        return replace(happened, kind=HappeningKind.RESUMED, clocks=resumed(alert.clocks, due.due_at))
    if due.what.startswith("tell:"):
        role = due.what.removeprefix("tell:")
        rungs = tuple(rung for rung in alert.rungs if rung.role != role)
        return replace(happened, text=role, rungs=rungs, step=Step.ACK)
    step = Step(due.what)
    clocks = tuple(replace(c, late_at=at) if c.step is step and c.runs else c for c in alert.clocks)
    return replace(happened, step=step, clocks=clocks, text=Role.DUTY.value if step is Step.ACK else "")
