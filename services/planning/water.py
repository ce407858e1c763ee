"""How far it is over water: shortest ways round the land and round closed areas, in metres.

Distances are a metric: symmetric, never shorter than the straight line over the ellipsoid, the triangle
inequality holds. A point at a quay or in the margin of the shore is led to the nearest navigable water and
the leg counts. A point no way leads to is named with its reason; its distances are estimates, never infinite.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from services.planning.water_graph import NOWHERE, Seen, WaterGraph, cached_graph
from services.planning.water_land import Floats, Land, build_land
from services.planning.water_settings import WaterSettings
from services.planning.water_sight import Ints, Sight, never
from services.planning.water_snap import Cut, Start, starts

Place = tuple[float, float]  # (lon, lat), WGS-84 degrees
Way = tuple[Place, ...]

DETOUR = 1.12  # of a straight line, where nothing better is known

_PIECE_M = 10_000.0  # of a way: so that it is straight on any map
_KEPT = 4096  # points whose sight is remembered
_KEPT_REACH = 256  # points whose way to every corner is


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The ``index``-th point asked about has no way over water; ``text`` says why, for the officer."""

    index: int
    cut: Cut
    text: str


@dataclass(frozen=True, slots=True)
class Snap:
    """The ``index``-th point was led ``metres`` to navigable water at ``place``."""

    index: int
    metres: float
    place: Place


@dataclass(frozen=True, slots=True)
class WaterMatrix:
    """``metres[i, j]`` between the points asked about; finite everywhere.

    To and from an ``unreachable`` point it is an estimate; with ``is_estimate`` all of it is, because the
    graph is not ready.
    """

    metres: Floats
    unreachable: tuple[Unreachable, ...] = ()
    snaps: tuple[Snap, ...] = ()
    is_estimate: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """A point's start and what it sees from there."""

    start: Start
    corner: Ints
    metres: Floats


class WaterDistance:
    """Answers for one coast and one set of settings; any thread may ask."""

    is_estimate = False

    def __init__(self, land: Land, sight: Sight, graph: WaterGraph, settings: WaterSettings) -> None:
        self._land, self._sight, self._graph, self.settings = land, sight, graph, settings
        self._lock = threading.RLock()
        self._known: OrderedDict[Place, _Known] = OrderedDict()
        self._reached: OrderedDict[Place, tuple[Floats, Ints]] = OrderedDict()

    @classmethod
    def open(
        cls,
        coast: bytes,
        settings: WaterSettings | None = None,
        cache_folder: Path | None = None,
        halted: Callable[[], bool] = never,
    ) -> WaterDistance:
        """``coast`` is the GeoJSON itself. Seconds the first time. Raises WaterError; HaltedError when asked to."""
        settings = settings or WaterSettings()
        land = build_land(coast, settings)
        sight = Sight(land)
        return cls(land, sight, cached_graph(sight, coast, settings, cache_folder, halted), settings)

    def matrix(self, points: Sequence[Place]) -> WaterMatrix:
        """Every pair of ``points``, which may hold one twice."""
        with self._lock:
            known = self._look(points)
            places = list(dict.fromkeys(points))
            index = np.array([places.index(p) for p in points], int) if len(places) < len(points) else slice(None)
            metres = self._between(places, places, known)
        metres = np.minimum(metres, metres.T)
        np.fill_diagonal(metres, 0.0)
        return self._answer(points, known, metres[index][:, index])

    def row(self, point: Place, points: Sequence[Place]) -> WaterMatrix:
        """From one point to each of ``points``: ``metres`` has one row; the indexes count from ``points[0]``,
        ``point`` itself is -1."""
        with self._lock:
            known = self._look([point, *points])
            metres = self._between([point], points, known)
        metres[0, [p == point for p in points]] = 0.0
        answer = self._answer([point, *points], known, metres)
        return WaterMatrix(
            metres,
            tuple(Unreachable(u.index - 1, u.cut, u.text) for u in answer.unreachable),
            tuple(Snap(s.index - 1, s.metres, s.place) for s in answer.snaps),
        )

    def way(self, a: Place, b: Place) -> Way | None:
        """From ``a`` to ``b`` over water, in pieces short enough to be straight on a map; None when there is none."""
        with self._lock:
            known = self._look([a, b])
            first, last = known[a].start, known[b].start
            if first.cut or last.cut:
                return None
            if a == b:
                return (a, b)
            middle = self._bends(a, known[a], known[b])
        here, there = (first.east, first.north), (last.east, last.north)
        ends = self._land.metres.metres([a, b])
        corners = np.array([ends[0], here, *middle, there, ends[1]])
        way = [(float(x), float(y)) for x, y in self._land.metres.lonlat(_pieces(corners))]
        return (a, *way[1:-1], b)

    # -- within ---------------------------------------------------------------------------------

    def _look(self, points: Sequence[Place]) -> dict[Place, _Known]:
        """What is known of each point; what is not is found out, all at once."""
        known = {p: self._known[p] for p in dict.fromkeys(points) if p in self._known}
        new = [p for p in dict.fromkeys(points) if p not in known]
        for point in known:
            self._known.move_to_end(point)
        if new:
            found = starts(self._land, self._land.metres.metres(new), self.settings.snap_m)
            at = np.array([(s.east, s.north) for s in found])
            point, corner = self._sight.from_points(at)
            edges = np.searchsorted(point, np.arange(len(new) + 1))
            away = np.hypot(*(at[point] - self._sight.corners[corner]).T)
            for index, (place, start) in enumerate(zip(new, found, strict=True)):
                part = slice(edges[index], edges[index + 1]) if start.cut is None else slice(0, 0)
                known[place] = self._known[place] = _Known(start, corner[part], away[part])
        while len(self._known) > max(_KEPT, len(known)):
            self._known.popitem(last=False)
        return known

    def _between(self, rows: Sequence[Place], columns: Sequence[Place], known: dict[Place, _Known]) -> Floats:
        """Straight where nothing lies between, else over the corners; estimated where no way leads."""
        ends = [known[p] for p in columns]
        seen = _seen(ends)
        here, there = _at(known[p] for p in rows), _at(ends)
        straight = np.hypot(here[:, None, 0] - there[None, :, 0], here[:, None, 1] - there[None, :, 1])
        metres = self._straight_ways(here, there, straight)
        for row, (point, (reach, _)) in enumerate(zip(rows, self._reach(rows, known), strict=True)):
            if known[point].start.cut is None and len(seen.corner):
                metres[row] = np.minimum(metres[row], _least(reach[seen.corner] + seen.metres, seen.start))
        legs = np.array([known[p].start.leg_m for p in rows]), np.array([e.start.leg_m for e in ends])
        metres += legs[0][:, None] + legs[1][None, :]
        metres[np.array([known[p].start.cut is not None for p in rows], bool), :] = np.inf
        metres[:, np.array([e.start.cut is not None for e in ends], bool)] = np.inf
        return np.where(np.isfinite(metres), metres, straight * DETOUR)

    def _straight_ways(self, here: Floats, there: Floats, straight: Floats) -> Floats:
        row, column = (index.ravel() for index in np.indices(straight.shape))
        if here is there or (here.shape == there.shape and np.array_equal(here, there)):
            upper = row < column
            row, column = row[upper], column[upper]
        free = self._sight.clear(here[row], there[column])
        metres = np.full(straight.shape, np.inf)
        metres[row[free], column[free]] = straight[row[free], column[free]]
        return metres

    def _reach(self, points: Sequence[Place], known: dict[Place, _Known]) -> list[tuple[Floats, Ints]]:
        held = {p: self._reached[p] for p in points if p in self._reached}
        new = [p for p in points if p not in held]
        if new:
            metres, before = self._graph.reach(_seen([known[p] for p in new]))
            held.update({p: (metres[i], before[i]) for i, p in enumerate(new)})
            for point in new[-_KEPT_REACH:]:
                self._reached[point] = held[point][0].copy(), held[point][1].copy()
        while len(self._reached) > _KEPT_REACH:
            self._reached.popitem(last=False)
        return [held[p] for p in points]

    def _bends(self, a: Place, known_a: _Known, known_b: _Known) -> list[Floats]:
        """The corners a way turns at; none when it is straight."""
        here, there = _at([known_a]), _at([known_b])
        if self._sight.clear(here, there)[0]:
            return []
        ((reach, before),) = self._reach([a], {a: known_a})
        at = int(known_b.corner[np.argmin(reach[known_b.corner] + known_b.metres)])
        bends = []
        while at != NOWHERE:
            bends.append(self._sight.corners[at])
            at = int(before[at])
        return bends[::-1]

    def _answer(self, points: Sequence[Place], known: dict[Place, _Known], metres: Floats) -> WaterMatrix:
        found = [known[p].start for p in points]
        cut = tuple(Unreachable(i, s.cut, s.why) for i, s in enumerate(found) if s.cut is not None)
        led = [i for i, s in enumerate(found) if s.leg_m > 0 and s.cut is None]
        places = self._land.metres.lonlat([(found[i].east, found[i].north) for i in led]).tolist()
        snaps = tuple(Snap(i, found[i].leg_m, (x, y)) for i, (x, y) in zip(led, places, strict=True))
        return WaterMatrix(metres, cut, snaps)


def _seen(known: Sequence[_Known]) -> Seen:
    start = np.concatenate([[0], np.cumsum([len(k.corner) for k in known])]).astype(np.int64)
    none = np.zeros(0, np.int32), np.zeros(0)
    return Seen(
        start,
        np.concatenate([none[0], *(k.corner for k in known)]),
        np.concatenate([none[1], *(k.metres for k in known)]),
    )


def _at(known: Iterable[_Known]) -> Floats:
    return np.array([(k.start.east, k.start.north) for k in known]).reshape(-1, 2)


def _least(values: Floats, start: NDArray[np.int64]) -> Floats:
    """The smallest of each part; inf for an empty one."""
    least = np.full(len(start) - 1, np.inf)
    full = np.diff(start) > 0
    least[full] = np.minimum.reduceat(values, start[:-1][full])
    return least


def _pieces(corners: Floats) -> Floats:
    """The same line with a point at least every ``_PIECE_M``, and none twice."""
    line = shapely.segmentize(shapely.linestrings(corners), _PIECE_M)
    points = shapely.get_coordinates(line)
    return points[np.concatenate([[True], np.any(np.diff(points, axis=0) != 0, axis=1)])]
