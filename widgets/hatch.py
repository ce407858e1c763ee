"""The hatch of 未知: without it an unknown value would look like zero or like nothing."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPixmap, QPixmapCache, QTransform

from widgets.look import Look

_DESK = (2, 6)  # line, pitch in logical px
_WALL = (4, 12)  # a finer hatch shimmers on LED
_OPACITY = 0.55


def hatch_brush(look: Look, origin: QPoint | None = None) -> QBrush:
    """45° lines as a texture; neighbours with one ``origin`` join.

    A texture and not ``Qt.BDiagPattern``, which ignores scale and dpr.
    """
    line, pitch = _WALL if look.is_wall else _DESK
    brush = QBrush(_tile(look, look.px(line), max(3, look.px(pitch * 1.25))))
    if origin is not None:
        brush.setTransform(QTransform.fromTranslate(origin.x(), origin.y()))
    return brush


def _tile(look: Look, line: int, side: int) -> QPixmap:
    key = f"hatch {look.theme.name} {line} {side}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    tile = QPixmap(side, side)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(_OPACITY)
    painter.setPen(QPen(look.theme.unknown(), line))
    for shift in (-side, 0, side):
        painter.drawLine(QPointF(shift - side, 2 * side), QPointF(shift + 2 * side, -side))
    painter.end()
    QPixmapCache.insert(key, tile)
    return tile
