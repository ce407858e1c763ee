"""The chip of the selected boat and of locked targets in the corner of the sea map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from services.domain.snapshot import Subject
from widgets.hatch import hatch_brush
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, text, width_of

ROW = 24
_GAP = 14


@dataclass(frozen=True, slots=True)
class TargetRow:
    """``fix`` says speed and age; ``hint`` what a click or a key does. ``silent``: nobody knows where it is now."""

    subject: Subject
    name: str
    fix: str
    hint: str
    followed: bool = False
    silent: bool = False


class TargetChip(QWidget):
    """One row a target; a click on a row asks for it."""

    chosen = Signal(object)  # Subject

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        self.rows: tuple[TargetRow, ...] = ()
        self.setVisible(False)

    def show_rows(self, rows: Sequence[TargetRow]) -> None:
        if tuple(rows) == self.rows:
            return
        self.rows = tuple(rows)
        self.setVisible(bool(rows))
        self.setAccessibleName("；".join(f"{row.name} {row.fix}" for row in rows))
        self._fit()
        self.update()

    def restyle(self, look: Look) -> None:
        self.look = look
        self._fit()
        self.update()

    def _fit(self) -> None:
        look = self.look
        self.resize(2 * look.pad + sum(self._widths()) + 2 * look.px(_GAP), max(1, len(self.rows)) * look.px(ROW))

    def _widths(self) -> tuple[int, int, int]:
        """Of name, fix and hint: the widest of all rows."""
        strong, quiet = self.look.font("body", weight=500), self.look.font("tick")
        columns = ((row.name, row.fix, row.hint) for row in self.rows)
        fonts = (strong, quiet, quiet)
        widths = [tuple(width_of(words, font) for words, font in zip(row, fonts, strict=True)) for row in columns]
        name, fix, hint = (max((row[at] for row in widths), default=0) for at in range(3))
        return name + self.look.px(16), fix, hint

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Taken here: the map under the chip must not hear it."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = int(event.position().y() // self.look.px(ROW))
        if 0 <= at < len(self.rows):
            self.chosen.emit(self.rows[at].subject)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self.look
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("panel"))
        painter.setPen(QPen(look.colour("line2"), look.hair))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        widths = self._widths()
        for at, row in enumerate(self.rows):
            self._paint_row(painter, row, at * look.px(ROW), widths)
        painter.end()

    def _paint_row(self, painter: QPainter, row: TargetRow, top: int, widths: tuple[int, int, int]) -> None:
        look, high = self.look, self.look.px(ROW)
        if row.followed:
            painter.fillRect(0, top, look.px(3), high, look.colour("ice"))
        left = look.pad
        if row.silent:
            side = look.px(9)
            painter.fillRect(QRectF(left, top + (high - side) / 2, side, side), hatch_brush(look))
        left += look.px(16)
        name = QRect(left, top, widths[0], high)
        text(painter, name, row.name, look.font("body", weight=500), look.colour("text"), LEFT)
        fix = QRect(left + widths[0] - look.px(16) + look.px(_GAP), top, widths[1], high)
        text(painter, fix, row.fix, look.font("tick"), look.colour("text2"), LEFT)
        hint = QRect(self.width() - look.pad - widths[2], top, widths[2], high)
        text(painter, hint, row.hint, look.font("tick"), look.colour("text3"), RIGHT)
