"""Two desks, one alert: what the second officer reads, with what was done and what he wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from services.domain.alert import Action, Alert, Command, Verdict
from services.domain.happening import HAPPENING_WORDS, HappeningKind
from services.domain.levels import LEVEL_WORDS
from services.domain.reasons import FALSE_WORDS, RESULT_WORDS, RETURN_WORDS
from services.domain.timebase import local

_MOST = 12  # characters of a text that is quoted


def overtaken(alert: Alert, command: Command) -> str:
    """``王*已先派往交通（您要派往公安），请看最新``. The wish is left out when it was the same plain act."""
    kind = HappeningKind(alert.acted)
    deed, plain = _deed(alert, kind), HAPPENING_WORDS[kind]
    wish = _wish(command)
    too = "也" if wish == deed else ""
    asked = "" if wish == deed == plain else f"（您{too}要{wish}）"
    return f"{alert.acted_by}已先{deed}{asked}，请看最新"


def _deed(alert: Alert, kind: HappeningKind) -> str:
    says = _DEEDS.get(kind)
    return (says(alert) if says else "") or HAPPENING_WORDS[kind]


def _wish(command: Command) -> str:
    says = _WISHES.get(command.action)
    return (says(command) if says else "") or _ACTION_WORDS[command.action]


def _quoted(words: str, text: str) -> str:
    said = text.strip()
    return f"{words}“{said if len(said) <= _MOST else said[: _MOST - 1] + '…'}”" if said else ""


def _verdict(alert: Alert) -> str:
    if alert.verdict is Verdict.FALSE_ALARM and alert.false_reason is not None:
        return f"定为误报（{FALSE_WORDS[alert.false_reason]}）"
    return "定为无需处置"


def _until(words: str, until: datetime | None) -> str:
    return f"{words}至 {local(until):%m-%d %H:%M}" if until is not None else ""


_DEEDS: Mapping[HappeningKind, Callable[[Alert], str]] = {
    HappeningKind.REPEATED: lambda a: f"升为{LEVEL_WORDS[a.level]}",
    HappeningKind.RELEVELLED: lambda a: f"调为{LEVEL_WORDS[a.level]}",
    HappeningKind.DISPATCHED: lambda a: f"派往{a.department}",
    HappeningKind.RETURNED: lambda a: f"退回（{RETURN_WORDS[a.return_reason]}）" if a.return_reason else "",
    HappeningKind.FED_BACK: lambda a: f"反馈“{RESULT_WORDS[a.result]}”" if a.result else "",
    HappeningKind.JUDGED: _verdict,
    HappeningKind.SHELVED: lambda a: _until("暂缓", a.shelved_until),
    HappeningKind.SUSPENSION_ASKED: lambda a: _until("申请挂起", a.suspended_until),
    HappeningKind.SUSPENDED: lambda a: _until("挂起", a.suspended_until),
    HappeningKind.MERGED: lambda a: f"并入 {a.parent_id}",
    HappeningKind.ABSORBED: lambda a: f"把 {a.children[-1]} 并入本案" if a.children else "",
    HappeningKind.CLOSED: lambda a: _quoted("办结", a.disposition),
    HappeningKind.AUTO_CLOSED: lambda _: "办结",
}

_WISHES: Mapping[Action, Callable[[Command], str]] = {
    Action.RELEVEL: lambda c: f"调为{LEVEL_WORDS[c.level]}" if c.level else "",
    Action.DISPATCH: lambda c: f"派往{c.department}" if c.department else "",
    Action.RETURN: lambda c: f"退回（{RETURN_WORDS[c.return_reason]}）" if c.return_reason else "",
    Action.FEEDBACK: lambda c: f"反馈“{RESULT_WORDS[c.result]}”" if c.result else "",
    Action.FALSE_ALARM: lambda c: f"定为误报（{FALSE_WORDS[c.false_reason]}）" if c.false_reason else "定为误报",
    Action.SHELVE: lambda c: _until("暂缓", c.until),
    Action.SUSPEND: lambda c: _until("挂起", c.until),
    Action.MERGE: lambda c: f"并入 {c.parent_id}" if c.parent_id else "",
    Action.CLOSE: lambda c: _quoted("办结", c.text),
    Action.NOTE: lambda c: _quoted("备注", c.text),
}

_ACTION_WORDS: Mapping[Action, str] = {
    Action.SIGN: "签收",
    Action.VERIFY: "核查",
    Action.DISPATCH: "派单",
    Action.ACCEPT: "接单",
    Action.HANDLE: "到场处置",
    Action.FEEDBACK: "反馈",
    Action.REVIEW: "核验",
    Action.REWORK: "重办",
    Action.RETURN: "退回",
    Action.SUSPEND: "挂起",
    Action.REFUSE_SUSPENSION: "驳回挂起",
    Action.RESUME: "恢复处置",
    Action.FALSE_ALARM: "定为误报",
    Action.NO_ACTION: "定为无需处置",
    Action.CONFIRM: "复核确认",
    Action.CLOSE: "办结",
    Action.ARCHIVE: "归档",
    Action.MERGE: "并案",
    Action.UNMERGE: "取消并案",
    Action.SHELVE: "暂缓",
    Action.UNSHELVE: "取消暂缓",
    Action.REOPEN: "重新打开",
    Action.RELEVEL: "调级",
    Action.SUPERVISE: "督办",
    Action.NOTE: "备注",
    Action.LINK: "关联",
    Action.UNLINK: "取消关联",
    Action.TICK: "完成要点",
    Action.UNTICK: "撤回要点",
}
