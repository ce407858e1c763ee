"""Routes, roads, rings and areas."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from widgets.hatch import hatch_brush
from widgets.look import Look
from widgets.map.items import Area, Circle, Line
from widgets.map.names import Name
from widgets.map.pens import pen_px
from widgets.map.projection import Viewport


@dataclass(frozen=True, slots=True)
class Stroke:
    token: str
    desk_px: float
    wall_px: float
    dash: tuple[float, ...] = ()


STROKES = {
    "route": Stroke("text", 2.0, 5.0),
    "faint": Stroke("text3", 1.0, 2.4),
    "track": Stroke("ice", 1.8, 4.5),
    "gap": Stroke("text2", 1.4, 3.5, (5.0, 4.0)),
    "plan": Stroke("text2", 1.6, 4.0, (1.5, 3.0)),
    "ring": Stroke("text2", 1.4, 4.0),
    "impossible": Stroke("text", 1.6, 4.0, (4.0, 3.0)),
    "road_major": Stroke("road_major", 3.0, 7.0),
    "road_minor": Stroke("road_minor", 1.6, 4.0),
}


def pen_of(style: str, look: Look, width: float = 1.0) -> QPen:
    stroke = STROKES[style]
    pen = QPen(look.colour(stroke.token), pen_px(look, stroke.desk_px * width, stroke.wall_px * width))
    pen.setCosmetic(pen.widthF() <= 1.0)  # Qt paints such a line twenty times as fast
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if not stroke.dash else Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if stroke.dash:
        pen.setDashPattern(stroke.dash)
    return pen


def put_lines(painter: QPainter, lines: Iterable[Line], view: Viewport, look: Look) -> None:
    for line in lines:
        points = polygon(line.points, view)
        painter.setPen(pen_of(line.style, look, line.width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(points)
        if line.arrow and points.size() > 1:
            _put_arrow(painter, points, look)


def put_areas(painter: QPainter, areas: Iterable[Area], view: Viewport, look: Look) -> None:
    for area in areas:
        shape = polygon(area.points, view)
        if area.style in ("closed", "geofence"):
            pen = QPen(look.colour("line2"), look.hair, Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.setBrush(hatch_brush(look) if area.style == "closed" else Qt.BrushStyle.NoBrush)
        else:
            painter.setPen(QPen(look.colour("line2"), look.hair))
            painter.setBrush(look.colour("urban"))
        painter.drawPolygon(shape)


def put_circles(painter: QPainter, circles: Iterable[Circle], view: Viewport, look: Look) -> None:
    for circle in circles:
        x, y = view.to_px(circle.lon, circle.lat)
        radius = circle.radius_m / view.metres_per_px(circle.lat)
        pen = pen_of("ring", look)
        if circle.dashed:
            pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(float(x), float(y)), radius, radius)


def vector_names(
    areas: Iterable[Area], lines: Iterable[Line], circles: Iterable[Circle], view: Viewport, look: Look
) -> Iterator[Name]:
    """Labels of areas stand in their middle, of lines at their middle, of rings at their top."""
    for area in areas:
        if area.label:
            middle = polygon(area.points, view).boundingRect().center()
            yield Name(area.label, middle.x(), middle.y(), 0, rank=3, centred=True)
    for line in lines:
        if line.label and line.points:
            points = polygon(line.points, view)
            middle = points.at(points.size() // 2) if points.size() > 2 else points.boundingRect().center()
            yield Name(line.label, middle.x(), middle.y(), look.px(6), rank=3)
    for circle in circles:
        if circle.label:
            x, y = view.to_px(circle.lon, circle.lat)
            top = float(y) - circle.radius_m / view.metres_per_px(circle.lat)
            yield Name(circle.label, float(x), top + look.line("tick") * 0.8, 0, rank=4, centred=True)


def polygon(points: Sequence[tuple[float, float]], view: Viewport) -> QPolygonF:
    lonlat = np.asarray(points, dtype=float).reshape(-1, 2)
    x, y = view.to_px(lonlat[:, 0], lonlat[:, 1])
    return QPolygonF([QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)])


def _put_arrow(painter: QPainter, points: QPolygonF, look: Look) -> None:
    end, before = points.at(points.size() - 1), points.at(points.size() - 2)
    angle = math.atan2(end.y() - before.y(), end.x() - before.x())
    size = look.px(9 if not look.is_wall else 22)
    head = [end] + [
        QPointF(end.x() - size * math.cos(angle + turn), end.y() - size * math.sin(angle + turn))
        for turn in (-0.45, 0.45)
    ]
    painter.setBrush(painter.pen().color())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPolygon(QPolygonF(head))
