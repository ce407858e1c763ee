"""How many alarms came, how evenly, about what and how grave: counts of a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.alert import AlertLevel
from services.domain.course import Course
from services.domain.floods import Call
from services.domain.yardstick import Period, Yardstick

TEN = timedelta(minutes=10)
MOST_BARS = 168  # of one chart; a longer period shows the busiest ten minutes of each hour or more


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole``; None when there is nothing to divide by."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Top:
    """One rule or source among the most frequent: alarms, and its share of all of them."""

    id: str
    title: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Bars:
    """Alarms in ten minutes. From ``since`` on, each bar is the busiest ten minutes of ``step_s``."""

    since: datetime
    step_s: int
    counts: tuple[int, ...]


def calls_in(courses: Iterable[Course], period: Period) -> tuple[Call, ...]:
    """The alarms of the period in the order of their moments."""
    found = (
        Call(mark.at, int(mark.level), c.id, c.found.rule_id, c.found.title, c.found.scene)
        for c in courses
        for mark in c.marks
        if mark.at in period
    )
    return tuple(sorted(found, key=lambda call: (call.at, call.alert_id)))


def per_hour(alarms: Sequence[int], period: Period) -> float | None:
    """Alarms of an operator in an hour: the seats' alarms ÷ seats ÷ hours of the period."""
    return sum(alarms) / len(alarms) / period.hours if period.hours > 0 else None


def load_word(rate: float | None, yardstick: Yardstick) -> str:
    """The first class that ``rate`` (alarms an hour) does not exceed."""
    if rate is None:
        return ""
    return next((c.word for c in yardstick.classes if rate <= c.per_hour), yardstick.overload)


def tens(calls: Iterable[Call], period: Period) -> list[int]:
    """Alarms in each ten minutes of the clock (…:00, …:10) that the period touches."""
    first = _ten_of(period.since)
    counts = [0] * max(0, -(-(period.until - first) // TEN))
    for call in calls:
        counts[(call.at - first) // TEN] += 1
    return counts


def bars(calls: Iterable[Call], period: Period) -> Bars:
    """One bar for ten minutes; where these are too many to draw, the busiest ten minutes of each hour, or
    of the fewest whole hours that give ``MOST_BARS`` at most."""
    counts = tens(calls, period)
    joined = 1 if len(counts) <= MOST_BARS else 6
    while len(counts) > MOST_BARS * joined:
        joined += 6
    busiest = tuple(max(counts[at : at + joined]) for at in range(0, len(counts), joined))
    return Bars(_ten_of(period.since), joined * int(TEN.total_seconds()), busiest)


def _ten_of(moment: datetime) -> datetime:
    return moment - timedelta(minutes=moment.minute % 10, seconds=moment.second, microseconds=moment.microsecond)


def top_rules(calls: Iterable[Call], most: int) -> tuple[Top, ...]:
    """The rules with the most alarms."""
    titles: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for call in calls:
        titles[call.rule_id] = call.title
        counts[call.rule_id] += 1
    return _tops(counts, titles, most)


def top_sources(courses: Iterable[Course], period: Period, most: int) -> tuple[Top, ...]:
    """The things alerts were about with the most alarms, by kind and id; titles are masked for the desk."""
    titles: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for course in courses:
        alarms = sum(mark.at in period for mark in course.marks)
        if alarms:
            source = f"{course.found.subject_kind}:{course.found.subject_id}"
            titles[source] = course.found.subject or course.found.place or course.found.title
            counts[source] += alarms
    return _tops(counts, titles, most)


def _tops(counts: Counter[str], titles: Mapping[str, str], most: int) -> tuple[Top, ...]:
    whole = counts.total()
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]
    return tuple(Top(id_, titles[id_], count, count / whole) for id_, count in ranked)


def mix(calls: Sequence[Call]) -> tuple[Share, Share, Share]:
    """Alarms by the level they had when they came: red and orange, yellow, blue, each of all."""
    levels = Counter(call.level for call in calls)
    high = levels[AlertLevel.RED] + levels[AlertLevel.ORANGE]
    return (
        Share(high, len(calls)),
        Share(levels[AlertLevel.YELLOW], len(calls)),
        Share(levels[AlertLevel.BLUE], len(calls)),
    )
