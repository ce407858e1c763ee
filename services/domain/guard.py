"""Who may ask what of an alert, and the Chinese sentence that says why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.alert import (
    ENDED,
    Ack,
    Action,
    Alert,
    AlertLevel,
    Command,
    FalseReason,
    Step,
    Verdict,
    Visibility,
    Work,
)
from services.domain.levels import LEVEL_WORDS, Limits
from services.domain.officer import Officer, Role

WORK_WORDS: Mapping[Work, str] = {
    Work.NEW: "新预警",
    Work.VERIFYING: "核查中",
    Work.DISPATCHED: "已派单",
    Work.ACCEPTED: "已接单",
    Work.HANDLING: "处置中",
    Work.FEEDBACK: "已反馈",
    Work.REVIEW: "待核验",
    Work.CLOSED: "已办结",
    Work.ARCHIVED: "已归档",
    Work.RETURNED: "已退回",
    Work.SUSPENDED: "已挂起",
    Work.REWORK: "重办",
    Work.MERGED: "已并入",
}

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)

DUTY_UP = frozenset({Role.DUTY, Role.SHIFT_LEAD, Role.DUTY_LEADER})
LEADS = frozenset({Role.SHIFT_LEAD, Role.DUTY_LEADER})
EXECUTORS = frozenset({Role.DISPATCHER, Role.POLICE_ROOM, Role.DEPT_LIAISON})
PEOPLE = DUTY_UP | EXECUTORS
# A duty officer may enter what a department says on the telephone.
ON_SEAT = EXECUTORS | DUTY_UP
REACH = {Role.DISPATCHER: "boats", Role.POLICE_ROOM: "community"}

OPEN = frozenset(Work) - ENDED
JUDGEABLE = frozenset({Work.VERIFYING, Work.RETURNED, Work.FEEDBACK, Work.REVIEW})
CLOSERS: Mapping[AlertLevel, tuple[frozenset[Role], str]] = {
    AlertLevel.BLUE: (DUTY_UP, "值班员"),
    AlertLevel.YELLOW: (DUTY_UP, "值班员"),
    AlertLevel.ORANGE: (LEADS, "值班长"),
    AlertLevel.RED: (frozenset({Role.DUTY_LEADER}), "带班领导"),
}


@dataclass(frozen=True, slots=True)
class Guard:
    """When an action is allowed: by whom, in which work states, and whether it needs a signature."""

    roles: frozenset[Role]
    who: str
    works: frozenset[Work]
    signed: bool = False


def _duty(*works: Work, signed: bool = True) -> Guard:
    return Guard(DUTY_UP, "值班员", frozenset(works), signed)


_VERIFIERS = DUTY_UP | {Role.POLICE_ROOM}

GUARDS: Mapping[Action, Guard] = {
    Action.SIGN: Guard(DUTY_UP, "值班员", OPEN),
    Action.VERIFY: Guard(_VERIFIERS, "值班员", frozenset({Work.NEW}), True),
    Action.DISPATCH: _duty(Work.VERIFYING, Work.RETURNED),
    Action.ACCEPT: Guard(ON_SEAT, "承办单位", frozenset({Work.DISPATCHED})),
    Action.HANDLE: Guard(ON_SEAT, "承办单位", frozenset({Work.ACCEPTED, Work.REWORK})),
    Action.FEEDBACK: Guard(ON_SEAT, "承办单位", frozenset({Work.HANDLING})),
    Action.REVIEW: _duty(Work.FEEDBACK),
    Action.REWORK: _duty(Work.REVIEW),
    Action.RETURN: Guard(EXECUTORS, "承办单位", frozenset({Work.DISPATCHED})),
    Action.SUSPEND: Guard(ON_SEAT, "值班员", frozenset({Work.HANDLING})),
    Action.RESUME: Guard(ON_SEAT, "值班员", frozenset({Work.SUSPENDED})),
    Action.FALSE_ALARM: Guard(_VERIFIERS, "值班员", JUDGEABLE, True),
    Action.NO_ACTION: Guard(_VERIFIERS, "值班员", JUDGEABLE, True),
    Action.CLOSE: _duty(Work.VERIFYING, Work.RETURNED, Work.REVIEW),
    Action.ARCHIVE: _duty(Work.CLOSED, signed=False),
    Action.MERGE: _duty(*OPEN, signed=False),
    Action.UNMERGE: _duty(Work.MERGED, signed=False),
    Action.SHELVE: _duty(*OPEN, signed=False),
    Action.UNSHELVE: _duty(*OPEN, signed=False),
    Action.REOPEN: Guard(LEADS, "值班长", frozenset({Work.CLOSED})),
    Action.SUPERVISE: Guard(LEADS, "值班长", OPEN),
    Action.NOTE: Guard(PEOPLE, "值班员", frozenset(Work) - {Work.ARCHIVED}),
}

# What to do first, said when the work has not come that far yet; else the present state is named.
FIRST: Mapping[Action, Mapping[Work, str]] = {
    Action.DISPATCH: {Work.NEW: "先核查"},
    Action.ACCEPT: {Work.NEW: "尚未派单", Work.VERIFYING: "尚未派单", Work.RETURNED: "尚未派单"},
    Action.HANDLE: {Work.DISPATCHED: "先接单"},
    Action.FEEDBACK: {Work.DISPATCHED: "先接单", Work.ACCEPTED: "先到场处置", Work.REWORK: "先到场处置"},
    Action.REVIEW: dict.fromkeys((Work.DISPATCHED, Work.ACCEPTED, Work.HANDLING, Work.REWORK), "待反馈"),
    Action.REWORK: {Work.FEEDBACK: "先核验"},
    Action.FALSE_ALARM: {Work.NEW: "先核查"},
    Action.NO_ACTION: {Work.NEW: "先核查"},
    Action.CLOSE: {
        Work.NEW: "先核查",
        Work.FEEDBACK: "待核验",
        **dict.fromkeys((Work.DISPATCHED, Work.ACCEPTED, Work.HANDLING, Work.REWORK, Work.SUSPENDED), "待反馈"),
    },
    Action.ARCHIVE: dict.fromkeys(OPEN, "先办结"),
    Action.REOPEN: dict.fromkeys(OPEN, "尚未办结"),
    Action.UNMERGE: dict.fromkeys(OPEN, "未并入"),
}


def refusal(alert: Alert, action: Action, officer: Officer) -> str:
    """Why ``officer`` may not do this now, whatever he types in; '' when he may."""
    guard = GUARDS[action]
    if officer.role is Role.WALL:
        return "大屏账号不可操作"
    if officer.role not in PEOPLE:
        return "规则引擎不发指令"
    if officer.role not in guard.roles:
        return f"须{guard.who}"
    if REACH.get(officer.role, alert.scene) != alert.scene:
        return "不在本席职责"
    if alert.work not in guard.works:
        return _not_now(alert, action)
    if guard.signed and alert.ack is not Ack.ACKED:
        return "先签收"
    return _particular(alert, action, officer)


def refusals(alert: Alert, officer: Officer) -> Mapping[Action, str]:
    """For every button: '' when allowed, else the reason printed on it."""
    return {action: refusal(alert, action, officer) for action in Action}


def missing(alert: Alert, command: Command, officer: Officer, at: datetime, limits: Limits) -> str:
    """What the command itself lacks; '' when it is complete."""
    match command.action:
        case Action.SHELVE:
            return _missing_shelf(command, officer, at, limits)
        case Action.SUSPEND:
            return _missing_suspension(alert, command, at)
        case Action.DISPATCH:
            return _missing_task(alert, command, at)
        case Action.FALSE_ALARM if command.false_reason is None:
            return "选择误报原因"
        case Action.FALSE_ALARM if command.false_reason is FalseReason.OTHER and not command.text.strip():
            return "其他原因须写明"
        case Action.MERGE if not command.parent_id:
            return "选择并入哪条预警"
        case Action.MERGE if command.parent_id == alert.id:
            return "不能并入自己"
        case Action.CLOSE if alert.verdict is Verdict.TRUE and not command.text.strip():
            return "填写办结意见"
        case Action.RETURN | Action.REOPEN | Action.REWORK if not command.text.strip():
            return "填写原因"
        case Action.FEEDBACK if not command.text.strip():
            return "填写处置结果"
        case Action.NOTE if not command.text.strip():
            return "填写备注"
        case _:
            return ""


def _not_now(alert: Alert, action: Action) -> str:
    first = FIRST.get(action, {}).get(alert.work)
    return first or f"当前为{WORK_WORDS[alert.work]}"


def _particular(alert: Alert, action: Action, officer: Officer) -> str:
    match action:
        case Action.SIGN if alert.is_signed:
            return f"已由{alert.acked_by}签收"
        case Action.DISPATCH if alert.returns >= 2 and officer.role not in LEADS:
            return "两次退回，须值班长派单"
        case Action.SHELVE if alert.level is AlertLevel.RED:
            return "红色不可暂缓"
        case Action.SHELVE if alert.visibility is not Visibility.VISIBLE:
            return "已暂缓" if alert.visibility is Visibility.SHELVED else "已抑制或停用"
        case Action.UNSHELVE if alert.visibility is not Visibility.SHELVED:
            return "未暂缓"
        case Action.SUPERVISE if alert.supervised:
            return "已督办"
        case Action.SUSPEND if alert.suspension_asked and officer.role not in LEADS:
            return "已申请，待值班长批准"
        case Action.CLOSE:
            return _unclosable(alert, officer)
        case _:
            return ""


def _unclosable(alert: Alert, officer: Officer) -> str:
    if alert.verdict is None:
        return "先派单或定性"
    roles, who = CLOSERS[alert.level]
    return "" if officer.role in roles else f"{LEVEL_WORDS[alert.level]}须{who}"


def _missing_shelf(command: Command, officer: Officer, at: datetime, limits: Limits) -> str:
    if not command.text.strip():
        return "填写暂缓原因"
    if command.until is None or command.until <= at:
        return "暂缓须有晚于现在的时限"
    if command.until - at > limits.shelve_lead:
        return f"暂缓最长 {limits.shelve_lead // _HOUR} 小时"
    if command.until - at > limits.shelve_duty and officer.role not in LEADS:
        return f"暂缓超过 {limits.shelve_duty // _MINUTE} 分钟须值班长"
    return ""


def _missing_suspension(alert: Alert, command: Command, at: datetime) -> str:
    if not (command.text.strip() or alert.suspension_asked):
        return "填写挂起原因"
    until = command.until or alert.suspended_until
    return "挂起须有晚于现在的时限" if until is None or until <= at else ""


def _missing_task(alert: Alert, command: Command, at: datetime) -> str:
    if not command.department.strip():
        return "选择派往部门"
    if not command.text.strip():
        return "填写任务要求"
    if command.until is None:
        return ""
    if command.until <= at:
        return "完成时限须晚于现在"
    close = alert.clock(Step.CLOSE)
    return "完成时限不得晚于办结时限" if close and close.due_at < command.until else ""
