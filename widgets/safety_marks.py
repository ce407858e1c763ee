"""The safety code of a let dwelling: 绿 黄 橙 红 in words with a mark of its own, never in the hues of an alert.

The mark is a small frame filled from below by quarters: the fuller, the worse. Unchecked is hatched.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPen

from services.domain.rental_safety import COLOUR_WORDS, SafetyColour
from widgets.hatch import hatch_brush
from widgets.look import Look
from widgets.paint import text, width_of

_ORDER = (SafetyColour.GREEN, SafetyColour.YELLOW, SafetyColour.ORANGE, SafetyColour.RED, SafetyColour.NONE)
_SIDE = 10


def paint_mark(painter: QPainter, box: QRect, colour: SafetyColour, look: Look) -> None:
    if colour is SafetyColour.NONE:
        painter.fillRect(box, hatch_brush(look))
    else:
        high = round(box.height() * (int(colour) - 1) / 3)
        painter.fillRect(QRect(box.left(), box.bottom() - high + 1, box.width(), high), look.colour("text2"))
    painter.setPen(QPen(look.colour("text3"), look.hair))
    painter.drawRect(box.adjusted(0, 0, -1, -1))


def paint_marks(painter: QPainter, line: QRect, counts: Sequence[int], look: Look) -> None:
    """``安全码 ▯ 绿 968 ▂ 黄 124 …`` in one line; 未查 only when there are any."""
    font = look.font("body" if look.is_wall else "tick")
    x = line.left()
    head = "安全码"
    text(painter, QRect(x, line.top(), line.width(), line.height()), head, font, look.colour("text2"))
    x += width_of(head, font) + look.px(10)
    side = _side(look)
    for colour, words in _told(counts):
        box = QRect(x, line.center().y() - side // 2, side, side)
        paint_mark(painter, box, colour, look)
        x += side + look.px(12 if look.is_wall else 5)
        text(painter, QRect(x, line.top(), line.width(), line.height()), words, font, look.colour("text"))
        x += width_of(words, font) + look.px(34 if look.is_wall else 14)


def _side(look: Look) -> int:
    return look.px(24 if look.is_wall else _SIDE)


def _told(counts: Sequence[int]) -> list[tuple[SafetyColour, str]]:
    return [
        (colour, f"{COLOUR_WORDS[colour]} {counts[colour]:,}")
        for colour in _ORDER
        if counts[colour] or colour is not SafetyColour.NONE
    ]
