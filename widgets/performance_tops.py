"""What rings most: the ten rules and the ten subjects with the most alarms."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.alarm_rates import Top
from services.domain.performance import Performance
from widgets.paint import RIGHT, bar, elide, text, width_of
from widgets.performance_period import PeriodPane


class PerformanceTopsPane(PeriodPane):
    """Option ``rules_only``: no subjects, for the wall."""

    def paint_period(self, painter: QPainter, area: QRect, figures: Performance) -> None:
        if self.options.get("rules_only", self.look.is_wall):
            self._paint_list(painter, area, "规则", figures.top_rules)
            return
        half = (area.width() - self.span(20)) // 2
        self._paint_list(painter, QRect(area.left(), area.top(), half, area.height()), "规则", figures.top_rules)
        right = QRect(area.right() - half, area.top(), half, area.height())
        self._paint_list(painter, right, "对象", figures.top_sources)

    def _paint_list(self, painter: QPainter, area: QRect, name: str, tops: Sequence[Top]) -> None:
        look, tick = self.look, self.look.font("tick")
        head = QRect(area.left(), area.top(), area.width(), self.span(20))
        text(painter, head, name, tick, look.colour("text3"))
        text(painter, head, "件 · 占比", tick, look.colour("text3"), RIGHT)
        self.hints.append((head, self.formula("top")))
        if not tops:
            line = head.translated(0, self.span(24))
            text(painter, line, "本时段尚无报警", look.font("body"), look.colour("text3"))
            return
        room = area.adjusted(0, head.height(), 0, 0)
        pitch = min(self.span(26), room.height() / len(tops))
        for at, top in enumerate(tops):
            line = QRect(room.left(), room.top() + round(at * pitch), room.width(), round(pitch))
            self._paint_top(painter, line, top, top.count / tops[0].count)

    def _paint_top(self, painter: QPainter, line: QRect, top: Top, length: float) -> None:
        look, body = self.look, self.look.font("body")
        figures = f"{top.count} · {100 * top.share:.0f} %"
        values = width_of("000 · 00 %", body) + self.span(6)
        names = round((line.width() - values) * 0.72)
        box = QRect(line.left(), line.top(), names, line.height())
        text(painter, box, elide(top.title, body, names - self.span(6)), body, look.colour("text2"))
        high = self.span(8)
        track = QRect(box.right(), line.center().y() - high // 2, line.width() - names - values, high)
        bar(painter, track, length, look)
        text(painter, line, figures, body, look.colour(self.ink), RIGHT)
        self.hints.append((line, f"{top.id} {top.title}\n{self.formula('top')}"))
