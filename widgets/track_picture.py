"""The picture of a track: a sketched front of a building with where the thing was, frame by frame. Never people."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from widgets.look import Look

_WINDOWS = (6, 6)  # columns, rows of the sketched front


def points_of(track: str) -> tuple[tuple[int, int], ...]:
    """``x,y x,y …`` in thousandths of the picture. A record of ours holds nothing else."""
    return tuple((int(x), int(y)) for x, _, y in (pair.partition(",") for pair in track.split()))


def paint_track(painter: QPainter, box: QRect, track: Sequence[tuple[int, int]], look: Look) -> None:
    painter.fillRect(box, look.colour("well"))
    painter.setPen(QPen(look.colour("line2"), look.hair))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
    _paint_front(painter, box, look)
    points = [QPointF(box.left() + box.width() * x / 1000, box.top() + box.height() * y / 1000) for x, y in track]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(look.colour("measured"), (4 if look.is_wall else 1.5) * look.scale)
    pen.setDashPattern([3, 2])
    painter.setPen(pen)
    painter.drawPolyline(points)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("measured"))
    radius = (6.5 if look.is_wall else 2.6) * look.scale
    for point in points:
        painter.drawEllipse(point, radius, radius)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_front(painter: QPainter, box: QRect, look: Look) -> None:
    columns, rows = _WINDOWS
    across, down = box.width() / (columns + 0.6), box.height() / (rows + 0.5)
    wide, high = round(across * 0.48), round(down * 0.5)
    for row in range(rows):
        for column in range(columns):
            x, y = box.left() + across * (column + 0.56), box.top() + down * (row + 0.5)
            painter.fillRect(QRect(round(x), round(y), wide, high), look.colour("line"))
