"""Thousands of boats in one draw call: a pre-rotated atlas and an array of fragments."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt import internals
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap, QPolygonF

from services.domain.fleet import FLEET_DTYPE, ColourCode, Fleet, VesselKind
from widgets.look import Look
from widgets.map.projection import EARTH_M, Viewport, world

HEADINGS = 24
RECKON_S = 60.0  # a boat is moved along its course at most so long after its fix
SILENT_S = 600.0  # then it is drawn as unknown: nobody has heard of it for ten minutes

_STYLES = 7  # fishing by four codes, collection, official, other
_KNOT_MS = 1852.0 / 3600.0


class Sprites:
    """The fleet layer. ``show`` takes positions, ``reckon`` moves them to now, ``paint`` draws them."""

    def __init__(self) -> None:
        self._rows: NDArray[np.void] = np.empty(0, FLEET_DTYPE)
        self._x = self._y = np.empty(0)
        self._style = np.empty(0, np.intp)
        self._silent = np.empty(0, bool)
        self._heading = np.empty(0, np.intp)
        self._fragments = internals.PrimitiveArray(QPainter.PixmapFragment, 10)
        self._atlases: dict[tuple[str, int, float], QPixmap] = {}
        self.drawn = 0

    def __len__(self) -> int:
        return len(self._rows)

    def show(self, fleet: Fleet, now_ms: int | None = None) -> None:
        self._rows = fleet.rows
        course = np.nan_to_num(self._rows["cog_deg"], nan=0.0)
        self._heading = np.rint(course / (360 / HEADINGS)).astype(np.intp) % HEADINGS
        kind = self._rows["kind"]
        self._style = np.where(kind == VesselKind.FISHING, self._rows["code"], kind + 3).astype(np.intp)
        self.reckon(now_ms)

    def reckon(self, now_ms: int | None) -> None:
        """Move every boat along its course from its fix to now, for at most ``RECKON_S``."""
        lon, lat = self._rows["lon"], self._rows["lat"]
        if now_ms is None or not len(self._rows):
            self._silent = np.zeros(len(self._rows), bool)
        else:
            age_s = np.maximum(0.0, (now_ms - self._rows["at_ms"]) / 1000.0)
            self._silent = age_s > SILENT_S
            run_m = np.nan_to_num(self._rows["sog_kn"]) * _KNOT_MS * np.minimum(age_s, RECKON_S)
            course = np.radians(np.nan_to_num(self._rows["cog_deg"]))
            lat = lat + np.degrees(run_m * np.cos(course) / EARTH_M)
            lon = lon + np.degrees(run_m * np.sin(course) / (EARTH_M * np.cos(np.radians(lat))))
        self._x, self._y = world(lon, lat)

    def paint(self, painter: QPainter, view: Viewport, look: Look, dpr: float = 1.0) -> None:
        x, y = self._px(view)
        side = sprite_side(view, look)
        seen = np.flatnonzero((x > -side) & (x < view.width + side) & (y > -side) & (y < view.height + side))
        self.drawn = len(seen)
        if not self.drawn:
            return
        atlas = self._atlas(look, side, dpr)
        cell = round((side + 2) * dpr)
        self._fragments.resize(self.drawn)
        to = self._fragments.ndarray()
        style = np.where(self._silent[seen] & (self._style[seen] < 4), ColourCode.UNKNOWN, self._style[seen])
        to[:, 0] = np.rint(x[seen])
        to[:, 1] = np.rint(y[seen])
        to[:, 2] = self._heading[seen] * cell
        to[:, 3] = style * cell
        to[:, 4:6] = cell
        to[:, 6:8] = 1.0 / dpr
        to[:, 8] = 0.0
        to[:, 9] = 1.0
        painter.drawPixmapFragments(*self._fragments.drawargs(), atlas)  # type: ignore[call-arg]  # pyqtgraph passes pointer and count

    def nearest(self, view: Viewport, px: float, py: float, within_px: float) -> int | None:
        """The MMSI of the boat nearest to a point of the window."""
        if not len(self._rows):
            return None
        x, y = self._px(view)
        square = (x - px) ** 2 + (y - py) ** 2
        best = int(np.argmin(square))
        return int(self._rows["mmsi"][best]) if square[best] <= within_px**2 else None

    def where(self, mmsi: int) -> tuple[float, float] | None:
        """World coordinates of one boat as drawn."""
        hits = np.flatnonzero(self._rows["mmsi"] == mmsi)
        return (float(self._x[hits[0]]), float(self._y[hits[0]])) if len(hits) else None

    def _px(self, view: Viewport) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return (
            (self._x - view.x) * view.zoom + view.width / 2,
            (self._y - view.y) * view.zoom + view.height / 2,
        )

    def _atlas(self, look: Look, side: int, dpr: float) -> QPixmap:
        key = (look.theme.name, side, dpr)
        if key not in self._atlases:
            self._atlases[key] = draw_atlas(look, side, dpr)
        return self._atlases[key]


def sprite_side(view: Viewport, look: Look) -> int:
    """Height of a boat in px: far, mid or near."""
    metres = view.metres_per_px() * look.scale
    logical = 8 if metres > 90 else 11 if metres > 25 else 16
    return look.px(logical * 2 if look.is_wall else logical)


def draw_atlas(look: Look, side: int, dpr: float) -> QPixmap:
    """Every style in every heading, drawn once with antialias; a row a style, a column a heading."""
    cell = round((side + 2) * dpr)
    atlas = QPixmap(cell * HEADINGS, cell * _STYLES)
    atlas.fill(Qt.GlobalColor.transparent)
    painter = QPainter(atlas)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for row in range(_STYLES):
        for heading in range(HEADINGS):
            painter.save()
            painter.translate((heading + 0.5) * cell, (row + 0.5) * cell)
            painter.rotate(heading * 360 / HEADINGS)
            _draw_boat(painter, look, row, side * dpr / 2)
            painter.restore()
    painter.end()
    return atlas


def _draw_boat(painter: QPainter, look: Look, style: int, half: float) -> None:
    if style == 4:  # a collection vessel among AIS targets: a small hull
        hull = [(0, -1), (0.5, -0.3), (0.5, 1), (-0.5, 1), (-0.5, -0.3)]
    else:
        hull = [(0, -1), (0.6, 0.9), (0, 0.5), (-0.6, 0.9)]
    shape = QPolygonF([QPointF(x * half * 0.92, y * half * 0.92) for x, y in hull])
    width = max(1.0, half * 0.17)
    colour = _colour(look, style)
    pen = QPen(colour, width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if style == ColourCode.UNKNOWN and half >= 5:
        pen.setDashPattern([2.0, 1.2])
    elif style == ColourCode.UNKNOWN:  # dashes of so small a boat would be dust
        colour.setAlpha(130)
        pen.setColor(colour)
    painter.setPen(pen)
    painter.setBrush(QBrush(colour) if style == ColourCode.RED else Qt.BrushStyle.NoBrush)
    painter.drawPolygon(shape)
    if style == ColourCode.YELLOW:
        stern = QPolygonF(
            [QPointF(x * half, y * half) for x, y in [(0.3, 0.0), (0.55, 0.8), (0, 0.45), (-0.55, 0.8), (-0.3, 0.0)]]
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(stern)


def _colour(look: Look, style: int) -> QColor:
    if style < 4:
        tokens = {ColourCode.GREEN: "code_g", ColourCode.YELLOW: "code_y", ColourCode.RED: "code_r"}
        token = tokens.get(ColourCode(style))
        return look.colour(token) if token else look.theme.unknown()
    return look.colour({4: "text", 5: "text2"}.get(style, "text3"))
