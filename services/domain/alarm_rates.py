"""How many alarms came, how evenly, about what and how grave: counts of a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
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
    """Alarms of one seat in ten minutes. From ``since`` on, each bar is the busiest ten minutes of ``step_s``."""

    since: datetime
    step_s: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SeatLoad:
    """What one seat had to answer; ``busiest`` are its alarms in the fullest ten minutes."""

    name: str
    alarms: int
    per_hour: float | None
    load: str
    busiest: int


def calls_in(courses: Iterable[Course], since: datetime, until: datetime) -> Sequence[Call]:
    """The alarms of since ≤ moment < until, in the order of their moments."""
    found = []
    for course in courses:
        for mark in course.marks:
            if since <= mark.at < until:
                about = course.found
                source = f"{about.subject_kind}:{about.subject_id}"
                subject = about.subject or about.place or about.title
                found.append(
                    Call(mark.at, course.id, mark.level, about.rule_id, about.rule_title, about.scene, source, subject)
                )
    found.sort()
    return found


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


def seat_load(name: str, counts: Sequence[int], period: Period, yardstick: Yardstick) -> SeatLoad:
    """Of one seat, from its alarms in each ten minutes."""
    rate = per_hour([sum(counts)], period)
    return SeatLoad(name, sum(counts), rate, load_word(rate, yardstick), max(counts, default=0))


def bars(per_seat: Sequence[Sequence[int]], period: Period) -> Bars:
    """One bar for ten minutes, of the busiest seat then; where these are too many to draw, the busiest ten
    minutes of each hour, or of the fewest whole hours that give ``MOST_BARS`` at most."""
    counts = [max(at_once) for at_once in zip(*per_seat, strict=True)]
    joined = 1 if len(counts) <= MOST_BARS else 6
    while len(counts) > MOST_BARS * joined:
        joined += 6
    busiest = tuple(max(counts[at : at + joined]) for at in range(0, len(counts), joined))
    return Bars(_ten_of(period.since), joined * int(TEN.total_seconds()), busiest)


def _ten_of(moment: datetime) -> datetime:
    return moment - timedelta(minutes=moment.minute % 10, seconds=moment.second, microseconds=moment.microsecond)


def top_rules(calls: Iterable[Call], most: int) -> tuple[Top, ...]:
    """The rules with the most alarms."""
    return _tops(((call.rule_id, call.title) for call in calls), most)


def top_sources(calls: Iterable[Call], most: int) -> tuple[Top, ...]:
    """The things alarms were about with the most of them, by kind and id; titles are masked for the desk."""
    return _tops(((call.source, call.subject) for call in calls), most)


def _tops(named: Iterable[tuple[str, str]], most: int) -> tuple[Top, ...]:
    """Ids with their titles, the newest of which counts."""
    counts: Counter[str] = Counter()
    titles: dict[str, str] = {}
    for id_, title in named:
        counts[id_] += 1
        titles[id_] = title
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
