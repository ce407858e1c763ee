"""Orders to watch in the list: what stands first, and how each is painted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from services.domain.alert import AlertLevel
from services.domain.masked import wall_plate
from services.domain.plate import spelled
from services.domain.watch_order import STATE_WORDS, Spot, WatchOrder, WatchState
from services.domain.watchlist import KIND_WORDS, WatchKind
from widgets.duty_rows import Row
from widgets.glyphs import put_glyph
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, elide, text, width_of
from widgets.words import long_limit, running

ROW_HIGH = 48
HEAD_HIGH = 26
_PARTS = (
    ("待审批", lambda order: order.state is WatchState.APPLIED or (order.is_active and order.extension is not None)),
    ("待抽查", lambda order: order.is_active and order.spot is Spot.WAITING),
    ("生效", lambda order: order.is_active),
    ("近 7 日已结束", lambda order: not order.is_open),
)


def rows_of(orders: Sequence[WatchOrder]) -> Sequence[Row]:
    """By what is to be done, the earliest end first; each order stands where it is first asked for."""
    rows: list[Row] = []
    left = sorted(orders, key=lambda order: (order.due_at or order.ended_at or order.applied_at, order.id))
    for name, belongs in _PARTS:
        part = [order for order in left if belongs(order)]
        left = [order for order in left if not belongs(order)]
        if part:
            rows.append(Row(name, f"{name} {len(part)}", HEAD_HIGH, heading=True))
            rows += [Row(order.id, order, ROW_HIGH) for order in (part if part[0].is_open else part[::-1])]
    return rows


def plate_words(order: WatchOrder) -> str:
    """The plate; a mask that the store gave stays one."""
    return order.plate_no if "*" in order.plate_no else spelled(order.plate_no)


def masked_words(order: WatchOrder) -> str:
    return order.plate_no if "*" in order.plate_no else wall_plate(order.plate_no)


def clock_of(order: WatchOrder, now: datetime | None) -> str:
    """余 12 天 until the decision or the end; of what has ended how it did."""
    due = order.due_at
    if due is None or now is None:
        return STATE_WORDS[order.state]
    seconds = (due - now).total_seconds()
    word = "审批" if order.state is WatchState.APPLIED else "到期"
    return f"{word} 余 {running(seconds)}" if seconds >= 0 else f"{word} 超 {long_limit(-seconds)}"


def paint_heading(painter: QPainter, box: QRect, words: str, look: Look) -> None:
    text(painter, box, words, look.font("tick", weight=500), look.colour("text3"), LEFT)


def paint_order(painter: QPainter, box: QRect, order: WatchOrder, now: datetime | None, look: Look) -> None:
    ink = look.colour("text" if order.is_open else "text3")
    first = QRect(box.left(), box.top() + look.px(4), box.width(), look.px(20))
    second = QRect(box.left(), box.top() + look.px(24), box.width(), look.px(18))
    indent = _paint_mark(painter, first, order, look)
    font, tick = look.font("body", weight=500), look.font("tick")
    clock = clock_of(order, now)
    text(painter, first, clock, look.font("body"), ink, RIGHT)
    name = first.adjusted(indent, 0, -width_of(clock, look.font("body")) - look.px(8), 0)
    text(painter, name, elide(f"{plate_words(order)}　{order.unit}", font, name.width()), font, ink, LEFT)
    told = f"命中 {order.hit_count}" if order.hit_count else order.id
    text(painter, second, told, tick, look.colour("text2" if order.hit_count else "text3"), RIGHT)
    reason = second.adjusted(indent, 0, -width_of(told, tick) - look.px(8), 0)
    asked = "延期待批 · " if order.extension is not None else ""
    text(painter, reason, elide(asked + order.reason, tick, reason.width()), tick, look.colour("text3"), LEFT)


def _paint_mark(painter: QPainter, line: QRect, order: WatchOrder, look: Look) -> int:
    """The level of what is watched; the list's name of what is excused. How far the words go in."""
    if order.kind is not WatchKind.VEHICLES:
        word = KIND_WORDS[order.kind][:1]
        font = look.font("tick", weight=500)
        text(painter, line, word, font, look.colour("text2"), LEFT)
        return look.px(22)
    size = look.glyph("list")
    level = order.level if order.level in AlertLevel else AlertLevel.BLUE
    signed = not order.is_active
    put_glyph(painter, look, level, QPointF(line.left() + size / 2, line.center().y() + 0.5), size, signed)
    return look.px(22)
