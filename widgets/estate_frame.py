"""Degrees to the px of the sketch: what is shown fills the ground, north is up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPolygonF

from services.domain.estate_ground import Block, EstateGround
from services.domain.estates import Estate, Point

METRES_PER_DEGREE = 111_320.0


class Frame:
    """``of`` and ``polygon`` in px of a ground whose top left is (0, 0). ``scale`` is px a metre."""

    def __init__(self, estates: Sequence[Estate], ground: QRect, margin: int) -> None:
        points = [p for e in estates for p in e.outline] or [(0.0, 0.0)]
        self._lon, self._lat = min(p[0] for p in points), max(p[1] for p in points)
        self._east = METRES_PER_DEGREE * math.cos(math.radians(self._lat))
        wide = (max(p[0] for p in points) - self._lon) * self._east
        high = (self._lat - min(p[1] for p in points)) * METRES_PER_DEGREE
        room = ground.adjusted(margin, margin, -margin, -margin)
        self.ground = ground
        self.scale = min(room.width() / max(wide, 1.0), room.height() / max(high, 1.0))
        self._left = room.left() + (room.width() - wide * self.scale) / 2
        self._top = room.top() + (room.height() - high * self.scale) / 2

    def of(self, point: Point) -> QPointF:
        x = self._left + (point[0] - self._lon) * self._east * self.scale
        return QPointF(x, self._top + (self._lat - point[1]) * METRES_PER_DEGREE * self.scale)

    def polygon(self, points: Iterable[Point]) -> QPolygonF:
        return QPolygonF([self.of(p) for p in points])


def ground_of(estate: Estate, grounds: Sequence[EstateGround]) -> EstateGround:
    """What is known of the ground; of an estate that only has outlines, its blocks without names."""
    known = next((ground for ground in grounds if ground.id == estate.id), None)
    return known or EstateGround(estate.id, tuple(Block("", "", outline) for outline in estate.blocks))
