"""每日预警前后对照: what each day would have had, kept, lost and saved, held against the verdicts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QMouseEvent, QPainter, QPen

from services.domain.backtest import BackTest, DayCount
from services.domain.timebase import local
from widgets.axes import round_up, value_text
from widgets.notes import paint_waiting
from widgets.paint import LEFT, RIGHT, elide, figure_font, hairline, label, text, width_of
from widgets.rule_pane import TestedPane

# What is stacked from the ground up: field, word, token, drawn as an outline.
STACK = (
    ("kept_confirmed", "仍报 确认", "bar", False),
    ("kept_false", "仍报 误报", "line2", False),
    ("lost", "丢失 确认", "c3", False),
    ("saved", "省去 误报", "text2", True),
    ("unjudged", "未核实", "band", False),
)


def signed(value: float, decimals: int = 0) -> str:
    return f"{value:+.{decimals}f}".replace("-", "−")


class RuleDaysPane(TestedPane):
    """Two versions over the same past: five figures, then a bar a day."""

    def refresh(self) -> None:
        test = self.test
        self.note = ""
        if test is not None and not test.doing:
            span = f"{local(test.since):%Y-%m-%d} 至 {local(test.until):%m-%d}"
            work = f"事件 {test.events:,} 条 · 用时 {test.took_s:.1f} s · {test.how}"
            self.note = f"回测 {test.span_days:.0f} 日 · {span} · {work}"

    def figures(self, test: BackTest) -> list[tuple[str, str, str, str]]:
        """(label, before, after, difference)."""
        old, new = test.before.precision, test.after.precision
        rated = ("精确率", "未知", "未知", "没有核实记录")
        if old is not None and new is not None:
            rated = ("精确率", f"{100 * old:.1f} %", f"{100 * new:.1f} %", f"{signed(100 * (new - old), 1)} 点")
        daily = test.daily_after / test.daily_before - 1 if test.daily_before else 0.0
        return [
            ("预警", *_both(test.alerts_before, test.alerts_after)),
            ("每日均", f"{test.daily_before:.2f}", f"{test.daily_after:.2f}", f"{signed(100 * daily)} %"),
            ("确认", *_both(test.before.confirmed, test.after.confirmed)),
            self._false(test),
            rated,
        ]

    def _false(self, test: BackTest) -> tuple[str, str, str, str]:
        """With the reasons officers gave for those that would be saved."""
        before, after, moved = _both(test.before.false, test.after.false)
        reasons = "，".join(f"{word} {count}" for word, count in test.saved_reasons[:2])
        return "误报", before, after, f"{moved} · {reasons}" if reasons else moved

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        test = self.test
        if test is None or (test.doing and not test.days):
            paint_waiting(painter, body.adjusted(self.look.pad, 0, -self.look.pad, 0), self, self.nothing_said())
            return
        look = self.look
        figures = QRect(look.pad, body.top(), body.width() - 2 * look.pad, look.px(84))
        self._paint_figures(painter, figures, test)
        legend = QRect(look.pad, figures.bottom() + look.px(8), figures.width(), look.px(20))
        self._paint_legend(painter, legend, test)
        left, foot = look.px(34), look.px(24)
        top = legend.bottom() + look.px(4)
        plot = QRect(left, top, body.right() - look.pad - left, body.bottom() - foot - top)
        self._paint_bars(painter, plot, test.days)

    def _paint_figures(self, painter: QPainter, area: QRect, test: BackTest) -> None:
        look, tick = self.look, self.look.font("tick")
        figures = self.figures(test)
        wide = area.width() // len(figures)
        for at, (name, before, after, moved) in enumerate(figures):
            x = area.left() + at * wide
            text(painter, QRect(x, area.top(), wide, look.px(18)), name, tick, look.colour("text3"), LEFT)
            y = area.top() + look.px(46)
            quiet = label(painter, x, y, before, figure_font(look, "kpi", 20), look.colour("text3"))
            arrow = x + max(quiet, look.px(40)) + look.px(10)
            step = label(painter, arrow, y, "→", look.font("pane"), look.colour("text3"))
            label(painter, arrow + step + look.px(8), y, after, figure_font(look, "kpi"), look.colour("text"))
            low = QRect(x, area.top() + look.px(56), wide, look.px(18))
            shown = elide(moved, tick, wide - look.px(8))
            text(painter, low, shown, tick, look.colour("text2"), LEFT)

    def _paint_legend(self, painter: QPainter, line: QRect, test: BackTest) -> None:
        look, tick = self.look, self.look.font("tick")
        text(painter, line, "件 / 日，按发生日", tick, look.colour("text3"), LEFT)
        sums = {field: sum(getattr(day, field) for day in test.days) for field, *_ in STACK}
        x, side = line.right(), look.px(9)
        for field, word, token, outline in reversed(STACK):
            if not sums[field] and field == "unjudged":
                continue
            said = f"{word} {sums[field]}"
            x -= width_of(said, tick)
            text(painter, QRect(x, line.top(), line.right() - x, line.height()), said, tick, look.colour("text2"), LEFT)
            x -= side + look.px(6)
            self._paint_block(painter, QRect(x, line.center().y() - side // 2, side, side), token, outline)
            x -= look.px(18)

    def _paint_block(self, painter: QPainter, box: QRect, token: str, outline: bool) -> None:
        if outline:
            painter.setPen(QPen(self.look.colour(token), self.look.hair))
            painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
        else:
            painter.fillRect(box, self.look.colour(token))

    def _paint_bars(self, painter: QPainter, plot: QRect, days: Sequence[DayCount]) -> None:
        look, tick = self.look, self.look.font("tick")
        highest = max((sum(getattr(day, field) for field, *_ in STACK) for day in days), default=0)
        top = max(4.0, 2.0 * -(-round_up(highest) // 2))
        for value in (0.0, top / 2, top):
            y = plot.bottom() - round(plot.height() * value / top)
            hairline(painter, look, plot.left(), y, plot.width())
            box = QRect(0, y - look.px(9), plot.left() - look.px(8), look.px(18))
            text(painter, box, value_text(value), tick, look.colour("text3"), RIGHT)
        pitch = plot.width() / max(1, len(days))
        self.columns = []
        for at, day in enumerate(days):
            left, right = plot.left() + round(at * pitch), plot.left() + round((at + 1) * pitch) - look.px(2)
            self.columns.append((QRect(left, plot.top(), max(1, right - left), plot.height()), day))
            self._paint_day(painter, left, max(1, right - left), plot, top, day)
        for at in _ticks(len(days)):
            words = f"{days[at].day:%m-%d}"
            wide = width_of(words, tick)
            x = min(plot.left() + round(at * pitch), plot.right() - wide)
            text(
                painter,
                QRect(x, plot.bottom() + look.px(4), wide, look.px(18)),
                words,
                tick,
                look.colour("text3"),
                LEFT,
            )

    def _paint_day(self, painter: QPainter, x: int, wide: int, plot: QRect, top: float, day: DayCount) -> None:
        ground = 0
        for field, _, token, outline in STACK:
            count = getattr(day, field)
            if not count:
                continue
            low = plot.bottom() - round(plot.height() * ground / top)
            high = plot.bottom() - round(plot.height() * (ground + count) / top)
            self._paint_block(painter, QRect(x, high + 1, wide, low - high - 1), token, outline)
            ground += count

    columns: Sequence[tuple[QRect, DayCount]] = ()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        day = next((day for box, day in self.columns if box.contains(at)), None)
        parts = [f"{word} {getattr(day, field)}" for field, word, *_ in STACK if day and getattr(day, field)]
        self.setToolTip(f"{day.day:%m-%d}：{'，'.join(parts) or '没有预警'}" if day else "")


def _both(before: int, after: int) -> tuple[str, str, str]:
    return f"{before}", f"{after}", signed(after - before) if after != before else "±0"


def _ticks(days: int) -> list[int]:
    """The first day, the last, and two between."""
    return sorted({0, days // 3, 2 * days // 3, days - 1}) if days else []
