"""船队计划: the day of each collection vessel on one time axis, what was done and what is to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from services.domain.boats import FleetPlan, HandInRequest, Leg, LegKind, Proposal
from services.domain.snapshot import Snapshot, Subject
from services.domain.timebase import local
from widgets.glyphs import put_glyph
from widgets.hand_ins import KIND, resolve, worst_alerts
from widgets.hatch import hatch_brush
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import CENTRE, LEFT, elide, hairline, text, width_of
from widgets.pane import Pane

BEFORE, AFTER = timedelta(hours=4.5), timedelta(hours=5.5)
NAMES = 128  # logical px of the left column
AXIS = 26
COLLECTING = timedelta(minutes=20)  # how long a ghost is drawn


class GanttPane(Pane):
    """Topics: ``fleet_plans``, ``hand_in_requests``, ``proposals``, ``alerts``. Read only. What is planned is
    dashed, what a vessel may not do is hatched; the first proposal for the selected hand-in stands as a
    ghost in its vessel's row. A click on a leg selects its hand-in."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, {"note": "虚框为计划与首选方案 · 只读", **options}, look, parent)
        self._selected: Subject | None = None
        self.hits: list[tuple[QRect, str]] = []

    def draw(self, snapshot: Snapshot[Any]) -> None:
        pass

    def select(self, subject: Subject | None) -> None:
        self._selected = resolve(subject, self.records("alerts"))
        self.update()

    def tick(self, now: datetime) -> None:
        super().tick(now)
        self.update(self.body())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        number = next((n for box, n in reversed(self.hits) if box.contains(at)), "")
        request = self._request(number)
        if request is not None:
            self.asked.emit("select", Subject(KIND, request.id))

    def _request(self, number: str) -> HandInRequest | None:
        every: Sequence[HandInRequest] = self.records("hand_in_requests")
        return max((r for r in every if r.number == number), key=lambda r: r.filed_at, default=None)

    # -- painting -----------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        self.hits = []
        plans: Sequence[FleetPlan] = self.records("fleet_plans")
        if not plans or self.now is None:
            paint_waiting(painter, body, self, "没有收集船")
            return
        top = body.top() + look.px(AXIS)
        field = QRect(look.px(NAMES), top, body.width() - look.px(NAMES), body.bottom() + 1 - top)
        self._paint_axis(painter, field, self.now)
        high = field.height() / len(plans)
        selected = self._request_selected()
        for at, plan in enumerate(plans):
            row = QRect(0, round(top + at * high), body.width(), round(high))
            self._paint_row(painter, row, field, plan, selected, self.now)
        self._paint_now(painter, field, self.now)

    def _x(self, field: QRect, moment: datetime, now: datetime) -> int:
        share = (moment - (now - BEFORE)) / (BEFORE + AFTER)
        return round(field.left() + share * field.width())

    def _paint_axis(self, painter: QPainter, field: QRect, now: datetime) -> None:
        look = self.look
        hour = local(now - BEFORE).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        now_x = self._x(field, now, now)
        while hour <= now + AFTER:
            x = self._x(field, hour, now)
            hairline(painter, look, x, field.top(), field.height(), vertical=True)
            if abs(x - now_x) > look.px(46) and x + look.px(20) < field.right():
                box = QRect(x - look.px(30), field.top() - look.px(AXIS), look.px(60), look.px(AXIS))
                text(painter, box, f"{hour:%H:%M}", look.font("tick"), look.colour("text3"), CENTRE)
            hour += timedelta(hours=1)

    def _paint_now(self, painter: QPainter, field: QRect, now: datetime) -> None:
        look = self.look
        x = self._x(field, now, now)
        painter.fillRect(QRect(x, field.top(), look.px(2), field.height()), look.colour("ice"))
        box = QRect(x - look.px(24), field.top() - look.px(AXIS - 3), look.px(48), look.px(20))
        painter.fillRect(box, look.colour("ice"))
        text(painter, box, f"{local(now):%H:%M}", look.font("body", weight=500), look.colour("on_ice"), CENTRE)

    def _paint_row(
        self,
        painter: QPainter,
        row: QRect,
        field: QRect,
        plan: FleetPlan,
        selected: HandInRequest | None,
        now: datetime,
    ) -> None:
        look = self.look
        ghost = self._ghost(selected, plan)
        mine = ghost is not None or (selected is not None and selected.vessel_id == plan.id)
        if mine:
            painter.fillRect(row, look.colour("raised"))
        hairline(painter, look, row.left(), row.top(), row.width())
        middle = row.center().y()
        name = QRect(look.pad, middle - look.px(19), look.px(NAMES) - look.pad, look.px(18))
        text(painter, name, plan.name, look.font("body", weight=500), look.colour("text"), LEFT)
        note = QRect(look.pad, middle, look.px(NAMES) - look.pad - look.px(6), look.px(18))
        words = elide(f"{plan.doing}  余 {plan.spare_t:.2f} t", look.font("tick"), note.width())
        text(painter, note, words, look.font("tick"), look.colour("text3"), LEFT)
        painter.save()
        painter.setClipRect(QRect(field.left(), row.top(), field.width(), row.height()))
        for leg in plan.legs:
            if leg.end > now - BEFORE and leg.begin < now + AFTER:
                self._paint_leg(painter, row, field, leg, now, selected)
        if ghost is not None:
            self._paint_ghost(painter, row, field, ghost, now)
        painter.restore()

    def _paint_leg(
        self, painter: QPainter, row: QRect, field: QRect, leg: Leg, now: datetime, selected: HandInRequest | None
    ) -> None:
        look = self.look
        left, right = self._x(field, leg.begin, now), self._x(field, leg.end, now)
        middle, half = row.center().y(), look.px(11)
        box = QRect(left, middle - half, max(look.px(4), right - left), 2 * half)
        if leg.kind is LegKind.SAIL:
            if leg.end > now:
                self._paint_sail(painter, left, right, middle, self._x(field, now, now))
            else:
                painter.fillRect(QRect(left, middle, right - left, look.px(2)), look.colour("line2"))
            return
        if leg.kind is LegKind.BARRED:
            painter.fillRect(box, hatch_brush(look, box.topLeft()))
            width = width_of(leg.note, look.font("tick")) + look.px(12)
            label = QRect(0, 0, width, look.px(18))
            label.moveCenter(box.intersected(field).center())
            painter.fillRect(label, look.colour("panel"))
            text(painter, label, leg.note, look.font("tick"), look.colour("text2"), CENTRE)
            return
        self._paint_stay(painter, box, leg, selected)

    def _ghost(self, selected: HandInRequest | None, plan: FleetPlan) -> Proposal | None:
        """The first proposal of the selected hand-in, else of the one that waits longest, if it is this vessel's."""
        offers: Sequence[Proposal] = self.records("proposals")
        wanted = selected.id if selected else offers[0].request_id if offers else ""
        first = next((o for o in offers if o.request_id == wanted and o.rank == 1), None)
        return first if first is not None and first.vessel_id == plan.id else None

    def _paint_ghost(self, painter: QPainter, row: QRect, field: QRect, ghost: Proposal, now: datetime) -> None:
        if ghost.eta is None or ghost.eta >= now + AFTER:
            return
        look = self.look
        left, right = self._x(field, ghost.eta, now), self._x(field, ghost.eta + COLLECTING, now)
        middle, half = row.center().y(), look.px(11)
        self._paint_sail(painter, self._x(field, now, now), left, middle, self._x(field, now, now))
        box = QRect(left, middle - half, max(right - left, look.px(30)), 2 * half)
        painter.setPen(QPen(look.colour("ice"), look.px(2), Qt.PenStyle.DashLine))
        painter.setBrush(look.colour("raised"))
        painter.drawRect(box)
        text(painter, box, ghost.number, look.font("body", weight=700), look.colour("text"), CENTRE)
        self.hits.append((box, ghost.number))

    def _paint_sail(self, painter: QPainter, left: int, right: int, y: int, now_x: int) -> None:
        """Solid up to now, dotted from now on."""
        look = self.look
        if left < now_x:
            painter.fillRect(QRect(left, y, min(right, now_x) - left, look.px(2)), look.colour("text2"))
        painter.setPen(QPen(look.colour("text2"), look.px(1.4), Qt.PenStyle.DotLine))
        painter.drawLine(max(left, now_x), y, right, y)

    def _paint_stay(self, painter: QPainter, box: QRect, leg: Leg, selected: HandInRequest | None) -> None:
        look = self.look
        chosen = selected is not None and leg.number == selected.number
        words = leg.number if leg.kind is LegKind.COLLECT else "入仓"
        font = look.font("body", weight=500) if leg.kind is LegKind.COLLECT else look.font("tick")
        short = box.width() < width_of(words, font) + look.px(6)
        done = self.now is not None and leg.end <= self.now
        if leg.kind is LegKind.COLLECT and not leg.planned:
            painter.fillRect(box, look.colour("line2" if done else "bar"))
        else:
            pen = QPen(look.colour("ice" if chosen else "text2"), look.px(1.4))
            pen.setStyle(Qt.PenStyle.DashLine if leg.planned else Qt.PenStyle.SolidLine)
            painter.setPen(pen)
            painter.setBrush(look.colour("panel"))
            painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
        if chosen:
            painter.setPen(QPen(look.colour("ice"), look.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
        dark = leg.kind is LegKind.COLLECT and not leg.planned and not done
        ink = look.colour("on_ice" if dark and look.theme.name == "dark" else "text")
        if short:
            box = box.translated(0, 0)
            box.setWidth(width_of(words, font) + look.px(2))
            box.moveTop(box.top() - look.px(20))
            ink = look.colour("text2")
        if not short or leg.kind is LegKind.COLLECT:
            text(painter, box, words, font, ink, CENTRE)
        if leg.kind is LegKind.COLLECT:
            self.hits.append((box, leg.number))
            self._paint_alert(painter, box, leg.number)

    def _paint_alert(self, painter: QPainter, box: QRect, number: str) -> None:
        request = self._request(number)
        alert = worst_alerts(self.records("alerts")).get(request.id) if request else None
        if alert is not None:
            size = self.look.px(11)
            put_glyph(painter, self.look, alert.level, QRectF(box).center() - _up(box, size), size, alert.is_signed)

    def _request_selected(self) -> HandInRequest | None:
        every: Sequence[HandInRequest] = self.records("hand_in_requests")
        wanted = self._selected.id if self._selected and self._selected.kind == KIND else ""
        return next((r for r in every if r.id == wanted), None)


def _up(box: QRect, size: int) -> Any:
    centre = QRectF(box).center()
    centre.setX(0.0)
    centre.setY(box.height() / 2 + size * 0.7)
    return centre
