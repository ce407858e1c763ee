"""Days of passages with a known truth: commuters and chance trips, cloned plates, convoys, misread plates,
cameras with wrong clocks, and vehicles that truly drive fast. Everything is drawn from one seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from services.history.archive import columns_of
from services.store.events import event_table

DAY_S, HOUR_S = 86_400, 3_600
APART_S = 2_700  # between two trips of one vehicle
BEGIN_S = 1_794_585_600  # 2026-11-14 00:00 in Shanghai
COLUMNS, ROWS = 8, 5  # of the grid of checkpoints
SPACING_KM, KM_A_LAT, KM_A_LON = 2.0, 111.2, 97.7
MISREAD = 0.005
LETTERS = np.array(list("ABCDEFGHJKLMNPQRSTUVWXYZ"))
# Of 1,000,000 passages.
CLONES, CONVOYS, RACERS = 80, 60, 60
WRONG_CLOCKS = {3: 600.0, 17: -420.0, 29: 90.0}  # checkpoint → seconds; the last is not known to be off
KNOWN_WRONG = (3, 17)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Truth:
    """Which plates are carried by two vehicles, and which pairs of plates really drove together."""

    clones: frozenset[str]
    convoys: frozenset[tuple[str, str]]


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


def make(duck: duckdb.DuckDBPyConnection, passages: int = 1_000_000, days: int = 7, seed: int = 7) -> Truth:
    """Fill ``events`` as ``services/history/archive.py`` would from the store, with the columns these rules name."""
    draw = np.random.default_rng(seed)
    roads = Roads(draw)
    roads.reverse()
    share = passages / 1_000_000 * 7 / days
    vehicles = max(400, round(passages / days * 7 / 47))
    n_clones, n_convoys, n_racers = (max(3, round(n * share)) for n in (CLONES, CONVOYS, RACERS))
    trips = _commuters(draw, roads, vehicles * 6 // 10, days)
    rest = passages - int(roads.length[trips.route].sum())
    trips = trips.with_others(_chance(draw, roads, vehicles, max(0, round(1.2 * rest / roads.length.mean())), days))
    looks = _Looks(draw, vehicles + n_clones)
    clones, racers = draw.choice(vehicles, n_clones, replace=False), draw.choice(vehicles, n_racers, replace=False)
    looks.clone(draw, clones, vehicles)
    trips = trips.with_others(_chance(draw, roads, n_clones, n_clones * 3 * days, days, first=vehicles))
    pairs = draw.choice(vehicles, (n_convoys, 2), replace=False)
    trips = trips.possible(_racing(draw, roads, racers, days).with_others(*_convoys(draw, roads, pairs, days)))
    plates = looks.plates.copy()
    _fill(duck, draw, roads, trips, looks)
    return Truth(
        frozenset(plates[clones]),
        frozenset(
            (min(one, other), max(one, other)) for one, other in ((str(plates[a]), str(plates[b])) for a, b in pairs)
        ),
    )


def _commuters(draw: np.random.Generator, roads: Roads, vehicles: int, days: int) -> Trips:
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


def _chance(draw: np.random.Generator, roads: Roads, vehicles: int, trips: int, days: int, first: int = 0) -> Trips:
    """Any vehicle, any way, by day rather than by night."""
    hour = np.clip(draw.normal(13.5, 4.5, trips), 0, 23.9)
    begin = BEGIN_S + draw.integers(days, size=trips) * DAY_S + hour * HOUR_S
    who = first + draw.integers(vehicles, size=trips)
    return Trips(who, begin, draw.integers(len(roads.routes), size=trips), draw.uniform(25, 60, trips))


def _racing(draw: np.random.Generator, roads: Roads, who: Ints, days: int) -> Trips:
    """At night, at 130 to 210 km/h."""
    begin = BEGIN_S + draw.integers(days, size=len(who)) * DAY_S + draw.uniform(0, 4, len(who)) * HOUR_S
    return Trips(who, begin, draw.integers(len(roads.routes), size=len(who)), draw.uniform(130, 210, len(who)))


def _convoys(draw: np.random.Generator, roads: Roads, pairs: Ints, days: int) -> list[Trips]:
    """Each pair on three to six days, in the morning and perhaps in the evening, by a new way each time; the
    second is 3 to 90 s behind."""
    lead, begin = [], []
    for i in range(len(pairs)):
        for day in draw.choice(days, size=int(draw.integers(3, min(days, 6) + 1)), replace=False):
            for early, late in ((9, 13), (15, 21))[: int(draw.integers(1, 3))]:
                lead.append(i)
                begin.append(BEGIN_S + day * DAY_S + draw.uniform(early, late) * HOUR_S)
    which, start = np.array(lead), np.array(begin)
    long_enough = np.flatnonzero(roads.length >= 4)
    route, kmh = draw.choice(long_enough, len(which)), draw.uniform(30, 55, len(which))
    behind = draw.uniform(3, 90, len(which))
    return [Trips(pairs[which, 0], start, route, kmh), Trips(pairs[which, 1], start + behind, route, kmh)]


class _Looks:
    """Plate, class, colour and brand of every vehicle. Plates lie close together, so that a misread one is
    often somebody's."""

    def __init__(self, draw: np.random.Generator, vehicles: int) -> None:
        numbers = draw.choice(max(240_000, 2 * vehicles), vehicles, replace=False)
        self.plates = np.array([f"浙J{LETTERS[n // 10_000 % 24]}{n % 10_000:04d}" for n in numbers], dtype=object)
        self.kind = np.array(["K33", "K33", "K31", "H31", "H11"], dtype=object)[draw.integers(5, size=vehicles)]
        self.colour = np.array(["白", "黑", "灰", "红", "蓝", "棕"], dtype=object)[draw.integers(6, size=vehicles)]
        self.brand = np.array([f"品牌{i}" for i in range(12)], dtype=object)[draw.integers(12, size=vehicles)]

    def clone(self, draw: np.random.Generator, originals: Ints, first: int) -> None:
        """Vehicles from ``first`` on carry the plates of the originals; two of three also look like them."""
        for i, original in enumerate(originals):
            copy = first + i
            self.plates[copy] = self.plates[original]
            if draw.random() < 0.67:
                self.kind[copy], self.colour[copy] = self.kind[original], self.colour[original]
                self.brand[copy] = self.brand[original]


def _fill(
    duck: duckdb.DuckDBPyConnection, draw: np.random.Generator, roads: Roads, trips: Trips, looks: _Looks
) -> None:
    """A passage for every stop of every trip, seen as a camera sees it."""
    stops = roads.stops[trips.route]  # with -1 behind the last
    seen = stops >= 0
    hours = roads.km[trips.route] / trips.kmh[:, None] * draw.uniform(0.92, 1.08, stops.shape)
    at = trips.begin_s[:, None] + np.maximum.accumulate(np.where(seen, hours, 0), axis=1) * HOUR_S
    at, place, who = at[seen], stops[seen], np.repeat(trips.vehicle, seen.sum(axis=1))
    n, truly_at = len(who), at
    for checkpoint, off in WRONG_CLOCKS.items():
        at = np.where(place == checkpoint, at + off, at)
    misread = draw.random(n) < MISREAD
    confidence = np.where(misread, draw.uniform(0.6, 0.98, n), np.clip(draw.normal(0.97, 0.02, n), 0.6, 0.999))
    plates = looks.plates[who]
    plates[misread] = [_misread(draw, plate) for plate in plates[misread]]
    order = np.argsort(at, kind="stable")
    trusted = ~np.isin(place, KNOWN_WRONG)
    seen_as = {
        "_seq": np.arange(n),
        "_at": (at[order] * 1_000_000).astype(np.int64),
        "_n": np.arange(n),
        "passage_id": np.arange(n),
        "passed_at": (at[order] * 1_000_000).astype(np.int64),
        "checkpoint_id": place[order],
        "checkpoint_name": place[order],
        "plate_no": plates[order],
        "confidence": confidence[order],
        "lon": roads.lon[place][order],
        "lat": roads.lat[place][order],
        "clock_trusted": trusted[order],
        "_vehicle": who[order],
        "_truly_at": (truly_at[order] * 1_000_000).astype(np.int64),
        "_truly_plate": looks.plates[who][order],
        "vehicle_class": _sometimes_wrong(draw, looks.kind[who], 0.01)[order],
        "vehicle_colour": _sometimes_wrong(draw, looks.colour[who], 0.04)[order],
        "vehicle_brand": _sometimes_wrong(draw, looks.brand[who], 0.03)[order],
    }
    duck.register("seen_as", seen_as)
    duck.execute(f"CREATE OR REPLACE TABLE events AS SELECT * REPLACE ({_NAMED}), {_others(set(seen_as))} FROM seen_as")
    duck.unregister("seen_as")


_NAMED = (
    "printf('p%09d', passage_id) AS passage_id, printf('C%02d', checkpoint_id) AS checkpoint_id,"
    " '卡口' || checkpoint_id AS checkpoint_name"
)
_KNOWN = {"_source": "'viid'", "_id": "printf('p%09d', _seq)", "plate_flag": "'civil'", "plate_colour": "'蓝'"}


def _others(filled: set[str]) -> str:
    """The columns that no camera filled: ``""`` for a word, else NULL."""
    columns = [c for c in columns_of(event_table("passage")) if c.name not in filled]
    unknown = {"VARCHAR": "''"}
    return ", ".join(f'{_KNOWN.get(c.name, unknown.get(c.kind, f"NULL::{c.kind}"))} AS "{c.name}"' for c in columns)


def _misread(draw: np.random.Generator, plate: str) -> str:
    """One digit read as another."""
    at = int(draw.integers(3, 7))
    return plate[:at] + str(int(draw.integers(10))) + plate[at + 1 :]


def _sometimes_wrong(draw: np.random.Generator, words: NDArray[np.object_], share: float) -> NDArray[np.object_]:
    wrong = draw.random(len(words)) < share
    words = words.copy()
    words[wrong] = draw.permutation(words)[: wrong.sum()]
    return words
