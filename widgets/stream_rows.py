"""Rows of passages as they are painted, in the stream as it comes and in what is scrolled back to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from services.domain.alert import Alert
from services.domain.passage import Passage
from services.domain.snapshot import Subject
from widgets.glyphs import put_glyph
from widgets.look import Look
from widgets.paint import LEFT, elide, hairline, text
from widgets.stream_cells import CELLS, words_of

LOW_CONFIDENCE = 0.85
ROW, HEAD = 28, 26  # logical px of the desk; the wall's are three times as high


@dataclass(frozen=True, slots=True)
class StreamRows:
    """How rows look now: which of them have an alert, which is selected, whether they are old."""

    look: Look
    width: int
    hits: Mapping[str, Alert]
    selected: Subject | None = None
    faded: bool = False

    @property
    def factor(self) -> int:
        return 3 if self.look.is_wall else 1

    def columns(self) -> list[tuple[int, int]]:
        """Left edge and width of each column."""
        look, factor = self.look, self.factor
        fixed = sum(look.px(c.width * factor) for c in CELLS)
        left, found = look.pad, []
        for cell in CELLS:
            wide = look.px(cell.width * factor) if cell.width else self.width - 2 * look.pad - fixed
            found.append((left, wide - look.px(6 * factor if cell.align is LEFT else 0)))
            left += wide + (look.px(10 * factor) if cell.title == "置信" else 0)
        return found

    def paint_head(self, painter: QPainter, line: QRect) -> None:
        look = self.look
        for cell, (left, wide) in zip(CELLS, self.columns(), strict=True):
            box = QRect(left, line.top(), wide, line.height())
            text(painter, box, cell.title, look.font("tick"), look.colour("text3"), cell.align)
        hairline(painter, look, 0, line.bottom(), self.width)

    def paint(self, painter: QPainter, row: QRect, passage: Passage, columns: list[tuple[int, int]]) -> None:
        look = self.look
        hit = self.hits.get(passage.passage_id)
        if self._is_selected(passage, hit):
            painter.fillRect(row, look.colour("raised"))
            painter.fillRect(QRect(row.left(), row.top(), look.px(2), row.height()), look.colour("ice"))
        font = look.font("body")
        words = words_of(passage, masked=look.is_wall)
        for cell, (left, wide), said in zip(CELLS, columns, words, strict=True):
            box = QRect(left, row.top(), wide, row.height())
            bright = cell.bright or (cell.title == "置信" and (passage.confidence or 1.0) < LOW_CONFIDENCE)
            token = "text3" if self.faded else "text" if bright else "text2"
            if cell.title == "命中" and hit is not None:
                self._paint_hit(painter, box, hit)
            elif said:
                text(painter, box, elide(said, font, wide), font, look.colour(token), cell.align)
        hairline(painter, look, look.pad, row.bottom(), row.width() - 2 * look.pad)

    def _paint_hit(self, painter: QPainter, box: QRect, alert: Alert) -> None:
        look = self.look
        side = look.px(30) if look.is_wall else look.glyph("table")
        centre = QPointF(box.left() + side / 2, box.center().y() + 0.5)
        put_glyph(painter, look, alert.level, centre, side, alert.is_signed)
        inner = box.adjusted(side + look.px(5 * self.factor), 0, look.px(6 * self.factor), 0)
        font = look.font("body")
        text(painter, inner, elide(alert.title, font, inner.width()), font, look.colour("text"))

    def _is_selected(self, passage: Passage, hit: Alert | None) -> bool:
        chosen = self.selected
        if chosen is None:
            return False
        if chosen.kind == "alert":
            return hit is not None and hit.id == chosen.id
        return chosen.id == (passage.checkpoint_id if chosen.kind == "checkpoint" else passage.passage_id)
