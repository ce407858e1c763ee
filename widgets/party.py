"""Party branches of the community: members, branches, the month's meetings, volunteers' hours, double reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from services.domain.community import PartySummary
from services.domain.snapshot import Quality, Snapshot
from widgets.facts import Fact, facts_height, paint_facts
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import bar, label
from widgets.pane import Pane


class PartyPane(Pane):
    """Members, branches, the month's meetings as a share of those planned. On the desk a click or Enter opens
    the list of branches."""

    opens = "mediation"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        if not look.is_wall:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        record = self._record()
        if record is not None:
            self.setAccessibleDescription(
                f"党员 {record.members} 名，支部 {record.branches} 个，"
                f"本月三会一课 {record.meetings_done}/{record.meetings_planned}"
            )

    def _record(self) -> PartySummary | None:
        return next((r for r in self.records("party") if isinstance(r, PartySummary)), None)

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        inner = body.adjusted(look.pad, 0, -look.pad, 0)
        record = self._record()
        if record is None:
            paint_waiting(painter, inner, self)
            return
        stale = self.quality() is Quality.STALE
        share = 100 * record.meetings_done // record.meetings_planned if record.meetings_planned else None
        held = f"三会一课 {record.meetings_done}/{record.meetings_planned}"
        facts = [
            Fact("党员", f"{record.members:,}", "名"),
            Fact("支部", f"{record.branches:,}", "个"),
            Fact(held, None if share is None else f"{share}", "%"),
        ]
        if not look.is_wall:
            facts += [
                Fact("志愿服务", f"{record.volunteer_hours:,}", "时"),
                Fact("双报到", f"{record.double_reports:,}", "人"),
            ]
        paint_facts(painter, inner, facts, look, stale=stale, size=96, even=look.is_wall)
        y = inner.top() + facts_height(look)
        if look.is_wall:
            words = f"志愿服务 {record.volunteer_hours:,} 时 · 双报到 {record.double_reports:,} 人"
            label(painter, inner.left(), y + look.px(44), words, look.font("body"), look.colour("text2"))
            return
        self._paint_month(painter, inner.adjusted(0, facts_height(look) + look.px(10), 0, 0), record)

    def _paint_month(self, painter: QPainter, area: QRect, record: PartySummary) -> None:
        """How far the month's meetings are, with what is still planned as room."""
        look = self.look
        left = record.meetings_planned - record.meetings_done
        words = f"本月三会一课已记录 {record.meetings_done}，还有 {left}" if left else "本月三会一课都已记录"
        label(painter, area.left(), area.top() + look.px(14), words, look.font("body"), look.colour("text2"))
        track = QRect(area.left(), area.top() + look.px(26), area.width(), look.px(10))
        painter.fillRect(track, look.colour("well"))
        if record.meetings_planned:
            bar(painter, track, record.meetings_done / record.meetings_planned, look)
        label(
            painter,
            area.left(),
            area.top() + look.px(58),
            "回车或单击看支部与活动",
            look.font("tick"),
            look.colour("text3"),
        )
