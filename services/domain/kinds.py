"""The kinds of detection a rule may ask for, and the figures each of them can tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from services.domain.condition import Sort

NONE = timedelta(0)

# What a detection adds to the record's own columns.
FIGURES: Mapping[str, Sort] = {
    "count": Sort.NUMBER,
    "days": Sort.NUMBER,  # different days, Shanghai
    "first_at": Sort.TIME,
    "last_at": Sort.TIME,
    "listed_reason": Sort.TEXT,
    "listed_by": Sort.TEXT,
    "listed_until": Sort.TIME,
    "held_min": Sort.NUMBER,
    "held_h": Sort.NUMBER,
    "silent_min": Sort.NUMBER,
    "silent_h": Sort.NUMBER,
    "change": Sort.NUMBER,
    "minutes": Sort.NUMBER,
    "km": Sort.NUMBER,
    "needed_kmh": Sort.NUMBER,
    "before_place": Sort.TEXT,  # where it was before
    "differs": Sort.NUMBER,
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """Each event that meets ``where`` is a detection."""

    @property
    def lookback(self) -> timedelta:
        return NONE


@dataclass(frozen=True, slots=True)
class WatchList:
    """An event whose column ``match`` holds a value that is on the list, and valid, at its moment."""

    list: str
    match: str

    @property
    def lookback(self) -> timedelta:
        return NONE


@dataclass(frozen=True, slots=True)
class Frequency:
    """``at_least`` events with the same values of ``by`` within ``within``, on ``different_days`` or more days."""

    by: tuple[str, ...]
    at_least: int
    within: timedelta
    different_days: int = 1

    @property
    def lookback(self) -> timedelta:
        return self.within


@dataclass(frozen=True, slots=True)
class Rate:
    """``column`` moved by ``at_least`` against some event of the same ``by`` less than ``within`` before."""

    by: tuple[str, ...]
    column: str
    direction: str  # rise | fall | either
    at_least: float
    within: timedelta

    @property
    def lookback(self) -> timedelta:
        return self.within


@dataclass(frozen=True, slots=True)
class Travel:
    """Seen less than ``within`` after an event of the same ``by`` that is so far away that more than
    ``over_kmh`` would have been needed. Nearer than ``min_km`` counts for nothing: clocks differ.
    ``compare`` are columns that should not change on the way."""

    by: tuple[str, ...]
    over_kmh: float
    min_km: float
    within: timedelta
    place: str
    compare: tuple[str, ...] = ()

    @property
    def lookback(self) -> timedelta:
        return self.within


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """No event of the same ``by`` within ``within`` before it, though the feed is older than that."""

    by: tuple[str, ...]
    within: timedelta

    @property
    def lookback(self) -> timedelta:
        return self.within


@dataclass(frozen=True, slots=True)
class Threshold:
    """``where`` held for ``hold`` without an event that meets ``clear``; over when ``clear`` held for
    ``release`` without one that meets ``where``. What meets neither (the dead band) changes nothing."""

    by: tuple[str, ...]
    hold: timedelta
    release: timedelta

    @property
    def lookback(self) -> timedelta:
        return self.hold + self.release


@dataclass(frozen=True, slots=True)
class Absence:
    """Nothing of ``by`` for ``within``, while ``others`` events of the same kind came in. Only what was
    heard within ``listen`` is listened for."""

    by: tuple[str, ...]
    within: timedelta
    others: int
    listen: timedelta

    @property
    def lookback(self) -> timedelta:
        return max(self.within, self.listen)


Windowed = Frequency | Rate | Travel | FirstSeen
Detect = Attribute | WatchList | Windowed | Threshold | Absence
