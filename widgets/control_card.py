"""One order to watch, whole: its clock, what it rests on, who did what, and its hits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from services.domain.timebase import local
from services.domain.watch_order import STATE_WORDS, Spot, WatchOrder, WatchState
from services.domain.watchlist import KIND_WORDS, WatchKind
from widgets.control_rows import clock_of, plate_words
from widgets.glyphs import put_glyph
from widgets.look import LEVEL_WORDS, Look
from widgets.paint import LEFT, RIGHT, bar, elide, hairline, text, wrap

LABEL = 66  # logical px of the left column
HITS_SHOWN = 8
_SPOTS = {Spot.NONE: "未抽中", Spot.WAITING: "待安全管理员抽查", Spot.CONFIRMED: "已确认", Spot.REVOKED: "已撤销"}


def paint_card(
    painter: QPainter, box: QRect, order: WatchOrder, places: Mapping[str, str], now: datetime | None, look: Look
) -> None:
    """As much of it as has room, the hits last. ``places`` are names of checkpoints by id."""
    y = _paint_head(painter, box, order, now, look)
    for label, words in lines_of(order, places, now):
        y = _paint_line(painter, QRect(box.left(), y, box.width(), box.bottom() - y), label, words, look)
    _paint_hits(painter, QRect(box.left(), y + look.px(8), box.width(), box.bottom() - y - look.px(8)), order, look)


def lines_of(order: WatchOrder, places: Mapping[str, str], now: datetime | None) -> Iterator[tuple[str, str]]:
    watched = order.kind is WatchKind.VEHICLES
    yield "事由", order.reason
    yield ("法律依据" if watched else "依据"), order.legal_basis
    names = "、".join(places.get(place, place) for place in order.checkpoint_ids)
    yield "范围", names or "全部卡口"
    yield "期限", _term(order)
    yield "申请", f"{order.applied_by} · {_moment(order.applied_at)} · {order.unit}"
    if order.approved_at is not None:
        yield "审批", f"{order.approved_by} · {_moment(order.approved_at)}"
        yield "抽查", _spot(order)
    if order.extension is not None:
        ask = order.extension
        yield "延期待批", f"{ask.days} 天 · {ask.reason} · {ask.by} · {_moment(ask.asked_at)}"
    if order.alert_id:
        yield "关联预警", order.alert_id
    if order.ended_at is not None:
        yield STATE_WORDS[order.state], f"{_moment(order.ended_at)} · {order.ended_by}"
    if order.text:
        yield "说明", order.text


def _term(order: WatchOrder) -> str:
    if order.valid_from is None or order.valid_until is None:
        return f"批准起 {order.days} 天"
    times = f" · 延期 {order.extended} 次" if order.extended else ""
    return f"{_moment(order.valid_from)} 至 {_moment(order.valid_until)}{times}"


def _spot(order: WatchOrder) -> str:
    words = _SPOTS[order.spot]
    if order.spot is Spot.WAITING and order.spot_due_at is not None:
        return f"{words}，{_moment(order.spot_due_at)} 前"
    return f"{words} {order.spot_by}".strip()


def _moment(at: datetime) -> str:
    return f"{local(at):%m-%d %H:%M}"


def _paint_head(painter: QPainter, box: QRect, order: WatchOrder, now: datetime | None, look: Look) -> int:
    """Glyph, plate and number; list, level and state; how much of its time is over."""
    top = QRect(box.left(), box.top() + look.px(8), box.width(), look.px(28))
    indent = 0
    if order.kind is WatchKind.VEHICLES:
        size = look.glyph("card")
        put_glyph(
            painter, look, order.level, QPointF(top.left() + size / 2, top.center().y()), size, not order.is_active
        )
        indent = size + look.px(10)
    text(painter, top, order.id, look.font("tick"), look.colour("text3"), RIGHT)
    ink = look.colour("text" if order.is_open else "text2")
    text(painter, top.adjusted(indent, 0, 0, 0), plate_words(order), look.font("card"), ink, LEFT)
    line = QRect(box.left(), top.bottom() + 1, box.width(), look.px(22))
    level = f" · {LEVEL_WORDS[order.level]}色" if order.kind is WatchKind.VEHICLES else ""
    state = KIND_WORDS[order.kind] + level + " · " + STATE_WORDS[order.state]
    text(painter, line, state, look.font("body"), look.colour("text2"), LEFT)
    if order.is_open:
        text(painter, line, clock_of(order, now), look.font("body", weight=500), look.colour("text"), RIGHT)
    y = line.bottom() + look.px(6)
    share = gone(order, now)
    if share is not None:
        track = QRect(box.left(), y, box.width(), look.px(4))
        painter.fillRect(track, look.colour("line"))
        bar(painter, track, share, look)
    hairline(painter, look, box.left(), y + look.px(12), box.width())
    return y + look.px(20)


def gone(order: WatchOrder, now: datetime | None) -> float | None:
    """How much of the running time is over, 0–1."""
    began = order.applied_at if order.state is WatchState.APPLIED else order.valid_from
    if order.due_at is None or began is None or now is None:
        return None
    return min(1.0, max(0.0, (now - began) / (order.due_at - began)))


def _paint_line(painter: QPainter, room: QRect, label: str, words: str, look: Look) -> int:
    font, high = look.font("body"), look.px(20)
    left = look.px(LABEL)
    lines = wrap(words, font, room.width() - left)[:3]
    if high * len(lines) > room.height():
        return room.top()
    text(painter, QRect(room.left(), room.top(), left, high), label, look.font("tick"), look.colour("text3"), LEFT)
    y = room.top()
    for line in lines:
        text(painter, QRect(room.left() + left, y, room.width() - left, high), line, font, look.colour("text"), LEFT)
        y += high
    return y + look.px(4)


def _paint_hits(painter: QPainter, room: QRect, order: WatchOrder, look: Look) -> None:
    if order.kind is not WatchKind.VEHICLES or room.height() < look.px(44):
        return
    head, high = look.px(24), look.px(22)
    hairline(painter, look, room.left(), room.top(), room.width())
    title = QRect(room.left(), room.top() + look.px(4), room.width(), head)
    text(painter, title, f"命中记录 {order.hit_count}", look.font("body", weight=500), look.colour("text"), LEFT)
    y = title.bottom() + 1
    font = look.font("body")
    if not order.hits:
        line = QRect(room.left(), y, room.width(), high)
        text(painter, line, "尚无命中" if order.is_open else "期内无命中", font, look.colour("text3"), LEFT)
    for hit in reversed(order.hits[-HITS_SHOWN:]):
        if y + high > room.bottom():
            break
        line = QRect(room.left(), y, room.width(), high)
        text(painter, line, f"{local(hit.passed_at):%m-%d %H:%M:%S}", font, look.colour("text2"), LEFT)
        place = line.adjusted(look.px(112), 0, -look.px(120), 0)
        text(painter, place, elide(hit.checkpoint_name, font, place.width()), font, look.colour("text"), LEFT)
        text(painter, line, hit.alert_id, look.font("tick"), look.colour("text3"), RIGHT)
        y += high
