"""Roads, and who drives them when: the drawn trips of commuters, chance, racers and convoys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DAY_S, HOUR_S = 86_400, 3_600
APART_S = 2_700  # between two trips of one vehicle
BEGIN_S = 1_794_585_600  # 2026-11-14 00:00 in Shanghai
COLUMNS, ROWS = 8, 5  # of the grid of checkpoints
SPACING_KM, KM_A_LAT, KM_A_LON = 2.0, 111.2, 97.7

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trips:
    """One row a trip: who, when it sets out (seconds), by which route, how fast."""

    vehicle: Ints
    begin_s: Floats
    route: Ints
    kmh: Floats

    def possible(self, story: Trips) -> Trips:
        """The trips of both that one vehicle can make one after the other; the story's are kept."""
        every = self.with_others(story)
        meant = np.arange(len(every.vehicle)) >= len(self.vehicle)
        order = np.lexsort((every.begin_s, every.vehicle))
        who, begin, meant = every.vehicle[order], every.begin_s[order], meant[order]
        close = (np.diff(who) == 0) & (np.diff(begin) < APART_S)
        after, before = np.append(False, close), np.append(close & meant[1:], False)
        kept = order[meant | ~(after | before)]
        return Trips(every.vehicle[kept], every.begin_s[kept], every.route[kept], every.kmh[kept])

    def with_others(self, *others: Trips) -> Trips:
        parts = (self, *others)
        return Trips(
            np.concatenate([p.vehicle for p in parts]),
            np.concatenate([p.begin_s for p in parts]),
            np.concatenate([p.route for p in parts]),
            np.concatenate([p.kmh for p in parts]),
        )


class Roads:
    """A grid of checkpoints, a little out of line, and routes along it of three to seven of them."""

    def __init__(self, draw: np.random.Generator, routes: int = 400) -> None:
        across, up = np.meshgrid(np.arange(COLUMNS), np.arange(ROWS))
        jitter = draw.uniform(-0.3, 0.3, (2, COLUMNS * ROWS))
        self.east_km = across.ravel() * SPACING_KM + jitter[0]
        self.north_km = up.ravel() * SPACING_KM + jitter[1]
        self.lon, self.lat = 121.35 + self.east_km / KM_A_LON, 28.60 + self.north_km / KM_A_LAT
        self.routes = [self._route(draw) for _ in range(routes)]
        self.length = np.array([len(route) for route in self.routes])
        self.stops = np.full((routes, 7), -1)
        self.km = np.zeros((routes, 7))
        for i, route in enumerate(self.routes):
            self.stops[i, : len(route)] = route
            self.km[i, 1 : len(route)] = np.cumsum(self._legs(route))

    def reverse(self) -> None:
        """Doubles the routes: number n + half is route n driven back."""
        back = [route[::-1] for route in self.routes]
        km = np.zeros_like(self.km)
        stops = np.full_like(self.stops, -1)
        for i, route in enumerate(back):
            stops[i, : len(route)] = route
            km[i, 1 : len(route)] = np.cumsum(self._legs(route))
        self.routes += back
        self.length = np.concatenate([self.length, self.length])
        self.stops, self.km = np.vstack([self.stops, stops]), np.vstack([self.km, km])

    def _legs(self, route: list[int]) -> Floats:
        """Roads are a quarter longer than the straight line."""
        at = np.array(route)
        return 1.25 * np.hypot(np.diff(self.east_km[at]), np.diff(self.north_km[at]))

    def _route(self, draw: np.random.Generator) -> list[int]:
        """A walk that does not turn back, from a checkpoint chosen as it comes."""
        at = int(draw.integers(COLUMNS * ROWS))
        east, north = int(draw.choice([-1, 1])), int(draw.choice([-1, 1]))
        route = [at]
        for _ in range(int(draw.integers(2, 7))):
            x, y = at % COLUMNS, at // COLUMNS
            steps = [(x + east, y)] * (0 <= x + east < COLUMNS) + [(x, y + north)] * (0 <= y + north < ROWS)
            if not steps:
                break
            x, y = steps[int(draw.integers(len(steps)))]
            at = y * COLUMNS + x
            route.append(at)
        return route if len(route) > 2 else self._route(draw)


def commuters(draw: np.random.Generator, roads: Roads, vehicles: int, days: int) -> Trips:
    """The same way at the same time every day, there and back, give or take some minutes."""
    who = np.repeat(np.arange(vehicles), days)
    day = np.tile(np.arange(days), vehicles)
    way = np.repeat(draw.integers(len(roads.routes) // 2, size=vehicles), days)
    out = np.repeat(draw.normal(7.8, 0.7, vehicles), days)
    home = np.repeat(draw.normal(17.6, 1.0, vehicles), days)
    there = draw.random(len(who)) < 0.8
    parts = []
    for hour, route in ((out, way), (home, way + len(roads.routes) // 2)):
        begin = BEGIN_S + day * DAY_S + (hour * HOUR_S) + draw.normal(0, 360, len(who))
        parts.append(Trips(who[there], begin[there], route[there], draw.uniform(25, 55, len(who))[there]))
    return parts[0].with_others(parts[1])


def chance(draw: np.random.Generator, roads: Roads, vehicles: int, trips: int, days: int, first: int = 0) -> Trips:
    """Any vehicle, any way, by day rather than by night."""
    hour = np.clip(draw.normal(13.5, 4.5, trips), 0, 23.9)
    begin = BEGIN_S + draw.integers(days, size=trips) * DAY_S + hour * HOUR_S
    who = first + draw.integers(vehicles, size=trips)
    return Trips(who, begin, draw.integers(len(roads.routes), size=trips), draw.uniform(25, 60, trips))


def racing(draw: np.random.Generator, roads: Roads, who: Ints, days: int) -> Trips:
    """At night, at 130 to 210 km/h."""
    begin = BEGIN_S + draw.integers(days, size=len(who)) * DAY_S + draw.uniform(0, 4, len(who)) * HOUR_S
    return Trips(who, begin, draw.integers(len(roads.routes), size=len(who)), draw.uniform(130, 210, len(who)))


def convoys(draw: np.random.Generator, roads: Roads, pairs: Ints, days: int) -> list[Trips]:
    """Each pair on three to six days, in the morning and perhaps in the evening, by a new way each time; the
    second is 3 to 90 s behind."""
    lead, begin = [], []
    for i in range(len(pairs)):
        for day in draw.choice(days, size=int(draw.integers(min(days, 3), min(days, 6) + 1)), replace=False):
            for early, late in ((9, 13), (15, 21))[: int(draw.integers(1, 3))]:
                lead.append(i)
                begin.append(BEGIN_S + day * DAY_S + draw.uniform(early, late) * HOUR_S)
    which, start = np.array(lead), np.array(begin)
    long_enough = np.flatnonzero(roads.length >= 4)
    route, kmh = draw.choice(long_enough, len(which)), draw.uniform(30, 55, len(which))
    behind = draw.uniform(3, 90, len(which))
    return [Trips(pairs[which, 0], start, route, kmh), Trips(pairs[which, 1], start + behind, route, kmh)]
