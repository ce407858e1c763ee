"""Floating people and the dwellings they rent."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.community import RentalSummary
from services.domain.figures import Bar
from services.domain.snapshot import Quality, Snapshot
from widgets.facts import Fact, facts_height, paint_bars, paint_facts, percent_text
from widgets.notes import paint_waiting
from widgets.pane import Pane


class RentalsPane(Pane):
    """Desk: rentals and where people come from (a statistic, never a rule's condition). Wall: rentals
    and what is due with them."""

    def draw(self, snapshot: Snapshot[Any]) -> None:
        """Painted from the records."""

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        inner = body.adjusted(look.pad, 0, -look.pad, -look.pad // 2)
        record = next((r for r in self.records("rentals") if isinstance(r, RentalSummary)), None)
        if record is None:
            paint_waiting(painter, inner, self)
            return
        stale = self.quality() is Quality.STALE
        high = facts_height(look)
        paint_facts(painter, inner, self._facts(record), look, stale=stale, size=84, even=False)
        rest = inner.adjusted(0, high + look.px(8 if look.is_wall else 2), 0, 0)
        bars = _due(record) if look.is_wall else record.origins
        paint_bars(painter, rest, bars, look, 262 if look.is_wall else 86, stale=stale)

    def _facts(self, record: RentalSummary) -> tuple[Fact, ...]:
        hotel = percent_text(record.hotel_style, record.rentals)
        if self.look.is_wall:
            registered = percent_text(record.registered, record.registered + record.unregistered)
            return (
                Fact("出租房", f"{record.rentals:,}", "户"),
                Fact("纳管率", hotel, "%"),
                Fact("登记率", registered, "%"),
            )
        return (
            Fact("出租房 户", f"{record.rentals:,}"),
            Fact(f"旅馆式纳管 {record.hotel_style:,}", hotel, "%"),
            Fact("30 日内到期", f"{record.expiring_30d:,}"),
            Fact("检查逾期", f"{record.checks_overdue:,}"),
        )


def _due(record: RentalSummary) -> tuple[Bar, ...]:
    lines = (("30 日内到期", record.expiring_30d), ("检查逾期", record.checks_overdue), ("待核验", record.to_verify))
    longest = max(n for _, n in lines) or 1
    return tuple(Bar(label, n / longest, f"{n:,}") for label, n in lines)
