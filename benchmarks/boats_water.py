"""Ways over water: the 500 × 500 matrix cold, its error against the exact graph, one new point; a raster beside it.

The exact graph is the same code without margin and simplification. The peer is a grid of 100 m whose cells
are joined to 32 neighbours, with scipy's Dijkstra, for a few rows, its time taken for all.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from services.planning.water import Place, WaterDistance
from services.planning.water_land import Floats, Land, build_land
from services.planning.water_settings import WaterSettings

COAST = Path(__file__).resolve().parents[1] / "resources" / "basemap" / "coast.geojson"
BOX = (121.2, 28.3, 122.25, 29.0)
EXACT = WaterSettings(margin_m=0, tolerance_m=0)
STEPS = ((1, 0), (1, 1), (2, 1), (3, 1), (3, 2))  # and their mirrors: 32 neighbours


def figures(arguments: Sequence[str]) -> Iterator[dict[str, object]]:
    options = argparse.ArgumentParser(prog="python -m benchmarks.boats --only matrix")
    options.add_argument("--points", type=int, default=500)
    options.add_argument("--peer-rows", type=int, default=3)
    asked = options.parse_args(arguments)
    coast = COAST.read_bytes()
    points = sea_points(build_land(coast, EXACT), asked.points)
    exact = WaterDistance.open(coast, EXACT).matrix(points).metres
    yield from ours(coast, points, exact)
    yield raster(build_land(coast, EXACT), points, exact, asked.peer_rows)


def ours(coast: bytes, points: Sequence[Place], exact: Floats) -> Iterator[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        begin, cpu = time.perf_counter(), time.process_time()
        water = WaterDistance.open(coast, cache_folder=Path(folder))
        built = time.perf_counter() - begin
        answer = water.matrix(points)
        spent = {"seconds": time.perf_counter() - begin, "cpu_s": time.process_time() - cpu, "build_s": built}
        sound = np.ones(len(points), bool)
        sound[[u.index for u in answer.unreachable]] = False
        yield (
            {"bench": "water_matrix", "way": "ours", "points": len(points), **_rounded(spent)}
            | _error(answer.metres, exact, sound)
            | {"unreachable": len(answer.unreachable), "snapped": len(answer.snaps)}
        )
        begin = time.perf_counter()
        WaterDistance.open(coast, cache_folder=Path(folder))
        yield {"bench": "water_open_kept", "way": "ours", "seconds": round(time.perf_counter() - begin, 3)}
    fresh = sea_points(build_land(coast, EXACT), 60, seed=2)[:50]
    took = [_timed(lambda p=p: water.row(p, points)) for p in fresh]
    yield {"bench": "water_row", "way": "ours", "p50_ms": _ms(took, 50), "p95_ms": _ms(took, 95)}
    took = [_timed(lambda a=a, b=b: water.way(a, b)) for a, b in zip(fresh, points, strict=False)]
    yield {"bench": "water_way", "way": "ours", "p50_ms": _ms(took, 50), "p95_ms": _ms(took, 95)}


def raster(land: Land, points: Sequence[Place], exact: Floats, rows: int, cell_m: float = 100.0) -> dict[str, object]:
    """The peer. It never leaves the box of the points."""
    begin = time.perf_counter()
    at = land.metres.metres(points)
    west, south = at.min(axis=0) - 5000
    shape = tuple(int(n) for n in np.ceil((at.max(axis=0) + 5000 - (west, south)) / cell_m))
    x, y = np.meshgrid(west + (np.arange(shape[0]) + 0.5) * cell_m, south + (np.arange(shape[1]) + 0.5) * cell_m)
    wet = shapely.contains_xy(land.sea, x, y)
    graph = _grid(wet, cell_m)
    cells = np.floor((at - (west, south)) / cell_m).astype(int)
    index = cells[:, 1] * shape[0] + cells[:, 0]
    built = time.perf_counter() - begin
    far = np.asarray(dijkstra(graph, indices=index[:rows]))[:, index]
    spent = built + (time.perf_counter() - begin - built) / rows * len(points)
    told = np.isfinite(far) & (exact[:rows] > 1000)
    error = (far[told] / exact[:rows][told] - 1) * 100
    return {
        "bench": "water_matrix", "way": "raster_32", "points": len(points), "seconds": round(spent, 1),
        "rows_measured": rows, "error_mean_pct": round(float(error.mean()), 3),
        "error_p95_pct": round(float(np.percentile(error, 95)), 3),
    }  # fmt: skip


def sea_points(land: Land, count: int, seed: int = 1) -> list[Place]:
    """Anywhere on the bay's water, ponds left out."""
    chance = np.random.default_rng(seed)
    low, high = land.metres.metres([BOX[:2], BOX[2:]])
    found = chance.uniform(low, high, (20 * count, 2))
    found = found[shapely.contains_xy(land.sea, found)][:count]
    return [(float(lon), float(lat)) for lon, lat in land.metres.lonlat(found)]


def _grid(wet: np.ndarray, cell_m: float) -> coo_array:
    number = np.arange(wet.size).reshape(wet.shape)
    rows, columns, lengths = [], [], []
    steps = {s for dx, dy in STEPS for a, b in ((dx, dy), (dy, dx)) for s in ((a, b), (-a, b), (a, -b), (-a, -b))}
    for dx, dy in steps:
        here = number[max(0, -dy) : wet.shape[0] - max(0, dy), max(0, -dx) : wet.shape[1] - max(0, dx)]
        there = here + dy * wet.shape[1] + dx
        free = wet.flat[here] & wet.flat[there]
        rows.append(here[free])
        columns.append(there[free])
        lengths.append(np.full(int(free.sum()), np.hypot(dx, dy) * cell_m))
    return coo_array((np.concatenate(lengths), (np.concatenate(rows), np.concatenate(columns))), (wet.size, wet.size))


def _error(metres: Floats, exact: Floats, sound: np.ndarray) -> dict[str, object]:
    pairs = np.triu(sound[:, None] & sound[None, :], 1) & (exact > 1)
    error = (metres[pairs] / exact[pairs] - 1) * 100
    return {
        "error_mean_pct": round(float(error.mean()), 3), "error_p95_pct": round(float(np.percentile(error, 95)), 3),
        "error_max_pct": round(float(error.max()), 1),
    }  # fmt: skip


def _timed(call) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def _ms(took: Sequence[float], share: float) -> float:
    return round(float(np.percentile(took, share)) * 1000, 1)


def _rounded(spent: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in spent.items()}
