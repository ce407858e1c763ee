"""Who may ask what of an alert, and the Chinese sentence that says why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.domain.alert import ENDED, Ack, Action, Alert, AlertLevel, Verdict, Visibility, Work
from services.domain.levels import LEVEL_WORDS
from services.domain.marking import unmarkable
from services.domain.officer import Officer, Role
from services.domain.roles import DUTY_UP, EXECUTORS, LEADS, ON_SEAT, PEOPLE, REACH, READERS, VERIFIERS

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


GUARDS: Mapping[Action, Guard] = {
    Action.SIGN: Guard(DUTY_UP, "值班员", OPEN),
    Action.VERIFY: Guard(VERIFIERS, "值班员", frozenset({Work.NEW}), True),
    Action.DISPATCH: _duty(Work.VERIFYING, Work.RETURNED),
    Action.ACCEPT: Guard(ON_SEAT, "承办单位", frozenset({Work.DISPATCHED})),
    Action.HANDLE: Guard(ON_SEAT, "承办单位", frozenset({Work.ACCEPTED, Work.REWORK})),
    Action.FEEDBACK: Guard(ON_SEAT, "承办单位", frozenset({Work.HANDLING})),
    Action.REVIEW: _duty(Work.FEEDBACK),
    Action.REWORK: _duty(Work.REVIEW),
    Action.RETURN: Guard(EXECUTORS, "承办单位", frozenset({Work.DISPATCHED})),
    Action.SUSPEND: Guard(ON_SEAT, "值班员", frozenset({Work.HANDLING})),
    Action.RESUME: Guard(ON_SEAT, "值班员", frozenset({Work.SUSPENDED})),
    Action.FALSE_ALARM: Guard(VERIFIERS, "值班员", JUDGEABLE, True),
    Action.NO_ACTION: Guard(VERIFIERS, "值班员", JUDGEABLE, True),
    Action.CLOSE: _duty(Work.VERIFYING, Work.RETURNED, Work.REVIEW),
    Action.ARCHIVE: _duty(Work.CLOSED, signed=False),
    Action.MERGE: _duty(*OPEN, signed=False),
    Action.UNMERGE: _duty(Work.MERGED, signed=False),
    Action.SHELVE: _duty(*OPEN, signed=False),
    Action.UNSHELVE: _duty(*OPEN, signed=False),
    Action.REOPEN: Guard(LEADS, "值班长", frozenset({Work.CLOSED})),
    Action.RELEVEL: Guard(LEADS, "值班长", OPEN),
    Action.REFUSE_SUSPENSION: Guard(LEADS, "值班长", frozenset({Work.HANDLING})),
    Action.CONFIRM: Guard(LEADS, "值班长", JUDGEABLE),
    Action.SUPERVISE: Guard(LEADS, "值班长", OPEN),
    Action.NOTE: Guard(PEOPLE, "值班员", frozenset(Work) - {Work.ARCHIVED}),
    Action.LINK: _duty(*OPEN, signed=False),
    Action.UNLINK: _duty(*OPEN, signed=False),
    Action.TICK: Guard(PEOPLE, "值班员", OPEN),
    Action.UNTICK: Guard(PEOPLE, "值班员", OPEN),
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
    if officer.role in READERS:
        return READERS[officer.role]
    if officer.role not in guard.roles:
        return f"须{guard.who}"
    beyond = _beyond(alert, action, officer)
    if beyond:
        return beyond
    if alert.work not in guard.works:
        return _not_now(alert, action)
    if guard.signed and alert.ack is not Ack.ACKED:
        return "先签收"
    return _particular(alert, action, officer)


def refusals(alert: Alert, officer: Officer) -> Mapping[Action, str]:
    """For every button: '' when allowed, else the reason printed on it."""
    return {action: refusal(alert, action, officer) for action in Action}


def _beyond(alert: Alert, action: Action, officer: Officer) -> str:
    """Why the alert is none of this officer's; a supporting department may add its notes."""
    if REACH.get(officer.role, alert.scene) != alert.scene:
        return "不在本席职责"
    if officer.role is not Role.DEPT_LIAISON:
        return ""
    if not officer.department:
        return "账号未设部门"
    if action is Action.NOTE and officer.department in alert.support:
        return ""
    return "" if officer.department == alert.department else "非本部门任务"


def _not_now(alert: Alert, action: Action) -> str:
    first = FIRST.get(action, {}).get(alert.work)
    return first or f"当前为{WORK_WORDS[alert.work]}"


def _particular(alert: Alert, action: Action, officer: Officer) -> str:
    match action:
        case Action.SIGN if alert.is_signed:
            return f"已由{alert.acked_by}签收"
        case Action.DISPATCH if alert.bounced and officer.role not in LEADS:
            return "多次退回，须值班长派单"
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
        case Action.REFUSE_SUSPENSION if not alert.suspension_asked:
            return "无挂起申请"
        case Action.MERGE if alert.children:
            return "本案有并入的预警"
        case Action.LINK | Action.UNLINK | Action.TICK | Action.UNTICK:
            return unmarkable(alert, action)
        case Action.CONFIRM:
            return _unconfirmable(alert, officer)
        case Action.CLOSE:
            return _unclosable(alert, officer)
        case _:
            return ""


def _unconfirmable(alert: Alert, officer: Officer) -> str:
    if alert.level is not AlertLevel.RED or alert.verdict is Verdict.TRUE:
        return "无须复核"
    if alert.verdict is None:
        return "尚未定性"
    if alert.confirmed_by:
        return "已复核"
    return "须由另一人复核" if officer.id == alert.judged_by else ""


def _unclosable(alert: Alert, officer: Officer) -> str:
    """Red is closed by two: neither who judged it nor who took it down from red closes it alone."""
    if alert.verdict is None:
        return "先派单或定性"
    roles, who = CLOSERS[alert.level]
    if officer.role not in roles:
        return f"{LEVEL_WORDS[alert.level]}须{who}"
    if alert.level is AlertLevel.RED:
        if alert.verdict is not Verdict.TRUE and not alert.confirmed_by:
            return "先由另一人复核"
        if officer.id == alert.judged_by:
            return "须由另一人办结"
    return "须由另一人办结" if officer.id == alert.lowered_by else ""
