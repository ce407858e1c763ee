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
        every = periods(now, self._yardstick)
        long = self._long_due(now)
        measured = {p.id: self._measured(courses, p) for p in every if p.id not in LONG or p.id == long}
        self._long |= {id_: one for id_, one in measured.items() if id_ in LONG}
        self._long |= {p.id: self._measured(courses, p) for p in every if p.id in LONG and p.id not in self._long}
        shown = measured | self._long
        return {"alarm_performance": tuple(shown[p.id] for p in every), "yardstick": (self._yardstick,)}

    def _long_due(self, now: datetime) -> str:
        """The long period that was measured longest ago, once that is a minute: never two at a time."""
        due = [one for one in self._long.values() if not one.until <= now < one.until + LONG_EVERY]
        return min(due, key=lambda one: one.until).id if due else ""

    def _measured(self, courses: Sequence[Course], period: Period) -> Performance:
        since = period.since - FLOOD_LEAD
        return measure([c for c in courses if c.is_open or c.last_at >= since], period, self._yardstick)


def summaries(yardstick: Yardstick) -> tuple[Summary, ...]:
    return (Summary("performance", EVERY_S, TOPICS, PerformanceSummary(yardstick).make),)
