"""How long alarms waited, which limits were kept, how much work came back: times of a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.domain.alarm_rates import Share
from services.domain.alert import AlertLevel, Step
from services.domain.course import Course
from services.domain.yardstick import Period


@dataclass(frozen=True, slots=True)
class Waits:
    """How long one level waited, or all (None), in seconds; None while there was nothing to measure."""

    level: AlertLevel | None
    signed: int
    ack_p50: float | None
    ack_p90: float | None
    closed: int
    close_p50: float | None
    close_p90: float | None


@dataclass(frozen=True, slots=True)
class Kept:
    """Time limits of one step that came to an end in the period, and how many of them were kept."""

    step: Step
    kept: int
    decided: int


def percentile(ordered: Sequence[float], percent: int) -> float | None:
    """Nearest rank: the ⌈p·n/100⌉-th smallest, always a measured value; None of nothing."""
    return ordered[-(-percent * len(ordered) // 100) - 1] if ordered else None


def waits(courses: Iterable[Course], period: Period) -> tuple[Waits, ...]:
    """By level. Ack: signature − alarm, of the signatures given in the period, at the alarm's level.
    Close: closing − raise, of the alerts a person closed in the period, at the level they ended with."""
    acks: dict[AlertLevel, list[float]] = {level: [] for level in AlertLevel}
    closes: dict[AlertLevel, list[float]] = {level: [] for level in AlertLevel}
    since, until = period.since, period.until
    for course in courses:
        for mark in course.marks:
            if mark.signed_at is not None and since <= mark.signed_at < until:
                acks[mark.level].append((mark.signed_at - mark.at).total_seconds())
        if course.closed_at is not None and since <= course.closed_at < until:
            closes[course.level].append((course.closed_at - course.raised_at).total_seconds())
    levels = tuple(_waits(level, acks[level], closes[level]) for level in reversed(AlertLevel))
    every = _waits(None, [s for one in acks.values() for s in one], [s for one in closes.values() for s in one])
    return (*levels, every)


def _waits(level: AlertLevel | None, acks: Iterable[float], closes: Iterable[float]) -> Waits:
    ack, close = sorted(acks), sorted(closes)
    return Waits(
        level,
        len(ack),
        percentile(ack, 50),
        percentile(ack, 90),
        len(close),
        percentile(close, 50),
        percentile(close, 90),
    )


def kept(courses: Iterable[Course], period: Period) -> tuple[Kept, ...]:
    """Time limits by step. One is decided when its step was done in time, or when it fell due undone;
    while it is paused nothing is decided."""
    good: Counter[Step] = Counter()
    every: Counter[Step] = Counter()
    since, until = period.since, period.until
    for course in courses:
        for clock in course.clocks:
            done, due = clock.stopped_at, clock.due_at
            if done is not None and done <= due:
                if since <= done < until:
                    good[clock.step] += 1
                    every[clock.step] += 1
            elif since <= due < until and (done is not None or clock.paused_at is None):
                every[clock.step] += 1
    return tuple(Kept(step, good[step], every[step]) for step in Step)


def bounce(courses: Iterable[Course], period: Period) -> Share:
    """Returns ÷ dispatches, of those made in the period."""
    returned = dispatched = 0
    for course in courses:
        if course.dispatches:
            returned += sum(at in period for at in course.returns)
            dispatched += sum(at in period for at in course.dispatches)
    return Share(returned, dispatched)
