"""What a merge is on the other side: to the parent that takes in, lets go of, or ends its children."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.domain.alert import Alert, Verdict, Work
from services.domain.clocks import stopped
from services.domain.finding import by_engine
from services.domain.guard import WORK_WORDS
from services.domain.happening import Happening, HappeningKind
from services.domain.officer import Officer


def unfit(parent: Alert | None, child: Alert, parent_id: str) -> str:
    """Why ``parent`` cannot take the child in; '' when it can. A worse one is not hidden in a lesser one."""
    if parent is None:
        return f"没有编号为 {parent_id} 的预警"
    if parent.id == child.id:
        return "不能并入自己"
    if not parent.is_open:
        return f"目标预警{WORK_WORDS[parent.work]}"
    return "目标预警级别较低" if parent.level < child.level else ""


def absorbing(parent: Alert, child: Alert, officer: Officer, at: datetime) -> Happening:
    """The parent's side of a merge: the child's evidence moves up."""
    taken = {"evidence": child.evidence, "event_ids": child.event_ids}
    return _of(parent, HappeningKind.ABSORBED, child, officer, at, **taken)


def parting(parent: Alert, child: Alert, officer: Officer, at: datetime) -> Happening | None:
    """The parent's side of an un-merge; the evidence stays. None when it has let go already."""
    if child.id not in parent.children:
        return None
    return _of(parent, HappeningKind.PARTED, child, officer, at)


def following(child: Alert, parent: Alert, at: datetime) -> Happening | None:
    """A child ends with its parent. None when it goes its own way by now."""
    if child.work is not Work.MERGED or child.parent_id != parent.id:
        return None
    return by_engine(
        HappeningKind.CLOSED,
        child.id,
        child.version + 1,
        at,
        text=f"随 {parent.id} 办结",
        parent_id=parent.id,
        verdict=parent.verdict or Verdict.TRUE,
        false_reason=parent.false_reason,
        satisfaction=parent.satisfaction,
        clocks=stopped(child.clocks, at),
        rungs=(),
    )


def _of(parent: Alert, kind: HappeningKind, child: Alert, officer: Officer, at: datetime, **fields: Any) -> Happening:
    return Happening(
        kind=kind,
        alert_id=parent.id,
        version=parent.version + 1,
        at=at,
        officer_id=officer.id,
        officer_name=officer.name,
        role=officer.role.value,
        parent_id=child.id,
        **fields,
    )
