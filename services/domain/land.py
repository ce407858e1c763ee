"""Where the land is: a coast as a raster of cells, asked by number and row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
CELL_DEG = 0.001  # about 100 m


def rasterised(rings: Sequence[NDArray[np.float64]], origin: tuple[float, float], shape: tuple[int, int]) -> Mask:
    """Which cells of ``shape`` (rows, columns) from the south-west ``origin`` have their middle within the
    rings. Even-odd fill: toggle at each crossing of an edge with a row, then run along the row."""
    west, south = origin
    rows, columns = shape
    toggles = np.zeros((rows, columns + 1), np.uint8)
    for ring in rings:
        for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            low, high = sorted((y0, y1))
            first = int(np.ceil((low - south) / CELL_DEG - 0.5))
            last = int(np.ceil((high - south) / CELL_DEG - 0.5))
            row = np.arange(max(first, 0), min(last, rows))
            if len(row):
                y = south + (row + 0.5) * CELL_DEG
                x = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
                column = np.clip(np.ceil((x - west) / CELL_DEG - 0.5).astype(int), 0, columns)
                toggles[row, column] ^= 1
    return np.bitwise_xor.accumulate(toggles, axis=1)[:, :columns].astype(bool)


def grown(mask: Mask, cells: int) -> Mask:
    """With everything up to ``cells`` away along rows and columns."""
    wide = mask.copy()
    for _ in range(cells):
        wide[1:] |= wide[:-1].copy()
        wide[:-1] |= wide[1:].copy()
        wide[:, 1:] |= wide[:, :-1].copy()
        wide[:, :-1] |= wide[:, 1:].copy()
    return wide


class Land:
    """The inland of a coast: ``margin_cells`` away from the sea and further. What lies on a quay, in a dock
    or at the edge of a coarse coastline is not called land; nothing is known beyond the coast's own extent."""

    def __init__(self, rings: Sequence[NDArray[np.float64]], margin_cells: int = 3) -> None:
        corners = np.concatenate(list(rings)) if rings else np.zeros((1, 2))
        self._west, self._south = (float(v) for v in corners.min(axis=0))
        east, north = (float(v) for v in corners.max(axis=0))
        self._columns = int(np.ceil((east - self._west) / CELL_DEG)) + 1
        self._rows = int(np.ceil((north - self._south) / CELL_DEG)) + 1
        land = rasterised(rings, (self._west, self._south), (self._rows, self._columns))
        self._cells = (~grown(~land, margin_cells)).tobytes()

    def holds(self, lon: float, lat: float) -> bool:
        column, row = int((lon - self._west) / CELL_DEG), int((lat - self._south) / CELL_DEG)
        inside = 0 <= column < self._columns and 0 <= row < self._rows and lon >= self._west and lat >= self._south
        return inside and self._cells[row * self._columns + column] == 1
