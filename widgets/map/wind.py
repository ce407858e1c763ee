"""Wind over the water: a sparse grid of quiet arrows that lie still on the map while it is moved."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.look import Look
from widgets.map.basemap import Coast
from widgets.map.pens import pen_px
from widgets.map.projection import Viewport

LAYER = "风浪"
_APART_PX = 90  # at least, between two arrows
_LONG_PX = 30
_ALPHA = 150  # a boat must never be taken for the wind
_KEPT = 4000
_PATH_UNIT = 1e6  # of a Coast's paths


class WindLayer:
    """One wind for the whole chart, as one sea area is told. None: nobody knows it, and nothing is drawn."""

    def __init__(self, coast: Coast) -> None:
        self._coast = coast
        self.from_deg: float | None = None
        self.bft = 0
        self._wet: dict[tuple[int, int, int], bool] = {}

    def show(self, from_deg: float | None, bft: int) -> None:
        self.from_deg, self.bft = from_deg, bft

    def paint(self, painter: QPainter, view: Viewport, look: Look) -> None:
        if self.from_deg is None:
            return
        quiet = QColor(look.colour("line2"))
        quiet.setAlpha(_ALPHA)
        painter.setPen(QPen(quiet, pen_px(look, 1.0, 2.4)))
        arrow = _arrow(self.from_deg, look.px(_LONG_PX * (2 if look.is_wall else 1)), self.bft)
        for x, y in self._places(view, look):
            painter.drawLines([line.translated(x, y) for line in arrow])

    def _places(self, view: Viewport, look: Look) -> list[tuple[float, float]]:
        """Points of a grid of the world, halved with every doubling of the zoom, that lie on known water."""
        apart = look.px(_APART_PX * (2 if look.is_wall else 1))
        level = math.floor(math.log2(view.zoom / apart))
        step = 2.0**-level
        left, top = view.x - view.width / 2 / view.zoom, view.y - view.height / 2 / view.zoom
        columns = range(math.ceil(left / step), math.floor((left + view.width / view.zoom) / step) + 1)
        rows = range(math.ceil(top / step), math.floor((top + view.height / view.zoom) / step) + 1)
        found = []
        for row in rows:
            for column in columns:
                if self._is_wet(level, column, row):
                    found.append(view.of_world(column * step, row * step))
        return found

    def _is_wet(self, level: int, column: int, row: int) -> bool:
        key = (level, column, row)
        if key not in self._wet:
            if len(self._wet) > _KEPT:
                self._wet.clear()
            self._wet[key] = self._looked_up(column * 2.0**-level, row * 2.0**-level)
        return self._wet[key]

    def _looked_up(self, x: float, y: float) -> bool:
        origin = self._coast.origin
        at = QPointF((x - origin[0]) * _PATH_UNIT, (y - origin[1]) * _PATH_UNIT)
        return self._coast.extent.contains(at) and not self._coast.land.contains(at)


def _arrow(from_deg: float, long: float, bft: int) -> list[QLineF]:
    """Pointing where the wind blows to, round the origin; the shaft grows with its force."""
    half = long * (0.35 + 0.65 * min(bft, 12) / 12) / 2
    turn = math.radians(from_deg + 180)
    ahead, aside = (math.sin(turn), -math.cos(turn)), (math.cos(turn), math.sin(turn))

    def at(forward: float, right: float) -> QPointF:
        return QPointF(ahead[0] * forward + aside[0] * right, ahead[1] * forward + aside[1] * right)

    head = long * 0.2
    return [
        QLineF(at(-half, 0), at(half, 0)),
        QLineF(at(half, 0), at(half - head, head * 0.6)),
        QLineF(at(half, 0), at(half - head, -head * 0.6)),
    ]
