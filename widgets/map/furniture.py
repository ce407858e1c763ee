"""What lies over a map to read it by: scale bar, cursor position, measuring tape."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from widgets.look import Look
from widgets.map.projection import NM_M, Viewport, distance_m
from widgets.map.vectors import pen_of, polygon

_STEPS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


def put_scale_bar(painter: QPainter, view: Viewport, look: Look, *, nautical: bool) -> None:
    """Bottom right: the longest round distance that takes at most a sixth of the window."""
    unit_m, word = (NM_M, "海里") if nautical else (1000.0, "km")
    most = view.width / 6 * view.metres_per_px() / unit_m
    length = max((s for s in _STEPS if s <= most), default=_STEPS[0])
    px = length * unit_m / view.metres_per_px()
    right, y = view.width - look.pad, view.height - look.pad
    painter.setPen(pen_of("ring", look))
    tick = look.px(6 if not look.is_wall else 14)
    painter.drawLine(QPointF(right - px, y), QPointF(right, y))
    painter.drawLine(QPointF(right - px, y - tick / 2), QPointF(right - px, y + tick / 2))
    painter.drawLine(QPointF(right, y - tick / 2), QPointF(right, y + tick / 2))
    box = QRectF(right - px, y - look.line("tick") - look.px(2), px, look.line("tick"))
    _words(
        painter, box.adjusted(-look.px(60), 0, look.px(0), 0), f"{length:g} {word}", look, Qt.AlignmentFlag.AlignRight
    )


def put_cursor(painter: QPainter, at: tuple[float, float], view: Viewport, look: Look) -> None:
    """Bottom left: the place under the cursor in degrees and minutes."""
    words = f"{minutes(at[1], 'N', 'S')}  {minutes(at[0], 'E', 'W')}"
    box = QRectF(look.pad, view.height - look.pad - look.line("tick"), view.width / 2, look.line("tick"))
    _words(painter, box, words, look, Qt.AlignmentFlag.AlignLeft)


def minutes(degrees: float, positive: str, negative: str) -> str:
    """121.5 → 121°30.00′E; rounded once, so that 60.00′ is never shown."""
    hundredths = round(abs(degrees) * 6000)
    whole, rest = divmod(hundredths, 6000)
    return f"{whole}°{rest / 100:05.2f}′{positive if degrees >= 0 else negative}"


def put_measure(painter: QPainter, points: Sequence[tuple[float, float]], view: Viewport, look: Look) -> None:
    """The tape: a line through the clicked points, the running sum at each."""
    line = polygon(points, view)
    painter.setPen(pen_of("impossible", look))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(line)
    total = 0.0
    for number, (a, b) in enumerate(pairwise(points), 1):
        total += distance_m(a, b)
        at = line.at(number)
        box = QRectF(at.x() + look.px(8), at.y() - look.line("tick"), look.px(180), look.line("tick"))
        _words(painter, box, f"{total / NM_M:.2f} 海里 · {total / 1000:.2f} km", look, Qt.AlignmentFlag.AlignLeft)


def _words(painter: QPainter, box: QRectF, words: str, look: Look, align: Qt.AlignmentFlag) -> None:
    font = look.font("tick")
    width = QFontMetricsF(font).horizontalAdvance(words) + look.px(8)
    left = box.right() - width if align is Qt.AlignmentFlag.AlignRight else box.left()
    ground = look.colour("sea")
    ground.setAlpha(200)
    painter.fillRect(QRectF(left, box.top(), width, box.height()), ground)
    painter.setFont(font)
    painter.setPen(look.colour("text2"))
    painter.drawText(QRectF(left, box.top(), width, box.height()), Qt.AlignmentFlag.AlignCenter, words)
