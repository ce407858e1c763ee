"""The strip at the foot of the alert list: what each means of noise control keeps back, to be clicked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from widgets.alert_groups import Part
from widgets.look import Look
from widgets.paint import LEFT, text, width_of

Placed = tuple[QRect, Part]


def placed(parts: Sequence[Part], width: int, look: Look) -> list[Placed]:
    """Where each part stands, from the strip's top left; a part that does not fit begins a new row."""
    tick, gap, row = look.font("tick"), look.px(11), row_height(look)
    x, y, made = look.pad, 0, []
    for part in parts:
        wide = width_of(part.words, tick)
        if x > look.pad and x + wide > width - look.pad:
            x, y = look.pad, y + row
        made.append((QRect(x, y, wide, row), part))
        x += wide + gap
    return made


def row_height(look: Look) -> int:
    return look.px(22)


def height(parts: Sequence[Part], width: int, look: Look) -> int:
    return max((box.bottom() + 1 for box, _ in placed(parts, width, look)), default=0)


def paint(painter: QPainter, strip: QRect, parts: Sequence[Part], chosen: str, look: Look) -> list[Placed]:
    """Paint the strip. Returns where each part is, grown to what a hand can hit."""
    tick, half = look.font("tick"), look.px(7)
    hits = []
    for box, part in placed(parts, strip.width(), look):
        box = box.translated(strip.topLeft())
        text(painter, box, part.words, tick, look.colour("text" if part.sort == chosen else "text2"), LEFT)
        if part.sort == chosen:
            painter.fillRect(QRect(box.left(), box.bottom() - look.px(4), box.width(), look.px(2)), look.colour("ice"))
        hits.append((box.adjusted(-half, 0, half, 0), part))
    return hits
