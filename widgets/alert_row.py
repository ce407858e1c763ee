"""How one line of the alert list is painted, on the desk and on the wall."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from services.domain.alert import Alert, Work
from services.domain.life import STEP_WORDS, WORK_WORDS
from widgets.alert_lines import Line
from widgets.countdown import clock_face
from widgets.glyphs import put_glyph
from widgets.look import LEVEL_WORDS, Look
from widgets.paint import CENTRE, LEFT, RIGHT, elide, label, text, width_of
from widgets.words import progress_words, since

if TYPE_CHECKING:
    from widgets.alerts import AlertsPane

DIMMED = 0.55  # the dark half of the only blink


class AlertDelegate(QStyledItemDelegate):
    """Two lines in 50 px: glyph and level word, title and age, subject and running limit."""

    def __init__(self, pane: AlertsPane) -> None:
        super().__init__(pane)
        self._pane = pane

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._pane.look.px(200), self._pane.row_height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        pane, look = self._pane, self._pane.look
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        line: Line = pane.model.record(index.row())
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, look.colour("raised"))
            painter.fillRect(QRect(rect.left(), rect.top(), look.px(2), rect.height()), look.colour("ice"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, look.colour("hover"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), look.hair), look.colour("line"))
        _paint_mark(painter, rect, line, look, pane.is_dimmed and line.is_pinned)
        if line.alert is None:
            _paint_group(painter, rect, line, look)
        else:
            _paint_alert(painter, rect, line.alert, look, pane.now)


def _paint_mark(painter: QPainter, rect: QRect, line: Line, look: Look, dimmed: bool) -> None:
    """The glyph over its word."""
    x = rect.left() + look.pad + look.px(6)
    if dimmed:
        painter.setOpacity(DIMMED)
    put_glyph(painter, look, line.level, QPointF(x, rect.top() + look.px(16)), look.glyph("list"), line.signed)
    painter.setOpacity(1.0)
    word = QRect(x - look.px(12), rect.top() + look.px(26), look.px(24), look.px(18))
    text(painter, word, LEVEL_WORDS[line.level], look.font("tick"), look.alert(line.level), CENTRE)


def _lines(rect: QRect, look: Look) -> tuple[QRect, QRect]:
    left, width = rect.left() + look.px(34), rect.width() - look.px(34) - look.pad
    upper = QRect(left, rect.top() + look.px(6), width, look.px(20))
    return upper, QRect(left, rect.top() + look.px(26), width, look.px(18))


def _paint_alert(painter: QPainter, rect: QRect, alert: Alert, look: Look, now: datetime | None) -> None:
    upper, lower = _lines(rect, look)
    tick, body = look.font("tick"), look.font("body")
    bright = not alert.is_signed
    age = since(alert.raised_at, now) if now else ""
    running = progress_words(alert, now) if now else ""
    text(painter, upper, age, body, look.colour("text" if bright else "text2"), RIGHT)
    text(painter, lower, running, tick, look.colour("text" if bright else "text3"), RIGHT)
    font = look.font("body", weight=700) if bright else body
    title = title_of(alert)
    room = upper.width() - width_of(age, body) - look.px(10)
    text(painter, upper, elide(title, font, room), font, look.colour("text" if bright else "text2"), LEFT)
    room = lower.width() - width_of(running, tick) - look.px(10)
    text(painter, lower, elide(detail_of(alert), tick, room), tick, look.colour("text3"), LEFT)


def _paint_group(painter: QPainter, rect: QRect, line: Line, look: Look) -> None:
    upper, lower = _lines(rect, look)
    figure = look.font("count", digits=True)
    count = f"{line.count}"
    label(painter, upper.left(), rect.top() + look.px(33), count, figure, look.colour("text"))
    shift = max(look.px(30), width_of(count, figure)) + look.px(10)
    fold = "收起 ‹" if line.is_open else "展开 ›"
    side = QRect(upper.left(), rect.top(), upper.width(), rect.height())
    text(painter, side, fold, look.font("body"), look.colour("text2"), RIGHT)
    room = upper.width() - shift - width_of(fold, look.font("body")) - look.px(10)
    bold, tick = look.font("body", weight=700), look.font("tick")
    text(painter, upper.adjusted(shift, 0, 0, 0), elide(line.title, bold, room), bold, look.colour("text"), LEFT)
    text(painter, lower.adjusted(shift, 0, 0, 0), elide(line.detail, tick, room), tick, look.colour("text3"), LEFT)


def title_of(alert: Alert) -> str:
    return alert.title + (f" ×{alert.count}" if alert.count > 1 else "")


def detail_of(alert: Alert) -> str:
    """Masked subject and place, once each."""
    parts = [alert.subject] if alert.place in alert.subject else [alert.subject, alert.place]
    if alert.condition.value == "rtn":
        parts.append("已恢复")
    return " · ".join(p for p in parts if p)


def paint_wall_line(
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
        return "", _wall_state(alert)
    left = (clock.due_at - now).total_seconds()
    return clock_face(abs(left)), f"{STEP_WORDS[clock.step]}{'余' if left >= 0 else '超'}"


def _wall_state(alert: Alert) -> str:
    """How far it has come, without a name."""
    if not alert.is_signed:
        return "未签收"
    return "已签收" if alert.work is Work.NEW else f"{WORK_WORDS[alert.work]} {alert.department}".strip()


def _wall_detail(alert: Alert) -> str:
    parts = [alert.place] if alert.wall_subject in ("", alert.place) else [alert.wall_subject, alert.place]
    if alert.running is not None and alert.is_signed:
        parts.append(alert.department or _wall_state(alert))
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
    text(painter, lower, elide(_wall_detail(alert), tick, room), tick, look.colour("text2"), LEFT)


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
    shown = elide(_wall_detail(alert), look.font("tick"), detail.width())
    text(painter, detail, shown, look.font("tick"), look.colour("text2"), LEFT)
