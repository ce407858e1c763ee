"""Which corners of the land see each other over water, and which a point sees.

Only lines that merely touch the land at a corner (tangents) are kept: no shortest way uses another. What a
coarse raster of the inland already blocks is never tested exactly; that is nine lines in ten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from services.planning.water_land import Floats, Land, corners_of

Ints = NDArray[np.int32]
Mask = NDArray[np.bool_]

_CELL_M = 60.0
_ROUNDS = 7  # a line is looked at in 1, 2, 4 … 64 places
_ROWS = 256  # corners at a time: the rest is memory
_TOUCHES = 1e-6  # m⁴, of two cross products that should be 0


@dataclass(frozen=True, slots=True)
class Inland:
    """Cells that lie wholly inland; ``west`` and ``south`` of the first one."""

    cells: Mask
    west: float
    south: float

    def holds(self, x: Floats, y: Floats) -> Mask:
        column = np.floor((x - self.west) / _CELL_M).astype(np.int64)
        row = np.floor((y - self.south) / _CELL_M).astype(np.int64)
        known = (column >= 0) & (row >= 0) & (column < self.cells.shape[1]) & (row < self.cells.shape[0])
        held = np.zeros(len(x), bool)
        held[known] = self.cells[row[known], column[known]]
        return held


class HaltedError(Exception):
    """Somebody wants the process to end before the graph is built."""


def never() -> bool:
    return False


class Sight:
    """Lines of sight over the water of one land."""

    def __init__(self, land: Land) -> None:
        land.prepare()
        self._land = land
        self._inland = _inland(land)
        self.corners, before, after = corners_of(land.solid)
        self._came, self._goes = self.corners - before, after - self.corners

    def between_corners(self, halted: Callable[[], bool] = never) -> tuple[Ints, Ints]:
        """Pairs of corners, the first index the smaller, joined by a tangent over water. Raises HaltedError."""
        firsts, seconds = [], []
        for begin in range(0, len(self.corners), _ROWS):
            if halted():
                raise HaltedError
            first, second = self._tangents(begin)
            free = self.clear(self.corners[first], self.corners[second])
            firsts.append(first[free])
            seconds.append(second[free])
        return np.concatenate(firsts), np.concatenate(seconds)

    def from_points(self, points: Floats) -> tuple[Ints, Ints]:
        """For points in the sea, pairs (point, corner) joined by a line over water that touches at the corner."""
        found = [np.zeros((2, 0), np.int64)]
        for begin in range(0, len(points), _ROWS):
            some = points[begin : begin + _ROWS]
            point, corner = np.nonzero(self._touches(some, slice(None)))
            free = self.clear(some[point], self.corners[corner])
            found.append(np.stack([point[free] + begin, corner[free]]))
        point, corner = np.concatenate(found, axis=1).astype(np.int32)
        return point, corner

    def clear(self, a: Floats, b: Floats) -> Mask:
        """Whether each straight line from ``a`` to ``b`` stays on water."""
        left = np.arange(len(a))
        for parts in 2 ** np.arange(_ROUNDS):
            for share in (np.arange(parts) + 0.5) / parts:
                at = a[left] + (b[left] - a[left]) * share
                left = left[~self._inland.holds(at[:, 0], at[:, 1])]
        lines = shapely.linestrings(np.stack([a[left], b[left]], axis=1))
        free = np.zeros(len(a), bool)
        free[left] = ~shapely.intersects(self._land.core, lines)
        return free

    def _tangents(self, begin: int) -> tuple[Ints, Ints]:
        rows = slice(begin, begin + _ROWS)
        there = self._touches(self.corners[rows], slice(None))
        came, goes = self._came[rows], self._goes[rows]
        to = self.corners[None, :, :] - self.corners[rows, None, :]
        there &= _cross(came[:, None, :], to) * _cross(goes[:, None, :], to) <= _TOUCHES
        first, second = np.nonzero(there)
        first += begin
        upper = first < second
        return first[upper].astype(np.int32), second[upper].astype(np.int32)

    def _touches(self, points: Floats, corners: slice) -> Mask:
        """Points × corners: whether the line leaves both neighbours of the corner on one side."""
        to = points[:, None, :] - self.corners[None, corners, :]
        return _cross(self._came[None, corners, :], to) * _cross(self._goes[None, corners, :], to) <= _TOUCHES


def _cross(a: Floats, b: Floats) -> Floats:
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def _inland(land: Land) -> Inland:
    """Even-odd fill of the core: toggle where an edge crosses the middle of a row, then run along the row."""
    west, south, east, north = land.chart
    rows, columns = int((north - south) / _CELL_M) + 1, int((east - west) / _CELL_M) + 1
    toggles = np.zeros((rows, columns + 1), np.uint8)
    for part in shapely.get_parts(land.core):
        for ring in (part.exterior, *part.interiors):
            _toggle(toggles, (shapely.get_coordinates(ring) - (west, south)) / _CELL_M)
    return Inland(_shrunk(np.bitwise_xor.accumulate(toggles, axis=1)[:, :columns].astype(bool)), west, south)


def _toggle(toggles: NDArray[np.uint8], ring: Floats) -> None:
    for (x0, y0), (x1, y1) in zip(ring[:-1].tolist(), ring[1:].tolist(), strict=True):
        low, high = (y0, y1) if y0 < y1 else (y1, y0)
        rows = np.arange(max(int(np.ceil(low - 0.5)), 0), min(int(np.ceil(high - 0.5)), len(toggles)))
        if len(rows):
            crossed = np.ceil(x0 + (rows + 0.5 - y0) * (x1 - x0) / (y1 - y0) - 0.5).astype(int)
            toggles[rows, np.clip(crossed, 0, toggles.shape[1] - 1)] ^= 1


def _shrunk(mask: Mask) -> Mask:
    """Without the cells at its edge, which the shore may run through."""
    tall = mask.copy()
    tall[1:] &= mask[:-1]
    tall[:-1] &= mask[1:]
    wide = tall.copy()
    wide[:, 1:] &= tall[:, :-1]
    wide[:, :-1] &= tall[:, 1:]
    return wide
