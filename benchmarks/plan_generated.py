"""Dispatch days for the planner's benchmark: invented requests at real places of the bay (演示数据).

Four commodities in the mix of the warehouses' first year (1,134.87 t oily water, 5.06 t garbage, 0.23 t waste
oil, 0.03 t batteries; 263 kg a call), four types of boat with something on board, three warehouses with limited
room, windows (some requests have two, one each tide), three priorities and a shift of ten hours.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.planning.problem import Boat, Depot, Job, Problem, Window
from services.planning.validate import validated
from services.planning.water import WaterDistance

COAST = Path(__file__).resolve().parents[1] / "resources" / "basemap" / "coast.geojson"
COMMODITIES = ("含油污水", "生活垃圾", "废矿物油", "废铅蓄电池")
SHIFT_S = 36_000
PRIZES = (4_000, 8_000, 20_000)  # seconds of sailing a missed request is worth, by priority
HARBOURS = ((121.449, 28.689), (121.376, 28.697), (121.676, 28.700), (121.893, 28.463))
HARBOUR_SHARES = (0.30, 0.12, 0.10, 0.13)
OPEN_WATER = ((121.60, 28.66), (121.72, 28.60), (121.80, 28.53), (121.90, 28.60), (121.76, 28.45))
DEPOTS = ((121.456, 28.6865), (121.674, 28.6990), (121.891, 28.4655))
# speed, capacity of each commodity, share of the fleet
TYPES = (
    (8.0, (6000, 400, 0, 0), 0.3),
    (10.0, (3500, 600, 300, 0), 0.3),
    (12.0, (2000, 300, 300, 200), 0.2),
    (9.0, (4500, 0, 500, 300), 0.2),
)
RATES = (1.0, 0.06, 0.006, 0.0008)  # of calls that hand in this commodity
MEAN_KG = (262, 19, 9, 9)
DETOUR = 1.08  # of a way over water, where no water distance is at hand


Distances = Callable[[NDArray[np.float64]], NDArray[np.int64]]


def day(requests: int, boats: int, seed: int, distances: Distances | None = None) -> Problem:
    """``distances`` of (lon, lat) rows in metres: over water where given, else great circles × DETOUR."""
    rng = np.random.default_rng([requests, boats, seed])
    where = np.concatenate([np.array(DEPOTS), _places(rng, requests), _places(rng, boats)])
    depots = len(DEPOTS)
    jobs = tuple(_job(rng, i, depots + i) for i in range(requests))
    fleet = tuple(_boat(rng, i, boats, depots + requests + i) for i in range(boats))
    total = sum(job.amounts_kg[0] for job in jobs) + sum(boat.load_kg[0] for boat in fleet)
    shares = (0.5, 0.3, 0.4)
    rooms = tuple(Depot(f"D{i}", i, (int(total * s), 5000, 3000, 2000), 1200) for i, s in enumerate(shares))
    return validated(Problem((distances or metres)(where), fleet, rooms, jobs, COMMODITIES))


def metres(where: NDArray[np.float64]) -> NDArray[np.int64]:
    """Great-circle distances a little lengthened: between points of the open bay 1–2 % is what land costs."""
    lon, lat = np.radians(where[:, 0]), np.radians(where[:, 1])
    dx = (lon[:, None] - lon[None, :]) * np.cos((lat[:, None] + lat[None, :]) / 2)
    dy = lat[:, None] - lat[None, :]
    return np.rint(np.hypot(dx, dy) * 6_371_000 * DETOUR).astype(np.int64)


def over_water(cache_folder: Path) -> Distances:
    """Ways over water round the coast; builds or reads the graph of the bay once."""
    water = WaterDistance.open(COAST.read_bytes(), cache_folder=cache_folder)

    def distances(where: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.rint(water.matrix([(float(lon), float(lat)) for lon, lat in where]).metres).astype(np.int64)

    return distances


def _places(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    """In a harbour, or somewhere in the open bay."""
    middles = np.array(HARBOURS + OPEN_WATER)
    shares = np.array([*HARBOUR_SHARES, *[(1 - sum(HARBOUR_SHARES)) / len(OPEN_WATER)] * len(OPEN_WATER)])
    at = rng.choice(len(middles), count, p=shares)
    spread = np.where(at < len(HARBOURS), 0.004, 0.03)
    return middles[at] + rng.normal(0.0, 1.0, (count, 2)) * spread[:, None]


def _job(rng: np.random.Generator, i: int, place: int) -> Job:
    amounts = tuple(
        int(np.clip(rng.gamma(2.0, kg / 2), 1, 8 * kg)) if rng.random() < rate else 0
        for rate, kg in zip(RATES, MEAN_KG, strict=True)
    )
    return Job(
        f"SQ-{i:03d}",
        place,
        amounts,
        _windows(rng),
        int(rng.integers(1_200, 2_700)),
        int(rng.choice(PRIZES, p=(0.5, 0.35, 0.15))),
    )


def _windows(rng: np.random.Generator) -> tuple[Window, ...]:
    draw = rng.random()
    if draw < 0.35:
        return ()
    begin = int(rng.integers(0, SHIFT_S - 9_000))
    if draw < 0.85:
        return ((begin, begin + int(rng.integers(5_400, 14_400))),)
    begin //= 2
    return ((begin, begin + 5_400), (begin + 16_000, begin + 21_400))


def _boat(rng: np.random.Generator, i: int, boats: int, start: int) -> Boat:
    edges = np.cumsum([share for *_, share in TYPES])
    speed, capacity, _ = TYPES[int(np.searchsorted(edges, (i + 0.5) / boats))]
    loaded = tuple(
        int(rng.uniform(0, 0.4) * kg) if rng.random() < 0.4 and c == 0 else 0 for c, kg in enumerate(capacity)
    )
    return Boat(f"浙椒收{i + 1:02d}", speed, capacity, loaded, start, 0, SHIFT_S, tuple(range(len(DEPOTS))), 6)
