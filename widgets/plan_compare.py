"""Plans side by side in figures: the one in force, and what a planner offers in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.dispatch_plan import OFFER_WORDS, DispatchPlan, PlanOffer, VesselRoute
from services.domain.timebase import local
from widgets.hatch import hatch_brush
from widgets.look import Look
from widgets.paint import LEFT, MISSING, RIGHT, elide, hairline, text, width_of
from widgets.words import duration, number

LABELS = ("代价", "里程 nm", "已排 / 未排", "超时窗", "改动", "收班")
HEAD, ROW, LABEL = 40, 21, 66


@dataclass(frozen=True, slots=True)
class Column:
    """``values`` stand beside ``LABELS``. ``stale`` says why it can no longer be taken; ``waits`` that it is
    still being worked out."""

    key: str
    head: str
    letter: str
    below: str
    values: tuple[str, ...] = ()
    stale: str = ""
    waits: bool = False
    chosen: bool = False


def in_force(plan: DispatchPlan | None, now: datetime | None) -> Column:
    """What it still has to do; nobody has worked out the cost of one that was made by hand."""
    if plan is None:
        return Column("now", "执行中", "", "尚无计划")
    ahead = [s for r in plan.routes for s in r.stops if s.request_id and (now is None or s.leave_at > now)]
    late = sum(stop.late_min > 0 for stop in ahead)
    values = _values(
        plan.cost, sum(r.distance_nm for r in plan.routes), len(ahead), len(plan.unserved), late, plan.routes
    )
    return Column("now", "执行中", "", f"第 {plan.version} 版", (*values[:4], MISSING, values[4]))


def offered(offer: PlanOffer, letter: str, stale: str, chosen: bool, now: datetime | None) -> Column:
    age = duration((now - offer.made_at).total_seconds()) if now is not None else ""
    below = age if age in ("", "刚刚") else f"{age}前"
    if offer.refusal:
        return Column(offer.kind, OFFER_WORDS[offer.kind], letter, offer.refusal, chosen=chosen)
    values = _values(offer.cost, offer.distance_nm, offer.served, len(offer.unserved), offer.late, offer.routes)
    moved = f"{offer.moved} 件"
    return Column(
        offer.kind, OFFER_WORDS[offer.kind], letter, below, (*values[:4], moved, values[4]), stale, chosen=chosen
    )


def _values(
    cost: float, miles: float, served: int, unserved: int, late: int, routes: Sequence[VesselRoute]
) -> tuple[str, str, str, str, str]:
    end = latest_end(routes)
    said = f"{local(end):%H:%M}" if end is not None else MISSING
    return number(cost) if cost else MISSING, number(miles, 1), f"{served} / {unserved}", f"{late} 件", said


def latest_end(routes: Sequence[VesselRoute]) -> datetime | None:
    return max((route.end_at for route in routes if route.end_at is not None), default=None)


def paint_columns(painter: QPainter, box: QRect, columns: Sequence[Column], look: Look) -> list[tuple[QRect, str]]:
    """The table in ``box``. Returns where each column that can be chosen stands, with its key."""
    head, row, label = look.px(HEAD), look.px(ROW), look.px(LABEL)
    for at, word in enumerate(LABELS):
        line = QRect(box.left() + look.pad, box.top() + head + at * row, label, row)
        text(painter, line, word, look.font("tick"), look.colour("text3"), LEFT)
    left, wide = box.left() + look.pad + label, (box.width() - look.pad - label) / max(1, len(columns))
    hits = []
    for at, column in enumerate(columns):
        begin, end = round(left + at * wide), round(left + (at + 1) * wide)
        cell = QRect(begin, box.top(), end - begin, head + len(LABELS) * row)
        _paint_column(painter, cell, column, look)
        if column.letter:
            hits.append((cell, column.key))
    hairline(painter, look, box.left(), box.top() + head - look.hair, box.width())
    return hits


def _paint_column(painter: QPainter, cell: QRect, column: Column, look: Look) -> None:
    head, row = look.px(HEAD), look.px(ROW)
    if column.chosen:
        painter.fillRect(cell, look.colour("raised"))
        painter.fillRect(QRect(cell.left(), cell.top(), cell.width(), look.px(2)), look.colour("ice"))
    inner = cell.adjusted(look.px(6), 0, -look.px(8), 0)
    name = QRect(inner.left(), inner.top() + look.px(3), inner.width(), look.px(19))
    _paint_name(painter, name, column, look)
    quiet, ink = look.font("tick"), look.colour("text2" if column.stale else "text3")
    below = QRect(inner.left(), name.bottom() + 1, inner.width(), look.px(16))
    said = "计划已变" if column.stale else column.below
    text(painter, below, elide(said, quiet, below.width()), quiet, ink, RIGHT)
    rest = QRect(cell.left(), cell.top() + head, cell.width(), len(LABELS) * row)
    font = look.font("body", weight=500 if column.chosen else 400)
    if column.waits or column.stale:
        taken = max((width_of(value, font) for value in column.values), default=-look.px(8)) + look.px(14)
        hatched = rest.adjusted(look.px(6), look.px(4), -taken, -look.px(4))
        painter.fillRect(hatched, hatch_brush(look, rest.topLeft()))
    colour = look.colour("text3" if column.stale else "text" if column.chosen else "text2")
    for at, value in enumerate(column.values):
        line = QRect(inner.left(), rest.top() + at * row, inner.width(), row)
        text(painter, line, value, font, colour, RIGHT)


def _paint_name(painter: QPainter, line: QRect, column: Column, look: Look) -> None:
    font = look.font("body", weight=500)
    room = line.width()
    if column.letter:
        text(painter, line, column.letter, look.font("tick"), look.colour("text3"), RIGHT)
        room -= width_of(f"{column.letter} ", look.font("tick"))
    text(painter, QRect(line.left(), line.top(), room, line.height()), column.head, font, look.colour("text"), RIGHT)
