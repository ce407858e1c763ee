"""Kinds of detection over what came one after another: events in a row, chains of sightings, trips."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from services.domain.logic import Truth

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two neighbouring events of a key, the first ``first`` and the second ``then``, at most ``within`` apart."""

    first: str
    then: str
    within: timedelta
    is_first: Truth = field(compare=False, repr=False)
    is_then: Truth = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Consecutive:
    """``at_least`` events of the same ``by`` within ``within``, on ``different_days`` or more days, and since
    the first of them none of the key that meets ``clear``."""

    by: tuple[str, ...]
    at_least: int
    within: timedelta
    different_days: int = 1

    @property
    def lookback(self) -> timedelta:
        return self.within


@dataclass(frozen=True, slots=True)
class Chain:
    """Events of the same ``by``, no two neighbours further apart than ``gap``, for ``hold`` or longer. What is
    said of its length goes back a day, or as far as ``hold`` needs."""

    by: tuple[str, ...]
    gap: timedelta
    hold: timedelta

    @property
    def lookback(self) -> timedelta:
        return max(self.hold + self.gap, _DAY)


@dataclass(frozen=True, slots=True)
class Trips:
    """``at_least`` trips of the same ``by`` within ``within``. A trip is two neighbouring events of the key, the
    first ``out`` and the second ``back``, at most ``longest`` apart. ``places`` says whether their column
    ``place`` must be the same or different ("" does not care); ``same_route`` counts only trips between
    the same two places, in either direction."""

    by: tuple[str, ...]
    out: str
    back: str
    longest: timedelta
    at_least: int
    within: timedelta
    place: str
    places: str  # same | different | ""
    same_route: bool
    is_out: Truth = field(compare=False, repr=False)
    is_back: Truth = field(compare=False, repr=False)

    @property
    def lookback(self) -> timedelta:
        return self.within + self.longest
