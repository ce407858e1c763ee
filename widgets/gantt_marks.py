"""Strokes of 船队计划: what is planned as an outline, what was done filled, what is tried dashed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from services.domain.alert import AlertLevel
from services.domain.boats import Leg, LegKind
from services.domain.dispatch_plan import PlanStop, StopKind
from services.domain.timebase import local
from widgets.gantt_frame import AXIS, Frame
from widgets.glyphs import put_glyph
from widgets.hatch import hatch_brush
from widgets.look import Look
from widgets.paint import CENTRE, LEFT, hairline, text, width_of

TEXT_ROOM, BODY_ROOM = 15, 19  # logical px of height that small and running text need
UNLOAD = "入仓"


def paint_axis(painter: QPainter, frame: Frame, look: Look) -> None:
    """Full hours, and now in a box of its own; as many of them named as stand apart."""
    field = frame.field
    apart = frame.x(frame.now + timedelta(hours=1)) - frame.x(frame.now)
    every = next((hours for hours in (1, 2, 3, 6) if hours * apart >= look.px(50)), 12)
    hour = local(frame.since).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    now_x = frame.x(frame.now)
    while hour <= frame.until:
        x = frame.x(hour)
        hairline(painter, look, x, field.top(), field.height(), vertical=True)
        if hour.hour % every == 0 and abs(x - now_x) > look.px(46) and field.left() < x < field.right() - look.px(20):
            box = QRect(x - look.px(30), field.top() - look.px(AXIS), look.px(60), look.px(AXIS))
            text(painter, box, f"{hour:%H:%M}", look.font("tick"), look.colour("text3"), CENTRE)
        hour += timedelta(hours=1)


def paint_now(painter: QPainter, frame: Frame, look: Look) -> None:
    x = frame.x(frame.now)
    if not frame.field.left() <= x <= frame.field.right():
        return
    painter.fillRect(QRect(x, frame.field.top(), look.px(2), frame.field.height()), look.colour("ice"))
    box = QRect(x - look.px(24), frame.field.top() - look.px(AXIS - 3), look.px(48), look.px(20))
    painter.fillRect(box, look.colour("ice"))
    font = look.font("body", weight=500)
    text(painter, box, f"{local(frame.now):%H:%M}", font, look.colour("on_ice"), CENTRE)


def stop_box(frame: Frame, lane: QRect, stop: PlanStop, look: Look) -> QRect:
    return frame.span(stop.begin_at, stop.leave_at, lane, look.px(4))


def paint_way(painter: QPainter, frame: Frame, lane: QRect, stops: Sequence[PlanStop], look: Look) -> None:
    """Sailing between planned stops: dotted ahead of now, quiet behind it."""
    y = lane.center().y()
    now_x = frame.x(frame.now)
    first = next((stop for stop in stops if stop.arrive_at > frame.now), None)
    if first is not None and first is stops[0]:  # from where it is now
        painter.setPen(QPen(look.colour("text2"), look.px(1.2), Qt.PenStyle.DotLine))
        painter.drawLine(now_x, y, frame.x(first.arrive_at), y)
    for before, after in pairwise(stops):
        left, right = frame.x(before.leave_at), frame.x(after.arrive_at)
        if left < now_x:
            painter.fillRect(QRect(left, y, max(0, min(right, now_x) - left), look.hair), look.colour("line2"))
        if right > now_x:
            painter.setPen(QPen(look.colour("text2"), look.px(1.2), Qt.PenStyle.DotLine))
            painter.drawLine(max(left, now_x), y, right, y)


def paint_stop(painter: QPainter, box: QRect, stop: PlanStop, chosen: bool, faded: bool, look: Look) -> None:
    """An outline with the number in it, a lock on its corner; nothing is written where it would be cut off."""
    pen = QPen(look.colour("ice" if chosen else "line2" if faded else "text2"), look.px(2 if chosen else 1.2))
    if stop.kind is StopKind.UNLOAD:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(look.colour("panel"))
    painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
    if stop.locked:
        side = look.px(10)
        lock = QRect(box.left() - side // 2, box.top() - look.px(3), side, side)
        painter.fillRect(lock.adjusted(-1, -1, 1, 1), look.colour("panel"))
        paint_lock(painter, lock, look)
    write(painter, box, stop.number or UNLOAD, stop.kind is StopKind.COLLECT, "text3" if faded else "text", look)


def write(painter: QPainter, box: QRect, words: str, strong: bool, ink: str, look: Look) -> None:
    """``words`` in the middle of ``box``, in the larger size that fits, or not at all."""
    fonts = [look.font("body", weight=500 if strong else 400), look.font("tick")]
    for font in fonts if box.height() >= look.px(BODY_ROOM) else fonts[1:]:
        if width_of(words, font) + look.px(2) <= box.width() and box.height() >= look.px(TEXT_ROOM):
            text(painter, box, words, font, look.colour(ink), CENTRE)
            return


def paint_lock(painter: QPainter, box: QRect, look: Look) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = look.colour("text")
    body = QRectF(box.left(), box.top() + box.height() * 0.45, box.width(), box.height() * 0.55)
    painter.fillRect(body, ink)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, max(1.0, look.px(1.4))))
    bow = QRectF(box.left() + box.width() * 0.2, box.top(), box.width() * 0.6, box.height() * 0.9)
    painter.drawArc(bow, 0, 180 * 16)
    painter.restore()


def paint_leg(painter: QPainter, frame: Frame, lane: QRect, leg: Leg, look: Look) -> QRect:
    """What a vessel did or is doing: filled as far as now, an outline beyond."""
    until = min(leg.end, frame.now)
    box = frame.span(leg.begin, leg.end, lane, look.px(3))
    if leg.kind is LegKind.SAIL:
        right = frame.x(until)
        painter.fillRect(
            QRect(box.left(), lane.center().y(), max(0, right - box.left()), look.px(2)), look.colour("bar")
        )
        return QRect(box.left(), lane.top(), max(look.px(3), right - box.left()), lane.height())
    if leg.kind is LegKind.BARRED:
        return box
    collects = leg.kind is LegKind.COLLECT
    done = leg.end <= frame.now
    filled = QRect(box.left(), box.top(), max(look.px(3), frame.x(until) - box.left()), box.height())
    painter.fillRect(filled, look.colour("line2" if done or not collects else "bar"))
    if not done:
        painter.setPen(QPen(look.colour("bar"), look.hair))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
    dark = collects and not done and look.theme.name == "dark"
    write(painter, box, leg.number if collects else UNLOAD, collects, "on_ice" if dark else "text", look)
    return box


def paint_drift(painter: QPainter, frame: Frame, lane: QRect, planned: datetime, now_due: datetime, look: Look) -> None:
    """From when a vessel should be at its next collection to when it will be: a line with a bar at its end."""
    begin, end = frame.x(planned), frame.x(now_due)
    y = lane.center().y()
    painter.fillRect(QRect(min(begin, end), y, abs(end - begin), look.hair), look.colour("text2"))
    painter.fillRect(QRect(end, lane.top(), look.px(2), lane.height()), look.colour("text2"))


def paint_barred(painter: QPainter, frame: Frame, row: QRect, leg: Leg, look: Look) -> None:
    """Hours in which it may not sail, over both lanes, with why."""
    box = frame.span(leg.begin, leg.end, row.adjusted(0, look.px(4), 0, -look.px(4)), 1).intersected(frame.field)
    painter.fillRect(box, hatch_brush(look, box.topLeft()))
    font = look.font("tick")
    width = width_of(leg.note, font) + look.px(12)
    if width <= box.width() and leg.note:
        words = QRect(0, 0, width, look.px(18))
        words.moveCenter(box.center())
        painter.fillRect(words, look.colour("panel"))
        text(painter, words, leg.note, font, look.colour("text2"), CENTRE)


def paint_fault(painter: QPainter, box: QRect, below: QRect, word: str, until: int, look: Look) -> None:
    """A red mark on the stop's corner and its word below it, as far as ``until``."""
    size = look.px(10)
    put_glyph(painter, look, AlertLevel.RED, QPointF(box.right() + size / 5, box.top() - size / 5), size, False)
    font = look.font("tick")
    line = QRect(box.left(), below.center().y() - look.px(8), width_of(word, font), look.px(16))
    if line.right() + look.px(6) < until:
        text(painter, line, word, font, look.alert(AlertLevel.RED), LEFT)


def paint_ghost(painter: QPainter, box: QRect, words: str, look: Look) -> None:
    """What is not in the plan: a proposal, or a stop where it would come to stand."""
    painter.setPen(QPen(look.colour("ice"), look.px(1.6), Qt.PenStyle.DashLine))
    painter.setBrush(look.colour("raised"))
    painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
    write(painter, box, words, True, "text", look)


def paint_insertion(painter: QPainter, x: int, lane: QRect, look: Look) -> None:
    """A bar with two heads where it would be put in."""
    painter.fillRect(
        QRect(x - look.px(1), lane.top() - look.px(3), look.px(2), lane.height() + look.px(6)), look.colour("ice")
    )
    wide = look.px(8)
    for y in (lane.top() - look.px(4), lane.bottom() + look.px(3)):
        painter.fillRect(QRect(x - wide // 2, y, wide, look.px(2)), look.colour("ice"))


def paint_promise(painter: QPainter, frame: Frame, row: QRect, until: datetime, told: bool, look: Look) -> None:
    """Until when the selected hand-in was promised; ``told`` in words unless a fault says so already."""
    x = frame.x(until)
    painter.setPen(QPen(look.colour("ice"), look.hair, Qt.PenStyle.DashLine))
    painter.drawLine(x, row.top() + look.px(2), x, row.bottom() - look.px(2))
    if not told:
        return
    font = look.font("tick")
    words = f"承诺 {local(until):%H:%M}"
    wide = width_of(words, font)
    left = x + look.px(4) if x + wide + look.px(6) < frame.field.right() else x - wide - look.px(4)
    text(painter, QRect(left, row.bottom() - look.px(17), wide, look.px(16)), words, font, look.colour("text2"), LEFT)
