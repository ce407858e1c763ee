"""How often each rule is right, how sure that is, and a badge for the ones that are mostly wrong."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.performance import Performance
from services.domain.precision import Precision
from widgets.paint import CENTRE, chip, hairline, text
from widgets.performance_period import PeriodPane
from widgets.performance_rows import Cell, Head, lay_out, paint_rows


class PerformancePrecisionPane(PeriodPane):
    """The weak ones first, then the worst. The interval is drawn on 0–100 % with the limit as a line."""

    def paint_period(self, painter: QPainter, area: QRect, figures: Performance) -> None:
        look, rules = self.look, figures.precisions
        weak = sum(rule.weak for rule in rules)
        self.note = f"{weak} 条低于 {self.yardstick.weak_below:g}" if weak else ""
        self.hints.append((area, self.formula("precision")))
        if not rules:
            text(painter, area, "本时段尚无定性", look.font("body"), look.colour("text3"), CENTRE)
            return
        heads = (
            Head("规则"),
            Head("属实/定性", self.span(72), right=True),
            Head("精确率", self.span(64), right=True),
            Head("95 % 区间", self.span(96)),
            Head("", self.span(70)),
        )
        row = self.span(28)
        boxes = paint_rows(painter, area, heads, [self._cells(rule) for rule in rules], look, row)
        gap = look.px(24 if look.is_wall else 10)
        for box, rule in zip(boxes, rules, strict=False):
            columns = lay_out(box, heads, gap)
            self._paint_interval(painter, columns[3], rule)
            if rule.weak:
                chip(
                    painter,
                    columns[4].left(),
                    box.center().y(),
                    f"低于 {self.yardstick.weak_below:g}",
                    look,
                    filled=True,
                )
            words = f"{rule.rule_id} {rule.title}：{100 * rule.low:.1f}–{100 * rule.high:.1f} %"
            self.hints.insert(0, (box, f"{words}\n{self.formula('precision')}"))
        if len(rules) > len(boxes):
            line = QRect(area.left(), area.bottom() - self.span(20), area.width(), self.span(20))
            text(painter, line, f"另 {len(rules) - len(boxes)} 条规则", look.font("tick"), look.colour("text3"))

    def _cells(self, rule: Precision) -> list[Cell]:
        return [
            Cell(f"{rule.rule_id} {rule.title}", "text"),
            Cell(f"{rule.right}/{rule.judged}", "text3"),
            Cell(f"{100 * rule.share:.1f} %", self.ink),
            Cell(""),
            Cell(""),
        ]

    def _paint_interval(self, painter: QPainter, box: QRect, rule: Precision) -> None:
        look = self.look
        y, wide = box.center().y(), box.width()
        hairline(painter, look, box.left(), y, wide)
        high = self.span(6)
        low, top = box.left() + round(wide * rule.low), box.left() + round(wide * rule.high)
        painter.fillRect(QRect(low, y - high // 2, max(1, top - low), high), look.colour("bar"))
        at = box.left() + round(wide * rule.share)
        painter.fillRect(QRect(at - self.span(1), y - high, self.span(2), 2 * high), look.colour("text"))
        limit = box.left() + round(wide * self.yardstick.weak_below)
        hairline(painter, look, limit, box.top() + self.span(4), box.height() - self.span(8), True)
