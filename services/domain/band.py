"""What is unusual for its hour of the week: more, less, faster or slower than in past weeks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from statistics import median
from typing import Any

from services.domain.detector import Detector, Key, Outcome, Past, key_reader
from services.domain.event import Event
from services.domain.judge import EPOCH, SHANGHAI, micros
from services.domain.kinds import Band
from services.domain.rule import Found

HOUR = timedelta(hours=1)
WEEK = 168  # hours
MOST_KEYS = 20_000  # remembered; the one touched longest ago goes first and is asked for again
TO_SIGMA = 1.4826  # MAD of a normal distribution → its standard deviation
_HOUR_MICROS = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What is usual: the median of the samples and how far from it is still usual."""

    usual: float
    low: float
    high: float
    samples: int


def limits_of(samples: Sequence[float], detect: Band) -> Limits | None:
    """None with too few samples."""
    if len(samples) < detect.least:
        return None
    usual = median(samples)
    spread = TO_SIGMA * median([abs(sample - usual) for sample in samples])
    move = max(detect.spread * spread, detect.least_move)
    return Limits(usual, usual - move, usual + move, len(samples))


def is_unusual(value: float, limits: Limits | None, direction: str) -> bool:
    if limits is None:
        return False
    return (direction != "low" and value > limits.high) or (direction != "high" and value < limits.low)


def slot_of(moment: datetime) -> int:
    """The hour of Shanghai, numbered since 1970."""
    return (micros(moment) + SHANGHAI) // _HOUR_MICROS


def slot_began(slot: int) -> datetime:
    return EPOCH + slot * HOUR - timedelta(microseconds=SHANGHAI)


def references(slot: int, weeks: int) -> Iterator[int]:
    """The same hour of the same weekday in the weeks before."""
    return (slot - WEEK * i for i in range(1, weeks + 1))


class _Hours:
    """One key: what is usual in the hours asked about, and how many events each of them has."""

    __slots__ = ("counts", "limits")

    def __init__(self) -> None:
        self.limits: dict[int, Limits | None] = {}
        self.counts: dict[int, int] = {}

    def drop_before(self, slot: int) -> None:
        for kept in (self.limits, self.counts):
            for old in [s for s in kept if s < slot]:
                del kept[old]


class Usual(Detector):
    """Judges each event by what was received before it; what comes late changes later judgements only."""

    def __init__(self, detect: Band, past: Past) -> None:
        self._detect = detect
        self._past = past
        self._key = key_reader(detect.by)
        self._value = attrgetter(detect.column) if detect.column else None
        self._keys: dict[Key, _Hours] = {}
        self._fed: dict[tuple[Key, int], list[float]] = {}  # in this batch, so not in the store yet

    def begin(self) -> None:
        self._fed.clear()

    def forget(self) -> None:
        self._keys.clear()
        self._fed.clear()

    def feed(self, event: Event) -> Sequence[Outcome]:
        key = self._key(event.record)
        value = 1.0 if self._value is None else self._value(event.record)
        if key is None or value is None or value != value:
            return ()
        slot = slot_of(event.occurred_at)
        hours = self._keys.pop(key, None) or self._room()
        self._keys[key] = hours
        told = self._counted(event, key, hours, slot) if self._value is None else self._valued(event, key, hours, slot)
        self._fed.setdefault((key, slot), []).append(value)
        for i in range(1, self._detect.weeks + 1):
            hours.limits.pop(slot + WEEK * i, None)
        return told

    def _valued(self, event: Event, key: Key, hours: _Hours, slot: int) -> Sequence[Outcome]:
        assert self._value is not None
        value = self._value(event.record)
        limits = self._limits(key, hours, slot)
        if limits is None or not is_unusual(value, limits, self._detect.direction):
            return ()
        return (_found(event, limits, {"change": value - limits.usual}),)

    def _counted(self, event: Event, key: Key, hours: _Hours, slot: int) -> Sequence[Outcome]:
        before = self._count(key, hours, slot)
        hours.counts[slot] = before + 1
        found = []
        if self._detect.direction != "low":
            limits = self._limits(key, hours, slot)
            if limits is not None and before <= limits.high < before + 1:
                found.append(_found(event, limits, {"count": before + 1}))
        if self._detect.direction != "high" and before == 0:
            last = self._count(key, hours, slot - 1)
            limits = self._limits(key, hours, slot - 1) if last else None
            if limits is not None and last < limits.low:
                found.append(_found(event, limits, {"count": last}))
        hours.drop_before(slot - 2)
        return found[:1]

    def _count(self, key: Key, hours: _Hours, slot: int) -> int:
        count = hours.counts.get(slot)
        if count is None:
            count = hours.counts[slot] = len(self._samples(key, slot))
        return count

    def _limits(self, key: Key, hours: _Hours, slot: int) -> Limits | None:
        if slot not in hours.limits:
            weeks = [self._samples(key, past) for past in references(slot, self._detect.weeks)]
            hours.limits[slot] = limits_of(samples_of(weeks, self._detect), self._detect)
        return hours.limits[slot]

    def _samples(self, key: Key, slot: int) -> list[float]:
        """The values of one hour: those stored, and those of this batch."""
        stored = self._past.between(key, slot_began(slot), slot_began(slot + 1))
        fed = self._fed.get((key, slot), [])
        if self._value is None:
            return [1.0] * sum(1 for _ in stored) + fed
        return [value for record in stored if (value := self._value(record)) is not None and value == value] + fed

    def _room(self) -> _Hours:
        while len(self._keys) >= MOST_KEYS:
            del self._keys[next(iter(self._keys))]
        return _Hours()


def samples_of(weeks: Iterable[Sequence[float]], detect: Band) -> list[float]:
    """The numbers of the hours that had any event, or every value of every hour."""
    if not detect.column:
        return [float(len(week)) for week in weeks if week]
    return [value for week in weeks for value in week]


def _found(event: Event, limits: Limits, figures: dict[str, Any]) -> Found:
    said = {
        **figures,
        "usual": limits.usual,
        "usual_low": limits.low,
        "usual_high": limits.high,
        "samples": limits.samples,
        "last_at": event.occurred_at,
    }
    return Found(event, said, (event.event_id,))
