"""Alarms in ten minutes against the flood line, with the floods behind them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter, QPen

from services.domain.performance import Performance
from services.domain.timebase import local
from widgets.axes import hour, round_up, time_ticks, value_text, value_ticks
from widgets.paint import CENTRE, LEFT, RIGHT, hairline, text, width_of
from widgets.performance_period import PeriodPane, moment_words

FIXED = {"today": timedelta(hours=24), "shift": timedelta(hours=12)}  # axes that stand still while time goes on


class PerformanceRatePane(PeriodPane):
    """One bar for ten minutes of the clock, or the busiest ten minutes of a longer step."""

    def paint_period(self, painter: QPainter, area: QRect, figures: Performance) -> None:
        top_line, foot = self.span(30), self.span(22)
        left = self.span(34)
        plot = QRect(area.left() + left, area.top() + top_line, area.width() - left, area.height() - top_line - foot)
        first, last = self.window_of(figures)
        top = self.top_of(figures)
        self._paint_floods(painter, plot, figures, first, last)
        self._paint_axes(painter, plot, first, last, top)
        self._paint_bars(painter, plot, figures, first, last, top)
        self._paint_line(painter, plot, figures, last - first, top)
        self._paint_words(painter, QRect(area.left(), area.top(), area.width(), self.span(20)), figures)
        self.hints.append((area, self.formula("rate")))

    def window_of(self, figures: Performance) -> tuple[float, float]:
        """Of the axis: a day and a shift stand still, the other periods end now. Seconds since 1970."""
        first = figures.bars.since
        length = max(FIXED.get(figures.id, timedelta()), figures.until - first)
        return first.timestamp(), (first + length).timestamp()

    def top_of(self, figures: Performance) -> float:
        """Of the axis: the flood line is always in sight."""
        return round_up(max(self.yardstick.flood_over * 1.2, *figures.bars.counts, 0))

    def _paint_words(self, painter: QPainter, line: QRect, figures: Performance) -> None:
        look, tick = self.look, self.look.font("tick")
        step = timedelta(seconds=figures.bars.step_s)
        unit = "件 / 10 分" if step <= timedelta(minutes=10) else f"件 / 10 分，每 {step // timedelta(hours=1)} 时最忙"
        text(painter, line, unit, tick, look.colour("text3"), LEFT)
        if not figures.alarms:
            text(painter, line, "本时段尚无报警", tick, look.colour("text2"), CENTRE)

    def _paint_axes(self, painter: QPainter, plot: QRect, first: float, last: float, top: float) -> None:
        look, tick = self.look, self.look.font("tick")
        for value in value_ticks(top):
            y = plot.bottom() - round(plot.height() * value / top)
            hairline(painter, look, plot.left(), y, plot.width())
            box = QRect(plot.left() - self.span(60), y - self.span(9), self.span(52), self.span(18))
            text(painter, box, value_text(value), tick, look.colour("text3"), RIGHT)
        for at in time_ticks(first, last):
            words = self._tick_words(at, first, last)
            wide = width_of(words, tick) + self.span(4)
            x = plot.left() + round(plot.width() * (at - first) / (last - first))
            x = min(max(x - wide // 2, plot.left()), plot.right() - wide)
            text(painter, QRect(x, plot.bottom() + self.span(4), wide, self.span(18)), words, tick,
                 look.colour("text3"), CENTRE)  # fmt: skip

    def _tick_words(self, at: float, first: float, last: float) -> str:
        if last - first <= 86400 * 1.01:
            return hour(at, last)
        return f"{local(datetime.fromtimestamp(at, UTC)):%m-%d}"

    def _paint_floods(self, painter: QPainter, plot: QRect, figures: Performance, first: float, last: float) -> None:
        scale = plot.width() / (last - first)
        for flood in figures.floods:
            end = flood.end or figures.until
            left = max(plot.left(), plot.left() + round((flood.start.timestamp() - first) * scale))
            right = min(plot.right(), plot.left() + round((end.timestamp() - first) * scale))
            span = QRect(left, plot.top(), max(self.span(3), right - left), plot.height())
            painter.fillRect(span, self.look.colour("band"))
            words = f"泛滥 {moment_words(flood.start, figures.until)}，{flood.count} 件，最先 {flood.first_title}"
            self.hints.append((span, words))

    def _paint_bars(
        self, painter: QPainter, plot: QRect, figures: Performance, first: float, last: float, top: float
    ) -> None:
        bars, scale = figures.bars, plot.width() / (last - first)
        gap = self.look.hair if scale * bars.step_s > 3 * self.look.hair else 0
        colour = self.look.colour("text3" if self.ink == "text3" else "bar")
        for at, count in enumerate(bars.counts):
            left = plot.left() + round(at * bars.step_s * scale)
            right = min(plot.right() + 1, plot.left() + round((at + 1) * bars.step_s * scale))
            high = round(plot.height() * min(count, top) / top)
            if count:
                painter.fillRect(QRect(left, plot.bottom() - high, max(1, right - left - gap), high), colour)
                since = bars.since + timedelta(seconds=at * bars.step_s)
                column = QRect(left, plot.top(), right - left, plot.height())
                self.hints.insert(0, (column, f"{moment_words(since, figures.until)} 起：{count} 件"))

    def _paint_line(self, painter: QPainter, plot: QRect, figures: Performance, length: float, top: float) -> None:
        look, over = self.look, self.yardstick.flood_over
        y = plot.bottom() - round(plot.height() * over / top)
        pen = QPen(look.colour("text2"), look.px(4) if look.is_wall else 1)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        words, tick = f"泛滥线 {over}", look.font("tick")
        wide = width_of(words, tick) + self.span(8)
        left = self._is_taken(figures, length, 1 - wide / plot.width(), 1)
        x = plot.left() if left else plot.right() - wide
        box = QRect(x, y - self.span(19), wide, self.span(18))
        text(painter, box, words, tick, look.colour("text2"), LEFT if left else RIGHT)

    def _is_taken(self, figures: Performance, length: float, since: float, until: float) -> bool:
        """Whether a bar in this part of the axis (0–1) stands as high as the line's own words."""
        step = figures.bars.step_s / length
        bars = enumerate(figures.bars.counts)
        return any(
            count > self.yardstick.flood_over and (at + 1) * step > since and at * step < until for at, count in bars
        )
