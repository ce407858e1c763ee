"""How a line of the hand-over sheet reads: one wording for the screen and for the print."""

from __future__ import annotations

from datetime import datetime

from services.domain.duty_sheet import DEADLINES, INSTRUCTIONS, PROMISES, SIGNED, SOURCES, UNSIGNED, Line
from services.domain.handover import STANDING_WORDS, Stand, Standing
from services.domain.timebase import local
from widgets.words import duration, long_limit, running


def time_words(section: str, line: Line, now: datetime) -> str:
    """``已等 17 分``, ``余 1:20``, ``至 20:25``, ``自 19:20``: what of its times matters in this section."""
    if section in (DEADLINES, PROMISES) and line.until is not None:
        return f"{_clock(line.until, now)} {_left(line.until, now)}"
    if section == UNSIGNED and line.since is not None:
        return f"已等 {duration((now - line.since).total_seconds())}"
    if section == SIGNED and line.since is not None:
        return f"已签 {duration((now - line.since).total_seconds())}"
    if section in (SOURCES, INSTRUCTIONS) and line.since is not None:
        return f"自 {_clock(line.since, now)}"
    return f"至 {_clock(line.until, now)}" if line.until is not None else ""


def _left(until: datetime, now: datetime) -> str:
    seconds = (until - now).total_seconds()
    return (
        f"余 {running(seconds)}"
        if seconds >= 0
        else f"超 {running(-seconds) if seconds > -120 else long_limit(-seconds)}"
    )


def _clock(moment: datetime, now: datetime) -> str:
    same_day = local(moment).date() == local(now).date()
    return f"{local(moment):%H:%M}" if same_day else f"{local(moment):%m-%d %H:%M}"


def standing_words(stand: Stand | None) -> str:
    """``已接收 赵* 19:56``, ``待接收``, ``已变化``, ``新增``; empty while nothing was prepared."""
    if stand is None:
        return ""
    word = STANDING_WORDS[stand.standing]
    if stand.standing is Standing.ACCEPTED and stand.acceptance is not None:
        return f"{word} {stand.acceptance.by} {local(stand.acceptance.at):%H:%M}"
    return word
