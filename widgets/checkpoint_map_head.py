"""How long an order still makes sense: in the head of the map of checkpoints, and in the list of alerts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter

from services.domain.alert import Alert
from services.domain.intercept_window import InterceptionWindow
from services.domain.interception_case import STATE_WORDS, Interception, OrderState
from widgets.countdown import clock_face
from widgets.paint import RIGHT, text, width_of
from widgets.pane import Pane
from widgets.words import running as clock

NAME = "下令窗口余"


def head_words(window: InterceptionWindow | None, now: datetime, orders: Iterable[Interception] = ()) -> str:
    """``01:58``; the order that runs; words where there is nothing to order; "" without a window."""
    if window is None:
        return ""
    running = next((one for one in orders if one.is_open and one.alert_id == window.id), None)
    if running is not None:
        return order_words(running)
    if window.is_over:
        return "车辆未再出现"
    if not window.places:
        return "无下一卡口可说"
    if window.order_by is None:
        return "单位均来不及"
    left = (window.order_by - now).total_seconds()
    return clock_face(left) if left > 0 else "下令窗口已过"


def order_words(order: Interception) -> str:
    """``拦截 已下令 交警 09``, ``拦截 待第二人确认``."""
    unit = "" if order.state is OrderState.ASKED else f" {order.call_sign}"
    return f"拦截 {STATE_WORDS[order.state]}{unit}"


def meeting_words(
    alert: Alert,
    windows: Iterable[InterceptionWindow],
    now: datetime | None,
    orders: Iterable[Interception] = (),
) -> str:
    """In the list: the order that runs, else ``拦截 余 1:58`` once the alert is signed and as long as an
    order makes sense."""
    if now is None or not alert.is_signed:
        return ""
    running = next((one for one in orders if one.is_open and one.alert_id == alert.id), None)
    if running is not None:
        return order_words(running)
    order_by = next((one.order_by for one in windows if one.id == alert.id), None)
    left = (order_by - now).total_seconds() if order_by is not None else 0.0
    return f"拦截 余 {clock(left)}" if left > 0 else ""


def head_box(pane: Pane, right: int) -> QRect:
    """Room for the words and the longest count-down, left of ``right``."""
    look = pane.look
    wide = width_of("拦截 待第二人确认 交警 00", look.font("tick"))
    return QRect(right - look.px(16) - wide, 0, wide, look.head)


def paint_head(painter: QPainter, pane: Pane, words: str, right: int) -> None:
    if not words:
        return
    look, box = pane.look, head_box(pane, right)
    is_clock = ":" in words
    step = "pane" if look.is_wall else "count"
    font = look.font(step, digits=True) if is_clock else look.font("tick")
    text(painter, box, words, font, look.colour("text" if is_clock else "text3"), RIGHT)
    if is_clock:
        left = box.adjusted(0, 0, -width_of(words, font) - look.px(8), 0)
        text(painter, left, NAME, look.font("tick"), look.colour("text3"), RIGHT)
    painter.setPen(Qt.PenStyle.NoPen)
