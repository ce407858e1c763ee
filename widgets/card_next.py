"""下一卡口: where the vehicle of an alert will pass next, and who can be there, as a part of its card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QRect

from services.domain.calibration import Calibration
from services.domain.intercept_window import (
    REACH_WORDS,
    InterceptionWindow,
    NextPlace,
    Reach,
    minutes_words,
    refusal,
)
from services.domain.interception_case import STATE_WORDS, Interception, OrderState
from services.domain.timebase import local
from services.domain.travel_time import BASIS_WORDS, Basis
from widgets.card_flow import Flow
from widgets.paint import LEFT, RIGHT, elide, text, width_of


@dataclass(frozen=True, slots=True)
class PlaceChosen:
    """A next checkpoint was clicked: the order would be for it."""

    checkpoint_id: str


@dataclass(frozen=True, slots=True)
class NextRow:
    checkpoint_id: str
    name: str
    chance: str
    minutes: str
    unit: str
    refused: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class NextPart:
    """What the card says, in words: equal when it looks the same."""

    rows: tuple[NextRow, ...]
    note: str  # what the times rest on, and how well they foretold
    orders: tuple[tuple[str, str], ...]  # each with its state
    over: bool
    decide: str = ""  # red: by when somebody must have decided


def next_part(
    window: InterceptionWindow | None,
    orders: Sequence[Interception],
    now: datetime | None,
    chosen: str = "",
    measured: Calibration | None = None,
) -> NextPart | None:
    """None for an alert that is about no vehicle to be met."""
    if now is None or (window is None and not orders):
        return None
    told = tuple((_order_words(one), _state_words(one, now)) for one in sorted(orders, key=lambda one: one.asked_at))
    if window is None:
        return NextPart((), "", told, over=True)
    best = chosen or (window.best.checkpoint_id if window.best else "")
    rows = tuple(_row(place, window, now, place.checkpoint_id == best) for place in window.places)
    decide = "" if orders else _decide_words(window.decide_by, now)
    return NextPart(rows, _note(window, measured), told, window.is_over, decide)


def _decide_words(until: datetime | None, now: datetime) -> str:
    if until is None:
        return ""
    return f"须在 {local(until):%H:%M:%S} 前决定" if now < until else "决定已超时"


def _row(place: NextPlace, window: InterceptionWindow, now: datetime, chosen: bool) -> NextRow:
    why = refusal(place, now, window.margin_s)
    reach = Reach.TOO_LATE if why and place.reach is not Reach.NO_UNIT else place.reach
    words = REACH_WORDS[reach]
    if place.call_sign:
        words = f"{place.call_sign} 到位 {max(1, round(place.unit_s / 60))} 分 {words}"
    name = place.name if place.hops == 1 else f"› {place.name}"
    minutes = minutes_words(place, now)
    return NextRow(place.checkpoint_id, name, f"{100 * place.chance:.0f} %", minutes, words, bool(why), chosen)


def _note(window: InterceptionWindow, measured: Calibration | None) -> str:
    parts = [f"{window.hours} · 离网或漏识 {100 * window.lost:.0f} %"]
    if window.places:
        least = min(window.places, key=lambda one: one.n)
        by_distance = [one for one in window.places if one.basis is Basis.DISTANCE]
        basis = by_distance[0].basis if by_distance else least.basis
        parts.append(f"时间{BASIS_WORDS[basis]} 样本 {least.n:,}")
    if measured is not None and measured.coverage is not None and measured.timed >= 100:
        parts.append(f"区间实测覆盖 {100 * measured.coverage:.0f} %")
    return " · ".join(parts)


def _order_words(order: Interception) -> str:
    return f"{local(order.asked_at):%H:%M:%S} {order.asked_by} {order.line}"


def _state_words(order: Interception, now: datetime) -> str:
    word = STATE_WORDS[order.state]
    if order.state is OrderState.ASKED and order.confirm_by is not None:
        return f"{word} 余 {_clock(order.confirm_by, now)}"
    if order.is_open and order.feedback_by is not None:
        late = order.feedback_by <= now
        return f"{word} 反馈{'超时' if late else f'余 {_clock(order.feedback_by, now)}'}"
    return word


def _clock(until: datetime, now: datetime) -> str:
    """Minutes only: the card is not painted anew for seconds."""
    return f"{max(0, int((until - now).total_seconds() // 60)) + 1} 分内"


def next_places(flow: Flow, part: NextPart | None) -> None:
    """A click on a checkpoint aims the order at it."""
    if part is None:
        return
    flow.landmark("下一卡口")
    flow.head("下一卡口", part.decide or ("自现在起" if part.rows else ""))
    if not part.rows:
        flow.line("车辆未再出现，窗口已过" if part.over else "没有可说的下一卡口", ink="text3")
    for row in part.rows:
        _paint(flow, row)
    if part.note:
        flow.line(part.note, ink="text3", small=True)
    for words, state in part.orders:
        flow.line(words, state, "text")


def _paint(flow: Flow, row: NextRow) -> None:
    look, painter, top = flow.look, flow.painter, flow.y
    if painter is not None:
        line = QRect(0, top, flow.width, look.px(22))
        ink = look.colour("text3" if row.refused else "text" if row.chosen else "text2")
        body, tick = look.font("body", weight=500 if row.chosen else 400), look.font("tick")
        chance, minutes = look.px(150), look.px(206)
        text(painter, QRect(0, top, chance, line.height()), row.chance, body, ink, RIGHT)
        name = elide(row.name, body, chance - width_of(row.chance, body) - look.px(6))
        text(painter, line, name, body, ink, LEFT)
        text(painter, QRect(0, top, minutes, line.height()), row.minutes, body, ink, RIGHT)
        unit = elide(row.unit, tick, flow.width - minutes - look.px(8))
        text(painter, line, unit, tick, ink, RIGHT)
    flow.end(look.px(22))
    flow.click(top, PlaceChosen(row.checkpoint_id))
