"""Sea, shoal, land and graticule as one cached picture."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap, QPolygonF, QTransform

from widgets.look import RESOURCES, Look
from widgets.map.pictures import base_pictures
from widgets.map.projection import Viewport, world

ATTRIBUTION = "底图 © OpenStreetMap (ODbL) · GSHHG (LGPL-3)"
_UNIT = 1e6  # one path unit is a millionth of the world: Qt's floats stay exact enough when zoomed in
_MARGIN = 0.25  # of the window, drawn beyond each edge so that a pan shows land at once
_SHOAL_FROM = 4e-4  # square degrees; a shoal round a small islet is a blob
_SHOAL_PX = 22
_SAME_DEG = 1e-7

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Coast:
    """Land as paths in millionths of the world, relative to ``origin``.

    Where the data ends, land is cut straight: ``shore`` is the outline without those cuts, and
    beyond ``extent`` nothing is known.
    """

    origin: tuple[float, float]
    extent: QRectF
    land: QPainterPath
    shore: QPainterPath
    shoal: QPainterPath  # shore of the larger polygons only


def read_coast(path: Path = RESOURCES / "basemap" / "coast.geojson") -> Coast:
    """Read GeoJSON polygons. Raises ValueError (bad JSON) or KeyError (no GeoJSON)."""
    rings = list(_rings(json.loads(path.read_text(encoding="utf-8"))))
    west, south = np.min([ring.min(axis=0) for ring in rings], axis=0)
    east, north = np.max([ring.max(axis=0) for ring in rings], axis=0)
    origin = world((west + east) / 2, (south + north) / 2)
    land, shore, shoal = QPainterPath(), QPainterPath(), QPainterPath()
    for ring in rings:
        corners = _corners(ring, origin)
        land.addPolygon(QPolygonF(corners))
        land.closeSubpath()
        for stretch in _stretches(_on_edge(ring, (west, south, east, north))):
            shore.addPolygon(QPolygonF(corners[stretch.start : stretch.stop]))
            if _area(ring) > _SHOAL_FROM:
                shoal.addPolygon(QPolygonF(corners[stretch.start : stretch.stop]))
    ends = _corners(np.array([[west, north], [east, south]]), origin)
    return Coast(origin, QRectF(ends[0], ends[1]), land, shore, shoal)


class BaseMap:
    """The base picture, drawn anew only when the view came to rest elsewhere.

    While the hand moves, ``paint`` shows the last picture shifted and scaled; ``refresh`` gets a
    new one. With ``margin`` the picture reaches beyond the window, which a map nobody moves can save.
    The picture of ``home``, the view a scene opens with, is kept for the next map that opens there.
    """

    def __init__(self, coast: Coast, margin: float = _MARGIN) -> None:
        self.margin = margin
        self.home: Viewport | None = None
        self.drawn = 0  # pictures made so far
        self._coast = coast
        self._picture: QPixmap | None = None
        self._of: Viewport | None = None
        self._look: Look | None = None

    def is_fresh(self, view: Viewport, look: Look) -> bool:
        return self._of == view and self._look is look

    def covers(self, view: Viewport, look: Look) -> bool:
        """Whether the last picture, moved, still fills the window and is not too coarse."""
        if self._picture is None or self._of is None or self._look is not look:
            return False
        if not 0.66 < view.zoom / self._of.zoom < 1.5:
            return False
        return self._target(view).contains(QRectF(0, 0, view.width, view.height))

    def drop(self) -> None:
        """The next ``paint`` draws anew, however often the view changes before it."""
        self._of = None

    def paint(self, painter: QPainter, view: Viewport, look: Look, dpr: float = 1.0) -> None:
        if self._picture is None or self._of is None or self._look is not look:
            self.refresh(view, look, dpr)
        assert self._picture is not None and self._of is not None
        target = self._target(view)
        if not target.contains(QRectF(0, 0, view.width, view.height)):
            painter.fillRect(QRectF(0, 0, view.width, view.height), look.colour("sea"))
        if self._of.zoom == view.zoom:
            painter.drawPixmap(target.topLeft().toPoint(), self._picture)
        else:
            painter.drawPixmap(target, self._picture, QRectF(self._picture.rect()))

    def refresh(self, view: Viewport, look: Look, dpr: float = 1.0) -> None:
        key = (self._coast, view, self.margin, look.face, look.theme.name, look.scale, dpr)
        picture = base_pictures().find(key)
        if picture is None:
            picture = self._drawn(view, look, dpr)
            if view == self.home:
                base_pictures().keep(key, picture)
        self._picture, self._of, self._look = picture, view, look

    def _drawn(self, view: Viewport, look: Look, dpr: float) -> QPixmap:
        dx, dy = self._edges(view)
        big = view.sized(view.width + 2 * dx, view.height + 2 * dy)
        picture = QPixmap(max(1, round(big.width * dpr)), max(1, round(big.height * dpr)))
        picture.setDevicePixelRatio(dpr)
        picture.fill(look.colour("ground"))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw(painter, big, look)
        painter.end()
        self.drawn += 1
        return picture

    def _edges(self, view: Viewport) -> tuple[int, int]:
        return round(view.width * self.margin), round(view.height * self.margin)

    def _target(self, view: Viewport) -> QRectF:
        """Where the picture stands in a window that shows ``view``."""
        assert self._of is not None
        ratio = view.zoom / self._of.zoom
        dx, dy = self._edges(self._of)
        width, height = (self._of.width + 2 * dx) * ratio, (self._of.height + 2 * dy) * ratio
        x, y = view.of_world(self._of.x, self._of.y)
        return QRectF(x - width / 2, y - height / 2, width, height)

    def _draw(self, painter: QPainter, view: Viewport, look: Look) -> None:
        scale = view.zoom / _UNIT
        x, y = view.of_world(*self._coast.origin)
        place = QTransform(scale, 0, 0, scale, x, y)
        known = place.mapRect(self._coast.extent)
        window = QRectF(0, 0, view.width, view.height)
        painter.setClipRect(known.intersected(window))
        painter.fillRect(window, look.colour("sea"))
        _graticule(painter, view, look)
        painter.setTransform(place)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # 95 ms with, 8 ms without, at 1920×1200
        painter.strokePath(
            self._coast.shoal, _pen(look, "depth_shoal", look.px(_SHOAL_PX * (2 if look.is_wall else 1)))
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(self._coast.land, look.colour("land"))
        painter.strokePath(self._coast.shore, _pen(look, "coast", look.hair))
        painter.resetTransform()
        painter.setClipping(False)
        if not known.contains(window):
            _border(painter, known, look)


def _border(painter: QPainter, known: QRectF, look: Look) -> None:
    """Where the base map ends, so that nobody takes the emptiness beyond for open water."""
    pen = QPen(look.colour("line2"), look.hair)
    pen.setDashPattern([6, 4])
    painter.setPen(pen)
    painter.drawRect(known)
    painter.setFont(look.font("tick"))
    painter.setPen(look.colour("text3"))
    painter.drawText(known.bottomLeft() + QPointF(0, look.line("tick")), "底图止于此")


def _graticule(painter: QPainter, view: Viewport, look: Look) -> None:
    west, north = view.to_lonlat(0, 0)
    east, south = view.to_lonlat(view.width, view.height)
    step = _step((east - west) / 8)
    painter.setPen(QPen(look.colour("depth_line"), look.hair))
    for lon in np.arange(math.ceil(west / step) * step, east, step):
        x = float(view.to_px(float(lon), south)[0])
        painter.drawLine(QPointF(x, 0), QPointF(x, view.height))
    for lat in np.arange(math.ceil(south / step) * step, north, step):
        y = float(view.to_px(west, float(lat))[1])
        painter.drawLine(QPointF(0, y), QPointF(view.width, y))


def _step(about_deg: float) -> float:
    """A round number of minutes near ``about_deg``."""
    minutes = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800)
    return min(minutes, key=lambda m: abs(math.log(m / 60 / max(1e-9, about_deg)))) / 60


def _pen(look: Look, token: str, width: int) -> QPen:
    pen = QPen(look.colour(token), width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


def _rings(collection: dict[str, Any]) -> Iterator[Points]:
    for feature in collection["features"]:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        for rings in polygons:
            yield from (np.asarray(ring, dtype=float)[:, :2] for ring in rings)


def _on_edge(ring: Points, bounds: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    """For each side of a ring, whether it lies on the edge of the data."""
    west, south, east, north = bounds
    sides = np.stack([ring[:-1], ring[1:]])
    on = [np.abs(sides[:, :, axis] - edge) < _SAME_DEG for axis, edge in ((0, west), (0, east), (1, south), (1, north))]
    return np.any([both.all(axis=0) for both in on], axis=0)


def _stretches(cut: NDArray[np.bool_]) -> Iterator[range]:
    """Runs of corners joined by sides that are not cut."""
    start = 0
    for side in [*np.flatnonzero(cut).tolist(), len(cut)]:
        if side > start:
            yield range(start, side + 1)
        start = side + 1


def _corners(points: Points, origin: tuple[float, float]) -> list[QPointF]:
    x, y = world(points[:, 0], points[:, 1])
    pairs = zip(((x - origin[0]) * _UNIT).tolist(), ((y - origin[1]) * _UNIT).tolist(), strict=True)
    return [QPointF(a, b) for a, b in pairs]


def _area(points: Points) -> float:
    x, y = points[:, 0], points[:, 1]
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2
