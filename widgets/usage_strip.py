"""Water, power and gas side by side for the wall: the number of now, large, and its day in the usual band."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPolygonF

from services.domain.figures import Series
from widgets.axes import round_up
from widgets.look import Look
from widgets.paint import elide, figure, hairline, polyline, text, unknown_box

_HEAD, _FIGURE = 40, 92
# The wall says its own words, not those of a record.
_HEADS = {"water": "用水 m³/时", "power": "用电 kW", "gas": "用气 m³/时"}


def paint_strip(painter: QPainter, area: QRect, series: Sequence[Series], look: Look, *, stale: bool) -> None:
    """Each in a part of its own; what nobody reports is hatched."""
    gap = look.px(48)
    wide = (area.width() - gap * (len(series) - 1)) // max(1, len(series))
    for at, one in enumerate(series):
        _paint_one(painter, QRect(area.left() + at * (wide + gap), area.top(), wide, area.height()), one, look, stale)


def _paint_one(painter: QPainter, box: QRect, one: Series, look: Look, stale: bool) -> None:
    now = newest(one)
    head = QRect(box.left(), box.top(), box.width(), look.px(_HEAD))
    text(
        painter,
        head,
        elide(_HEADS.get(one.id, ""), look.font("tick"), box.width()),
        look.font("tick"),
        look.colour("text2"),
    )
    plot = QRect(box.left(), head.bottom() + look.px(_FIGURE), box.width(), 0)
    plot.setBottom(box.bottom() - look.line("tick"))
    place = QRect(box.left(), head.bottom(), box.width(), look.px(_FIGURE))
    if now is None:
        unknown_box(painter, place.adjusted(0, look.px(12), -box.width() // 2, -look.px(24)), look)
    else:
        value, band = now
        figure(painter, box.left(), place.bottom() - look.px(28), f"{value:,.0f}", "", look, size=64)
        text(
            painter,
            place,
            standing(value, band),
            look.font("tick"),
            look.colour("text2"),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
        )
    _paint_day(painter, plot, one, look, stale)
    foot = QRect(box.left(), plot.bottom(), box.width(), look.line("tick"))
    text(painter, foot, "0 时", look.font("tick"), look.colour("text3"))
    text(
        painter,
        foot,
        "24",
        look.font("tick"),
        look.colour("text3"),
        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    )


def newest(one: Series) -> tuple[float, tuple[float, float] | None] | None:
    """The last value that is known, and its usual range; None when none is."""
    bands = one.band or (None,) * len(one.points)
    known = [(p, b) for p, b in zip(one.points, bands, strict=False) if p is not None]
    return known[-1] if known else None


def standing(value: float, band: tuple[float, float] | None) -> str:
    """How it stands to the range of seven days at this hour."""
    if band is None:
        return "范围未知"
    return "偏高" if value > band[1] else "偏低" if value < band[0] else "范围内"


def _paint_day(painter: QPainter, plot: QRect, one: Series, look: Look, stale: bool) -> None:
    if not one.points or plot.height() < look.px(40):
        return
    bands = one.band or (None,) * len(one.points)
    highest = max([p for p in one.points if p is not None] + [b[1] for b in bands if b] or [1.0])
    top = one.top or round_up(highest or 1.0)
    step = plot.width() / max(1, len(one.points) - 1)

    def spot(at: int, value: float) -> QPointF:
        return QPointF(plot.left() + at * step, plot.bottom() - plot.height() * min(1.0, value / top))

    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("band"))
    for run in _runs([None if b is None else (b[0], b[1]) for b in bands]):
        upper = [spot(at, high) for at, (_, high) in run]
        lower = [spot(at, low) for at, (low, _) in reversed(run)]
        painter.drawPolygon(QPolygonF([*upper, *lower]))
    painter.restore()
    hairline(painter, look, plot.left(), plot.bottom(), plot.width())
    colour = look.colour("text3" if stale else "measured")
    for run in _runs([None if p is None else (p, p) for p in one.points]):
        polyline(painter, [spot(at, value) for at, (value, _) in run], colour, look.px(5))


def _runs(values: Sequence[tuple[float, float] | None]) -> Iterator[list[tuple[int, tuple[float, float]]]]:
    """What is known without a gap, each with its place. A gap stays a gap."""
    known = [(at, value) for at, value in enumerate(values) if value is not None]
    if not known:
        return
    run = [known[0]]
    for before, here in pairwise(known):
        if here[0] != before[0] + 1:
            yield run
            run = []
        run.append(here)
    yield run
