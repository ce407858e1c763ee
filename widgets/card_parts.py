"""The painted upper parts of the alert card: head, steps, limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPen

from services.domain.alert import Ack, Alert, Clock, Verdict, Work
from services.domain.timebase import local
from widgets import countdown
from widgets.alert_lines import about
from widgets.glyphs import put_glyph
from widgets.look import Look
from widgets.paint import CENTRE, LEFT, RIGHT, elide, text, width_of

STEPS = ("新预警", "签收", "核查", "派单", "到场", "办结")
_REACHED = {
    Work.NEW.value: 0,
    Ack.ACKED.value: 1,
    Work.VERIFYING.value: 2,
    Work.DISPATCHED.value: 3,
    Work.ACCEPTED.value: 3,
    Work.HANDLING.value: 4,
    Work.FEEDBACK.value: 4,
    Work.REVIEW.value: 4,
    Work.CLOSED.value: 5,
    Work.ARCHIVED.value: 5,
}
VERDICTS = {Verdict.TRUE: "属实", Verdict.FALSE_ALARM: "误报", Verdict.NO_ACTION: "属实，无需处置"}


def paint_head(painter: QPainter, box: QRect, alert: Alert, look: Look, way: str = "") -> QRect:
    """Glyph, title and id; then the masked subject line, and at its end the ``way`` to the scene.
    Returns where that stands."""
    size = look.glyph("card")
    top = QRect(box.left(), box.top(), box.width(), look.px(30))
    centre = QPointF(box.left() + size / 2, top.center().y() + 0.5)
    put_glyph(painter, look, alert.level, centre, size, alert.is_signed)
    tick, font = look.font("tick"), look.font("card")
    text(painter, top, alert.id, tick, look.colour("text3"), RIGHT)
    title = top.adjusted(size + look.px(10), 0, -(width_of(alert.id, tick) + look.px(10)), 0)
    text(painter, title, elide(alert.title, font, title.width()), font, look.colour("text"), LEFT)
    parts = about(alert.subject, alert.place)
    if alert.verdict is None and alert.is_open and "仅为疑似" not in alert.subject:
        parts.append("仅为疑似")
    elif alert.verdict is not None:
        parts.append(VERDICTS[alert.verdict])
    body = look.font("body")
    line = QRect(box.left(), top.bottom() + 1, box.width(), look.line("body"))
    used = width_of(way, tick) + look.px(10) if way else 0
    if way:
        text(painter, line, way, tick, look.colour("text"), RIGHT)
    shown = elide(" · ".join(p for p in parts if p), body, line.width() - used)
    text(painter, line, shown, body, look.colour("text2"), LEFT)
    return line.adjusted(line.width() - used, 0, 0, 0)


def paint_steps(painter: QPainter, box: QRect, alert: Alert, look: Look) -> None:
    """Six dots: done filled, now bright, to come open; the time and the hand under each."""
    reached: dict[int, tuple[datetime, str]] = {}
    for what, at, by in alert.steps:
        if what in _REACHED:
            reached[_REACHED[what]] = (at, by)
    now = max([*reached, _REACHED.get(alert.work.value, 0)])
    pitch = box.width() / len(STEPS)
    y = box.top() + look.px(8)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for at in range(len(STEPS) - 1):
        left, right = box.left() + round((at + 0.5) * pitch), box.left() + round((at + 1.5) * pitch)
        pen = QPen(look.colour("text3" if at < now else "line2"), look.hair)
        if at >= now:
            pen.setDashPattern([2, 3])
        painter.setPen(pen)
        painter.drawLine(left + look.px(6), y, right - look.px(6), y)
    for at, word in enumerate(STEPS):
        centre = QPointF(box.left() + round((at + 0.5) * pitch), y)
        if at <= now and (at in reached or at == now):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("ice" if at == now else "text3"))
        else:
            painter.setPen(QPen(look.colour("line2"), look.px(1.5)))
            painter.setBrush(look.colour("panel"))
        radius = look.px(5 if at == now else 4)
        painter.drawEllipse(centre, radius, radius)
        cell = QRect(round(centre.x() - pitch / 2), y + look.px(8), round(pitch), look.px(18))
        font = look.font("tick", weight=500) if at == now else look.font("tick")
        text(painter, cell, word, font, look.colour("text" if at == now else "text3"), CENTRE)
        if at in reached:
            when, by = reached[at]
            said = (
                f"{local(when):%H:%M} {by}".strip() if by and width_of(by, font) < pitch / 2 else f"{local(when):%H:%M}"
            )
            under = cell.translated(0, look.px(16))
            text(painter, under, said, look.font("tick"), look.colour("text3"), CENTRE)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def limits_shown(alert: Alert) -> Sequence[Clock]:
    """The clocks that run, at most three; the last stopped one when none does."""
    open_ones = [c for c in alert.clocks if c.stopped_at is None] if alert.is_open else []
    return open_ones[:3] or alert.clocks[-1:]


def paint_limits(painter: QPainter, box: QRect, alert: Alert, now: datetime, look: Look) -> None:
    wide = box.width() // 3
    shown = limits_shown(alert)
    if not shown:
        text(painter, box, "无时限", look.font("tick"), look.colour("text3"), LEFT)
    for at, clock in enumerate(shown):
        cell = QRect(box.left() + at * wide, box.top(), wide, countdown.height(look))
        began = clock.started_at or alert.raised_at
        countdown.paint_countdown(painter, cell, clock, began, now, look)
