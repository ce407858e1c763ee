"""Where the water is: a raster of the bay that keeps every simulated vessel off the land."""

from __future__ import annotations

import heapq
import json
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from services.domain.land import CELL_DEG, Mask, grown, rasterised

COAST = Path(__file__).resolve().parents[2] / "resources" / "basemap" / "coast.geojson"
EAST_DEG = 122.275  # where the base map ends and the open sea begins
METRES_PER_DEG = 111_195.0
NM_PER_DEG = 60.04
COS_LAT = float(np.cos(np.radians(28.6)))

Point = tuple[float, float]
Points = NDArray[np.float64]  # n × (lon, lat)

# Turning points of the lanes: up the river, across the bay, round the islands.
LANES: tuple[Point, ...] = (
    (121.360, 28.698),
    (121.385, 28.696),
    (121.410, 28.693),
    (121.430, 28.691),
    (121.450, 28.6885),
    (121.480, 28.684),
    (121.505, 28.679),
    (121.545, 28.667),
    (121.600, 28.650),
    (121.660, 28.620),
    (121.700, 28.660),
    (121.720, 28.640),
    (121.760, 28.590),
    (121.780, 28.640),
    (121.820, 28.560),
    (121.840, 28.500),
    (121.845, 28.460),
    (121.845, 28.420),
    (121.890, 28.464),
    (121.930, 28.464),
    (121.890, 28.530),
    (121.940, 28.500),
    (121.940, 28.430),
    (121.890, 28.422),
    (121.720, 28.500),
    (121.760, 28.430),
    (121.700, 28.560),
    (121.830, 28.680),
    (121.720, 28.720),
    (121.650, 28.690),
)


def kilometres(a: Point, b: Point) -> float:
    return float(np.hypot((b[0] - a[0]) * COS_LAT, b[1] - a[1]) * METRES_PER_DEG / 1000)


class Water:
    """The bay as cells of about 100 m, and lanes through it."""

    def __init__(self, coast: Path = COAST) -> None:
        rings = [
            np.asarray(ring, float)
            for feature in json.loads(coast.read_text(encoding="utf-8"))["features"]
            for ring in feature["geometry"]["coordinates"]
        ]
        corners = np.concatenate(rings)
        self.west, self.south = corners.min(axis=0)
        self.north = float(corners[:, 1].max())
        columns = int(np.ceil((EAST_DEG - self.west) / CELL_DEG))
        rows = int(np.ceil((self.north - self.south) / CELL_DEG))
        self.land = rasterised(rings, (float(self.west), float(self.south)), (rows, columns))
        self.shore = grown(self.land, 3)  # land and some 300 m of water before it

    def is_water(self, lon: ArrayLike, lat: ArrayLike, *, clear: bool = False) -> Mask:
        """For each point; ``clear`` also wants 300 m to the shore. East of the base map all is sea,
        elsewhere beyond it nothing is known and so nothing is water."""
        x, y = np.asarray(lon, float), np.asarray(lat, float)
        grid = self.shore if clear else self.land
        column = np.floor((x - self.west) / CELL_DEG).astype(int)
        row = np.floor((y - self.south) / CELL_DEG).astype(int)
        inside = (column >= 0) & (row >= 0) & (column < grid.shape[1]) & (row < grid.shape[0])
        wet = np.zeros(np.broadcast(x, y).shape, bool)
        wet[inside] = ~grid[row[inside], column[inside]]
        return wet | (x > EAST_DEG)

    def is_free(self, a: Point, b: Point) -> bool:
        """Whether the straight line between two points stays on water."""
        steps = max(2, int(kilometres(a, b) / 0.08))
        along = np.linspace(0.0, 1.0, steps)
        return bool(self.is_water(a[0] + (b[0] - a[0]) * along, a[1] + (b[1] - a[1]) * along).all())

    def route(self, a: Point, b: Point) -> tuple[Point, ...]:
        """The shortest way over the lanes, or the straight line where that is free."""
        if self.is_free(a, b):
            return (a, b)
        points = [a, b, *LANES]
        starts = {i: kilometres(a, p) for i, p in enumerate(LANES, 2) if self.is_free(a, p)}
        ends = {i: kilometres(b, p) for i, p in enumerate(LANES, 2) if self.is_free(b, p)}
        best: dict[int, float] = {0: 0.0}
        came: dict[int, int] = {}
        heap = [(0.0, 0)]
        while heap:
            so_far, at = heapq.heappop(heap)
            if at == 1:
                break
            steps = starts if at == 0 else {**self._lanes[at], **({1: ends[at]} if at in ends else {})}
            for to, length in steps.items():
                if so_far + length < best.get(to, np.inf):
                    best[to], came[to] = so_far + length, at
                    heapq.heappush(heap, (so_far + length, to))
        if 1 not in came:
            raise ValueError(f"no way over water from {a} to {b}")
        way, at = [b], 1
        while at:
            at = came[at]
            way.append(points[at])
        return tuple(reversed(way))

    def scatter(self, rng: np.random.Generator, centre: Point, spread: float, count: int) -> Points:
        """``count`` points on water, normally spread round ``centre`` (degrees of latitude)."""
        found = np.empty((0, 2))
        while len(found) < count:
            throw = rng.normal(0.0, spread, (4 * count, 2)) / (COS_LAT, 1.0) + centre
            found = np.concatenate([found, throw[self.is_water(throw[:, 0], throw[:, 1])]])
        return found[:count]

    @cached_property
    def _lanes(self) -> dict[int, dict[int, float]]:
        links: dict[int, dict[int, float]] = {i: {} for i in range(2, len(LANES) + 2)}
        for i, a in enumerate(LANES, 2):
            for j, b in enumerate(LANES[: i - 2], 2):
                if self.is_free(a, b):
                    links[i][j] = links[j][i] = kilometres(a, b)
        return links
