"""Party branches of the community in three figures and a line."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.community import PartySummary
from services.domain.snapshot import Quality, Snapshot
from widgets.facts import Fact, facts_height, paint_facts
from widgets.notes import paint_waiting
from widgets.paint import label
from widgets.pane import Pane


class PartyPane(Pane):
    """Members, branches, the month's meetings as a share of those planned."""

    def draw(self, snapshot: Snapshot[Any]) -> None:
        """Painted from the records."""

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        inner = body.adjusted(look.pad, 0, -look.pad, 0)
        record = next((r for r in self.records("party") if isinstance(r, PartySummary)), None)
        if record is None:
            paint_waiting(painter, inner, self)
            return
        share = 100 * record.meetings_done // record.meetings_planned if record.meetings_planned else None
        facts = (
            Fact("党员", f"{record.members:,}", "名"),
            Fact("支部", f"{record.branches:,}", "个"),
            Fact(
                f"三会一课 {record.meetings_done}/{record.meetings_planned}", None if share is None else f"{share}", "%"
            ),
        )
        paint_facts(painter, inner, facts, look, stale=self.quality() is Quality.STALE, size=96)
        y = inner.top() + facts_height(look) + look.px(44 if look.is_wall else 16)
        words = f"志愿服务 {record.volunteer_hours:,} 时 · 双报到 {record.double_reports:,} 人"
        label(painter, inner.left(), y, words, look.font("body"), look.colour("text2"))
