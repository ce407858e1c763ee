"""Floating people and the dwellings they rent."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.community import RentalSummary
from services.domain.figures import Bar
from services.domain.let_watch import LetFigures
from services.domain.snapshot import Quality, Snapshot
from widgets.facts import Fact, facts_height, paint_bars, paint_facts, percent_text
from widgets.notes import paint_waiting
from widgets.paint import elide, text
from widgets.pane import Pane
from widgets.safety_marks import paint_marks

_MARKS, _TODAY = 22, 20  # logical px of the two lines on the desk


class RentalsPane(Pane):
    """Topics ``rentals`` and ``let_figures``. Desk: rentals, their safety code in words and marks, what happened
    today, and where people come from (a statistic, never a rule's condition). Wall: rentals and what is due with
    them."""

    def draw(self, snapshot: Snapshot[Any]) -> None:
        """Painted from the records."""

    def _lets(self) -> LetFigures | None:
        return next((r for r in self.records("let_figures") if isinstance(r, LetFigures)), None)

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        inner = body.adjusted(look.pad, 0, -look.pad, -look.pad // 2)
        record = next((r for r in self.records("rentals") if isinstance(r, RentalSummary)), None)
        if record is None:
            paint_waiting(painter, inner, self)
            return
        stale, lets = self.quality() is Quality.STALE, self._lets()
        high = facts_height(look)
        paint_facts(painter, inner, self._facts(record), look, stale=stale, size=84, even=False)
        rest = inner.adjusted(0, high + look.px(8 if look.is_wall else 0), 0, 0)
        if lets is not None:
            rest = self._paint_lets(painter, rest, lets)
        bars = _due(record, lets) if look.is_wall else record.origins
        paint_bars(painter, rest, bars, look, 262 if look.is_wall else 86, stale=stale)

    def _paint_lets(self, painter: QPainter, area: QRect, lets: LetFigures) -> QRect:
        """The safety code and the day; what is left of the area."""
        look = self.look
        marks = look.px(56 if look.is_wall else _MARKS)
        paint_marks(painter, QRect(area.left(), area.top(), area.width(), marks), lets.colours, look)
        if look.is_wall:
            return area.adjusted(0, marks + look.px(6), 0, 0)
        font, today = look.font("tick"), look.px(_TODAY)
        box = QRect(area.left(), area.top() + marks, area.width(), today)
        text(painter, box, elide(today_words(lets), font, box.width()), font, look.colour("text2"))
        return area.adjusted(0, marks + today + look.px(2), 0, 0)

    def _facts(self, record: RentalSummary) -> tuple[Fact, ...]:
        hotel = percent_text(record.hotel_style, record.rentals)
        whole = record.registered + record.unregistered
        registered = percent_text(record.registered, whole)
        if self.look.is_wall:
            return (
                Fact("出租房", f"{record.rentals:,}", "户"),
                Fact("纳管率", hotel, "%"),
                Fact("登记率", registered, "%"),
            )
        return (
            Fact("出租房 户", f"{record.rentals:,}"),
            Fact(f"纳管 {record.hotel_style:,}", hotel, "%"),
            Fact(f"登记 {record.registered:,}/{whole:,}", registered, "%"),
            Fact("登记 30 日到期", f"{record.expiring_30d:,}"),
        )


def today_words(lets: LetFigures) -> str:
    """今日入住 3 · 退房 1 · 未报入住 2 户 · 检查逾期 4: zero is said, it is good to know."""
    return (
        f"今日入住 {lets.came_today} · 退房 {lets.left_today} · 未报入住 {lets.unregistered} 户"
        f" · 检查逾期 {lets.checks_overdue}"
    )


def _due(record: RentalSummary, lets: LetFigures | None) -> tuple[Bar, ...]:
    overdue = lets.checks_overdue if lets is not None else record.checks_overdue
    lines = [("30 日到期", record.expiring_30d), ("检查逾期", overdue), ("待核验", record.to_verify)]
    if lets is not None:
        lines.append(("今日入住", lets.came_today))
    longest = max(n for _, n in lines) or 1
    return tuple(Bar(name, n / longest, f"{n:,}") for name, n in lines)
