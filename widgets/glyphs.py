"""The four alert marks: without them a level would be a colour only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPixmapCache, QPolygonF

from services.domain.alert import AlertLevel
from widgets.hatch import hatch_brush
from widgets.look import Look

# Sides as shares of the glyph's size: equal areas to the eye, the triangle 5 % larger.
_TRIANGLE, _DIAMOND, _CIRCLE, _SQUARE = 1.05, 1.0, 0.88, 0.8
_OPEN_LINE = 0.11


def glyph(look: Look, level: AlertLevel, size_px: int, signed: bool, dpr: float = 1.0) -> QPixmap:
    """▲◆●■ of a level, solid while not signed, an outline after.

    ``size_px`` is in the painter's px (``look.glyph(place)``). The pixmap is ``side_of(size_px)``
    wide and high with the mark in its middle; Qt's own pixmap cache keeps it.
    """
    key = f"glyph {look.theme.name} {int(level)} {size_px} {signed} {dpr}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    side = side_of(size_px)
    pixmap = QPixmap(round(side * dpr), round(side * dpr))
    pixmap.setDevicePixelRatio(dpr)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_glyph(painter, look, level, QPointF(side / 2, side / 2), size_px, signed)
    painter.end()
    QPixmapCache.insert(key, pixmap)
    return pixmap


def side_of(size_px: int) -> int:
    """Side of the pixmap that holds a glyph of this size."""
    return size_px + 2 * max(1, round(size_px * 0.06))


def put_glyph(painter: QPainter, look: Look, level: AlertLevel, centre: QPointF, size_px: int, signed: bool) -> None:
    """Paint the cached glyph with its middle at ``centre``, on whole px."""
    device = painter.device()
    pixmap = glyph(look, level, size_px, signed, device.devicePixelRatioF() if device else 1.0)
    half = side_of(size_px) / 2
    painter.drawPixmap(QPointF(round(centre.x() - half), round(centre.y() - half)), pixmap)


def put_unknown(painter: QPainter, look: Look, centre: QPointF, size_px: int) -> None:
    """The hatched box that stands where a glyph or a lamp would: we do not know."""
    side = round(size_px * 0.86)
    box = QRectF(round(centre.x() - side / 2), round(centre.y() - side / 2), side, side)
    painter.fillRect(box, hatch_brush(look, box.topLeft().toPoint()))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.theme.unknown(), look.hair))
    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))


def draw_glyph(painter: QPainter, look: Look, level: AlertLevel, centre: QPointF, size: float, signed: bool) -> None:
    """Draw the mark with antialias; ``glyph`` is the cached way."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if signed:
        width = max(1.2, size * _OPEN_LINE)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(look.alert(level), width))
        painter.drawPath(_shape(level, centre, size - width))
    else:
        painter.setBrush(look.alert(level, fill=True))
        outline = look.theme.name == "light"
        line = max(1.0, size / 15)
        painter.setPen(_pen(look.colour("text"), line) if outline else Qt.PenStyle.NoPen)
        painter.drawPath(_shape(level, centre, size - line if outline else size))
    painter.restore()


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)


def _shape(level: AlertLevel, centre: QPointF, size: float) -> QPainterPath:
    path = QPainterPath()
    x, y = centre.x(), centre.y()
    if level is AlertLevel.RED:
        half, high = size * _TRIANGLE / 2, size * _TRIANGLE * 0.866
        top = y - high * 0.54
        corners = [QPointF(x, top), QPointF(x + half, top + high), QPointF(x - half, top + high)]
        path.addPolygon(QPolygonF([*corners, corners[0]]))
        path.closeSubpath()
    elif level is AlertLevel.ORANGE:
        half = size * _DIAMOND / 2
        corners = [QPointF(x, y - half), QPointF(x + half, y), QPointF(x, y + half), QPointF(x - half, y)]
        path.addPolygon(QPolygonF([*corners, corners[0]]))
        path.closeSubpath()
    elif level is AlertLevel.YELLOW:
        path.addEllipse(centre, size * _CIRCLE / 2, size * _CIRCLE / 2)
    else:
        half = size * _SQUARE / 2
        path.addRect(QRectF(x - half, y - half, 2 * half, 2 * half))
    return path
