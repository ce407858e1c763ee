"""How long each level may take: the default clocks of an alert, as settings."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class LevelLimits:
    """The clocks of one level, its escalation ladder, and how long a signature holds without work."""

    limits: Mapping[Step, Limit]
    ladder: tuple[tuple[timedelta, Role], ...] = ()
    sign_holds: timedelta | None = None


def _minutes(n: float) -> Limit:
    return Limit(timedelta(minutes=n))


# requirements: default clocks, all [D], so a site may hand in its own.
DEFAULT: Mapping[AlertLevel, LevelLimits] = {
    AlertLevel.RED: LevelLimits(
        {
            Step.ACK: _minutes(1),
            Step.DISPATCH: _minutes(3),
            Step.ONSITE: _minutes(15),
            Step.FEEDBACK: _minutes(30),
            Step.CLOSE: _minutes(240),
        },
        ((timedelta(minutes=1), Role.SHIFT_LEAD), (timedelta(minutes=5), Role.DUTY_LEADER)),
        timedelta(minutes=30),
    ),
    AlertLevel.ORANGE: LevelLimits(
        {
            Step.ACK: _minutes(3),
            Step.DISPATCH: _minutes(10),
            Step.ONSITE: _minutes(30),
            Step.FEEDBACK: _minutes(120),
            Step.CLOSE: _minutes(24 * 60),
        },
        ((timedelta(minutes=5), Role.SHIFT_LEAD),),
        timedelta(hours=4),
    ),
    AlertLevel.YELLOW: LevelLimits(
        {
            Step.ACK: _minutes(10),
            Step.DISPATCH: _minutes(30),
            Step.ONSITE: Limit(timedelta(hours=4), working=True),
            Step.FEEDBACK: Limit(days=1),
            Step.CLOSE: Limit(days=3),
        },
        ((timedelta(minutes=30), Role.SHIFT_LEAD),),
        timedelta(hours=12),
    ),
    AlertLevel.BLUE: LevelLimits(
        {
            Step.ACK: _minutes(30),
            Step.DISPATCH: _minutes(120),
            Step.ONSITE: Limit(days=2),
            Step.FEEDBACK: Limit(days=3),
            Step.CLOSE: Limit(days=7),
        },
    ),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """All time limits of a site."""

    levels: Mapping[AlertLevel, LevelLimits] = field(default_factory=lambda: DEFAULT)
    calendar: WorkCalendar = WorkCalendar()
    shelve_duty: timedelta = timedelta(minutes=60)
    shelve_lead: timedelta = timedelta(hours=24)
    late_after: timedelta = timedelta(minutes=1)  # a deadline noted later than this is marked late

    def clock(self, level: AlertLevel, step: Step, at: datetime) -> Clock:
        return Clock(step, self.levels[level].limits[step].after(at, self.calendar), started_at=at)

    def ladder(self, level: AlertLevel, at: datetime) -> tuple[Rung, ...]:
        return tuple(Rung(role.value, at + after) for after, role in self.levels[level].ladder)

    def sign_holds(self, level: AlertLevel, at: datetime) -> datetime | None:
        holds = self.levels[level].sign_holds
        return None if holds is None else at + holds


LIMITS = Limits()
