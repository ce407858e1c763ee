"""Strokes that every painted pane shares, so that a figure or a bar looks the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from services.domain.alert import AlertLevel
from widgets.glyphs import put_glyph
from widgets.hatch import hatch_brush
from widgets.look import Look

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
MISSING = "—"
# Joining flag enums costs more than drawing the text; the three usual ones are joined once.
_SINGLE_LINE = {align: align.value | Qt.TextFlag.TextSingleLine.value for align in (LEFT, RIGHT, CENTRE)}


def text(painter: QPainter, rect: QRect, s: str, font: QFont, colour: QColor, align: Qt.AlignmentFlag = LEFT) -> None:
    """One line within ``rect``, not elided (``elide`` first when it may be too long)."""
    painter.setFont(font)
    painter.setPen(colour)
    flags = _SINGLE_LINE.get(align)
    painter.drawText(rect, align.value | Qt.TextFlag.TextSingleLine.value if flags is None else flags, s)


def label(painter: QPainter, x: float, baseline: float, s: str, font: QFont, colour: QColor) -> int:
    """Text on a baseline. Returns its width in px."""
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(QPointF(x, baseline), s)
    return QFontMetrics(font).horizontalAdvance(s)


def width_of(s: str, font: QFont) -> int:
    return QFontMetrics(font).horizontalAdvance(s)


def elide(s: str, font: QFont, room: int) -> str:
    """``s`` cut to ``room`` px with an ellipsis, never inside a figure, plate or id."""
    metrics = QFontMetrics(font)
    if metrics.horizontalAdvance(s) <= room:
        return s
    cut = metrics.elidedText(s, Qt.TextElideMode.ElideRight, room - 1)
    kept = cut.removesuffix("…")
    if kept and _TOKEN.fullmatch(kept[-1]) and _TOKEN.fullmatch(s[len(kept) : len(kept) + 1]):
        kept = _TOKEN_AT_END.sub("", kept)
    return kept.rstrip(" ·，：") + "…" if kept else "…"


_TOKEN = re.compile(r"[0-9A-Za-z.,:*·%+−-]")
_TOKEN_AT_END = re.compile(r"[一-鿿]?[0-9A-Za-z.,:*·%+−-]+$")


def wrap(s: str, font: QFont, room: int) -> list[str]:
    """Lines of a sentence. Chinese breaks anywhere, but not within a figure or before a full stop."""
    metrics = QFontMetrics(font)
    lines: list[str] = []
    line = ""
    for piece in _PIECE.findall(s):
        if line and metrics.horizontalAdvance(line + piece.rstrip()) > room:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


_PIECE = re.compile(r"(?:[0-9A-Za-z.,:*%+−/-]+|.)(?:\s*[，。；：、！？）」》])*", re.DOTALL)


def figure_font(look: Look, step: str = "kpi", size: float | None = None) -> QFont:
    """The digit font of a step; ``size`` (logical px) overrides it (wall KPI 88–120 by pane height)."""
    font = look.font(step, digits=True)
    if size is not None:
        font = QFont(font)
        font.setPixelSize(look.px(size))
    return font


def figure(
    painter: QPainter,
    x: float,
    baseline: float,
    value: str,
    unit: str,
    look: Look,
    step: str = "kpi",
    colour: QColor | None = None,
    size: float | None = None,
) -> int:
    """A big value and, after a thin gap, its small unit on the same baseline. Returns the width in px."""
    big = figure_font(look, step, size)
    width = label(painter, x, baseline, value, big, colour or look.colour("text"))
    if unit:
        gap = look.px(10 if look.is_wall else 3)
        width += gap + label(painter, x + width + gap, baseline, unit, look.font("body"), look.colour("text3"))
    return width


def figure_width(value: str, unit: str, look: Look, step: str = "kpi", size: float | None = None) -> int:
    width = width_of(value, figure_font(look, step, size))
    return width + look.px(10 if look.is_wall else 3) + width_of(unit, look.font("body")) if unit else width


def hairline(painter: QPainter, look: Look, x: int, y: int, length: int, vertical: bool = False) -> None:
    """A dividing line on whole px."""
    thick = look.hair
    rect = QRect(x, y, thick, length) if vertical else QRect(x, y, length, thick)
    painter.fillRect(rect, look.colour("line"))


def bar(painter: QPainter, rect: QRect, share: float | None, look: Look, token: str = "bar") -> None:
    """A bar without a ground, ``share`` of ``rect``; None is unknown and hatched."""
    if share is None:
        painter.fillRect(rect, hatch_brush(look, rect.topLeft()))
        return
    width = round(rect.width() * min(1.0, max(0.0, share)))
    painter.fillRect(QRect(rect.left(), rect.top(), width, rect.height()), look.colour(token))


def level_bar(
    painter: QPainter,
    rect: QRect,
    share: float | None,
    look: Look,
    ticks: Sequence[float] = (0.8, 0.95),
    level: AlertLevel | None = None,
    unknown: bool = False,
    signed: bool = False,
) -> None:
    """A filled part of a whole with limit ticks. Over a limit it takes the level's colour and,
    in the room left of ``rect``, its glyph. Unknown is hatched and has no ticks."""
    if unknown or share is None:
        painter.fillRect(rect, hatch_brush(look, rect.topLeft()))
        return
    painter.fillRect(rect, look.colour("line"))
    width = round(rect.width() * min(1.0, max(0.0, share)))
    fill = look.colour("bar") if level is None else look.alert(level, fill=True)
    painter.fillRect(QRect(rect.left(), rect.top(), width, rect.height()), fill)
    out = look.px(6 if look.is_wall else 3)
    for tick in ticks:
        x = rect.left() + round(rect.width() * tick)
        painter.fillRect(QRect(x, rect.top() - out, look.hair, rect.height() + 2 * out), look.colour("text2"))
    if level is not None:
        size = look.px(30) if look.is_wall else look.px(11)
        put_glyph(painter, look, level, QPointF(rect.left() - size * 0.85, rect.center().y() + 0.5), size, signed)


def sparkline(
    painter: QPainter, rect: QRect, values: Sequence[float | None], look: Look, top: float | None = None
) -> None:
    """Columns of a small history on a base line; a None leaves a dotted gap, no values at all is hatched."""
    known = [v for v in values if v is not None]
    if not known:
        painter.fillRect(rect, hatch_brush(look, rect.topLeft()))
        return
    highest = top or max(known) or 1.0
    pitch = rect.width() / len(values)
    base = rect.bottom()
    for at, value in enumerate(values):
        left, right = rect.left() + round(at * pitch), rect.left() + round((at + 1) * pitch)
        if value is None:
            painter.fillRect(QRect(left, base, max(1, (right - left) // 2), look.hair), look.colour("text3"))
        else:
            high = max(look.hair, round(rect.height() * min(1.0, value / highest)))
            painter.fillRect(QRect(left, base - high + 1, max(1, right - left - look.hair), high), look.colour("bar"))


def polyline(painter: QPainter, points: Sequence[QPointF], colour: QColor, width: float) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPolyline(QPolygonF(list(points)))
    painter.restore()


def chip(painter: QPainter, x: int, centre_y: int, s: str, look: Look, *, filled: bool = False) -> int:
    """A small framed word (演示数据, 数据滞后). Returns its width in px."""
    font = look.font("tick")
    width = width_of(s, font) + look.px(16 if look.is_wall else 10)
    height = look.px(48 if look.is_wall else 18)
    box = QRect(x, centre_y - height // 2, width, height)
    if filled:
        painter.fillRect(box, look.colour("line2"))
    else:
        painter.setPen(QPen(look.colour("line2"), look.hair))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
    text(painter, box, s, font, look.colour("text" if filled else "text2"), CENTRE)
    return width


def unknown_box(painter: QPainter, rect: QRect, look: Look, origin: QPoint | None = None) -> None:
    """Hatch a whole area."""
    painter.fillRect(rect, hatch_brush(look, origin or rect.topLeft()))
