"""What the lists of 养老 share: the elder pointed at, two lines a row, a clock at the right end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from services.domain.community import Elder
from services.domain.deed import Wish
from services.domain.snapshot import Subject
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Row
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, elide, text, width_of
from widgets.words import case_clock_words

TWO, LINE = 44, 18  # logical px: a row of two lines, a quiet line


class CareListPane(DutyListPane):
    """A row points at its elder; the elder selected elsewhere is the row that is proposed."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self._selected: Subject | None = None

    def elder_id(self, row: Row) -> str:
        """Whose row it is; empty of others."""
        return str(getattr(row.record, "elder_id", ""))

    def select(self, subject: Subject | None) -> None:
        self._selected = subject
        row = next((row for row in self.rows if self._is_about(row)), None)
        if row is not None and row.key != self.chosen:
            self.chosen, self._picked = row.key, True
            self.sight.reveal(row.key)
        self.refresh()

    def _is_about(self, row: Row) -> bool:
        chosen = self._selected
        if chosen is None or row.heading:
            return False
        return chosen.id in (self.elder_id(row), getattr(row.record, "dwelling_id", None), row.record.id)

    def proposed(self, keys: Any) -> str:
        about = [row.key for row in self.rows if self._is_about(row)]
        return about[0] if about else super().proposed(keys)

    def row_chosen(self, row: Row) -> None:
        if self.elder_id(row):
            self.asked.emit("select", Subject("elder", self.elder_id(row)))

    def step(self, by: int) -> None:
        super().step(by)
        row = self.chosen_row()
        if row is not None:
            self.row_chosen(row)

    def record(self) -> Any:
        row = self.chosen_row()
        return row.record if row is not None and not row.heading else None

    def wish_about(self, kind: type[Wish], **said: Any) -> None:
        """A wish about the chosen case."""
        case = self.record()
        if case is not None:
            self.wish(kind(case_id=case.id, expected_version=case.version, **said))

    def elder(self, elder_id: str) -> Elder | None:
        return next((one for one in self.records("elders") if one.id == elder_id), None)

    # -- parts of a row ------------------------------------------------------------------------

    def paint_two(
        self,
        painter: QPainter,
        box: QRect,
        first: tuple[str, str],
        second: tuple[str, str],
        *,
        indent: int = 0,
        strong: bool = False,
        quiet: bool = False,
    ) -> None:
        """Two lines, each with words at the left and at the right end; ``strong`` is the first right end."""
        look = self.look
        left = box.left() + look.px(indent)
        for at, (words, right) in enumerate((first, second)):
            line = QRect(left, box.top() + look.px(3 if at == 0 else 22), box.right() - left, look.px(18))
            font = look.font("body" if at == 0 else "tick")
            end = look.font("body", weight=700) if strong and at == 0 else font
            ink = look.colour("text3" if quiet or at else "text")
            text(painter, line, right, end, ink, RIGHT)
            room = line.width() - (width_of(right, end) + look.px(10) if right else 0)
            text(painter, line, elide(words, font, room), font, ink, LEFT)

    def paint_heading(self, painter: QPainter, box: QRect, words: str) -> None:
        text(painter, box, words, self.look.font("tick"), self.look.colour("text3"), LEFT)

    def spot(self, box: QRect) -> QPointF:
        """Where a row's glyph stands."""
        return QPointF(box.left() + self.look.px(7), box.top() + self.look.px(14))

    def clock(self, word: str, due_at: datetime) -> str:
        return case_clock_words(word, due_at, self.now) if self.now is not None else word
