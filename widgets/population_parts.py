"""What the pane of the population paints: pyramid, flows of the week, a line for an estate or a building."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.community import AgeBand, DayFlow, Heads
from widgets.look import Look
from widgets.paint import CENTRE, LEFT, RIGHT, elide, text
from widgets.words import MINUS

_NAME, _VALUES = 58, 106  # logical px of a line's words and figures


@dataclass(frozen=True, slots=True)
class Line:
    """One estate or building: how many live there, and how many of them float."""

    id: str
    name: str
    total: int
    floating: int
    buildings: int


def estates_of(heads: Iterable[Heads]) -> Sequence[Line]:
    found: dict[str, list[Heads]] = {}
    for one in heads:
        found.setdefault(one.estate_id, []).append(one)
    return [
        Line(key, here[0].estate_name, sum(h.total for h in here), sum(h.floating for h in here), len(here))
        for key, here in found.items()
    ]


def lines_of(heads: Iterable[Heads], estate: str) -> Sequence[Line]:
    return [Line(h.building_id, h.building, h.total, h.floating, 0) for h in heads if h.estate_id == estate]


def signed(number: int) -> str:
    return f"+{number:,}" if number > 0 else f"{MINUS}{-number:,}" if number < 0 else "0"


def paint_line(painter: QPainter, box: QRect, line: Line, most: int, look: Look, *, quiet: bool = False) -> None:
    """``城市花园 ▮▮▮▯ 1,862``: the light end of the bar is the floating part."""
    font, names, values = look.font("tick"), look.px(_NAME), look.px(_VALUES)
    ink = look.colour("text3" if quiet else "text2")
    room = box.width() - values if quiet else names
    text(painter, box, elide(line.name, font, room - look.px(4)), font, ink, LEFT)
    if most:
        track = QRect(box.left() + names, box.center().y() - look.px(3), box.width() - names - values, look.px(7))
        wide = round(track.width() * line.total / most)
        light = round(wide * line.floating / line.total) if line.total else 0
        painter.fillRect(QRect(track.left(), track.top(), wide - light, track.height()), look.colour("bar"))
        rest = QRect(track.left() + wide - light, track.top(), light, track.height())
        painter.fillRect(rest, look.colour("measured"))
    said = f"{line.total:,}" + ("" if quiet else f" · 流动 {line.floating:,}")
    text(painter, box, said, look.font("tick", digits=True), look.colour("text3" if quiet else "text"), RIGHT)


def paint_flows(painter: QPainter, area: QRect, flows: Sequence[DayFlow], look: Look) -> None:
    """A column a day: who came over the line, who left under it; the day of the month below, today last."""
    if not flows:
        return
    foot = look.line("tick")
    half = max(look.px(4), (area.height() - foot) // 2 - look.px(2))
    line = area.top() + half
    most = max(1, *(max(day.came, day.left) for day in flows))
    pitch = area.width() / len(flows)
    wide = max(2, round(pitch * 0.55))
    for i, day in enumerate(flows):
        x = area.left() + round(i * pitch + (pitch - wide) / 2)
        up, down = (round(half * heads / most) for heads in (day.came, day.left))
        painter.fillRect(QRect(x, line - up, wide, up), look.colour("bar"))
        painter.fillRect(QRect(x, line + 1, wide, down), look.colour("measured"))
        box = QRect(area.left() + round(i * pitch), area.bottom() - foot + 1, round(pitch), foot)
        today = i == len(flows) - 1
        ink = look.colour("text2" if today else "text3")
        text(painter, box, "今" if today else f"{day.day.day}", look.font("tick"), ink, CENTRE)
    painter.fillRect(QRect(area.left(), line, area.width(), 1), look.colour("line2"))


def paint_pyramid(painter: QPainter, area: QRect, bands: tuple[AgeBand, ...], look: Look) -> None:
    foot = look.line("tick")
    widest = max((max(b.male_permille, b.female_permille) for b in bands), default=1.0) or 1.0
    middle, ages = area.left() + round(area.width() * 0.5), look.px(32)
    reach = area.width() // 2 - ages // 2 - look.px(4)
    pitch = (area.height() - foot) / max(1, len(bands))
    high = max(2, round(pitch) - look.px(4))
    for at, band in enumerate(bands):
        top = area.top() + round(at * pitch)
        men, women = (round(reach * v / widest) for v in (band.male_permille, band.female_permille))
        painter.fillRect(QRect(middle - ages // 2 - men, top, men, high), look.colour("bar"))
        painter.fillRect(QRect(middle + ages // 2, top, women, high), look.colour("measured"))
        box = QRect(middle - ages // 2, top - look.px(4), ages, high + look.px(8))
        text(painter, box, band.label, look.font("tick"), look.colour("text3"), CENTRE)
    line = QRect(area.left(), area.bottom() - foot + 1, area.width(), foot)
    third = line.width() // 3
    for i, words in enumerate(("男", "年龄 · ‰", "女")):
        box = QRect(line.left() + i * third, line.top(), third, foot)
        text(painter, box, words, look.font("tick"), look.colour("text3"), CENTRE)
