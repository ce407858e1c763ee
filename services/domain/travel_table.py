"""What is known of the way from each checkpoint: how often where to, how fast, and what is assumed instead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import cos, exp, hypot, radians

import numpy as np

from services.domain.intercept_settings import InterceptSettings
from services.domain.travel_legs import Legs
from services.domain.travel_time import (
    BINS,
    Basis,
    Counts,
    Spread,
    bins_of,
    by_distance,
    days,
    hour_classes,
    learnt,
)

LEFT = ""  # the next place of a vehicle that left the network, or passed where nobody reads its plate
_HEADINGS = {"北": 0, "东北": 45, "东": 90, "东南": 135, "南": 180, "西南": 225, "西": 270, "西北": 315}


@dataclass(frozen=True, slots=True, order=True)
class LegKey:
    """Where to from where, driving in which direction (a word, "" unknown), in which class of hours."""

    here: str
    direction: str
    hours: str
    there: str = LEFT


@dataclass(frozen=True, slots=True)
class Spot:
    """A checkpoint as the directory places it."""

    id: str
    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Onward:
    """Where to next: a probability for each checkpoint and for ``LEFT``, summing to 1; from ``n`` legs."""

    chances: Mapping[str, float]
    n: int


def apart_km(one: Spot, other: Spot) -> float:
    """Straight line; flat, which is good to a metre within a district."""
    east, north = _east_north(one, other)
    return hypot(east, north)


def _east_north(one: Spot, other: Spot) -> tuple[float, float]:
    return (other.lon - one.lon) * 111.32 * cos(radians(one.lat)), (other.lat - one.lat) * 110.95


@dataclass(frozen=True, slots=True)
class TravelTable:
    """Counts of legs by key, never changed in place: ``plus`` gives the next table."""

    spots: Mapping[str, Spot]
    settings: InterceptSettings
    counts: Mapping[LegKey, Counts] = field(default_factory=dict)
    _cache: dict[object, object] = field(default_factory=dict, repr=False, compare=False)

    @property
    def legs(self) -> int:
        return int(sum(int(counts.sum()) for counts in self.counts.values()))

    def plus(self, learnt_more: Mapping[LegKey, Counts]) -> TravelTable:
        counts = dict(self.counts)
        for key, more in learnt_more.items():
            counts[key] = counts[key] + more if key in counts else more
        return TravelTable(self.spots, self.settings, counts)

    def known_by(self, spots: Iterable[Spot]) -> TravelTable:
        """The same counts with the directory as it is now."""
        return TravelTable({spot.id: spot for spot in spots}, self.settings, self.counts)

    # -- how fast ------------------------------------------------------------------------------

    def spread(self, here: str, there: str, hours: str) -> Spread:
        """Travel times of a leg: of these hours, of all hours, or of the distance when too few were seen."""
        key = ("spread", here, there, hours)
        if key not in self._cache:
            self._cache[key] = self._spread(here, there, hours)
        return self._cache[key]  # type: ignore[return-value]

    def _spread(self, here: str, there: str, hours: str) -> Spread:
        by_hours = self._times.get((here, there), {})
        of_class = by_hours.get(hours)
        if of_class is not None and of_class.sum() >= self.settings.thin:
            return learnt(of_class, Basis.HOURS)
        pooled = sum(by_hours.values(), np.zeros(BINS, np.int64))
        n = int(pooled.sum())
        if n >= self.settings.thin:
            return learnt(pooled, Basis.ALL_HOURS)
        return by_distance(round(apart_km(self.spots[here], self.spots[there]), 3), n, self.settings)

    @property
    def _times(self) -> Mapping[tuple[str, str], Mapping[str, Counts]]:
        if "times" not in self._cache:
            found: dict[tuple[str, str], dict[str, Counts]] = defaultdict(dict)
            for key, counts in self.counts.items():
                if key.there != LEFT:
                    of_pair = found[key.here, key.there]
                    of_pair[key.hours] = of_pair[key.hours] + counts if key.hours in of_pair else counts
            self._cache["times"] = found
        return self._cache["times"]  # type: ignore[return-value]

    # -- where to ------------------------------------------------------------------------------

    def onward(self, here: str, direction: str | None, hours: str) -> Onward:
        """P(next = j | here, direction, hours). Each of these is worth ``settings.prior`` legs to the next:
        what is assumed, what all that pass here do, what those of this direction do, and of these hours.
        ``direction`` None: of all directions together."""
        key = ("onward", here, direction, hours)
        if key not in self._cache:
            self._cache[key] = self._onward(here, direction, hours)
        return self._cache[key]  # type: ignore[return-value]

    def _onward(self, here: str, direction: str | None, hours: str) -> Onward:
        by_hours = self._moves.get((here, direction), {})
        pooled = _summed(by_hours.values())
        worth = self.settings.prior
        chances = self.assumed(here, direction)
        if direction is not None:
            chances = _mixed(chances, self._turned(here, direction), worth)
        chances = _mixed(chances, pooled, worth)
        chances = _mixed(chances, by_hours.get(hours, {}), worth)
        known = {there: p for there, p in chances.items() if there == LEFT or there in self.spots}
        return Onward(known, round(sum(pooled.values())))

    def _turned(self, here: str, direction: str) -> Mapping[str, float]:
        """Where all that pass here go, as far as it lies ahead of one that drives in this direction."""
        every = _summed(self._moves.get((here, None), {}).values())
        ahead = {
            there: n * _ahead(self.spots[here], self.spots[there], direction)
            for there, n in every.items()
            if there in self.spots
        }
        total, stays = sum(ahead.values()), sum(every.values()) - every.get(LEFT, 0)
        if not total:
            return {}
        return {LEFT: every.get(LEFT, 0), **{there: n * stays / total for there, n in ahead.items()}}

    @property
    def _moves(self) -> Mapping[tuple[str, str | None], Mapping[str, Mapping[str, int]]]:
        if "moves" not in self._cache:
            found: dict[tuple[str, str | None], dict[str, dict[str, int]]] = {}
            for key, counts in self.counts.items():
                n = int(counts.sum())
                for direction in (key.direction, None):
                    of_class = found.setdefault((key.here, direction), {}).setdefault(key.hours, {})
                    of_class[key.there] = of_class.get(key.there, 0) + n
            self._cache["moves"] = found
        return self._cache["moves"]  # type: ignore[return-value]

    def assumed(self, here: str, direction: str | None) -> Mapping[str, float]:
        """Before anything is learnt: near checkpoints ahead are likelier than far ones aside."""
        start = self.spots[here]
        weights: dict[str, float] = {}
        for there in self.spots.values():
            if there.id != here:
                weights[there.id] = exp(-apart_km(start, there) / self.settings.near_km) * _ahead(
                    start, there, direction
                )
        total = sum(weights.values())
        if not total:
            return {LEFT: 1.0}
        stays = 1 - self.settings.leaves
        return {LEFT: self.settings.leaves, **{there: stays * w / total for there, w in weights.items()}}


def _ahead(one: Spot, other: Spot, direction: str | None) -> float:
    """1 straight ahead, 0 aside and behind; 1 for all when the direction is no compass word."""
    heading = _HEADINGS.get(direction or "")
    if heading is None:
        return 1.0
    east, north = _east_north(one, other)
    far = hypot(east, north) or 1.0
    along = (east * cos(radians(90 - heading)) + north * cos(radians(heading))) / far
    return max(0.0, along)


def _summed(parts: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    total: dict[str, int] = defaultdict(int)
    for part in parts:
        for there, n in part.items():
            total[there] += n
    return total


def _mixed(assumed: Mapping[str, float], seen: Mapping[str, float], worth: float) -> dict[str, float]:
    """What was seen, with what is assumed as ``worth`` sightings more (a Dirichlet prior)."""
    total = worth + sum(seen.values())
    places: Sequence[str] = tuple(dict.fromkeys((*assumed, *seen)))
    return {there: (worth * assumed.get(there, 0.0) + seen.get(there, 0)) / total for there in places}


def count_legs(
    legs: Legs, places: Sequence[str], directions: Sequence[str], settings: InterceptSettings
) -> dict[int, dict[LegKey, Counts]]:
    """Histograms by Shanghai day and key. ``legs`` number places and directions as these sequences do."""
    if not len(legs):
        return {}
    classes, first_day = settings.classes, int(days(legs.at_s).min())
    sizes = (int(days(legs.at_s).max()) - first_day + 1, len(places), len(directions), len(classes), len(places) + 1)
    columns = (
        days(legs.at_s) - first_day,
        legs.here,
        legs.direction,
        hour_classes(legs.at_s, settings),
        legs.there + 1,
    )
    groups, of_leg = np.unique(np.ravel_multi_index(columns, sizes), return_inverse=True)
    counts = np.bincount(of_leg * BINS + bins_of(legs.took_s), minlength=len(groups) * BINS).reshape(-1, BINS)
    found: dict[int, dict[LegKey, Counts]] = defaultdict(dict)
    for at, group in enumerate(zip(*np.unravel_index(groups, sizes), strict=True)):
        day, here, direction, hour, there = map(int, group)
        name = places[there - 1] if there else LEFT
        found[first_day + day][LegKey(places[here], directions[direction], classes[hour], name)] = counts[at]
    return found
