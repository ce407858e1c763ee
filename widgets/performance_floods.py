"""The floods of the period: when, how long, how many, and which rule came first."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.floods import Flood
from services.domain.performance import Performance
from services.domain.timebase import local
from widgets.paint import CENTRE, text
from widgets.performance_period import PeriodPane, moment_words
from widgets.performance_rows import Cell, Head, paint_rows
from widgets.words import duration


class PerformanceFloodsPane(PeriodPane):
    """The newest first. A click selects the alert a flood began with."""

    def paint_period(self, painter: QPainter, area: QRect, figures: Performance) -> None:
        look = self.look
        self.note = f"{len(figures.floods)} 次" if figures.floods else ""
        if not figures.floods:
            words = f"本时段尚无泛滥（10 分内超过 {self.yardstick.flood_over} 件）"
            text(painter, area, words, look.font("body"), look.colour("text3"), CENTRE)
            self.hints.append((area, self.formula("floods")))
            return
        heads = (
            Head("起止", self.span(138)),
            Head("历时", self.span(66), right=True),
            Head("件", self.span(40), right=True),
            Head("最先的规则"),
        )
        rows = [self._cells(flood, figures) for flood in figures.floods]
        boxes = paint_rows(painter, area, heads, rows, look, self.span(28))
        for box, flood in zip(boxes, figures.floods, strict=False):
            self.alerts.append((box, flood.first_alert))
            self.hints.append(
                (box, f"{flood.first_rule} {flood.first_title}，{flood.first_alert}\n{self.formula('floods')}")
            )
        self.hints.append((area, self.formula("floods")))
        if len(figures.floods) > len(boxes):
            line = QRect(area.left(), area.bottom() - self.span(20), area.width(), self.span(20))
            text(painter, line, f"另 {len(figures.floods) - len(boxes)} 次", look.font("tick"), look.colour("text3"))

    def _cells(self, flood: Flood, figures: Performance) -> list[Cell]:
        end = flood.end or figures.until
        until = f"{local(end):%H:%M}" if flood.end else "进行中"
        return [
            Cell(f"{moment_words(flood.start, figures.until)} – {until}", "text"),
            Cell(duration((end - flood.start).total_seconds())),
            Cell(str(flood.count), self.ink),
            Cell(f"{flood.first_rule} {flood.first_title}"),
        ]
