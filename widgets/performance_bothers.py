"""Standing, stale, chattering and fleeting alarms side by side, each with its count and its worst."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from services.domain.nuisance import NUISANCE_WORDS, Bother, Bothers, Nuisance
from services.domain.performance import Performance
from services.domain.yardstick import Yardstick
from widgets.glyphs import put_glyph
from widgets.paint import RIGHT, elide, figure, hairline, label, text, width_of
from widgets.performance_period import PeriodPane
from widgets.words import duration

ROW = 38
NONE = {
    Nuisance.STANDING: "现无久报",
    Nuisance.STALE: "现无久搁",
    Nuisance.CHATTERING: "本时段尚无抖动",
    Nuisance.FLEETING: "本时段尚无一闪",
}


class PerformanceBothersPane(PeriodPane):
    """Four columns. A click selects the alert."""

    def paint_period(self, painter: QPainter, area: QRect, figures: Performance) -> None:
        wide = area.width() / len(figures.bothers)
        for at, one in enumerate(figures.bothers):
            left, right = area.left() + round(at * wide), area.left() + round((at + 1) * wide)
            gap = self.span(14) if at + 1 < len(figures.bothers) else 0
            column = QRect(left, area.top(), right - left - gap, area.height())
            self._paint_column(painter, column, one, figures)
            if gap:
                x = column.right() + gap // 2
                hairline(painter, self.look, x, column.top() + self.span(4), column.height() - self.span(8), True)

    def _paint_column(self, painter: QPainter, column: QRect, one: Bothers, figures: Performance) -> None:
        look = self.look
        baseline = column.top() + self.span(26)
        token = self.ink if one.count else "text3"
        x = column.left() + figure(
            painter, column.left(), baseline, str(one.count), "", look, colour=look.colour(token)
        )
        words = f"{NUISANCE_WORDS[one.kind]} {limit_words(one.kind, self.yardstick)}"
        label(painter, x + self.span(8), baseline, words, look.font("tick"), look.colour("text3"))
        head = QRect(column.left(), column.top(), column.width(), self.span(36))
        self.hints.append((head, self.formula(one.kind.value)))
        hairline(painter, look, column.left(), head.bottom(), column.width())
        if not one.count:
            line = QRect(column.left(), head.bottom(), column.width(), self.span(34))
            text(painter, line, NONE[one.kind], look.font("body"), look.colour("text3"))
            return
        self._paint_bothers(painter, column.adjusted(0, head.height(), 0, 0), one, figures)

    def _paint_bothers(self, painter: QPainter, room: QRect, one: Bothers, figures: Performance) -> None:
        high = self.span(ROW)
        fits = room.height() // high
        if one.count > fits:
            fits = (room.height() - self.span(20)) // high
        for at, bother in enumerate(one.shown[: max(0, fits)]):
            box = QRect(room.left(), room.top() + at * high, room.width(), high)
            self._paint_bother(painter, box, one.kind, bother, figures)
        left_out = one.count - min(len(one.shown), fits)
        if left_out > 0:
            line = QRect(room.left(), room.bottom() - self.span(20), room.width(), self.span(20))
            text(painter, line, f"另 {left_out} 件", self.look.font("tick"), self.look.colour("text3"))

    def _paint_bother(
        self, painter: QPainter, box: QRect, kind: Nuisance, bother: Bother, figures: Performance
    ) -> None:
        look, body, tick = self.look, self.look.font("body"), self.look.font("tick")
        if bother.alert_id == self.selected_alert:
            painter.fillRect(box.adjusted(-self.span(6), 0, 0, 0), look.colour("raised"))
            painter.fillRect(
                QRect(box.left() - self.span(6), box.top(), self.span(2), box.height()), look.colour("ice")
            )
        side = look.glyph("table")
        put_glyph(painter, look, bother.level, QPointF(box.left() + side / 2, box.top() + self.span(12)), side,
                  bother.signed or not bother.is_open)  # fmt: skip
        how = how_long(kind, bother, figures)
        left = box.left() + side + self.span(7)
        room = box.right() - left - width_of(how, body) - self.span(8)
        label(painter, left, box.top() + self.span(17), elide(bother.title, body, room), body, look.colour("text"))
        upper = QRect(box.left(), box.top(), box.width(), self.span(24))
        text(painter, upper, how, body, look.colour(self.ink), RIGHT)
        ended = "" if bother.is_open else " · 已结"
        note = elide(f"{bother.subject}{ended}", tick, box.right() - left)
        label(painter, left, box.top() + self.span(33), note, tick, look.colour("text3"))
        if bother.is_open:  # what is closed long since is on no list that could show it
            self.alerts.append((box, bother.alert_id))
        self.hints.append((box, f"{bother.alert_id} {bother.title}\n{self.formula(kind.value)}"))


def limit_words(kind: Nuisance, y: Yardstick) -> str:
    return {
        Nuisance.STANDING: f"> {y.standing_after_h:g} 时",
        Nuisance.STALE: f"> {y.stale_after_h:g} 时无人动",
        Nuisance.CHATTERING: f"≥ {y.chatter_raises} 次 / 分",
        Nuisance.FLEETING: f"< {y.fleeting_under_s:g} 秒",
    }[kind]


def how_long(kind: Nuisance, bother: Bother, figures: Performance) -> str:
    if kind is Nuisance.CHATTERING:
        return f"{bother.count} 次"
    if kind is Nuisance.FLEETING:
        return f"{bother.seconds:.0f} 秒"
    return duration((figures.until - bother.at).total_seconds())
