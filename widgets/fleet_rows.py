"""收集船队 in rows: what each vessel does, how full it is, whom it serves next and how it keeps to its plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert
from services.domain.boats import CollectionVessel, HandInRequest
from services.domain.execution_state import ExecutionState
from services.domain.snapshot import Snapshot
from services.domain.timebase import local
from widgets.gantt_lanes import troubles
from widgets.glyphs import put_glyph
from widgets.hand_ins import worst_alerts
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import LEFT, RIGHT, elide, hairline, level_bar, text, width_of
from widgets.pane import Pane
from widgets.plan_sheet import why_of

HEAD_WALL, HEAD_DESK = 56, 26
LEAST_WALL, LEAST_DESK = 74, 24  # logical px of a row that can still be read
TWO_LINES_WALL, TWO_LINES_DESK = 88, 40
_SHARES = (0.145, 0.33, 0.19, 0.14, 0.195)
_ALIGN = (LEFT, LEFT, LEFT, RIGHT, RIGHT)


class FleetRowsPane(Pane):
    """Topics: ``collection_vessels``, ``hand_in_requests``, ``execution``, ``alerts``. When there is no room for
    all, those out of the ordinary stand first and the others are counted."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        found = self._suggested()
        self.note = f"建议重排 {len(found)} 条" if found else ""

    def _suggested(self) -> list[ExecutionState]:
        return [state for state in self.records("execution") if state.suggestion]

    @property
    def states(self) -> dict[str, ExecutionState]:
        return {state.vessel_id: state for state in self.records("execution")}

    def shown(self, room: int) -> tuple[list[CollectionVessel], int]:
        """The vessels there is room for, and how many stand behind them."""
        vessels: Sequence[CollectionVessel] = self.records("collection_vessels")
        least = self.look.px(LEAST_WALL if self.look.is_wall else LEAST_DESK)
        most = max(1, room // least)
        if len(vessels) <= most:
            return list(vessels), 0
        states, late = self.states, self._late()
        worst = sorted(vessels, key=lambda v: (-self._weight(states.get(v.id), v.id in late), v.name))
        kept = {vessel.id for vessel in worst[: most - 1]}
        return [vessel for vessel in vessels if vessel.id in kept], len(vessels) - len(kept)

    def _weight(self, state: ExecutionState | None, late: bool) -> int:
        suggested = state is not None and bool(state.suggestion)
        return 4 * suggested + 2 * late + bool(troubles(state))

    def _late(self) -> dict[str, Alert]:
        """The worst alert about each vessel, or about the hand-in it is bound for."""
        alerts = worst_alerts(self.records("alerts"))
        found = {vessel.id: alerts[vessel.id] for vessel in self.records("collection_vessels") if vessel.id in alerts}
        requests: Sequence[HandInRequest] = self.records("hand_in_requests")
        bound = {(request.vessel_id, request.number): request.id for request in requests}
        for vessel in self.records("collection_vessels"):
            alert = alerts.get(bound.get((vessel.id, vessel.next_request), ""))
            if alert is not None:
                found.setdefault(vessel.id, alert)
        return found

    # -- painting -----------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        if not self.records("collection_vessels"):
            paint_waiting(painter, body.adjusted(look.pad, 0, -look.pad, 0), self, "没有收集船")
            return
        inner = body.adjusted(look.pad, 0, -look.pad, -look.px(10))
        head = look.px(HEAD_WALL if look.is_wall else HEAD_DESK)
        cells = self._cells(inner)
        for name, cell, align in zip(("收集船", "", "已装 %", "下一申请", "预计到达"), cells, _ALIGN, strict=True):
            box = QRect(cell.left(), inner.top(), cell.width(), head)
            text(painter, box, name, look.font("tick"), look.colour("text3"), align)
        shown, behind = self.shown(inner.height() - head)
        high = (inner.height() - head) / (len(shown) + bool(behind))
        states, late = self.states, self._late()
        for at, vessel in enumerate(shown):
            top = round(inner.top() + head + at * high)
            hairline(painter, look, inner.left(), top, inner.width())
            boxes = [QRect(cell.left(), top, cell.width(), round(high)) for cell in cells]
            self._paint_row(painter, boxes, vessel, states.get(vessel.id), late.get(vessel.id))
        if behind:
            top = round(inner.top() + head + len(shown) * high)
            hairline(painter, look, inner.left(), top, inner.width())
            rest = QRect(inner.left(), top, inner.width(), round(high))
            text(painter, rest, f"另 {behind} 艘", look.font("tick"), look.colour("text3"), LEFT)

    def _cells(self, inner: QRect) -> list[QRect]:
        cells: list[QRect] = []
        left = float(inner.left())
        for share in _SHARES:
            cells.append(QRect(round(left), 0, round(inner.width() * share), 0))
            left += inner.width() * share
        return cells

    def _paint_row(
        self,
        painter: QPainter,
        boxes: Sequence[QRect],
        vessel: CollectionVessel,
        state: ExecutionState | None,
        alert: Alert | None,
    ) -> None:
        look = self.look
        text(painter, boxes[0], vessel.name, look.font("body", weight=500), look.colour("text"), LEFT)
        self._paint_doing(painter, boxes[1].adjusted(0, 0, -look.px(12), 0), vessel, state)
        bar_high = look.px(26 if look.is_wall else 8)
        number = look.px(100 if look.is_wall else 34)
        top = boxes[2].top() + (boxes[2].height() - bar_high) // 2
        level_bar(painter, QRect(boxes[2].left(), top, boxes[2].width() - number, bar_high), vessel.fill, look, ())
        text(painter, boxes[2], f"{100 * vessel.fill:.0f}", look.font("body"), look.colour("text2"), RIGHT)
        bound = bool(vessel.next_request)
        text(painter, boxes[3], vessel.next_request or "—", look.font("body"), look.colour("text2"), RIGHT)
        eta = f"{local(vessel.next_eta):%H:%M}" if bound and vessel.next_eta else "—"
        font = look.font("body", weight=500 if bound else 400)
        text(painter, boxes[4], eta, font, look.colour("text" if bound else "text3"), RIGHT)
        if alert is not None:
            size = look.glyph("table" if not look.is_wall else "list")
            x = boxes[4].right() - width_of(eta, look.font("body", weight=500)) - size
            put_glyph(painter, look, alert.level, QPointF(x, boxes[4].center().y()), size, alert.is_signed)

    def _paint_doing(
        self, painter: QPainter, box: QRect, vessel: CollectionVessel, state: ExecutionState | None
    ) -> None:
        """What it does; what is out of the ordinary below it, or in its place in a low row."""
        look, font, tick = self.look, self.look.font("body"), self.look.font("tick")
        said = " ".join(filter(None, (vessel.doing, vessel.idle_reason)))
        trouble = " · ".join(troubles(state))
        if state is not None and state.suggestion:
            trouble = f"建议重排 {trouble}" if trouble else why_of(state.suggestion)
        if not trouble:
            text(painter, box, elide(said, font, box.width()), font, look.colour("text2"), LEFT)
            return
        if box.height() < look.px(TWO_LINES_WALL if look.is_wall else TWO_LINES_DESK):
            strong = look.font("body", weight=500)
            text(painter, box, elide(trouble, strong, box.width()), strong, look.colour("text"), LEFT)
            return
        half = box.height() // 2
        upper = QRect(box.left(), box.top() + look.px(2), box.width(), half)
        lower = QRect(box.left(), box.top() + half - look.px(2), box.width(), half)
        text(painter, upper, elide(said, font, box.width()), font, look.colour("text2"), LEFT)
        text(painter, lower, elide(trouble, tick, box.width()), tick, look.colour("text"), LEFT)
