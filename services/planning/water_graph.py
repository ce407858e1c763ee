"""The corners of a land, who sees whom, and the shortest ways between them; kept on disk.

A cache belongs to one coast, one set of settings and one version of this code; one that is damaged or
strange is built again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from services.planning.water_land import Floats
from services.planning.water_settings import WaterSettings
from services.planning.water_sight import Ints, Sight, never

VERSION = 1  # of what is kept: raise it when lines of sight are found in another way
NOWHERE = -1  # before the first corner of a way

log = logging.getLogger(__name__)

_AT_ONCE = 64  # sources a time, so that other threads get their turn


@dataclass(frozen=True, slots=True)
class Seen:
    """What each of n points sees: of point ``i`` corners ``corner[start[i]:start[i + 1]]``, so many metres away."""

    start: NDArray[np.int64]
    corner: Ints
    metres: Floats

    def of(self, point: int) -> tuple[Ints, Floats]:
        part = slice(self.start[point], self.start[point + 1])
        return self.corner[part], self.metres[part]


@dataclass(frozen=True, slots=True)
class WaterGraph:
    """``first`` and ``second`` are pairs of corners joined over water, ``metres`` their distance."""

    corners: int
    first: Ints
    second: Ints
    metres: Floats

    def reach(self, seen: Seen) -> tuple[Floats, Ints]:
        """From each point to every corner: metres (inf where none leads) and the corner before it."""
        points = len(seen.start) - 1
        size = self.corners + points
        rows = np.concatenate(
            [self.first, self.second, np.repeat(np.arange(points), np.diff(seen.start)) + self.corners]
        )
        columns = np.concatenate([self.second, self.first, seen.corner])
        lengths = np.concatenate([self.metres, self.metres, seen.metres])
        graph = csr_array((np.maximum(lengths, 1e-9), (rows, columns)), shape=(size, size))
        metres = np.empty((points, self.corners))
        before = np.empty((points, self.corners), np.int32)
        for begin in range(0, points, _AT_ONCE):
            some = np.arange(begin, min(begin + _AT_ONCE, points))
            far, came = dijkstra(graph, indices=some + self.corners, return_predecessors=True)
            metres[some], before[some] = far[:, : self.corners], came[:, : self.corners]
        before[before >= self.corners] = NOWHERE
        return metres, np.maximum(before, NOWHERE)


def build_graph(sight: Sight, halted: Callable[[], bool] = never) -> WaterGraph:
    """Raises HaltedError."""
    first, second = sight.between_corners(halted)
    return WaterGraph(len(sight.corners), first, second, _metres(sight.corners[first] - sight.corners[second]))


def cached_graph(
    sight: Sight, coast: bytes, settings: WaterSettings, folder: Path | None, halted: Callable[[], bool] = never
) -> WaterGraph:
    """From the folder, else built and put there. A folder that takes no file costs time only. Raises HaltedError."""
    if folder is None:
        return build_graph(sight, halted)
    path = folder / f"water-{key_of(coast, settings)[:24]}.npz"
    graph = _read(path, len(sight.corners))
    if graph is None:
        graph = build_graph(sight, halted)
        _write(path, graph)
    return graph


def key_of(coast: bytes, settings: WaterSettings) -> str:
    """SHA-256 of all that the graph follows from, and of nothing else."""
    told = json.dumps(
        [VERSION, shapely.geos_version_string, settings.margin_m, settings.tolerance_m]
        + [closed.ring for closed in settings.no_go]
    )
    return hashlib.sha256(hashlib.sha256(coast).digest() + told.encode()).hexdigest()


def _read(path: Path, corners: int) -> WaterGraph | None:
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            graph = WaterGraph(int(kept["corners"]), kept["first"], kept["second"], kept["metres"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        log.warning("水上航程缓存 %s 已损坏，重新计算：%s", path.name, error)
        return None
    if graph.corners != corners or not len(graph.first) == len(graph.second) == len(graph.metres):
        log.warning("水上航程缓存 %s 与岸线不符，重新计算", path.name)
        return None
    return graph


def _write(path: Path, graph: WaterGraph) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
            np.savez(part, corners=graph.corners, first=graph.first, second=graph.second, metres=graph.metres)
        Path(part.name).replace(path)
    except OSError as error:
        log.warning("水上航程缓存 %s 写不下：%s", path.name, error)


def _metres(steps: Floats) -> Floats:
    return np.hypot(steps[:, 0], steps[:, 1])
