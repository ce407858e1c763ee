"""Alarm performance for the screens: every ten seconds what is short, every minute what is long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from services.collect.summary import Summary
from services.domain.course import Course
from services.domain.performance import FLOOD_LEAD, Performance, measure
from services.domain.yardstick import Period, Yardstick, periods
from services.store.performance import Courses

if TYPE_CHECKING:
    from services.store.store import Store

EVERY_S = 10.0
LONG = frozenset({"week", "month"})
LONG_EVERY = timedelta(minutes=1)
TOPICS = ("alarm_performance", "yardstick")


class PerformanceSummary:
    """Remembers the courses it has followed and the long periods it has measured."""

    def __init__(self, yardstick: Yardstick) -> None:
        self._yardstick = yardstick
        self._courses = Courses()
        self._long: dict[str, Performance] = {}

    def make(self, store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
        with store.read() as connection:
            courses = self._courses.read(connection, now)
        measured = tuple(self._measured(courses, period) for period in periods(now, self._yardstick))
        return {"alarm_performance": measured, "yardstick": (self._yardstick,)}

    def _measured(self, courses: Sequence[Course], period: Period) -> Performance:
        known = self._long.get(period.id)
        if known is not None and known.until <= period.until < known.until + LONG_EVERY:
            return known
        since = period.since - FLOOD_LEAD
        measured = measure([c for c in courses if c.is_open or c.last_at >= since], period, self._yardstick)
        if period.id in LONG:
            self._long[period.id] = measured
        return measured


def summaries(yardstick: Yardstick) -> tuple[Summary, ...]:
    return (Summary("performance", EVERY_S, TOPICS, PerformanceSummary(yardstick).make),)
