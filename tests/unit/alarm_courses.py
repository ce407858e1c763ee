"""Courses of alerts as a test writes them: entries by minutes from eight in the morning in Shanghai."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.domain.alarm_rates import calls_in
from services.domain.alert import AlertLevel
from services.domain.course import Course, Entry, Found, follow
from services.domain.floods import Call
from services.domain.happening import HappeningKind
from services.domain.yardstick import Period, Yardstick

RED, ORANGE, YELLOW, BLUE = AlertLevel.RED, AlertLevel.ORANGE, AlertLevel.YELLOW, AlertLevel.BLUE
T0 = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai
MINUTE, SECOND, HOUR = timedelta(minutes=1), timedelta(seconds=1), timedelta(hours=1)
DAY = Period("day", "24 小时", T0, T0 + 24 * HOUR)
YARD = Yardstick()


def at(minutes: float) -> datetime:
    return T0 + minutes * MINUTE


def entry(kind: HappeningKind, minutes: float, version: int = 0, role: str = "duty", **more: Any) -> Entry:
    return Entry(kind, "A1", version, at(minutes), role, **more)


def raise_(minutes: float = 0, level: AlertLevel = YELLOW, **more: Any) -> Entry:
    words = {"key": "k", "rule_id": "R-1", "scene": "boats", "title": "题", "subject": "林*", "subject_kind": "person"}
    found = Found(level=level, subject_id="s1", place="东苑", **(words | more.pop("found", {})))
    return entry(HappeningKind.RAISED, minutes, 1, "engine", detection=found, **more)


def course(*entries: Entry, id_: str = "A1") -> Course:
    made: Course | None = None
    for version, one in enumerate(entries, 1):
        made = follow(made, replace(one, alert_id=id_, version=version))
    assert made is not None
    return made


def plain(minutes: float, level: AlertLevel = YELLOW, number: int = 0, **found: Any) -> Course:
    return course(raise_(minutes, level, found={"key": f"k{number}", **found}), id_=f"A{number}")


def calls(*minutes: float) -> tuple[Call, ...]:
    return tuple(Call(at(m), f"A{n:03}", 2, f"R-{n}", "题", "boats") for n, m in enumerate(sorted(minutes)))


def calls_of(courses: list[Course], period: Period = DAY):
    return calls_in(courses, period.since, period.until)
