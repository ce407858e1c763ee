"""Sea, shoal, land and graticule as one cached picture."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap, QPolygonF, QTransform

from widgets.look import RESOURCES, Look
from widgets.map.projection import Viewport, world

ATTRIBUTION = "底图 © OpenStreetMap (ODbL) · GSHHG (LGPL-3)"
_UNIT = 1e6  # one path unit is a millionth of the world: Qt's floats stay exact enough when zoomed in
_MARGIN = 0.25  # of the window, drawn beyond each edge so that a pan shows land at once
_SHOAL_FROM = 4e-4  # square degrees; a shoal round a small islet is a blob
_SHOAL_PX = 22


@dataclass(frozen=True, slots=True)
class Coast:
    """Land as two paths in millionths of the world, relative to ``origin``."""

    origin: tuple[float, float]
    land: QPainterPath
    shoal: QPainterPath  # the larger polygons only


def read_coast(path: Path = RESOURCES / "basemap" / "coast.geojson") -> Coast:
    """Read GeoJSON polygons. Raises ValueError (bad JSON) or KeyError (no GeoJSON)."""
    collection = json.loads(path.read_text(encoding="utf-8"))
    origin = world(121.6, 28.6)
    land, shoal = QPainterPath(), QPainterPath()
    for feature in collection["features"]:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        for rings in polygons:
            for ring in rings:
                points = np.asarray(ring, dtype=float)
                path_ring = _closed(points, origin)
                land.addPath(path_ring)
                if _area(points) > _SHOAL_FROM:
                    shoal.addPath(path_ring)
    return Coast(origin, land, shoal)


class BaseMap:
    """The base picture, drawn anew only when the view came to rest elsewhere.

    While the hand moves, ``paint`` shows the last picture shifted and scaled; ``refresh`` draws a
    new one. Both take a ``Viewport``; the picture reaches a margin beyond it.
    """

    def __init__(self, coast: Coast) -> None:
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

    def paint(self, painter: QPainter, view: Viewport, look: Look, dpr: float = 1.0) -> None:
        if self._picture is None or self._look is not look:
            self.refresh(view, look, dpr)
        assert self._picture is not None
        target = self._target(view)
        if not target.contains(QRectF(0, 0, view.width, view.height)):
            painter.fillRect(QRectF(0, 0, view.width, view.height), look.colour("sea"))
        if self._of is not None and self._of.zoom == view.zoom:
            painter.drawPixmap(target.topLeft().toPoint(), self._picture)
        else:
            painter.drawPixmap(target, self._picture, QRectF(self._picture.rect()))

    def refresh(self, view: Viewport, look: Look, dpr: float = 1.0) -> None:
        dx, dy = round(view.width * _MARGIN), round(view.height * _MARGIN)
        big = view.sized(view.width + 2 * dx, view.height + 2 * dy)
        picture = QPixmap(round(big.width * dpr), round(big.height * dpr))
        picture.setDevicePixelRatio(dpr)
        picture.fill(look.colour("sea"))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw(painter, big, look)
        painter.end()
        self._picture, self._of, self._look = picture, view, look

    def _target(self, view: Viewport) -> QRectF:
        """Where the picture stands in a window that shows ``view``."""
        assert self._of is not None
        ratio = view.zoom / self._of.zoom
        width = (self._of.width + 2 * round(self._of.width * _MARGIN)) * ratio
        height = (self._of.height + 2 * round(self._of.height * _MARGIN)) * ratio
        centre = QPointF(
            (self._of.x - view.x) * view.zoom + view.width / 2, (self._of.y - view.y) * view.zoom + view.height / 2
        )
        return QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height)

    def _draw(self, painter: QPainter, view: Viewport, look: Look) -> None:
        self._graticule(painter, view, look)
        scale = view.zoom / _UNIT
        painter.setTransform(
            QTransform(
                scale,
                0,
                0,
                scale,
                (self._coast.origin[0] - view.x) * view.zoom + view.width / 2,
                (self._coast.origin[1] - view.y) * view.zoom + view.height / 2,
            )
        )
        shoal = QPen(look.colour("depth_shoal"), look.px(_SHOAL_PX * (2 if look.is_wall else 1)))
        shoal.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        shoal.setCosmetic(True)
        painter.strokePath(self._coast.shoal, shoal)
        painter.fillPath(self._coast.land, look.colour("land"))
        coast = QPen(look.colour("coast"), look.hair)
        coast.setCosmetic(True)
        painter.strokePath(self._coast.land, coast)
        painter.resetTransform()

    def _graticule(self, painter: QPainter, view: Viewport, look: Look) -> None:
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
    return min((1, 2, 5, 10, 15, 30, 60, 120), key=lambda m: abs(math.log(m / 60 / max(1e-9, about_deg)))) / 60


def _closed(points: np.ndarray, origin: tuple[float, float]) -> QPainterPath:
    x, y = world(points[:, 0], points[:, 1])
    ring = QPolygonF([QPointF(a, b) for a, b in zip((x - origin[0]) * _UNIT, (y - origin[1]) * _UNIT, strict=True)])
    path = QPainterPath()
    path.addPolygon(ring)
    path.closeSubpath()
    return path


def _area(points: np.ndarray) -> float:
    x, y = points[:, 0], points[:, 1]
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2
