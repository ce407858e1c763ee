"""What lies over a map to read it by: scale bar, cursor position, hover words, measuring tape."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from widgets.look import Look
from widgets.map.labels import Box
from widgets.map.projection import NM_M, Viewport, distance_m
from widgets.map.vectors import pen_of, polygon

_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)


def scale_bar_box(view: Viewport, look: Look) -> Box:
    """The corner that the scale bar may use: bottom right, a sixth of the window wide."""
    width = view.width / 6 + look.px(16)
    return (
        view.width - look.pad - width,
        view.height - look.pad - look.line("tick") - look.px(10),
        view.width,
        view.height,
    )


def put_scale_bar(painter: QPainter, view: Viewport, look: Look, *, nautical: bool) -> None:
    """The longest round distance that takes at most a sixth of the window, true in its middle.

    It has a ground of its own: no boat under it may be taken for a part of it.
    """
    unit_m, word = (NM_M, "海里") if nautical else (1000.0, "公里")
    most = view.width / 6 * view.metres_per_px() / unit_m
    length = max((s for s in _STEPS if s <= most), default=_STEPS[0])
    px = length * unit_m / view.metres_per_px()
    right, y = view.width - look.pad, view.height - look.pad
    tick = look.px(14 if look.is_wall else 6)
    words, font = f"{length:g} {word}", look.font("tick")
    width, edge = max(px, QFontMetricsF(font).horizontalAdvance(words)), look.px(12 if look.is_wall else 6)
    room = QRectF(right - width, y - tick / 2 - look.line("tick"), width, look.line("tick"))
    painter.fillRect(room.adjusted(-edge, 0, edge, tick + edge / 2), _ground(look))
    painter.setPen(pen_of("ring", look))
    painter.drawLine(QPointF(right - px, y), QPointF(right, y))
    for x in (right - px, right):
        painter.drawLine(QPointF(x, y - tick / 2), QPointF(x, y + tick / 2))
    painter.setFont(font)
    painter.setPen(look.colour("text2"))
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)


def cursor_box(view: Viewport, look: Look) -> QRectF:
    """Bottom left, where the cursor's position is told."""
    width = QFontMetricsF(look.font("tick")).horizontalAdvance("88°88.88′N  188°88.88′E") + look.px(12)
    return QRectF(look.pad, view.height - look.pad - look.line("tick"), width, look.line("tick"))


def put_cursor(painter: QPainter, at: tuple[float, float], box: QRectF, look: Look) -> None:
    words = f"{minutes(at[1], 'N', 'S')}  {minutes(at[0], 'E', 'W')}"
    _plate(painter, box, words, look)


def minutes(degrees: float, positive: str, negative: str) -> str:
    """121.5 → 121°30.00′E; rounded once, so that 60.00′ is never shown."""
    hundredths = round(abs(degrees) * 6000)
    whole, rest = divmod(hundredths, 6000)
    return f"{whole}°{rest / 100:05.2f}′{positive if degrees >= 0 else negative}"


def words_box(at: QPointF, words: str, view: Viewport, look: Look) -> QRectF:
    """Beside the cursor, inside the window."""
    lines = words.split("\n")
    metrics = QFontMetricsF(look.font("tick"))
    width = max(metrics.horizontalAdvance(line) for line in lines) + look.px(16)
    height = look.line("tick") * len(lines) + look.px(6)
    away = look.px(14)
    left = at.x() + away if at.x() + away + width <= view.width else at.x() - away - width
    top = at.y() + away if at.y() + away + height <= view.height else at.y() - away - height
    return QRectF(max(0.0, left), max(0.0, top), width, height)


def put_words(painter: QPainter, at: QPointF, words: str, view: Viewport, look: Look) -> None:
    """What is under the cursor."""
    box = words_box(at, words, view, look)
    _plate(painter, box, words, look, border=True)


def put_measure(painter: QPainter, points: Sequence[tuple[float, float]], view: Viewport, look: Look) -> None:
    """The tape: a line through the clicked points, the running sum at each."""
    line = polygon(points, view)
    painter.setPen(pen_of("impossible", look))
    painter.setBrush(look.colour("ice"))
    painter.drawPolyline(line)
    for number in range(line.size()):
        painter.drawEllipse(line.at(number), look.px(2), look.px(2))
    total_m = 0.0
    for number, (a, b) in enumerate(pairwise(points), 1):
        total_m += distance_m(a, b)
        words = measured(total_m)
        width = QFontMetricsF(look.font("tick")).horizontalAdvance(words) + look.px(12)
        at = line.at(number)
        left = at.x() + look.px(8) if at.x() + look.px(8) + width < view.width else at.x() - look.px(8) - width
        _plate(painter, QRectF(left, at.y() - look.line("tick"), width, look.line("tick")), words, look)


def measured(metres: float) -> str:
    return f"{metres / NM_M:.2f} 海里 · {metres / 1000:.2f} km"


def _plate(painter: QPainter, box: QRectF, words: str, look: Look, *, border: bool = False) -> None:
    painter.setBrush(_ground(look))
    painter.setPen(QPen(look.colour("line2"), look.hair) if border else Qt.PenStyle.NoPen)
    painter.drawRect(box)
    painter.setFont(look.font("tick"))
    painter.setPen(look.colour("text" if border else "text2"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def _ground(look: Look) -> QColor:
    ground = QColor(look.colour("panel"))
    ground.setAlpha(230)
    return ground
