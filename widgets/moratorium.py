"""休渔日历: the year's table, a row a gear, with today's line through it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPen

from services.domain.moratorium import Moratorium, Period, Season
from services.domain.sea_safety import SeaSafety
from services.domain.snapshot import Snapshot
from services.domain.timebase import SHANGHAI, local
from widgets.notes import paint_waiting
from widgets.paint import CENTRE, LEFT, RIGHT, elide, hairline, text
from widgets.pane import Pane

NAMES, STATES = 168, 150  # logical px at the left and the right


class MoratoriumPane(Pane):
    """Topics: ``moratorium``, ``sea_safety``. Barred time is filled, time with a permit is framed. Without a
    table it says that the rule is held."""

    def draw(self, snapshot: Snapshot[Any]) -> None:
        table = self._table()
        self.note = f"{table.title} · 填实休渔，框线须专项许可" if table else ""

    def _table(self) -> Moratorium | None:
        return next(iter(self.records("moratorium")), None)

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        table = self._table()
        if table is None:
            safety: SeaSafety | None = next(iter(self.records("sea_safety")), None)
            paint_waiting(painter, body, self, safety.season_fault if safety else "没有休渔日历")
            return
        look = self.look
        gears = list(dict.fromkeys(period.gear for period in table.periods))
        head, foot = look.px(24), look.px(28)
        rows = QRect(0, body.top() + head, body.width(), body.height() - head - foot)
        high = min(look.px(44), rows.height() // max(1, len(gears)))
        left, right = look.pad + look.px(NAMES), body.width() - look.pad - look.px(STATES)
        year = int(table.id)
        self._paint_months(painter, QRect(left, body.top(), right - left, head + high * len(gears)))
        for at, gear in enumerate(gears):
            box = QRect(look.pad, rows.top() + at * high, body.width() - 2 * look.pad, high)
            periods = [period for period in table.periods if period.gear == gear]
            self._paint_gear(painter, box, left, right, periods, year)
        if self.now is not None and local(self.now).year == year:
            x = left + round(_share(self.now, year) * (right - left))
            painter.fillRect(QRect(x, body.top() + head, look.px(2), high * len(gears)), look.colour("ice"))
            word = QRect(x - look.px(40), rows.top() + high * len(gears), look.px(80), look.px(18))
            text(painter, word, f"今 {local(self.now):%m-%d}", look.font("tick"), look.colour("text"), CENTRE)
        line = QRect(look.pad, body.bottom() - foot, body.width() - 2 * look.pad, foot)
        tick = look.font("tick")
        text(painter, line, elide(f"依据：{table.ordered_by}", tick, line.width()), tick, look.colour("text3"), LEFT)

    def _paint_months(self, painter: QPainter, box: QRect) -> None:
        look = self.look
        for month in range(12):
            x = box.left() + round(box.width() * month / 12)
            painter.fillRect(QRect(x, box.top() + look.px(22), look.hair, box.height()), look.colour("line"))
            cell = QRect(x + look.px(3), box.top(), box.width() // 12, look.px(22))
            text(painter, cell, f"{month + 1}", look.font("tick"), look.colour("text3"), LEFT)

    def _paint_gear(
        self, painter: QPainter, box: QRect, left: int, right: int, periods: Sequence[Period], year: int
    ) -> None:
        look, body = self.look, self.look.font("body")
        now = next((p for p in periods if self.now is not None and p.holds(self.now)), None)
        name = QRect(box.left(), box.top(), look.px(NAMES) - look.px(8), box.height())
        ink = look.colour("text" if now else "text2")
        text(painter, name, elide(periods[0].gear, body, name.width()), body, ink, LEFT)
        high = look.px(12)
        for period in periods:
            if period.since is None or period.until is None:
                continue
            x0 = left + round(_share(period.since, year) * (right - left))
            x1 = left + round(_share(period.until, year) * (right - left))
            bar = QRect(x0, box.center().y() - high // 2, max(look.px(2), x1 - x0), high)
            if period.season is Season.BANNED:
                painter.fillRect(bar, look.colour("text2" if period is now else "bar"))
            else:
                painter.setPen(QPen(look.colour("text2" if period is now else "bar"), look.px(1.5)))
                painter.drawRect(bar.adjusted(0, 0, -1, -1))
        state = QRect(right + look.px(8), box.top(), box.right() - right - look.px(8), box.height())
        words = self._state(periods, now)
        text(painter, state, elide(words, body, state.width()), body, ink, RIGHT)
        hairline(painter, look, box.left(), box.bottom(), box.width())

    def _state(self, periods: Sequence[Period], now: Period | None) -> str:
        if now is not None and now.until is not None:
            word = "休渔" if now.season is Season.BANNED else "须许可"
            return f"{word}至 {local(now.until):%m-%d %H:%M}"
        if all(period.season is Season.OPEN for period in periods):
            return "不休渔"
        ahead = sorted(p.since for p in periods if p.since and self.now is not None and p.since > self.now)
        return f"{local(ahead[0]):%m-%d %H:%M} 起" if ahead else "今年已结束"


def _share(moment: datetime, year: int) -> float:
    """Of the year, by months of one width."""
    at = local(moment)
    if at.year != year:
        return 0.0 if at.year < year else 1.0
    first = datetime(at.year, at.month, 1, tzinfo=SHANGHAI)
    after = datetime(at.year + at.month // 12, at.month % 12 + 1, 1, tzinfo=SHANGHAI)
    return (at.month - 1 + (at - first) / (after - first)) / 12
