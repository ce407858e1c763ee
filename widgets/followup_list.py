"""What the lists of 协同处置 share: which alert they are about, the case chosen, the clock at a row's right end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from services.domain.alert import AlertLevel
from services.domain.snapshot import Subject
from widgets.duty_alert import AlertListPane
from widgets.duty_rows import Row
from widgets.glyphs import put_glyph
from widgets.paint import LEFT, RIGHT, elide, text, width_of, wrap
from widgets.words import case_clock_words

LINE = 18  # logical px of a quiet line
TWO = 44  # of a row of two lines


class FollowUpPane(AlertListPane):
    """A row points at its alert, and the alert selected elsewhere stands out among the rows."""

    def row_chosen(self, row: Row) -> None:
        alert_id = getattr(row.record, "alert_id", "")
        if alert_id:
            self.asked.emit("select", Subject("alert", alert_id))

    def step(self, by: int) -> None:
        super().step(by)
        row = self.chosen_row()
        if row is not None:
            self.row_chosen(row)

    def proposed(self, keys: Sequence[str]) -> str:
        """The case of the selected alert, while the officer has chosen none himself."""
        about = [row.key for row in self.rows if self._is_about(row)]
        return about[0] if about else super().proposed(keys)

    def _is_about(self, row: Row) -> bool:
        chosen = self._selected
        return chosen is not None and chosen.kind == "alert" and getattr(row.record, "alert_id", "") == chosen.id

    def case(self) -> Any:
        row = self.chosen_row()
        return row.record if row is not None and not row.heading else None

    def about(self, case: Any) -> dict[str, Any]:
        return {"case_id": case.id, "expected_version": case.version}

    # -- parts of a row ------------------------------------------------------------------------

    def lines_of(self, words: str) -> list[str]:
        look = self.look
        room = max(look.px(80), self.width() - 2 * look.pad - look.px(20))
        return [line for part in words.split("\n") for line in wrap(part, look.font("tick"), room)]

    def paint_head(
        self, painter: QPainter, box: QRect, level: AlertLevel, title: str, clock: tuple[str, bool], quiet: bool = False
    ) -> QRect:
        """Glyph, title and, at the right end, the clock; bold when it is over. The room for the second line."""
        look = self.look
        side = look.glyph("table")
        first = QRect(box.left(), box.top() + look.px(4), box.width(), look.px(20))
        put_glyph(painter, look, level, QPointF(first.left() + side / 2, first.center().y()), side, True)
        words, is_over = clock
        font = look.font("body", weight=700 if is_over else None)
        text(painter, first, words, font, look.colour("text3" if quiet else "text"), RIGHT)
        left = first.left() + side + look.px(6)
        room = first.right() - left - width_of(words, font) - look.px(10)
        ink = look.colour("text3" if quiet else "text")
        body = look.font("body")
        text(painter, QRect(left, first.top(), room, first.height()), elide(title, body, room), body, ink, LEFT)
        return QRect(left, first.bottom(), box.right() - left, look.px(LINE))

    def paint_quiet(self, painter: QPainter, line: QRect, words: str, right: str = "") -> None:
        look, tick = self.look, self.look.font("tick")
        ink = look.colour("text3")
        text(painter, line, right, tick, ink, RIGHT)
        room = line.width() - (width_of(right, tick) + look.px(10) if right else 0)
        text(painter, line, elide(words, tick, room), tick, ink, LEFT)

    def paint_lines(self, painter: QPainter, line: QRect, lines: Sequence[str], token: str = "text2") -> None:
        look = self.look
        for at, words in enumerate(lines):
            text(painter, line.translated(0, at * look.px(LINE)), words, look.font("tick"), look.colour(token), LEFT)

    def clock(self, word: str, due_at: datetime | None) -> tuple[str, bool]:
        if due_at is None or self.now is None:
            return word, False
        return case_clock_words(word, due_at, self.now), due_at < self.now
