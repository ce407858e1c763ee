"""Where the words of the sketch stand: never on each other, where they can beside the blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPen, QPolygonF

from widgets.look import Look
from widgets.paint import label, width_of

_STEPS = 14  # places tried a side of an outline's box
_RATHER_OFF = 3.0  # covering a block is so much worse than standing off the middle


@dataclass(frozen=True, slots=True)
class Words:
    """One line to be placed with its middle at ``middle``."""

    text: str
    font: QFont
    ink: str
    box: QRectF


class Sheet:
    """The boxes taken so far."""

    def __init__(self, ground: QRectF, taken: Iterable[QRectF] = ()) -> None:
        self._ground = ground
        self._taken = list(taken)
        self.words: list[Words] = []

    def is_free(self, box: QRectF) -> bool:
        return self._ground.contains(box) and not any(box.intersects(other) for other in self._taken)

    def take(self, box: QRectF) -> None:
        self._taken.append(box)

    def write(self, text: str, middle: QPointF, font: QFont, ink: str, *, gap: float = 0.0) -> QRectF | None:
        """The line's box, or None where something stands already."""
        box = box_of(text, middle, font, gap)
        if not self.is_free(box):
            return None
        self.take(box)
        self.words.append(Words(text, font, ink, box))
        return box

    def paint(self, painter: QPainter, look: Look) -> None:
        for words in self.words:
            halo_text(painter, words.box.center(), words.text, words.font, look, words.ink)


def box_of(text: str, middle: QPointF, font: QFont, gap: float = 0.0) -> QRectF:
    """The box of one line, without asking the height of a mixed font."""
    wide, high = width_of(text, font) + 2 * gap, font.pixelSize() * 1.2 + 2 * gap
    return QRectF(middle.x() - wide / 2, middle.y() - high / 2, wide, high)


def best_place(outline: QPolygonF, blocks: Sequence[QRectF], wide: float, high: float, sheet: Sheet) -> QPointF | None:
    """The middle of a box inside an outline that covers least of its blocks, nearest to the outline's own
    middle; None when none lies inside and free."""
    bounds = outline.boundingRect()
    heart = sum((outline.at(i) for i in range(outline.size())), QPointF()) / max(1, outline.size())
    best: tuple[float, QPointF] | None = None
    for i in range(1, _STEPS):
        for j in range(1, _STEPS):
            at = QPointF(bounds.left() + bounds.width() * i / _STEPS, bounds.top() + bounds.height() * j / _STEPS)
            box = QRectF(at.x() - wide / 2, at.y() - high / 2, wide, high)
            if not _holds(outline, box) or not sheet.is_free(box):
                continue
            covered = sum(_area(box.intersected(block)) for block in blocks) / (wide * high) * _RATHER_OFF
            off = (at - heart).manhattanLength() / max(1.0, bounds.width() + bounds.height())
            if best is None or covered + off < best[0]:
                best = (covered + off, at)
    return best[1] if best else None


def halo_text(painter: QPainter, middle: QPointF, words: str, font: QFont, look: Look, ink: str) -> None:
    """Text round ``middle`` that stays readable over blocks: a rim under it."""
    at = middle + QPointF(-width_of(words, font) / 2, font.pixelSize() * 0.36)
    path = QPainterPath()
    path.addText(at, font, words)
    rim = QPen(look.colour("halo"), (8 if look.is_wall else 3) * look.scale)
    rim.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, rim)
    label(painter, at.x(), at.y(), words, font, look.colour(ink))


def _holds(outline: QPolygonF, box: QRectF) -> bool:
    corners = (box.topLeft(), box.topRight(), box.bottomLeft(), box.bottomRight())
    return all(outline.containsPoint(corner, Qt.FillRule.OddEvenFill) for corner in corners)


def _area(box: QRectF) -> float:
    return max(0.0, box.width()) * max(0.0, box.height())
