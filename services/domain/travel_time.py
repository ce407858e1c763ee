"""How long it takes from one checkpoint to the next, as a histogram: what is learnt is only ever added up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from services.domain.intercept_settings import InterceptSettings

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

SHORTEST_S, LONGEST_S, BINS = 15.0, 3600.0, 64
EDGES: Floats = np.geomspace(SHORTEST_S, LONGEST_S, BINS + 1)  # of the bins, seconds; each 9 % wider than the last
_DAY_S, _SHANGHAI_S = 86_400, 8 * 3600  # Shanghai keeps no summer time


class Basis(StrEnum):
    """What a travel time rests on."""

    HOURS = "hours"  # learnt in this class of hours
    ALL_HOURS = "all_hours"  # learnt, but too seldom in this class
    DISTANCE = "distance"  # too seldom seen at all: road length and a range of speeds


BASIS_WORDS = {Basis.HOURS: "本时段", Basis.ALL_HOURS: "全时段", Basis.DISTANCE: "按距离估计"}


def bins_of(seconds: Floats) -> NDArray[np.int64]:
    """The bin of each; what is shorter or longer than the table goes to its ends."""
    return np.clip(np.searchsorted(EDGES, seconds, side="right") - 1, 0, BINS - 1)


def counted(seconds: Floats) -> Counts:
    return np.bincount(bins_of(seconds), minlength=BINS).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Spread:
    """The travel times of one leg: ``cdf`` at every edge, from how many legs, on what basis."""

    cdf: Floats
    n: int
    basis: Basis

    def passed(self, elapsed_s: float) -> float:
        """The share that would have arrived within ``elapsed_s``."""
        return float(np.interp(elapsed_s, EDGES, self.cdf))

    def quantile(self, q: float, elapsed_s: float = 0.0) -> float:
        """Seconds from the start that a share ``q`` of those still under way after ``elapsed_s`` keep to."""
        gone = self.passed(elapsed_s)
        return max(float(self._reached(np.array([gone + q * (1 - gone)]))[0]), elapsed_s)

    def points(self, elapsed_s: float = 0.0, count: int = 15) -> Floats:
        """``count`` seconds as likely as each other, of those still under way."""
        gone = self.passed(elapsed_s)
        shares = gone + (np.arange(count) + 0.5) / count * (1 - gone)
        return np.maximum(self._reached(shares), elapsed_s)

    def _reached(self, shares: Floats) -> Floats:
        """The earliest seconds by which so large a share has arrived."""
        after = np.clip(np.searchsorted(self.cdf, shares, side="left"), 1, BINS)
        low, high = self.cdf[after - 1], self.cdf[after]
        part = np.divide(shares - low, high - low, out=np.ones_like(shares), where=high > low)
        return EDGES[after - 1] + np.clip(part, 0.0, 1.0) * (EDGES[after] - EDGES[after - 1])


def learnt(counts: Counts, basis: Basis) -> Spread:
    """The counts as shares; within a bin they are spread evenly."""
    cdf = np.concatenate([[0.0], np.cumsum(counts, dtype=np.float64)])
    return Spread(cdf / cdf[-1], int(cdf[-1]), basis)


@lru_cache(maxsize=4096)
def by_distance(km: float, n: int, settings: InterceptSettings) -> Spread:
    """Every speed of the range alike over the length of the road; ``n`` legs were seen, too few."""
    slow, fast = settings.kmh
    road_km = max(0.05, km * settings.road_factor)
    speed = road_km * 3600 / EDGES  # to arrive exactly at each edge
    cdf = np.clip((fast - speed) / (fast - slow), 0.0, 1.0)
    cdf[0], cdf[-1] = 0.0, 1.0
    return Spread(cdf, n, Basis.DISTANCE)


def hour_classes(at_s: Floats, settings: InterceptSettings) -> NDArray[np.int64]:
    """The number of each moment's class in ``settings.classes``; Unix seconds."""
    here = np.asarray(at_s, np.float64) + _SHANGHAI_S
    hour = here % _DAY_S / 3600
    found = np.zeros(here.shape, np.int64)
    for number, one in enumerate(settings.hours, 1):
        within = (hour >= one.since) & (hour < one.until)
        if one.since > one.until:
            within = (hour >= one.since) | (hour < one.until)
        found[within & (found == 0)] = number
    if settings.weekend:
        weekday = (here // _DAY_S + 3) % 7  # 1970 began on a Thursday
        found[weekday >= 5] = len(settings.hours) + 1
    return found


def hour_class(at_s: float, settings: InterceptSettings) -> int:
    return int(hour_classes(np.array([at_s]), settings)[0])


def days(at_s: Floats) -> NDArray[np.int64]:
    """Shanghai days since 1970."""
    return (np.asarray(at_s, np.float64) + _SHANGHAI_S).astype(np.int64) // _DAY_S
