"""How long each level waited for a signature and for its end."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.alarm_times import Waits
from services.domain.performance import Performance
from widgets.look import LEVEL_WORDS
from widgets.paint import MISSING
from widgets.performance_period import PeriodPane
from widgets.performance_rows import Cell, Head, paint_rows
from widgets.words import running


class PerformanceTimesPane(PeriodPane):
    """A row a level and one of all; the formula of each half under the pointer."""

    def paint_period(self, painter: QPainter, area: QRect, figures: Performance) -> None:
        count, wide = self.span(44), (area.width() - self.span(76 + 2 * 44 + 60)) // 4
        heads = (
            Head("级别", self.span(76)),
            Head("签收", count, right=True),
            Head("P50", wide, right=True),
            Head("P90", wide, right=True),
            Head("办结", count, right=True),
            Head("P50", wide, right=True),
            Head("P90", wide, right=True),
        )
        row = min(self.span(40), round(area.height() / (len(figures.waits) + 0.9)))
        paint_rows(painter, area, heads, [self._cells(one) for one in figures.waits], self.look, row)
        half = area.left() + self.span(76 + 44 + 30) + 2 * wide
        self.hints.append((QRect(area.left(), area.top(), half - area.left(), area.height()), self.formula("ack")))
        self.hints.append((area, self.formula("close")))

    def _cells(self, one: Waits) -> list[Cell]:
        name = "全部" if one.level is None else LEVEL_WORDS[one.level]
        return [
            Cell(name, "text", one.level, signed=True),
            Cell(f"{one.signed:,}", "text3"),
            self._time(one.ack_p50),
            self._time(one.ack_p90),
            Cell(f"{one.closed:,}", "text3"),
            self._time(one.close_p50),
            self._time(one.close_p90),
        ]

    def _time(self, seconds: float | None) -> Cell:
        return Cell(MISSING, "text3") if seconds is None else Cell(running(seconds), self.ink)
