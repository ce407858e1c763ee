"""How long each level may take and what it asks for: the settings of an alert's life."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from services.domain.alert import AlertLevel, Clock, Rung, Step
from services.domain.officer import Role
from services.domain.timebase import SHANGHAI

LEVEL_WORDS: Mapping[AlertLevel, str] = {
    AlertLevel.RED: "红色",
    AlertLevel.ORANGE: "橙色",
    AlertLevel.YELLOW: "黄色",
    AlertLevel.BLUE: "蓝色",
}


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days and hours are worked. Holidays and worked week-ends (调休) are the customer's yearly table."""

    holidays: frozenset[date] = frozenset()
    worked_weekends: frozenset[date] = frozenset()
    opens: time = time(8, 30)
    closes: time = time(17, 30)

    def is_worked(self, day: date) -> bool:
        return day in self.worked_weekends or (day.weekday() < 5 and day not in self.holidays)

    def after_days(self, moment: datetime, days: int) -> datetime:
        """Closing time of the ``days``-th working day after the day of ``moment``."""
        day = moment.astimezone(SHANGHAI).date()
        while days > 0:
            day += timedelta(days=1)
            days -= self.is_worked(day)
        return datetime.combine(day, self.closes, SHANGHAI).astimezone(moment.tzinfo)

    def after_hours(self, moment: datetime, span: timedelta) -> datetime:
        """``span`` of working time after ``moment``."""
        now = moment.astimezone(SHANGHAI)
        while True:
            opens = datetime.combine(now.date(), self.opens, SHANGHAI)
            closes = datetime.combine(now.date(), self.closes, SHANGHAI)
            if self.is_worked(now.date()) and now < closes:
                now = max(now, opens)
                if now + span <= closes:
                    return (now + span).astimezone(moment.tzinfo)
                span -= closes - now
            now = datetime.combine(now.date() + timedelta(days=1), time(0), SHANGHAI)


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit: a span of clock time, a span of working time, or whole working days."""

    span: timedelta = timedelta(0)
    working: bool = False
    days: int = 0

    def after(self, moment: datetime, calendar: WorkCalendar) -> datetime:
        if self.days:
            return calendar.after_days(moment, self.days)
        return calendar.after_hours(moment, self.span) if self.working else moment + self.span

    def share(self, percent: int) -> Limit:
        """So many percent of it; whole working days are rounded up."""
        return Limit(self.span * percent / 100, self.working, math.ceil(self.days * percent / 100))


@dataclass(frozen=True, slots=True)
class LevelLimits:
    """The clocks of one level, its escalation ladder, and how long a signature holds without work.

    The ladder names roles and the percentage of the time to sign after which each is told; the desk
    itself is told at 100 %. ``suspend_most`` is the latest end of a suspension, from when the time to
    close began.
    """

    limits: Mapping[Step, Limit]
    ladder: tuple[tuple[int, Role], ...] = ()
    sign_holds: timedelta | None = None
    suspend_most: Limit = Limit(days=15)


# Who is told, from the desk up. Of two roles told the later one of this order is the higher.
LADDER = (Role.DUTY, Role.SHIFT_LEAD, Role.DEPT_LIAISON, Role.DUTY_LEADER)
_UPWARDS = ((150, Role.SHIFT_LEAD), (200, Role.DEPT_LIAISON), (300, Role.DUTY_LEADER))


def minutes(n: float) -> Limit:
    return Limit(timedelta(minutes=n))


# All [D], so a site may hand in its own. The ladder is the stricter of 100/150/200/300 % of the time to
# sign and the fixed minutes of the requirements: red tells the shift lead at once. Blue wakes nobody
# above the desk; it stands in the daily list.
DEFAULT: Mapping[AlertLevel, LevelLimits] = {
    AlertLevel.RED: LevelLimits(
        {
            Step.ACK: minutes(1),
            Step.DISPATCH: minutes(3),
            Step.ONSITE: minutes(15),
            Step.FEEDBACK: minutes(30),
            Step.CLOSE: minutes(240),
        },
        ((100, Role.SHIFT_LEAD), (200, Role.DEPT_LIAISON), (300, Role.DUTY_LEADER)),
        timedelta(minutes=30),
        Limit(timedelta(hours=24)),
    ),
    AlertLevel.ORANGE: LevelLimits(
        {
            Step.ACK: minutes(3),
            Step.DISPATCH: minutes(10),
            Step.ONSITE: minutes(30),
            Step.FEEDBACK: minutes(120),
            Step.CLOSE: minutes(24 * 60),
        },
        _UPWARDS,
        timedelta(hours=4),
        Limit(days=3),
    ),
    AlertLevel.YELLOW: LevelLimits(
        {
            Step.ACK: minutes(10),
            Step.DISPATCH: minutes(30),
            Step.ONSITE: Limit(timedelta(hours=4), working=True),
            Step.FEEDBACK: Limit(days=1),
            Step.CLOSE: Limit(days=3),
        },
        _UPWARDS,
        timedelta(hours=12),
        Limit(days=7),
    ),
    AlertLevel.BLUE: LevelLimits(
        {
            Step.ACK: minutes(30),
            Step.DISPATCH: minutes(120),
            Step.ONSITE: Limit(days=2),
            Step.FEEDBACK: Limit(days=3),
            Step.CLOSE: Limit(days=7),
        },
    ),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits of a site, and what it asks of those who work on an alert."""

    levels: Mapping[AlertLevel, LevelLimits] = field(default_factory=lambda: DEFAULT)
    calendar: WorkCalendar = WorkCalendar()
    shelve_duty: timedelta = timedelta(minutes=60)
    shelve_lead: timedelta = timedelta(hours=24)
    late_after: timedelta = timedelta(minutes=1)  # a deadline noted later than this is marked late
    bounces: int = 2  # the return after which a shift lead dispatches
    photos: int = 1  # asked for with a feedback …
    photos_from: AlertLevel = AlertLevel.ORANGE  # … from this level up
    visited: frozenset[str] = frozenset({"community"})  # scenes about people, who are asked afterwards

    def clock(self, level: AlertLevel, step: Step, at: datetime) -> Clock:
        return Clock(step, self.due(level, step, at), started_at=at)

    def due(self, level: AlertLevel, step: Step, at: datetime) -> datetime:
        return self.levels[level].limits[step].after(at, self.calendar)

    def ladder(self, level: AlertLevel, at: datetime) -> tuple[Rung, ...]:
        ack = self.levels[level].limits[Step.ACK]
        return tuple(
            Rung(role.value, ack.share(percent).after(at, self.calendar)) for percent, role in self.levels[level].ladder
        )

    def sign_holds(self, level: AlertLevel, at: datetime) -> datetime | None:
        holds = self.levels[level].sign_holds
        return None if holds is None else at + holds

    def suspended_till_at_most(self, level: AlertLevel, since: datetime) -> datetime:
        return self.levels[level].suspend_most.after(since, self.calendar)


LIMITS = Limits()
