"""The matrix of the places of the day, kept between questions: only what is new is measured anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.domain.dispatch_plan import Point
from services.domain.sea_ways import SeaWays
from services.planning.water import WaterMatrix

MANY = 0.34  # of the places new: measured all at once
DRAWN_KEPT = 5000
FINE = 4  # decimals of a position, about 10 m


class Water(Protocol):
    """WaterDistance, or what stands in for it."""

    @property
    def is_estimate(self) -> bool: ...

    def matrix(self, points: Sequence[Point]) -> WaterMatrix: ...

    def row(self, point: Point, points: Sequence[Point]) -> WaterMatrix: ...

    def way(self, a: Point, b: Point) -> tuple[Point, ...] | None: ...


def fine(place: Point) -> Point:
    return round(place[0], FINE), round(place[1], FINE)


class Ways:
    """Ask ``between``; -1 where no water leads."""

    def __init__(self, water: Water) -> None:
        self.water = water
        self._known: dict[Point, dict[Point, int]] = {}
        self._drawn: dict[tuple[Point, Point], tuple[Point, ...] | None] = {}
        self._estimate = water.is_estimate

    def between(self, places: Sequence[tuple[str, Point]], at: datetime) -> SeaWays:
        if self._estimate != self.water.is_estimate:
            self._known, self._drawn, self._estimate = {}, {}, self.water.is_estimate
        spots = [fine(place) for _, place in places]
        points = list(dict.fromkeys(spots))
        new = [p for p in points if p not in self._known]
        if len(new) > max(2, MANY * len(points)):
            self._take_matrix(points)
        else:
            for point in new:
                self._take_row(point, points)
        self._known = {p: {q: m for q, m in self._known[p].items() if q in self._known} for p in points}
        metres = tuple(tuple(self._known[a][b] for b in spots) for a in spots)
        ids, held = tuple(place for place, _ in places), tuple(spot for _, spot in places)
        return SeaWays("ways", ids, held, metres, at, self._estimate)

    def way(self, here: Point, there: Point) -> tuple[Point, ...] | None:
        """As WaterDistance tells it, a straight line while it is an estimate; remembered."""
        if self.water.is_estimate:
            return (here, there)
        leg = fine(here), fine(there)
        if leg not in self._drawn:
            if len(self._drawn) >= DRAWN_KEPT:
                self._drawn.clear()
            self._drawn[leg] = self.water.way(*leg)
        return self._drawn[leg]

    def _take_matrix(self, points: list[Point]) -> None:
        answer = self.water.matrix(points)
        whole = np.rint(answer.metres).astype(np.int64)
        for cut in answer.unreachable:
            whole[cut.index, :] = whole[:, cut.index] = -1
        np.fill_diagonal(whole, 0)
        self._known = {p: dict(zip(points, row.tolist(), strict=True)) for p, row in zip(points, whole, strict=True)}

    def _take_row(self, point: Point, points: list[Point]) -> None:
        others = [p for p in points if p in self._known]
        self._known[point] = {point: 0}
        if not others:
            return
        answer = self.water.row(point, others)
        row = self._row_of(answer, len(others))
        for other, metres in zip(others, row.tolist(), strict=True):
            self._known[point][other] = self._known[other][point] = metres

    @staticmethod
    def _row_of(answer: WaterMatrix, count: int) -> NDArray[np.int64]:
        row = np.rint(answer.metres[0]).astype(np.int64)
        cut = [one.index for one in answer.unreachable]
        if -1 in cut:
            return np.full(count, -1)
        row[cut] = -1
        return row
