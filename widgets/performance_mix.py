"""Two rows of bars: the levels against their targets, and the limits kept at each step."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.alarm_rates import Share
from services.domain.performance import MIX_WORDS, Performance
from widgets.paint import RIGHT, level_bar, text, unknown_box, width_of
from widgets.performance_period import PeriodPane, percent
from widgets.words import STEP_WORDS


class PerformanceMixPane(PeriodPane):
    """A tick on a bar is its target. A share of nothing is hatched."""

    def paint_period(self, painter: QPainter, area: QRect, figures: Performance) -> None:
        lines = len(figures.mix) + len(figures.kept) + 2
        pitch = min(self.span(30), area.height() // lines)
        y = self._paint_head(painter, area, area.top(), pitch, "级别构成", "占报警 · 目标", "mix")
        for words, share, target in zip(MIX_WORDS, figures.mix, self.yardstick.mix_pct, strict=True):
            line = QRect(area.left(), y, area.width(), pitch)
            self._paint_share(painter, line, words, share, f"目标 {target:g}", target / 100)
            self.hints.append((line, self.formula("mix")))
            y += pitch
        y = self._paint_head(painter, area, y, pitch, "各步按时", "按时 ÷ 到期", "kept")
        for kept in figures.kept:
            line = QRect(area.left(), y, area.width(), pitch)
            share = Share(kept.kept, kept.decided)
            self._paint_share(painter, line, STEP_WORDS[kept.step], share, f"{share.part:,}/{share.whole:,}", None)
            self.hints.append((line, self.formula("kept")))
            y += pitch

    def _paint_head(
        self, painter: QPainter, area: QRect, y: int, pitch: int, name: str, right: str, formula: str
    ) -> int:
        look, tick = self.look, self.look.font("tick")
        line = QRect(area.left(), y, area.width(), pitch)
        text(painter, line, name, tick, look.colour("text3"))
        text(painter, line, right, tick, look.colour("text3"), RIGHT)
        self.hints.append((line, self.formula(formula)))
        return y + pitch

    def _paint_share(
        self, painter: QPainter, line: QRect, name: str, share: Share, note: str, target: float | None
    ) -> None:
        look, body, tick = self.look, self.look.font("body"), self.look.font("tick")
        names, values = width_of("反馈", body) + self.span(14), width_of("100.0 %", body) + self.span(8)
        notes = width_of("0,000/0,000", tick) + self.span(8)
        high = self.span(10)
        track = QRect(line.left() + names, line.center().y() - high // 2, line.width() - names - values - notes, high)
        text(painter, line, name, body, look.colour("text2"))
        if share.value is None:
            unknown_box(painter, track, look)
            value = "尚无"
        else:
            ticks = () if target is None else (target,)
            level_bar(painter, track, share.value, look, ticks)
            value = f"{percent(share.value, 1)} %"
        token = "text3" if share.value is None else self.ink
        text(painter, line.adjusted(0, 0, -notes, 0), value, body, look.colour(token), RIGHT)
        text(painter, line, note, tick, look.colour("text3"), RIGHT)
