"""Alerts and officers for the tests of an alert's life."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.domain.alert import Action, Alert, AlertLevel, Command, Detection, Evidence, Work
from services.domain.levels import LIMITS, Limits
from services.domain.life import Refusal, decide, dues, evolve, raising
from services.domain.officer import Officer, Role
from services.domain.reasons import ResultCode, Satisfaction

AT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)  # Friday 14:00 in Shanghai
WALL = Officer("w", "大屏", Role.WALL)
DUTY = Officer("d", "王建国", Role.DUTY)
DUTY2 = Officer("d2", "孙悦", Role.DUTY)
LEAD = Officer("l", "赵明", Role.SHIFT_LEAD)
LEAD2 = Officer("l2", "何静", Role.SHIFT_LEAD)
LEADER = Officer("b", "钱进", Role.DUTY_LEADER)
LEADER2 = Officer("b2", "马宁", Role.DUTY_LEADER)
POLICE = Officer("p", "李卫", Role.POLICE_ROOM)
LIAISON = Officer("t", "周航", Role.DEPT_LIAISON, department="公安")
BOATS = Officer("s", "陈海", Role.DISPATCHER)
PHOTO = "ab" * 32


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def detection(level: AlertLevel = AlertLevel.YELLOW, at: datetime = AT, **fields: Any) -> Detection:
    plain = Detection(
        key="R|k",
        rule_id="R",
        rule_version=3,
        rule_text="限 10 次",
        scene="community",
        level=level,
        title="疑似",
        subject="林*",
        wall_subject="林**",
        subject_kind="estate",
        subject_id="E1",
        place="城市花园",
        occurred_at=at,
        evidence=(Evidence("进出", "10 次"),),
        event_ids=("e1",),
    )
    return replace(plain, **fields)


def raised(level: AlertLevel = AlertLevel.YELLOW, at: datetime = AT, number: int = 1, **fields: Any) -> Alert:
    happening = raising(None, detection(level, at, **fields), at, f"YJ-1120-{number:04d}")
    assert happening is not None
    return evolve(None, happening)


def found(alert: Alert, level: AlertLevel, at: datetime = AT, **fields: Any) -> Alert:
    """The open alert once a rule has found it again."""
    happening = raising(alert, detection(level, at, **fields), at, "")
    assert happening is not None
    return evolve(alert, happening)


def after(
    alert: Alert,
    action: Action,
    who: Officer = DUTY,
    at: datetime = AT,
    limits: Limits = LIMITS,
    parent: Alert | None = None,
    **fields: Any,
) -> Alert:
    command = Command(alert.id, action, alert.version, **fields)
    return evolve(alert, decide(alert, command, who, at, limits, parent))


def why_not(
    alert: Alert,
    action: Action,
    who: Officer = DUTY,
    at: datetime = AT,
    limits: Limits = LIMITS,
    parent: Alert | None = None,
    **fields: Any,
) -> str:
    with pytest.raises(Refusal) as refused:
        decide(alert, Command(alert.id, action, alert.version, **fields), who, at, limits, parent)
    return refused.value.reason_zh


def due(alert: Alert, what: str) -> datetime:
    return next(d.due_at for d in dues(alert) if d.what == what)


WAY: list[tuple[Action, Officer, dict[str, Any]]] = [
    (Action.SIGN, DUTY, {}),
    (Action.VERIFY, DUTY, {}),
    (Action.DISPATCH, DUTY, {"department": "公安", "text": "上门核实"}),
    (Action.ACCEPT, LIAISON, {}),
    (Action.HANDLE, LIAISON, {}),
    (Action.FEEDBACK, LIAISON, {"text": "已登记", "result": ResultCode.DONE, "photos": (PHOTO,)}),
    (Action.REVIEW, DUTY, {}),
    (Action.CLOSE, DUTY, {"text": "已办居住登记", "satisfaction": Satisfaction.SATISFIED}),
    (Action.ARCHIVE, DUTY, {}),
]


def at_work(work: Work, level: AlertLevel = AlertLevel.YELLOW, **fields: Any) -> Alert:
    """An alert on the straight way at ``work``."""
    alert = raised(level, **fields)
    for action, who, more in WAY:
        if alert.work is work and (work is not Work.NEW):
            break
        if action is Action.CLOSE and level >= AlertLevel.ORANGE:
            who = LEADER
        alert = after(alert, action, who, **more)
    assert alert.work is work
    return alert
