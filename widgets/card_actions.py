"""Which buttons an alert's card has, and what each asks before it becomes a command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.domain.alert import Action, Alert, Verdict, Visibility, Work
from services.domain.evolve import FALSE_WORDS

BUTTONS = (
    (Action.SIGN, "签收", "F2"),
    (Action.VERIFY, "核查", "F3"),
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
)
FORWARD = (
    *(Action.SIGN, Action.VERIFY, Action.DISPATCH, Action.ACCEPT, Action.HANDLE, Action.FEEDBACK),
    *(Action.REVIEW, Action.RESUME, Action.CLOSE),
)
SHELVES = {15: "15 分", 30: "30 分", 60: "60 分"}
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
}
DEPARTMENTS = ("公安", "交通运输", "生态环境", "综合执法", "市监", "卫健", "农业农村和水利局", "消防救援", "街道")


@dataclass(frozen=True, slots=True)
class Question:
    """What an action asks in place before it becomes a command."""

    words: str
    choices: tuple[str, ...] = ()
    chosen: int = -1
    hint: str | None = None
    filled: str = ""


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
        case _:
            return alert.is_open


def forward(alert: Alert, reasons: Mapping[Action, str]) -> Action | None:
    """The one step to take next. Once judged false or in need of nothing, that is to close, not to dispatch."""
    if alert.verdict in (Verdict.FALSE_ALARM, Verdict.NO_ACTION):
        return Action.CLOSE if reasons.get(Action.CLOSE) == "" else None
    return next((action for action in FORWARD if reasons.get(action) == ""), None)


def departments_for(alert: Alert) -> list[str]:
    own = [d for d in (alert.department, *alert.support) if d]
    return list(dict.fromkeys([*own, *DEPARTMENTS]))[:9]


def question_for(action: Action, alert: Alert) -> Question | None:
    match action:
        case Action.FALSE_ALARM:
            return Question("误报原因", tuple(FALSE_WORDS.values()), hint="（可不填）说明；选“其他”须写明")
        case Action.DISPATCH:
            first = alert.guidance[0] if alert.guidance else "到场核实并反馈"
            chosen = 0 if alert.department else -1
            return Question("派往部门与任务", tuple(departments_for(alert)), chosen, "任务要求", alert.task or first)
        case Action.CLOSE:
            needed = alert.verdict is Verdict.TRUE
            return Question("办结意见", hint="处置结果" if needed else "（可不填）处置结果")
        case Action.SHELVE:
            return Question("暂缓多久", tuple(SHELVES.values()), 0, "暂缓原因")
        case Action.FEEDBACK:
            return Question("处置反馈", hint="处置结果")
        case _:
            return None
