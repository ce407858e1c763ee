"""Passages as rows of days: filled is a way in, open a way out, a line between them a stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from services.domain.movement import Movement, Pass, nights, stays
from services.domain.timebase import local
from widgets.look import Look
from widgets.paint import RIGHT, elide, text

HOURS = (0, 6, 12, 18, 24)
DATE_WIDE, COUNT_WIDE, AXIS_HIGH, LEGEND_HIGH = 40, 26, 18, 38
MOST_ROWS = 30


def days_shown(found: Movement) -> list[date]:
    """From the first day with a passage to the last, at most thirty: the newest."""
    if not found.passes:
        return []
    first, last = (local(found.passes[at].at).date() for at in (0, -1))
    count = min(MOST_ROWS, (last - first).days + 1)
    return [last - timedelta(days=n) for n in range(count - 1, -1, -1)]


def paint_movement(painter: QPainter, box: QRect, found: Movement, look: Look) -> None:
    days = days_shown(found)
    tick, quiet = look.font("tick"), look.colour("text3")
    top = QRect(box.left(), box.top(), box.width(), look.px(LEGEND_HIGH))
    gates = "、".join(found.gates)
    said = f"{found.estate_name} {gates} · {found.days} 日 {len(found.passes)} 次 · 夜宿 {nights(found.passes)} 次"
    text(painter, top.adjusted(0, 0, 0, -top.height() // 2), elide(said, tick, top.width()), tick, look.colour("text2"))
    legend = "■ 进　□ 出　— 在内　浅底 登记访客日" + ("　仅最近" if found.more else "")
    text(painter, top.adjusted(0, top.height() // 2, 0, 0), elide(legend, tick, top.width()), tick, quiet)
    if not days:
        text(painter, box, "期内没有通行记录", look.font("body"), look.colour("text2"))
        return
    plot = box.adjusted(look.px(DATE_WIDE), top.height() + look.px(AXIS_HIGH), -look.px(COUNT_WIDE), -look.px(2))
    high = min(look.px(16), plot.height() // len(days))
    _axis(painter, plot, high * len(days), look)
    for at, day in enumerate(days):
        row = QRect(plot.left(), plot.top() + at * high, plot.width(), high)
        _row(painter, row, day, [p for p in found.passes if local(p.at).date() == day], look, every=at % 2 == 0)
    for came, went in stays(found.passes):
        _stay(painter, plot, days, high, came, went, look)
    for one in found.passes:
        _mark(painter, plot, days, high, one, look)


def _axis(painter: QPainter, plot: QRect, high: int, look: Look) -> None:
    tick = look.font("tick")
    for hour in HOURS:
        x = plot.left() + round(plot.width() * hour / 24)
        painter.fillRect(QRect(x, plot.top(), look.hair, high), look.colour("line"))
        box = QRect(x - look.px(14), plot.top() - look.px(AXIS_HIGH), look.px(28), look.px(AXIS_HIGH))
        text(painter, box, f"{hour}", tick, look.colour("text3"), Qt.AlignmentFlag.AlignCenter)


def _row(painter: QPainter, row: QRect, day: date, passes: Sequence[Pass], look: Look, *, every: bool) -> None:
    tick, quiet = look.font("tick"), look.colour("text3")
    if any(one.announced for one in passes):
        painter.fillRect(row, look.colour("band"))
    painter.fillRect(QRect(row.left(), row.bottom(), row.width(), look.hair), look.colour("line"))
    if every:
        label = QRect(row.left() - look.px(DATE_WIDE), row.top(), look.px(DATE_WIDE - 4), row.height())
        text(painter, label, f"{day:%m-%d}", tick, quiet)
    if passes and row.height() >= look.px(10):
        count = QRect(row.right(), row.top(), look.px(COUNT_WIDE), row.height())
        text(painter, count, f"{len(passes)}", tick, quiet, RIGHT)


def _x(plot: QRect, at: datetime) -> float:
    here = local(at)
    return plot.left() + plot.width() * (here.hour + here.minute / 60) / 24


def _mark(painter: QPainter, plot: QRect, days: Sequence[date], high: int, one: Pass, look: Look) -> None:
    day = local(one.at).date()
    if day not in days:
        return
    side = min(look.px(6), high - 2)
    middle = plot.top() + days.index(day) * high + high / 2
    box = QRectF(_x(plot, one.at) - side / 2, middle - side / 2, side, side)
    if one.inward:
        painter.fillRect(box, look.colour("measured"))
    else:
        painter.fillRect(box, look.colour("panel"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.colour("measured"), look.hair))
        painter.drawRect(box)


def _stay(
    painter: QPainter, plot: QRect, days: Sequence[date], high: int, came: datetime, went: datetime, look: Look
) -> None:
    """A line from the way in to the way out; over midnight it goes on in the next row."""
    painter.setPen(QPen(look.colour("bar"), look.px(2)))
    first, last = local(came).date(), local(went).date()
    for at, day in enumerate(days):
        if first <= day <= last:
            y = plot.top() + at * high + high / 2
            left = _x(plot, came) if day == first else float(plot.left())
            right = _x(plot, went) if day == last else float(plot.right())
            painter.drawLine(QPointF(left, y), QPointF(right, y))
