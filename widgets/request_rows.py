"""Hand-ins in rows of the queue, and the course of one of them: what stands where, and how it is painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter

from services.domain.alert import Alert, AlertLevel
from services.domain.boats import STATE_WORDS, HandInRequest, HandInState, StateAt
from services.domain.hand_in_case import CHANNEL_WORDS, DESK
from services.domain.hand_in_times import late_by
from services.domain.timebase import local
from widgets.glyphs import put_glyph
from widgets.hand_ins import limit_words
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, elide, text
from widgets.words import duration

CHANNELS = {"phone": "电", "counter": "窗"}
SHORT = {HandInState.DISPUTED: "争议"}


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    field: str
    width: int  # logical px of 603
    align: Qt.AlignmentFlag = LEFT
    ink: str = "text2"
    weight: int = 400


COLUMNS = (  # only a place may be cut short
    Column("状态", "state", 76),
    Column("号", "number", 50, LEFT, "text", 500),
    Column("船名号", "vessel_no", 90, LEFT, "text"),
    Column("污染物", "pollutant", 64),
    Column("估重 t", "est", 44, RIGHT),
    Column("位置", "place", 75),
    Column("已等", "waited", 68, RIGHT),
    Column("时限 / 船", "limit", 136, RIGHT, "text"),
)
WHOLE = sum(column.width for column in COLUMNS)


@dataclass(frozen=True, slots=True)
class QueueRow:
    id: str
    state: str
    level: AlertLevel | None
    signed: bool
    number: str
    channel: str
    vessel_no: str
    pollutant: str
    est: str
    place: str
    waited: str
    limit: str
    ended: bool


def queue_row(request: HandInRequest, alert: Alert | None, now: datetime) -> QueueRow:
    ended = not request.is_open
    until = request.history[-1].at if ended else now
    return QueueRow(
        id=request.id,
        state=SHORT.get(request.state, request.state_word),
        level=alert.level if alert else None,
        signed=alert.is_signed if alert else False,
        number=request.number,
        channel=CHANNELS.get(request.channel, ""),
        vessel_no=request.vessel_no,
        pollutant=request.pollutant_word,
        est=f"{request.est_t:.2f}",
        place=request.place,
        waited=_waited((until - request.filed_at).total_seconds()),
        limit=request.reason if ended else limit_words(request, now),
        ended=ended,
    )


def _waited(seconds: float) -> str:
    """Minutes tell nothing any more after ten hours."""
    return f"{seconds / 3600:.0f} 时" if seconds >= 36_000 else duration(seconds)


def cells(box: QRect, look: Look) -> list[tuple[Column, QRect]]:
    """Where each column stands in a row; what is over goes to the place."""
    spare = max(0, box.width() - look.px(WHOLE))
    x, found = box.left(), []
    for column in COLUMNS:
        wide = look.px(column.width) + (spare if column.field == "place" else 0)
        left = look.pad if column.field == "state" else look.px(6)
        right = look.pad if column is COLUMNS[-1] else look.px(6)
        found.append((column, QRect(x + left, box.top(), wide - left - right, box.height())))
        x += wide
    return found


def paint_titles(painter: QPainter, box: QRect, look: Look) -> None:
    font = look.font("tick")
    for column, cell in cells(box, look):
        inner = cell.adjusted(_mark(look), 0, 0, 0) if column.field == "state" else cell
        text(painter, inner, elide(column.title, font, inner.width()), font, look.colour("text3"), column.align)


def paint_queue_row(painter: QPainter, box: QRect, row: QueueRow, look: Look, *, stale: bool) -> None:
    for column, cell in cells(box, look):
        font = look.font("body", weight=column.weight)
        ink = look.colour("text3" if stale or row.ended else column.ink)
        inner = cell
        if column.field == "state":
            if row.level is not None:
                size = look.glyph("table")
                centre = QPointF(cell.left() + size / 2, cell.center().y())
                put_glyph(painter, look, row.level, centre, size, row.signed)
            inner = cell.adjusted(_mark(look), 0, 0, 0)
        if column.field == "number":  # of the desk's own channels a small word
            text(painter, inner, row.channel, look.font("tick"), look.colour("text3"), RIGHT)
        text(painter, inner, elide(getattr(row, column.field), font, inner.width()), font, ink, column.align)


def _mark(look: Look) -> int:
    return look.glyph("table") + look.px(5)


# ------------------------------------------------------------------------------------------- one hand-in


@dataclass(frozen=True, slots=True)
class PastRow:
    """One state of a hand-in: when, who, by which way it is known, and how late."""

    state: str
    at: str
    by: str
    told: str
    late: str
    is_exception: bool


def past_rows(request: HandInRequest, now: datetime) -> Sequence[PastRow]:
    """Its states in order; the last one says what is due next."""
    return [_past(request, step, now) for step in request.history]


def _past(request: HandInRequest, step: StateAt, now: datetime) -> PastRow:
    late = late_by(request, step)
    said = f"超 {duration(late.total_seconds())}" if late is not None else ""
    if step is request.history[-1] and request.is_open:
        said = " · ".join(part for part in (said, limit_words(request, now)) if part)
    return PastRow(
        state=STATE_WORDS[step.state],
        at=f"{local(step.at):%m-%d %H:%M:%S}",
        by=step.by,
        told="本台" if step.told == DESK else "渔业局",
        late=said,
        is_exception=step.state in tuple(HandInState)[14:],
    )


_PAST = ((0, 96), (96, 130), (226, 130), (356, 76), (432, 171))


def paint_past(painter: QPainter, box: QRect, row: PastRow, look: Look) -> None:
    said = (row.state, row.at, row.by, row.told, row.late)
    for (left, wide), words in zip(_PAST, said, strict=True):
        cell = QRect(box.left() + look.px(left), box.top(), look.px(wide) - look.px(6), box.height())
        weight = 500 if left == 0 or (left == 432 and words.startswith("超")) else 400
        ink = "text" if weight == 500 else "text2"
        font = look.font("body", weight=weight)
        text(painter, cell, elide(words, font, cell.width()), font, look.colour(ink), LEFT)


def about(request: HandInRequest) -> str:
    """What is known of it beside its course, in a line."""
    agreed, stored = request.agreed_t, request.stored_t
    masses = (("估", request.est_t), ("船边", request.weighed_t), ("商定", agreed), ("仓边", stored))
    told = [f"{word} {mass:.2f} t" for word, mass in masses if mass is not None]
    parts = [CHANNEL_WORDS.get(request.channel, request.channel), request.caller, request.pollutant_word, *told]
    parts += [request.manifest, request.reason]
    return " · ".join(part for part in parts if part)
