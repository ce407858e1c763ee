"""What officers of the demo's past did with an alert, step by step, and what they found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from services.domain.alert import Action, Alert, AlertLevel, Verdict
from services.domain.officer import Officer, Role
from services.domain.reasons import FalseReason, ResultCode, Satisfaction

WANG = Officer("duty-b", "王海涛", Role.DUTY)
LEAD = Officer("lead-b", "李建国", Role.SHIFT_LEAD)
CLOSERS = {AlertLevel.ORANGE: LEAD, AlertLevel.RED: Officer("leader-1121", "陈志远", Role.DUTY_LEADER)}
PHOTOS = (sha256("演示照片".encode()).hexdigest(),)  # its file was not kept
POLICE = Officer("police-1", "吴刚", Role.POLICE_ROOM)
ECOLOGY = Officer("demo-ecology", "吴某", Role.DEPT_LIAISON, department="生态环境")


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one matter. ``reason`` makes it a false alarm, ``no_action`` true without need."""

    words: str
    department: str = ""
    reason: FalseReason | None = None
    no_action: bool = False
    minutes: int = 3  # until somebody signs
    lasts: timedelta = timedelta(0)  # how long the matter goes on before it can be judged


@dataclass(frozen=True, slots=True)
class Taken:
    action: Action
    after: timedelta
    officer: Officer
    said: Mapping[str, Any] = field(default_factory=dict)


def course(finding: Finding) -> Sequence[Taken]:
    """Signed, verified, judged; what is true is dispatched, done, reviewed; all of it closed within a day."""
    first = (_step(Action.SIGN, 0), _step(Action.VERIFY, 4))
    return (*first, *(replace(step, after=step.after + finding.lasts) for step in _judged(finding)))


def _judged(finding: Finding) -> Sequence[Taken]:
    if finding.reason is not None:
        judged = _step(Action.FALSE_ALARM, 40, false_reason=finding.reason, text=finding.words)
        return (judged, _step(Action.CLOSE, 45))
    if finding.no_action:
        judged = _step(Action.NO_ACTION, 60, text=finding.words)
        return (judged, _step(Action.CLOSE, 70, text=finding.words))
    there = POLICE if finding.department == "公安" else replace(ECOLOGY, department=finding.department)
    return (
        _step(Action.DISPATCH, 12, department=finding.department, text="上门核实并反馈"),
        _step(Action.ACCEPT, 20, there),
        _step(Action.HANDLE, 95, there),
        _step(Action.FEEDBACK, 150, there, result=ResultCode.DONE, text=finding.words, photos=PHOTOS),
        _step(Action.REVIEW, 240),
        _step(Action.CLOSE, 300, text=finding.words, satisfaction=Satisfaction.SATISFIED),
    )


def needed(alert: Alert, taken: Taken) -> Sequence[Taken]:
    """A step with what its level asks for besides: signed anew after a rise, red judged by two, closed by a lead."""
    before: list[Taken] = []
    if taken.action is not Action.SIGN and not alert.is_signed:
        before.append(_step(Action.SIGN, 0))
    if taken.action is not Action.CLOSE:
        return (*before, taken)
    if alert.level is AlertLevel.RED and alert.verdict is not Verdict.TRUE:
        before.append(_step(Action.CONFIRM, 0, LEAD))
    return (*before, replace(taken, officer=CLOSERS.get(alert.level, taken.officer)))


def _step(action: Action, minutes: int, officer: Officer = WANG, **said: Any) -> Taken:
    return Taken(action, timedelta(minutes=minutes), officer, said)
