"""What a command itself lacks, in a short Chinese sentence: reasons, texts, photos, moments."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.alert import Action, Alert, AlertLevel, Command, Step, Verdict
from services.domain.levels import LEVEL_WORDS, Limits
from services.domain.marking import unmarked
from services.domain.officer import Officer
from services.domain.reasons import NAMES_ANOTHER, FalseReason, ReturnReason
from services.domain.roles import LEADS
from services.domain.timebase import local

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A command, with all that says whether it is complete."""

    alert: Alert
    command: Command
    officer: Officer
    at: datetime
    limits: Limits

    @property
    def text(self) -> str:
        return self.command.text.strip()


def missing(alert: Alert, command: Command, officer: Officer, at: datetime, limits: Limits) -> str:
    """What the command lacks; '' when it is complete."""
    check = _CHECKS.get(command.action)
    return check(Asked(alert, command, officer, at, limits)) if check else ""


def _text(words: str) -> Callable[[Asked], str]:
    return lambda asked: "" if asked.text else words


def _shelf(asked: Asked) -> str:
    until, limits = asked.command.until, asked.limits
    if not asked.text:
        return "填写暂缓原因"
    if until is None or until <= asked.at:
        return "暂缓须有晚于现在的时限"
    if until - asked.at > limits.shelve_lead:
        return f"暂缓最长 {limits.shelve_lead / _HOUR:g} 小时"
    if until - asked.at > limits.shelve_duty and asked.officer.role not in LEADS:
        return f"暂缓超过 {limits.shelve_duty // _MINUTE} 分钟须值班长"
    return ""


def _suspension(asked: Asked) -> str:
    alert = asked.alert
    if not (asked.text or alert.suspension_asked):
        return "填写挂起原因"
    until = asked.command.until or alert.suspended_until
    if until is None or until <= asked.at:
        return "挂起须有晚于现在的时限"
    close = alert.clock(Step.CLOSE)
    since = (close.started_at if close else None) or alert.raised_at
    most = asked.limits.suspended_till_at_most(alert.level, since)
    return f"{LEVEL_WORDS[alert.level]}最迟挂起至 {local(most):%m-%d %H:%M}" if until > most else ""


def _task(asked: Asked) -> str:
    command = asked.command
    if not command.department.strip():
        return "选择派往部门"
    if not asked.text:
        return "填写任务要求"
    if any(not 0 <= place < len(asked.alert.evidence) for place in command.released):
        return "所勾选的依据不存在"
    if command.until is None:
        return ""
    if command.until <= asked.at:
        return "完成时限须晚于现在"
    close = asked.alert.clock(Step.CLOSE)
    most = (close.own_due_at or close.due_at) if close else None
    return "完成时限不得晚于办结时限" if most and most < command.until else ""


def _false_reason(asked: Asked) -> str:
    if asked.command.false_reason is None:
        return "选择误报原因"
    return "其他原因须写明" if asked.command.false_reason is FalseReason.OTHER and not asked.text else ""


def _return(asked: Asked) -> str:
    command = asked.command
    if command.return_reason is None:
        return "选择退回原因"
    if command.return_reason is ReturnReason.OTHER and not asked.text:
        return "其他原因须写明"
    suggested = command.department.strip()
    if command.return_reason in NAMES_ANOTHER and not suggested:
        return "填写建议承办单位"
    return "建议单位不能是本单位" if suggested and suggested == asked.alert.department else ""


def _feedback(asked: Asked) -> str:
    command, limits = asked.command, asked.limits
    if command.result is None:
        return "选择处置结果"
    if not asked.text:
        return "填写处置情况"
    if not all(_SHA256.fullmatch(photo) for photo in command.photos):
        return "照片须以 SHA-256 命名"
    if asked.alert.level >= limits.photos_from and len(set(command.photos)) < limits.photos:
        up = LEVEL_WORDS[limits.photos_from] + ("及以上" if limits.photos_from < AlertLevel.RED else "")
        return f"{up}须附照片至少 {limits.photos} 张"
    return ""


def _closing(asked: Asked) -> str:
    alert = asked.alert
    if alert.verdict is not Verdict.TRUE:
        return ""
    if not asked.text:
        return "填写办结意见"
    asks = alert.scene in asked.limits.visited and asked.command.satisfaction is None
    return "选择回访结果" if asks else ""


def _level(asked: Asked) -> str:
    if asked.command.level is None:
        return "选择级别"
    if asked.command.level is asked.alert.level:
        return f"已是{LEVEL_WORDS[asked.alert.level]}"
    return "" if asked.text else "填写调级原因"


def _merge(asked: Asked) -> str:
    if not asked.command.parent_id:
        return "选择并入哪条预警"
    return "不能并入自己" if asked.command.parent_id == asked.alert.id else ""


def _mark(asked: Asked) -> str:
    return unmarked(asked.alert, asked.command)


_CHECKS: Mapping[Action, Callable[[Asked], str]] = {
    Action.SHELVE: _shelf,
    Action.SUSPEND: _suspension,
    Action.REFUSE_SUSPENSION: _text("填写驳回原因"),
    Action.DISPATCH: _task,
    Action.FALSE_ALARM: _false_reason,
    Action.MERGE: _merge,
    Action.CLOSE: _closing,
    Action.RELEVEL: _level,
    Action.RETURN: _return,
    Action.REOPEN: _text("填写原因"),
    Action.REWORK: _text("填写原因"),
    Action.FEEDBACK: _feedback,
    Action.NOTE: _text("填写备注"),
    Action.LINK: _mark,
    Action.UNLINK: _mark,
    Action.TICK: _mark,
    Action.UNTICK: _mark,
}
