"""How one line of the alert list is painted, on the desk and on the wall."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from services.domain.alert import Alert, AlertLevel
from widgets.alert_groups import hidden_words
from widgets.alert_lines import Line, about
from widgets.checkpoint_map_head import meeting_words
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
        if line.level is not None:
            _paint_mark(painter, rect, line.level, line.signed, look, pane.is_dimmed and line.is_pinned)
        if line.alert is None:
            _paint_group(painter, rect, line, look)
        else:
            windows, orders = pane.records("interception_windows"), pane.records("interceptions")
            running = meeting_words(line.alert, windows, pane.now, orders)
            _paint_alert(painter, rect, line.alert, line.note, look, pane.now, running)


def _paint_mark(painter: QPainter, rect: QRect, level: AlertLevel, signed: bool, look: Look, dimmed: bool) -> None:
    """The glyph over its word."""
    x = rect.left() + look.pad + look.px(6)
    if dimmed:
        painter.setOpacity(DIMMED)
    put_glyph(painter, look, level, QPointF(x, rect.top() + look.px(16)), look.glyph("list"), signed)
    painter.setOpacity(1.0)
    word = QRect(x - look.px(12), rect.top() + look.px(26), look.px(24), look.px(18))
    text(painter, word, LEVEL_WORDS[level], look.font("tick"), look.alert(level), CENTRE)


def _lines(rect: QRect, look: Look) -> tuple[QRect, QRect]:
    left, width = rect.left() + look.px(34), rect.width() - look.px(34) - look.pad
    upper = QRect(left, rect.top() + look.px(6), width, look.px(20))
    return upper, QRect(left, rect.top() + look.px(26), width, look.px(18))


def _paint_alert(
    painter: QPainter, rect: QRect, alert: Alert, note: str, look: Look, now: datetime | None, meeting: str = ""
) -> None:
    upper, lower = _lines(rect, look)
    tick, body = look.font("tick"), look.font("body")
    bright = not alert.is_signed
    age = since(alert.raised_at, now) if now else ""
    running = hidden_words(alert) or meeting or (progress_words(alert, now) if now else "")
    text(painter, upper, age, body, look.colour("text" if bright else "text2"), RIGHT)
    text(painter, lower, running, tick, look.colour("text" if bright else "text3"), RIGHT)
    font = look.font("body", weight=700) if bright else body
    title = title_of(alert)
    room = upper.width() - width_of(age, body) - look.px(10)
    text(painter, upper, elide(title, font, room), font, look.colour("text" if bright else "text2"), LEFT)
    room = lower.width() - width_of(running, tick) - look.px(10)
    text(painter, lower, elide(detail_of(alert, note), tick, room), tick, look.colour("text3"), LEFT)


def _paint_group(painter: QPainter, rect: QRect, line: Line, look: Look) -> None:
    upper, lower = _lines(rect, look)
    figure = look.font("count", digits=True)
    count = f"{line.count}"
    label(painter, upper.left(), rect.top() + look.px(33), count, figure, look.colour("text"))
    shift = max(look.px(30), width_of(count, figure)) + look.px(10)
    fold = "" if line.level is None else "收起 ‹" if line.is_open else "展开 ›"
    side = QRect(upper.left(), rect.top(), upper.width(), rect.height())
    text(painter, side, fold, look.font("body"), look.colour("text2"), RIGHT)
    room = upper.width() - shift - width_of(fold, look.font("body")) - look.px(10)
    bold, tick = look.font("body", weight=700), look.font("tick")
    text(painter, upper.adjusted(shift, 0, 0, 0), elide(line.title, bold, room), bold, look.colour("text"), LEFT)
    text(painter, lower.adjusted(shift, 0, 0, 0), elide(line.detail, tick, room), tick, look.colour("text3"), LEFT)


def title_of(alert: Alert) -> str:
    return alert.title + (f" ×{alert.count}" if alert.count > 1 else "")


def detail_of(alert: Alert, note: str = "") -> str:
    """What noise control says, then masked subject and place, once each."""
    parts = [note, *about(alert.subject, alert.place)]
    if alert.condition.value == "rtn":
        parts.append("已恢复")
    return " · ".join(p for p in parts if p)
