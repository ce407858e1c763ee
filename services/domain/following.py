"""What is done about an alert in a case of its own, as a happening of that alert.

The happening says who did it, so the alert's log reads as if he had done it there; its clocks follow the
case: the time to feed back is the case's own deadline.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.domain.alert import Alert, Clock, Step, Work
from services.domain.clocks import stopped
from services.domain.deed import Deed
from services.domain.happening import Happening, HappeningKind
from services.domain.reasons import ResultCode

WORKED_ON = frozenset({Work.DISPATCHED, Work.ACCEPTED, Work.HANDLING, Work.REWORK})


def by_deed(kind: HappeningKind, alert: Alert, deed: Deed, **said: Any) -> Happening:
    return Happening(
        kind=kind,
        alert_id=alert.id,
        version=alert.version + 1,
        at=deed.at,
        officer_id=deed.officer_id,
        officer_name=deed.officer_name,
        role=deed.role,
        **said,
    )


def dispatched(
    alert: Alert, deed: Deed, department: str, task: str, feedback_by: datetime, close_by: datetime
) -> Happening:
    """Handed to the department with the case's deadline. One that works on it already gets the deadline only."""
    clocks = with_limits(alert.clocks, deed.at, feedback_by, close_by)
    if alert.work in WORKED_ON:
        return by_deed(HappeningKind.NOTED, alert, deed, text=task, clocks=clocks)
    clocks = stopped(clocks, deed.at, Step.DISPATCH)
    said: dict[str, Any] = {"department": department, "text": task, "evidence": alert.evidence}
    return by_deed(HappeningKind.DISPATCHED, alert, deed, **said, clocks=clocks)


def fed_back(
    alert: Alert, deed: Deed, text: str, close_by: datetime, result: ResultCode = ResultCode.DONE
) -> Happening:
    clocks = stopped(with_limits(alert.clocks, deed.at, None, close_by), deed.at, Step.ONSITE, Step.FEEDBACK)
    return by_deed(HappeningKind.FED_BACK, alert, deed, text=text, result=result, clocks=clocks)


def back_at_the_desk(clocks: tuple[Clock, ...], at: datetime, dispatch_by: datetime) -> tuple[Clock, ...]:
    """After a refusal nobody works on it: what runs is the time to dispatch it again."""
    kept = {c.step: c for c in clocks if c.step not in (Step.ONSITE, Step.FEEDBACK)}
    kept[Step.DISPATCH] = Clock(Step.DISPATCH, dispatch_by, started_at=at)
    return tuple(kept[step] for step in Step if step in kept)


def with_limits(
    clocks: tuple[Clock, ...], at: datetime, feedback_by: datetime | None, close_by: datetime | None
) -> tuple[Clock, ...]:
    """The clocks with other ends; None leaves one as it is. Nobody drives out to a case that is worked on
    paper: the clock to be on site is taken away."""
    kept = {c.step: c for c in clocks if c.step is not Step.ONSITE}
    for step, due_at in ((Step.FEEDBACK, feedback_by), (Step.CLOSE, close_by)):
        if due_at is not None:
            before = kept.get(step)
            started = before.started_at if before is not None else at
            kept[step] = Clock(step, due_at, started_at=started)
    return tuple(kept[step] for step in Step if step in kept)
