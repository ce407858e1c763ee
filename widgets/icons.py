"""Scene icons as paths on a 24-grid: no icon font, sharp at every scale, in the text's colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

GRID = 24
PEN = 1.6

# Each icon: strokes of (x, y) points on the grid; a stroke that ends where it began is closed.
_STROKES: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "home": (
        ((4, 4), (10.5, 4), (10.5, 10.5), (4, 10.5), (4, 4)),
        ((13.5, 4), (20, 4), (20, 10.5), (13.5, 10.5), (13.5, 4)),
        ((4, 13.5), (10.5, 13.5), (10.5, 20), (4, 20), (4, 13.5)),
        ((13.5, 13.5), (20, 13.5), (20, 20), (13.5, 20), (13.5, 13.5)),
    ),
    "community": (
        ((4, 20.5), (4, 8.5), (12, 4), (12, 20.5)),
        ((12, 9.5), (20, 11.5), (20, 20.5)),
        ((2.5, 20.5), (21.5, 20.5)),
        ((7, 11), (9, 11)),
        ((7, 15), (9, 15)),
        ((15, 14), (17, 14)),
        ((15, 17), (17, 17)),
    ),
    "boat": (
        ((3, 14.5), (21, 14.5), (18.2, 20), (5.8, 20), (3, 14.5)),
        ((12, 14.5), (12, 3.5)),
        ((12, 5), (18, 11.5), (12, 11.5)),
        ((12, 7), (7, 11.5), (12, 11.5)),
    ),
    "checkpoint": (
        ((3.5, 4.5), (20.5, 4.5), (20.5, 9), (3.5, 9), (3.5, 4.5)),
        ((6, 9), (6, 20.5)),
        ((18, 9), (18, 20.5)),
        ((9.5, 20.5), (9.5, 14.5), (14.5, 14.5), (14.5, 20.5)),
    ),
    "rules": (
        ((3.5, 6.5), (8, 6.5)),
        ((8, 4.5), (8, 8.5)),
        ((10.5, 6.5), (20.5, 6.5)),
        ((3.5, 12), (13.5, 12)),
        ((13.5, 10), (13.5, 14)),
        ((16, 12), (20.5, 12)),
        ((3.5, 17.5), (6, 17.5)),
        ((6, 15.5), (6, 19.5)),
        ((8.5, 17.5), (20.5, 17.5)),
    ),
    "control": (
        ((3.5, 8), (3.5, 4), (7.5, 4)),
        ((16.5, 4), (20.5, 4), (20.5, 8)),
        ((20.5, 16), (20.5, 20), (16.5, 20)),
        ((7.5, 20), (3.5, 20), (3.5, 16)),
        ((6.5, 9), (17.5, 9), (17.5, 15), (6.5, 15), (6.5, 9)),
        ((9.5, 12), (14.5, 12)),
    ),
    "devices": (
        ((3.5, 7), (15.5, 7), (15.5, 15), (3.5, 15), (3.5, 7)),
        ((15.5, 9.5), (20.5, 7), (20.5, 15), (15.5, 12.5)),
        ((9.5, 15), (9.5, 19.5)),
        ((5.5, 19.5), (13.5, 19.5)),
    ),
    "performance": (
        ((4, 20.5), (4, 12.5)),
        ((9.3, 20.5), (9.3, 4)),
        ((14.7, 20.5), (14.7, 9)),
        ((20, 20.5), (20, 14.5)),
        ((2.5, 20.5), (21.5, 20.5)),
    ),
    "handover": (
        ((3.5, 8.5), (20, 8.5), (15.5, 4)),
        ((20.5, 15.5), (4, 15.5), (8.5, 20)),
    ),
    "plan": (
        ((5, 3.5), (19, 3.5), (19, 20.5), (5, 20.5), (5, 3.5)),
        ((8.5, 8), (15.5, 8)),
        ((8.5, 12), (15.5, 12)),
        ((8.5, 16), (12.5, 16)),
    ),
    "followup": (
        ((3.5, 5), (14, 5), (14, 13), (3.5, 13), (3.5, 5)),
        ((3.5, 5.5), (8.7, 9.5), (14, 5.5)),
        ((17, 9), (20.5, 9), (20.5, 19.5), (9.5, 19.5), (9.5, 16)),
        ((12, 17), (9.5, 19.5), (12, 22)),
    ),
    "warehouse": (
        ((4, 7), (4, 18), (9.5, 20), (15, 18), (15, 7)),
        ((4, 7), (9.5, 5), (15, 7), (9.5, 9), (4, 7)),
        ((4, 13), (9.5, 15), (15, 13)),
        ((18, 9.5), (20.5, 9.5), (20.5, 20), (18, 20)),
    ),
    "broken": (
        ((12, 3.5), (21.5, 20), (2.5, 20), (12, 3.5)),
        ((12, 10), (12, 14.5)),
        ((12, 16.8), (12, 17.6)),
    ),
    "other": (((5, 5), (19, 5), (19, 19), (5, 19), (5, 5)),),
}


def known(name: str) -> bool:
    return name in _STROKES


def draw_icon(painter: QPainter, name: str, box: QRectF, colour: QColor) -> None:
    """Draw in ``box`` (square); a name nobody drew gets the plain square."""
    scale = box.width() / GRID
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, PEN * scale, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    path = QPainterPath()
    for stroke in _STROKES.get(name, _STROKES["other"]):
        points = [QPointF(box.left() + x * scale, box.top() + y * scale) for x, y in stroke]
        path.moveTo(points[0])
        for point in points[1:]:
            path.lineTo(point)
        if stroke[0] == stroke[-1]:
            path.closeSubpath()
    painter.drawPath(path)
    painter.restore()
