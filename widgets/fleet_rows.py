"""收集船队 in rows: what each vessel does, how full it is, whom it serves next and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from services.domain.boats import CollectionVessel, HandInRequest
from services.domain.snapshot import Snapshot
from services.domain.timebase import local
from widgets.glyphs import put_glyph
from widgets.hand_ins import worst_alerts
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import LEFT, RIGHT, hairline, level_bar, text, width_of
from widgets.pane import Pane


class FleetRowsPane(Pane):
    """Topics: ``collection_vessels``, ``hand_in_requests``, ``alerts``."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        pass

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        vessels: Sequence[CollectionVessel] = self.records("collection_vessels")
        if not vessels:
            paint_waiting(painter, body, self, "没有收集船")
            return
        inner = body.adjusted(look.pad, 0, -look.pad, -look.px(10))
        head = look.px(56 if look.is_wall else 26)
        cells = self._cells(inner)
        for name, cell, align in zip(("收集船", "", "已装 %", "下一申请", "预计到达"), cells, _ALIGN, strict=True):
            box = QRect(cell.left(), inner.top(), cell.width(), head)
            text(painter, box, name, look.font("tick"), look.colour("text3"), align)
        high = (inner.height() - head) / len(vessels)
        for at, vessel in enumerate(vessels):
            top = round(inner.top() + head + at * high)
            hairline(painter, look, inner.left(), top, inner.width())
            self._paint_row(painter, top, round(high), cells, vessel)

    def _cells(self, inner: QRect) -> list[QRect]:
        shares = (0.145, 0.29, 0.21, 0.16, 0.195)
        cells: list[QRect] = []
        left = float(inner.left())
        for share in shares:
            cells.append(QRect(round(left), 0, round(inner.width() * share), 0))
            left += inner.width() * share
        return cells

    def _paint_row(
        self, painter: QPainter, top: int, high: int, cells: Sequence[QRect], vessel: CollectionVessel
    ) -> None:
        look = self.look

        def box(at: int) -> QRect:
            return QRect(cells[at].left(), top, cells[at].width(), high)

        text(painter, box(0), vessel.name, look.font("body", weight=500), look.colour("text"), LEFT)
        doing = " ".join(filter(None, (vessel.doing, vessel.idle_reason)))
        text(painter, box(1), doing, look.font("body"), look.colour("text2"), LEFT)
        bar_high = look.px(26 if look.is_wall else 8)
        number = look.px(100 if look.is_wall else 34)
        bar = QRect(box(2).left(), top + (high - bar_high) // 2, box(2).width() - number, bar_high)
        level_bar(painter, bar, vessel.fill, look, ())
        text(painter, box(2), f"{100 * vessel.fill:.0f}", look.font("body"), look.colour("text2"), RIGHT)
        bound = bool(vessel.next_request)
        text(painter, box(3), vessel.next_request or "—", look.font("body"), look.colour("text2"), RIGHT)
        eta = f"{local(vessel.next_eta):%H:%M}" if bound and vessel.next_eta else "—"
        font = look.font("body", weight=500 if bound else 400)
        text(painter, box(4), eta, font, look.colour("text" if bound else "text3"), RIGHT)
        self._paint_late(painter, box(4), eta, vessel)

    def _paint_late(self, painter: QPainter, box: QRect, eta: str, vessel: CollectionVessel) -> None:
        every: Sequence[HandInRequest] = self.records("hand_in_requests")
        bound = next((r for r in every if r.vessel_id == vessel.id and r.number == vessel.next_request), None)
        alert = worst_alerts(self.records("alerts")).get(bound.id) if bound else None
        if alert is not None:
            size = self.look.glyph("table" if not self.look.is_wall else "list")
            x = box.right() - width_of(eta, self.look.font("body", weight=500)) - size
            put_glyph(painter, self.look, alert.level, QPointF(x, box.center().y()), size, alert.is_signed)


_ALIGN = (LEFT, LEFT, LEFT, RIGHT, RIGHT)
