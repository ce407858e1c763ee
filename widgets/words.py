"""How times and numbers are said on the screen: one wording for every pane."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

from services.domain.alert import Alert, Clock, Work
from services.domain.life import STEP_WORDS, WORK_WORDS
from services.domain.timebase import local

MINUS = "−"
SCENE_WORDS = {"home": "总览", "community": "社区", "boats": "渔船", "checkpoints": "卡口"}


def running(seconds: float) -> str:
    """A clock that runs: ``0:55`` below an hour, words above."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}" if whole < 3600 else long_limit(whole)


def long_limit(seconds: float) -> str:
    """A limit that is far away or long past: minutes stop mattering after ten hours."""
    hours = int(seconds) // 3600
    return f"{hours} 时" if 10 <= hours < 24 else duration(seconds)


def duration(seconds: float) -> str:
    """A length of time in words: ``刚刚``, ``17 分``, ``1 时 18 分``, ``2 天 3 时``."""
    whole = max(0, int(seconds))
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if whole < 60:
        return "刚刚"
    if hours < 1:
        return f"{minutes} 分"
    if days < 1:
        return f"{hours} 时 {minutes % 60:02d} 分"
    return f"{days} 天 {hours % 24} 时" if days < 3 else f"{days} 天"


def since(moment: datetime, now: datetime) -> str:
    """How old an alert is: it runs for a quarter of an hour, then in minutes, then as a date."""
    seconds = (now - moment).total_seconds()
    if seconds < 900:
        return running(seconds)
    if seconds < 86400:
        return duration(seconds)
    there, here = local(moment), local(now)
    if (here.date() - there.date()).days == 1:
        return f"昨 {there:%H:%M}"
    return f"{there:%m-%d %H:%M}"


def clock_words(clock: Clock, now: datetime) -> str:
    """``签收 余 0:55`` while there is time, ``派单 超 2 分`` after."""
    left = (clock.due_at - now).total_seconds()
    word = STEP_WORDS[clock.step]
    if left >= 0:
        return f"{word} 余 {running(left)}"
    return f"{word} 超 {running(-left) if left > -120 else long_limit(-left)}"


def case_clock_words(word: str, due_at: datetime, now: datetime) -> str:
    """The clock of a notice or transfer: ``复检 余 29 天``, ``复检 超期 1 天``."""
    left = (due_at - now).total_seconds()
    return f"{word} 余 {_far(left)}" if left >= 0 else f"{word} 超期 {_far(-left)}"


def _far(seconds: float) -> str:
    """Hours stop mattering after a day."""
    return f"{int(seconds) // 86400} 天" if seconds >= 86400 else long_limit(seconds)


def progress_words(alert: Alert, now: datetime) -> str:
    """The right end of an alert's second line: its running limit, or how far it has come."""
    clock = alert.running
    if clock is not None:
        return clock_words(clock, now)
    if not alert.is_signed:
        return "未签收"
    word = "已签" if alert.work is Work.NEW else WORK_WORDS[alert.work]
    return f"{word} {alert.department or alert.acked_by}".strip()


def is_overdue(alert: Alert, now: datetime) -> bool:
    clock = alert.running
    return clock is not None and clock.due_at < now


def number(value: float, decimals: int = 0) -> str:
    """``4,400``, ``−0.35``: grouped, with the true minus sign."""
    return f"{value:,.{decimals}f}".replace("-", MINUS)


def worded(value: Any, style: str, decimals: int, now: datetime | None) -> str:
    """A field as a table shows it. ``style``: text, number, percent, time, minute, date, duration, age."""
    if isinstance(value, datetime):
        return _moment(value, style, now)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float) and not isinstance(value, Enum):
        if style == "duration":
            return duration(value)
        if style == "percent":
            return number(value * 100, decimals)
        if style == "number":
            return number(value, decimals)
    return str(value)


def _moment(value: datetime, style: str, now: datetime | None) -> str:
    if style in ("age", "duration") and now is not None:
        return duration((now - value).total_seconds())
    if style == "left" and now is not None:
        seconds = (value - now).total_seconds()
        return f"余 {running(seconds)}" if seconds >= 0 else f"超 {long_limit(-seconds)}"
    return f"{local(value):{_MOMENTS.get(style, '%H:%M:%S')}}"


_MOMENTS = {"minute": "%H:%M", "date": "%m-%d", "day": "%Y-%m-%d", "moment": "%m-%d %H:%M"}
