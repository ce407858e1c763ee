"""Which buttons an alert's card has, with their keys, and which step is next."""

from __future__ import annotations

from collections.abc import Mapping

from services.domain.alert import Action, Alert, AlertLevel, Verdict, Visibility, Work

BUTTONS = (
    (Action.SIGN, "签收", "F2"),
    (Action.VERIFY, "核查", "F3"),
    (Action.CONFIRM, "复核确认", "F3"),
    (Action.DISPATCH, "派单", "F4"),
    (Action.ACCEPT, "接单", "F5"),
    (Action.HANDLE, "到场处置", "F5"),
    (Action.FEEDBACK, "反馈", "F5"),
    (Action.REVIEW, "核验", "F5"),
    (Action.RESUME, "恢复处置", "F5"),
    (Action.FALSE_ALARM, "误报", "F8"),
    (Action.NO_ACTION, "无需处置", "F12"),
    (Action.SHELVE, "暂缓", "F10"),
    (Action.UNSHELVE, "恢复提醒", "F10"),
    (Action.CLOSE, "办结", "F7"),
    (Action.ARCHIVE, "归档", "F7"),
    (Action.RETURN, "退回", "Shift+F4"),
    (Action.REWORK, "重办", "Shift+F4"),
    (Action.SUSPEND, "挂起", "Shift+F5"),
    (Action.REFUSE_SUSPENSION, "驳回挂起", "Shift+F8"),
    (Action.REOPEN, "重开", "Shift+F7"),
    (Action.SUPERVISE, "督办", "Shift+F7"),
    (Action.RELEVEL, "调级", "Shift+F3"),
    (Action.MERGE, "并案", "Shift+F6"),
    (Action.UNMERGE, "拆案", "Shift+F6"),
    (Action.LINK, "关联", "Shift+F9"),
    (Action.UNLINK, "摘出", "Shift+F9"),
    (Action.NOTE, "备注", "Shift+F10"),
)
MORE_KEY = "Shift+F2"
WAY_KEY = "G"  # to the alert's scene
PAGE_KEYS = {"Alt+Down": 1, "Alt+Up": -1}
TICK_KEYS = tuple(f"Alt+{number}" for number in range(1, 10))  # lines of the checklist
# Behind 更多, so that the next step is found at once; their keys work all the same.
SELDOM = frozenset({Action.SUPERVISE, Action.RELEVEL, Action.MERGE, Action.LINK, Action.UNLINK, Action.NOTE})
FORWARD = (
    *(Action.SIGN, Action.VERIFY, Action.DISPATCH, Action.ACCEPT, Action.HANDLE, Action.FEEDBACK),
    *(Action.REVIEW, Action.RESUME, Action.CLOSE),
)
ENDING = (Verdict.FALSE_ALARM, Verdict.NO_ACTION)
OF_WORK = {
    Action.REWORK: Work.REVIEW,
    Action.SUSPEND: Work.HANDLING,
    Action.ARCHIVE: Work.CLOSED,
    Action.REOPEN: Work.CLOSED,
    Action.UNMERGE: Work.MERGED,
}
DONE_WORDS = {
    Action.SIGN: "已签收",
    Action.VERIFY: "已转核查",
    Action.DISPATCH: "已派单",
    Action.ACCEPT: "已接单",
    Action.HANDLE: "已开始处置",
    Action.FEEDBACK: "已反馈",
    Action.REVIEW: "已送核验",
    Action.REWORK: "已退回重办",
    Action.RETURN: "已退回",
    Action.SUSPEND: "已挂起",
    Action.RESUME: "已恢复",
    Action.FALSE_ALARM: "已记为误报",
    Action.NO_ACTION: "已记为无需处置",
    Action.CLOSE: "已办结",
    Action.ARCHIVE: "已归档",
    Action.MERGE: "已并案",
    Action.UNMERGE: "已拆案",
    Action.SHELVE: "已暂缓",
    Action.UNSHELVE: "已恢复提醒",
    Action.REOPEN: "已重开",
    Action.SUPERVISE: "已督办",
    Action.NOTE: "已记录",
    Action.RELEVEL: "已调级",
    Action.REFUSE_SUSPENSION: "已驳回挂起",
    Action.CONFIRM: "已复核",
    Action.LINK: "已关联",
    Action.UNLINK: "已摘出事件",
    Action.TICK: "要点已完成",
    Action.UNTICK: "已撤回完成",
}


def belongs(action: Action, alert: Alert, reasons: Mapping[Action, str]) -> bool:
    """Whether the button has a place on this card now: what is behind the alert has none."""
    match action:
        case Action.SIGN:
            return not alert.is_signed and alert.is_open
        case Action.VERIFY:
            return alert.work is Work.NEW
        case Action.DISPATCH:
            return alert.work in (Work.NEW, Work.VERIFYING, Work.RETURNED)
        case Action.ACCEPT | Action.HANDLE | Action.FEEDBACK | Action.REVIEW | Action.RESUME | Action.NO_ACTION:
            return reasons.get(action) == ""
        case Action.SHELVE:
            return alert.is_open and alert.visibility is not Visibility.SHELVED
        case Action.UNSHELVE:
            return alert.is_open and alert.visibility is Visibility.SHELVED
        case Action.CONFIRM:
            waits = alert.verdict in ENDING and not alert.confirmed_by
            return alert.is_open and alert.level is AlertLevel.RED and waits
        case Action.RETURN:
            return alert.work is Work.DISPATCHED and reasons.get(action) == ""
        case Action.REWORK | Action.SUSPEND | Action.ARCHIVE | Action.REOPEN | Action.UNMERGE:
            return alert.work is OF_WORK[action]
        case Action.LINK | Action.UNLINK:
            return alert.is_open and bool(alert.incident_id) is (action is Action.UNLINK)
        case Action.REFUSE_SUSPENSION:
            return bool(alert.suspension_asked)
        case _:
            return alert.is_open


def forward(alert: Alert, reasons: Mapping[Action, str]) -> Action | None:
    """The one step to take next. Once judged false or in need of nothing, that is to close, not to dispatch."""
    if alert.verdict in ENDING:
        return next((action for action in (Action.CONFIRM, Action.CLOSE) if reasons.get(action) == ""), None)
    return next((action for action in FORWARD if reasons.get(action) == ""), None)


def is_seldom(action: Action, alert: Alert) -> bool:
    """Whether the button waits behind 更多. A suspension asked for is the shift lead's next step."""
    return action in SELDOM or (action is Action.SUSPEND and not alert.suspension_asked)
