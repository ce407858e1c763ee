"""One vessel of 船队计划 painted: its name, its plan above, its day below, a change tried over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from services.domain.boats import LegKind
from services.domain.dispatch_plan import PlanStop, StopKind
from widgets.duty_rows import Scroll
from widgets.gantt_frame import AXIS, NAMES, TWO_LINES, Frame, Hit, Lane, lanes_of
from widgets.gantt_held import paint_held, paint_proposal
from widgets.gantt_lanes import DRIFT_TOLD, doing, troubles, words_of_leg, words_of_stop
from widgets.gantt_marks import (
    paint_axis,
    paint_barred,
    paint_drift,
    paint_fault,
    paint_ghost,
    paint_leg,
    paint_now,
    paint_promise,
    paint_stop,
    paint_way,
    stop_box,
)
from widgets.glyphs import put_glyph
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, elide, hairline, text, width_of

if TYPE_CHECKING:
    from widgets.gantt import GanttPane


def paint_rows(painter: QPainter, pane: GanttPane) -> list[Hit]:
    """The rows in sight under their hours. Returns what can be pointed at."""
    frame, rows, hits = pane.frame, pane.list_box(), []
    paint_axis(painter, frame, pane.look)
    painter.save()
    painter.setClipRect(rows)
    for row, y, high in pane.sight.in_sight():
        hits += _paint_lane(painter, QRect(0, rows.top() + y, rows.width(), high), frame, row.record, pane)
    painter.restore()
    paint_now(painter, frame, pane.look)
    if pane.hand.trial is not None:
        paint_held(painter, frame, hits, pane)
    return hits


def _paint_lane(painter: QPainter, row: QRect, frame: Frame, lane: Lane, pane: GanttPane) -> list[Hit]:
    """Returns what can be pointed at in it."""
    look = pane.look
    if lane.id == pane.chosen and (pane.hasFocus() or pane.vessel_selected()):
        painter.fillRect(row, look.colour("raised"))
        if pane.hasFocus():
            painter.fillRect(QRect(row.left(), row.top(), look.px(2), row.height()), look.colour("ice"))
    hairline(painter, look, row.left(), row.top(), row.width())
    _paint_name(painter, row, lane, pane)
    painter.save()
    painter.setClipRect(QRect(frame.field.left(), row.top() - pane.look.px(4), frame.field.width(), row.height()))
    hits = _paint_done(painter, row, frame, lane, pane)
    hits += _paint_planned(painter, row, frame, lane, pane)
    hits += paint_proposal(painter, row, frame, lane, pane)
    painter.restore()
    return hits


def _paint_name(painter: QPainter, row: QRect, lane: Lane, pane: GanttPane) -> None:
    look = pane.look
    room = QRect(row.left() + look.pad, row.top(), look.px(NAMES) - look.pad - look.px(8), row.height())
    font, tick = look.font("body", weight=500), look.font("tick")
    said, ink = doing(lane), look.colour("text" if troubles(lane.state) else "text3")
    if row.height() >= look.px(TWO_LINES):
        middle = row.center().y()
        text(
            painter,
            QRect(room.left(), middle - look.px(18), room.width(), look.px(18)),
            lane.name,
            font,
            look.colour("text"),
            LEFT,
        )
        below = QRect(room.left(), middle, room.width(), look.px(18))
        text(painter, below, elide(said, tick, below.width()), tick, ink, LEFT)
        return
    name = elide(lane.name, font, room.width())
    text(painter, room, name, font, look.colour("text"), LEFT)
    left = room.adjusted(width_of(name, font) + look.px(8), 0, 0, 0)
    short = said if troubles(lane.state) else f"余 {lane.day.spare_t:.1f}" if lane.day is not None else ""
    if width_of(short, tick) <= left.width():
        text(painter, left, short, tick, ink, RIGHT)


def _paint_done(painter: QPainter, row: QRect, frame: Frame, lane: Lane, pane: GanttPane) -> list[Hit]:
    """What the vessel reports. Its own planned legs are shown only while no plan is in force for it."""
    look, hits = pane.look, []
    upper, lower = lanes_of(row, look)
    numbers = {request.number: request.id for request in pane.requests.values()}
    for leg in lane.day.legs if lane.day is not None else ():
        if not frame.shows(leg.begin, leg.end):
            continue
        if leg.kind is LegKind.BARRED:
            paint_barred(painter, frame, row, leg, look)
            continue
        if leg.begin > frame.now:
            if lane.route is None and leg.kind is not LegKind.SAIL and leg.kind is not LegKind.IDLE:
                box = frame.span(leg.begin, leg.end, upper, look.px(4))
                paint_ghost(painter, box, leg.number or "入仓", look)
                hits.append(Hit(box, lane.id, numbers.get(leg.number, ""), leg.number, words_of_leg(lane, leg)))
            continue
        box = paint_leg(painter, frame, lower, leg, look)
        about = numbers.get(leg.number, "") if leg.kind is LegKind.COLLECT else ""
        hits.append(Hit(box, lane.id, about, leg.number, words_of_leg(lane, leg)))
    _paint_drift(painter, lower, frame, lane, pane)
    return hits


def _paint_drift(painter: QPainter, lower: QRect, frame: Frame, lane: Lane, pane: GanttPane) -> None:
    state = lane.state
    if state is None or state.next_eta is None or state.planned_eta is None or pane.hand.trial is not None:
        return
    if abs(state.drift_min or 0) >= DRIFT_TOLD and state.next_eta > frame.now:
        paint_drift(painter, frame, lower, state.planned_eta, state.next_eta, pane.look)


def _paint_planned(painter: QPainter, row: QRect, frame: Frame, lane: Lane, pane: GanttPane) -> list[Hit]:
    look, hits = pane.look, []
    upper, lower = lanes_of(row, look)
    paint_way(painter, frame, upper, lane.stops, look)
    draft = pane.hand.draft
    for at, stop in enumerate(lane.stops):
        if not frame.shows(stop.begin_at, stop.leave_at):
            continue
        box = stop_box(frame, upper, stop, look)
        chosen = bool(stop.request_id) and stop.request_id == pane.request_id
        faded = draft is not None and draft.request_id == stop.request_id
        paint_stop(painter, box, stop, chosen, faded or stop.leave_at <= frame.now, look)
        fault = lane.faults.get(at)
        if chosen and stop.window_to is not None and draft is None:
            paint_promise(painter, frame, row, stop.window_to, fault is None, look)
        if fault is not None and (draft is None or draft.to_vessel != lane.id):
            later = lane.stops[at + 1 : at + 2] if lane.faults.get(at + 1) else ()
            until = frame.x(later[0].begin_at) if later else frame.field.right()
            paint_fault(painter, box, lower, fault.word, until, look)
        else:
            _paint_alert(painter, box, stop, pane)
        words = words_of_stop(lane, stop, pane.requests.get(stop.request_id), fault)
        hits.append(Hit(box, lane.id, stop.request_id, stop.number, words, stop))
    return hits


def _paint_alert(painter: QPainter, box: QRect, stop: PlanStop, pane: GanttPane) -> None:
    alert = pane.alerts.get(stop.request_id) if stop.kind is StopKind.COLLECT else None
    if alert is not None:
        size = pane.look.px(10)
        corner = QPointF(box.right() + size / 5, box.top() - size / 5)
        put_glyph(painter, pane.look, alert.level, corner, size, alert.is_signed)


def paint_corner(painter: QPainter, rows: QRect, sight: Scroll, said: str, look: Look) -> None:
    """Over the names how many rows lie below; over the hours, at their right end, what was said."""
    line = QRect(look.pad, rows.top() - look.px(AXIS), look.px(NAMES) - look.pad, look.px(AXIS))
    below = sight.below()
    words = f"下方还有 {below}" if below else "已到底" if sight.top > 0 else ""
    text(painter, line, words, look.font("tick"), look.colour("text3"))
    if not said:
        return
    font = look.font("body", weight=500)
    said = elide(said, font, rows.width() - look.px(NAMES) - 2 * look.pad)
    wide = width_of(said, font) + 2 * look.pad
    strip = QRect(rows.right() + 1 - wide, line.top(), wide, line.height())
    painter.fillRect(strip, look.colour("raised"))
    text(painter, strip.adjusted(0, 0, -look.pad, 0), said, font, look.colour("text"), RIGHT)
