"""Days of passages with a known truth: commuters and chance trips, cloned plates, convoys, misread plates,
cameras with wrong clocks, and vehicles that truly drive fast. Everything is drawn from one seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from benchmarks.checkpoint_roads import HOUR_S, Ints, Roads, Trips, chance, commuters, convoys, racing
from services.history.archive import columns_of
from services.store.events import event_table

MISREAD = 0.005
LETTERS = np.array(list("ABCDEFGHJKLMNPQRSTUVWXYZ"))
# Of 1,000,000 passages.
CLONES, CONVOYS, RACERS = 80, 60, 60
WRONG_CLOCKS = {3: 600.0, 17: -420.0, 29: 90.0}  # checkpoint → seconds; the last is not known to be off
KNOWN_WRONG = (3, 17)


@dataclass(frozen=True, slots=True)
class Truth:
    """Which plates are carried by two vehicles, and which pairs of plates really drove together."""

    clones: frozenset[str]
    convoys: frozenset[tuple[str, str]]


def make(
    duck: duckdb.DuckDBPyConnection, passages: int = 1_000_000, days: int = 7, seed: int = 7, clones: int = CLONES
) -> Truth:
    """Fill ``events`` as ``services/history/archive.py`` would from the store, with the columns these rules name."""
    draw = np.random.default_rng(seed)
    roads = Roads(draw)
    roads.reverse()
    share = passages / 1_000_000 * 7 / days
    vehicles = max(400, round(passages / days * 7 / 47))
    n_clones, n_convoys, n_racers = (max(3, round(n * share)) for n in (clones, CONVOYS, RACERS))
    trips = commuters(draw, roads, vehicles * 6 // 10, days)
    rest = passages - int(roads.length[trips.route].sum())
    trips = trips.with_others(chance(draw, roads, vehicles, max(0, round(1.2 * rest / roads.length.mean())), days))
    looks = _Looks(draw, vehicles + n_clones)
    originals, racers = draw.choice(vehicles, n_clones, replace=False), draw.choice(vehicles, n_racers, replace=False)
    looks.clone(draw, originals, vehicles)
    trips = trips.with_others(chance(draw, roads, n_clones, n_clones * 3 * days, days, first=vehicles))
    pairs = draw.choice(vehicles, (n_convoys, 2), replace=False)
    trips = trips.possible(racing(draw, roads, racers, days).with_others(*convoys(draw, roads, pairs, days)))
    plates = looks.plates.copy()
    _fill(duck, draw, roads, trips, looks)
    return Truth(
        frozenset(plates[originals]),
        frozenset(
            (min(one, other), max(one, other)) for one, other in ((str(plates[a]), str(plates[b])) for a, b in pairs)
        ),
    )


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
