"""The fleet on the map: where every boat is now, all painted at once, the nearest found at once."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from services.domain.fleet import FLEET_DTYPE, ColourCode, Fleet
from widgets.look import Look
from widgets.map.pens import pen_px
from widgets.map.projection import EARTH_M, NM_M, Floats, Viewport, world
from widgets.map.sprites import HEADINGS, STYLES, cell_px, draw_atlas, draw_boat, selected_px, sprite_side, styles_of

RECKON_S = 60.0  # a boat is moved along its course at most so long after its fix
SILENT_S = 420.0  # a boat lying still reports every 3 minutes: after two it missed, its place is old too
LOST_S = 600.0  # not heard for so long: drawn as unknown, whatever it was
UNDER_WAY_KN = 0.5
_KNOT_WORLD_S = NM_M / 3600.0 / (2 * math.pi * EARTH_M)  # world units a second at the equator

# What must not be hidden is painted last: unknown, other, green, yellow, official, red, collection.
_PAINTED = np.array([0, 2, 3, 5, 6, 4, 1], np.uint16)
_BANDS = 256


class FleetLayer:
    """Positions as columns, in the order they are painted. ``show`` takes them, ``reckon`` moves them.

    Between fixes a boat is moved along its course for ``RECKON_S``; then it stays and turns dashed. One not
    heard for ``LOST_S`` is drawn as unknown.
    """

    def __init__(self) -> None:
        self._fragments = PrimitiveArray(QPainter.PixmapFragment, 10)
        self._constant = (0, 0, 0.0)  # rows, cell and dpr whose unchanging columns are filled in
        self._atlases: dict[tuple[str, int, float], QPixmap] = {}
        self.painted = 0  # in the last paint, after culling
        self.show(Fleet.empty())

    def __len__(self) -> int:
        return len(self.mmsi)

    def show(self, fleet: Fleet, now_ms: int | None = None) -> None:
        """Take a new fleet; without ``now_ms`` boats stay where their fix was."""
        style = styles_of(fleet.rows["kind"], fleet.rows["code"])
        order = _painting_order(style, fleet.rows["lat"])
        rows: NDArray[np.void] = np.take(fleet.rows, order) if len(order) else np.empty(0, FLEET_DTYPE)
        self.mmsi = rows["mmsi"]
        self.style = style[order]
        self._at_ms = rows["at_ms"]
        self._fix_x, self._fix_y = world(rows["lon"], rows["lat"])
        course, speed = rows["cog_deg"], rows["sog_kn"]
        steady = np.isfinite(course) & np.isfinite(speed)
        course, speed = np.where(steady, course, np.float32(0)), np.where(steady, speed, np.float32(0))
        self._heading = np.rint(course * np.float32(HEADINGS / 360)).astype(np.int32) % HEADINGS
        turn = np.radians(course)
        stretch = np.cosh((0.5 - self._fix_y) * (2 * math.pi)) * _KNOT_WORLD_S  # 1 / cos(lat): Mercator grows polewards
        self._way_x, self._way_y = speed * np.sin(turn) * stretch, -speed * np.cos(turn) * stretch
        self._under_way = speed >= UNDER_WAY_KN
        self.reckon(now_ms)

    def reckon(self, now_ms: int | None) -> None:
        """Move every boat to now. A clock behind a fix moves nothing."""
        if now_ms is None:
            self.x, self.y = self._fix_x, self._fix_y
            self.frozen = np.zeros(len(self.mmsi), bool)
            self._row = self.style
            return
        age_s = (now_ms - self._at_ms) * 0.001
        self.frozen = age_s > np.where(self._under_way, RECKON_S, SILENT_S)
        self._row = np.where(age_s > LOST_S, np.uint8(ColourCode.UNKNOWN), self.style) + np.uint8(STYLES) * self.frozen
        sailed_s = np.clip(age_s, 0.0, RECKON_S)
        self.x = self._fix_x + self._way_x * sailed_s
        self.y = self._fix_y + self._way_y * sailed_s

    def paint(self, painter: QPainter, view: Viewport, look: Look, dpr: float = 1.0, part: QRect | None = None) -> None:
        """Paint the boats seen in ``part`` of the window (all of it when None)."""
        part = QRect(0, 0, view.width, view.height) if part is None else part
        x, y = view.of_world(self.x, self.y)
        side = sprite_side(view, look, len(self))
        seen = (
            (x > part.left() - side) & (x < part.right() + side) & (y > part.top() - side) & (y < part.bottom() + side)
        )
        self.painted = int(np.count_nonzero(seen))
        if self.painted:
            self._fill(x, y, seen, cell_px(side, dpr), dpr)
            painter.drawPixmapFragments(*self._fragments.drawargs(), self._atlas(look, side, dpr))  # pyright: ignore[reportCallIssue]

    def _fill(self, x: Floats, y: Floats, seen: NDArray[np.bool_], cell: int, dpr: float) -> None:
        self._fragments.resize(self.painted)
        to = self._fragments.ndarray()
        if self._constant[1:] != (cell, dpr) or self._constant[0] < self.painted:
            to[:, 4:6] = cell
            to[:, 6:8] = 1.0 / dpr
            to[:, 8] = 0.0
            to[:, 9] = 1.0
            self._constant = (self.painted, cell, dpr)
        columns = (x, y, self._heading, self._row)
        if self.painted < len(self):
            columns = tuple(column[seen] for column in columns)
        half = cell / 2 / dpr % 1  # whole px for the corner, so that Qt copies and does not resample
        to[:, 0] = np.rint(columns[0]) + half
        to[:, 1] = np.rint(columns[1]) + half
        to[:, 2] = columns[2] * cell
        to[:, 3] = columns[3] * float(cell)

    def nearest(self, view: Viewport, px: float, py: float, within_px: float) -> int | None:
        """The MMSI of the boat nearest to a point of the window; of equals the one painted on top."""
        if not len(self):
            return None
        x, y = view.of_world(self.x, self.y)
        square = (x - px) ** 2 + (y - py) ** 2
        best = len(square) - 1 - int(np.argmin(square[::-1]))
        return int(self.mmsi[best]) if square[best] <= within_px**2 else None

    def find(self, mmsi: int) -> int | None:
        """The index of a boat in this layer's columns."""
        hits = np.flatnonzero(self.mmsi == mmsi)
        return int(hits[0]) if len(hits) else None

    def put_selected(self, painter: QPainter, index: int, at: QPointF, look: Look) -> None:
        """One boat larger and ringed, over all others."""
        side = selected_px(look)
        painter.save()
        painter.translate(at)
        painter.setPen(QPen(look.colour("ice"), pen_px(look, 1.5, 4)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(0, 0), side * 0.7, side * 0.7)
        painter.rotate(float(self._heading[index]) * 360 / HEADINGS)
        draw_boat(painter, look, int(self._row[index]) % STYLES, side / 2, frozen=bool(self.frozen[index]))
        painter.restore()

    def is_unknown(self, index: int) -> bool:
        return bool(self.frozen[index]) or self._row[index] == ColourCode.UNKNOWN

    def _atlas(self, look: Look, side: int, dpr: float) -> QPixmap:
        key = (look.theme.name, side, dpr)
        if key not in self._atlases:
            if len(self._atlases) >= 6:
                self._atlases.clear()
            self._atlases[key] = draw_atlas(look, side, dpr)
        return self._atlases[key]


def _painting_order(style: NDArray[np.uint8], lat: NDArray[np.float64]) -> NDArray[np.intp]:
    """By what must not be hidden; within that from north to south, which halves the painting time of a
    large fleet: neighbours in the array are neighbours in the picture, so its lines stay in the cache."""
    if not len(lat):
        return np.empty(0, np.intp)
    north, south = float(lat.max()), float(lat.min())
    band = (north - lat) * ((_BANDS - 1) / max(1e-9, north - south))
    return np.argsort(_PAINTED[style] * np.uint16(_BANDS) + band.astype(np.uint16), kind="stable")
