"""What officers of the demo's past did with an alert, step by step, and what they found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from services.domain.alert import Action
from services.domain.officer import Officer, Role
from services.domain.reasons import FalseReason, ResultCode, Satisfaction

WANG = Officer("duty-b", "王海涛", Role.DUTY)
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


@dataclass(frozen=True, slots=True)
class Taken:
    action: Action
    after: timedelta
    officer: Officer
    said: Mapping[str, Any] = field(default_factory=dict)


def course(finding: Finding) -> Sequence[Taken]:
    """Signed, verified, judged; what is true is dispatched, done, reviewed; all of it closed within a day."""
    first = (_step(Action.SIGN, 0), _step(Action.VERIFY, 4))
    if finding.reason is not None:
        judged = _step(Action.FALSE_ALARM, 40, false_reason=finding.reason, text=finding.words)
        return (*first, judged, _step(Action.CLOSE, 45))
    if finding.no_action:
        judged = _step(Action.NO_ACTION, 60, text=finding.words)
        return (*first, judged, _step(Action.CLOSE, 70, text=finding.words))
    there = POLICE if finding.department == "公安" else ECOLOGY
    return (
        *first,
        _step(Action.DISPATCH, 12, department=finding.department, text="上门核实并反馈"),
        _step(Action.ACCEPT, 20, there),
        _step(Action.HANDLE, 95, there),
        _step(Action.FEEDBACK, 150, there, result=ResultCode.DONE, text=finding.words),
        _step(Action.REVIEW, 240),
        _step(Action.CLOSE, 300, text=finding.words, satisfaction=Satisfaction.SATISFIED),
    )


def _step(action: Action, minutes: int, officer: Officer = WANG, **said: Any) -> Taken:
    return Taken(action, timedelta(minutes=minutes), officer, said)
