"""A line of figures and a list of bars inside a pane of another subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.figures import Bar
from widgets.look import Look
from widgets.paint import RIGHT, bar, elide, figure, figure_width, label, text, unknown_box, width_of


@dataclass(frozen=True, slots=True)
class Fact:
    """One number of a line: ``label`` under it on the desk, over it on the wall. None is unknown."""

    label: str
    value: str | None
    unit: str = ""


def facts_height(look: Look) -> int:
    return look.px(176) if look.is_wall else look.px(56)


def paint_facts(
    painter: QPainter,
    area: QRect,
    facts: Sequence[Fact],
    look: Look,
    *,
    stale: bool = False,
    size: float = 96,
    even: bool = True,
) -> None:
    """Figures side by side on shared baselines; each column is as wide as its share (``even``) or its
    content needs. ``size`` is the wall's figure size in logical px; the desk takes its KPI step."""
    if not facts:
        return
    chosen = size if look.is_wall else None
    small = look.font("body" if look.is_wall else "tick")
    widths = [area.width() / len(facts)] * len(facts)
    if not even:
        needs = [max(figure_width(f.value or "——", f.unit, look, size=chosen), width_of(f.label, small)) for f in facts]
        spare = max(0.0, area.width() - sum(needs)) / len(facts)
        widths = [need + spare for need in needs]
    value_y = look.px(44 + size * 0.9) if look.is_wall else look.px(27)
    label_y = look.px(38) if look.is_wall else look.px(47)
    x = float(area.left())
    for fact, width in zip(facts, widths, strict=True):
        shown = elide(fact.label, small, round(width) - look.px(6))
        label(painter, x, area.top() + label_y, shown, small, look.colour("text2" if look.is_wall else "text3"))
        if fact.value is None:
            high = look.px(size * 0.66 if look.is_wall else 18)
            unknown_box(painter, QRect(round(x), area.top() + value_y - high, high * 2, high), look)
        else:
            ink = look.colour("text3" if stale else "text")
            figure(painter, x, area.top() + value_y, fact.value, fact.unit, look, colour=ink, size=chosen)
        x += width


def paint_bars(
    painter: QPainter, area: QRect, bars: Sequence[Bar], look: Look, label_width: float, *, stale: bool = False
) -> None:
    """``label ▮▮▮▮ figure`` lines filling ``area``; ``label_width`` in logical px."""
    if not bars:
        return
    font = look.font("body")
    bold = look.font("lead", digits=True, weight=500) if look.is_wall else look.font("body", weight=700)
    pitch = min(area.height() / len(bars), look.px(72 if look.is_wall else 26))
    high = look.px(26 if look.is_wall else 12)
    names = look.px(label_width)
    values = max(width_of(b.text, bold) for b in bars) + look.px(24 if look.is_wall else 12)
    for at, one in enumerate(bars):
        line = QRect(area.left(), area.top() + round(at * pitch), area.width(), round(pitch))
        box = QRect(line.left(), line.top(), names, line.height())
        text(painter, box, elide(one.label, font, names - look.px(6)), font, look.colour("text2"))
        track = QRect(line.left() + names, line.center().y() - high // 2, line.width() - names - values, high)
        bar(painter, track, one.share, look)
        text(painter, line, one.text, bold, look.colour("text3" if stale else "text"), RIGHT)


def percent_text(part: int, whole: int) -> str | None:
    """One decimal, cut and never rounded up; None when there is nothing to divide by."""
    return f"{part * 1000 // whole / 10:.1f}" if whole else None
