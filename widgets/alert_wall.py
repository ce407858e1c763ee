"""The worst alerts as the wall shows them: large, masked, nothing to press."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from services.domain.alert import Alert, AlertLevel, Work
from services.domain.life import STEP_WORDS, WORK_WORDS
from widgets.alert_lines import about, fitting, wall_place
from widgets.alert_row import DIMMED, title_of
from widgets.countdown import clock_face
from widgets.glyphs import put_glyph
from widgets.look import LEVEL_WORDS, Look
from widgets.paint import CENTRE, LEFT, RIGHT, elide, hairline, text, width_of


def paint_wall_list(
    painter: QPainter, body: QRect, worst: Sequence[Alert], most: int, look: Look, now: datetime, dimmed: bool
) -> None:
    """At most ``most`` lines and as many as stand readable in ``body``, at least room for three. Red ones
    take room beyond ``most``; those that still find none are counted in the last line's place."""
    room = max(1, body.height() // look.px(76))
    fits, left_out = fitting(worst, most, room)
    if left_out:
        body = _paint_left_out(painter, body, left_out, look)
    height = min(body.height() / max(len(fits), 3), look.px(270))
    bold = look.font("lead", weight=700)
    column = min(max(width_of(title_of(a), bold) for a in fits), body.width() // 2) + look.px(40)
    for at, alert in enumerate(fits):
        row = QRect(body.left(), body.top() + round(at * height), body.width(), round(height))
        hairline(painter, look, row.left(), row.top(), row.width())
        pinned = not alert.is_signed and alert.level is AlertLevel.RED
        _paint_line(painter, row, alert, look, now, column, dimmed and pinned)


def _paint_left_out(painter: QPainter, body: QRect, left_out: int, look: Look) -> QRect:
    """``红 另 3 件`` at the foot; what is left of the body."""
    line = QRect(body.left(), body.bottom() - look.px(76) + 1, body.width(), look.px(76))
    hairline(painter, look, line.left(), line.top(), line.width())
    text(painter, line, f"红 另 {left_out} 件", look.font("body", weight=700), look.alert(AlertLevel.RED), LEFT)
    return body.adjusted(0, 0, 0, -line.height())


def _paint_line(
    painter: QPainter, rect: QRect, alert: Alert, look: Look, now: datetime, column: int, dimmed: bool
) -> None:
    """A line of the wall: tall (title over subject, time over its step), or when it is low one line
    with the title in a ``column`` of its own."""
    tall = rect.height() >= look.px(150)
    size = look.px(56) if tall else look.glyph("list")
    x = rect.left() + size / 2
    middle = rect.center().y()
    if dimmed:
        painter.setOpacity(DIMMED)
    put_glyph(painter, look, alert.level, QPointF(x, middle - (look.px(26) if tall else 0)), size, alert.is_signed)
    painter.setOpacity(1.0)
    if tall:
        word = QRect(rect.left(), middle + look.px(14), size, look.px(44))
        text(painter, word, LEVEL_WORDS[alert.level], look.font("tick"), look.alert(alert.level), CENTRE)
        _paint_tall(painter, rect.adjusted(size + look.px(32), 0, 0, 0), alert, look, now)
    else:
        word = rect.adjusted(size + look.px(24), 0, 0, 0)
        text(painter, word, LEVEL_WORDS[alert.level], look.font("body"), look.alert(alert.level), LEFT)
        _paint_low(painter, rect.adjusted(size + look.px(90), 0, 0, 0), alert, look, now, column)


def _limit(alert: Alert, now: datetime) -> tuple[str, str]:
    """The running limit as (time, 签收余)."""
    clock = alert.running
    if clock is None:
        return "", state_of(alert)
    left = (clock.due_at - now).total_seconds()
    return clock_face(abs(left)), f"{STEP_WORDS[clock.step]}{'余' if left >= 0 else '超'}"


def state_of(alert: Alert) -> str:
    """How far it has come, without a name."""
    if not alert.is_signed:
        return "未签收"
    return "已签收" if alert.work is Work.NEW else f"{WORK_WORDS[alert.work]} {alert.department}".strip()


def detail_of(alert: Alert) -> str:
    parts = about(alert.wall_subject, wall_place(alert))
    if alert.running is not None and alert.is_signed:
        parts.append(alert.department or state_of(alert))
    return " · ".join(dict.fromkeys(p for p in parts if p))


def _paint_tall(painter: QPainter, rect: QRect, alert: Alert, look: Look, now: datetime) -> None:
    face, step = _limit(alert, now)
    digits = look.font("clock", digits=True)
    upper = QRect(rect.left(), rect.center().y() - look.px(62), rect.width(), look.px(72))
    lower = QRect(rect.left(), rect.center().y() + look.px(10), rect.width(), look.px(52))
    text(painter, upper, face, digits, look.colour("text"), RIGHT)
    text(painter, lower, step, look.font("tick"), look.colour("text2"), RIGHT)
    font = look.font("lead", weight=500 if alert.is_signed else 700)
    room = rect.width() - width_of(face, digits) - look.px(40)
    text(painter, upper, elide(title_of(alert), font, room), font, look.colour("text"), LEFT)
    tick = look.font("tick")
    room = rect.width() - width_of(step, tick) - look.px(40)
    text(painter, lower, elide(detail_of(alert), tick, room), tick, look.colour("text2"), LEFT)


def _paint_low(painter: QPainter, rect: QRect, alert: Alert, look: Look, now: datetime, column: int) -> None:
    face, step = _limit(alert, now)
    digits, tick = look.font("lead", digits=True, weight=500), look.font("tick")
    text(painter, rect, face, digits, look.colour("text"), RIGHT)
    used = width_of(face, digits)
    step_box = rect.adjusted(0, 0, -(used + look.px(20) if face else 0), 0)
    text(painter, step_box, step, tick, look.colour("text2"), RIGHT)
    font = look.font("lead", weight=400 if alert.is_signed else 700)
    room = rect.width() - used - width_of(step, tick) - look.px(80)
    column = min(column, room)
    ink = look.colour("text2" if alert.is_signed else "text")
    text(painter, rect, elide(title_of(alert), font, column - look.px(20)), font, ink, LEFT)
    detail = QRect(rect.left() + column, rect.top(), room - column, rect.height())
    shown = elide(detail_of(alert), look.font("tick"), detail.width())
    text(painter, detail, shown, look.font("tick"), look.colour("text2"), LEFT)
