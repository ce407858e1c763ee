"""Rows of a painted table: quiet heads, figures that line up, a hairline under each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from services.domain.alert import AlertLevel
from widgets.glyphs import put_glyph
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, elide, hairline, text


@dataclass(frozen=True, slots=True)
class Head:
    """``width`` in px; 0 takes its part of what the others leave."""

    title: str
    width: int = 0
    right: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    words: str
    token: str = "text2"
    level: AlertLevel | None = None
    signed: bool = True


def lay_out(area: QRect, heads: Sequence[Head], gap: int) -> list[QRect]:
    """One column after the other, as high as ``area``."""
    fixed = sum(h.width for h in heads) + gap * (len(heads) - 1)
    shared = sum(not h.width for h in heads)
    rest = max(0, area.width() - fixed) // shared if shared else 0
    boxes, x = [], area.left()
    for head in heads:
        width = head.width or rest
        boxes.append(QRect(x, area.top(), width, area.height()))
        x += width + gap
    return boxes


def paint_rows(
    painter: QPainter, area: QRect, heads: Sequence[Head], rows: Sequence[Sequence[Cell]], look: Look, row: int
) -> list[QRect]:
    """Paint what fits, the heads first. The box of each row painted."""
    gap = look.px(24 if look.is_wall else 10)
    columns = lay_out(area, heads, gap)
    top = area.top() + round(row * 0.8)
    for head, column in zip(heads, columns, strict=True):
        box = QRect(column.left(), area.top(), column.width(), top - area.top())
        text(painter, box, head.title, look.font("tick"), look.colour("text3"), RIGHT if head.right else LEFT)
    hairline(painter, look, area.left(), top, area.width())
    painted = []
    for cells in rows[: max(0, (area.bottom() - top) // row)]:
        line = QRect(area.left(), top, area.width(), row)
        for head, column, cell in zip(heads, columns, cells, strict=True):
            paint_cell(painter, QRect(column.left(), top, column.width(), row), cell, look, right=head.right)
        top += row
        hairline(painter, look, area.left(), top, area.width())
        painted.append(line)
    return painted


def paint_cell(painter: QPainter, box: QRect, cell: Cell, look: Look, *, right: bool = False) -> None:
    if cell.level is not None:
        side = look.glyph("table")
        put_glyph(painter, look, cell.level, QPointF(box.left() + side / 2, box.center().y() + 0.5), side, cell.signed)
        box = box.adjusted(round(side * 1.6), 0, 0, 0)
    font = look.font("body")
    shown = elide(cell.words, font, box.width())
    text(painter, box, shown, font, look.colour(cell.token), RIGHT if right else LEFT)
