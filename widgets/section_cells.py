"""The cells of a building's section: where each dwelling stands and how its use is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from services.domain.community import Elder, Safety
from services.domain.estates import Building, Unit, Use
from widgets.hatch import hatch_brush
from widgets.look import Look
from widgets.paint import CENTRE, LEFT, RIGHT, elide, figure, label, text, unknown_box, width_of

_HEADS_HIGH, _CELL_WIDE, _CELL_HIGH, _UNIT_GAP, _FLOOR_WIDE = 44, 56, 36, 14, 34
_LEGEND = (
    ("自住", Use.OWN),
    ("出租已登记", Use.LET_REGISTERED),
    ("出租待登记", Use.LET_OPEN),
    ("空置", Use.VACANT),
    ("独居老人", None),
    ("未知", Use.UNKNOWN),
)


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of one size for the whole building, as large as ``area`` lets them be, in its middle."""

    area: QRect
    across: tuple[int, ...]  # dwellings of a floor, by unit
    floors: int
    left: int
    base: int  # lower edge of the second floor
    wide: int
    high: int
    gap: int

    @classmethod
    def of(cls, building: Building, area: QRect, look: Look) -> Grid:
        across = tuple(max((len(f) for f in u.floors), default=1) for u in building.units)
        floors = max((len(u.floors) for u in building.units), default=0)
        gap, names, heads = look.px(_UNIT_GAP), look.px(_FLOOR_WIDE), look.px(_HEADS_HIGH)
        gaps = gap * (len(across) - 1)
        wide = min(look.px(_CELL_WIDE), (area.width() - names - gaps) // max(1, sum(across)))
        high = min(look.px(_CELL_HIGH), (area.height() - heads) // (floors + 1))
        block = sum(across) * wide + gaps
        left = area.left() + names + max(0, (area.width() - names - block) // 2)
        return cls(area, across, floors, left, area.top() + heads + floors * high, wide, high, gap)

    def unit_left(self, unit: int) -> int:
        return self.left + sum(self.across[:unit]) * self.wide + unit * self.gap

    def cell(self, unit: int, floor: int, at: int) -> QRect:
        """``unit`` and ``at`` from 0, ``floor`` as spoken (2 is the lowest with dwellings)."""
        x, y = self.unit_left(unit) + at * self.wide, self.base - (floor - 1) * self.high
        return QRect(x + 1, y + 1, self.wide - 2, self.high - 2)

    def holds(self, place: tuple[int, int, int]) -> bool:
        unit, floor, at = place
        return 0 <= unit < len(self.across) and 0 <= at < self.across[unit] and 2 <= floor <= self.floors + 1

    def place_at(self, spot: QPoint) -> tuple[int, int, int] | None:
        """Unit, floor and place of the cell at a point; None between and around them."""
        floor = (self.base + self.high - 1 - spot.y()) // max(1, self.high) + 1
        for unit, across in enumerate(self.across):
            at = (spot.x() - self.unit_left(unit)) // max(1, self.wide)
            if 0 <= at < across and self.holds((unit, floor, at)):
                return unit, floor, at
        return None


def paint_frame(painter: QPainter, building: Building, grid: Grid, look: Look) -> None:
    """Floor numbers, heads of the units, what is on the ground: everything in words."""
    names = look.px(_FLOOR_WIDE)
    for floor in range(1, grid.floors + 2):
        if floor == 1 or floor % 2 == 0:
            box = QRect(grid.left - names, grid.base - (floor - 1) * grid.high, names - look.px(10), grid.high)
            text(painter, box, f"{floor}", look.font("tick"), look.colour("text3"), RIGHT)
    for index, unit in enumerate(building.units):
        _paint_head(painter, index, unit, grid, look)
        _paint_ground(painter, index, unit, grid, look)


def cells(building: Building, grid: Grid, look: Look, dpr: float) -> QPixmap:
    """Every dwelling of a building, painted once; it stands at ``grid.area``."""
    layer = QPixmap(round(grid.area.width() * dpr), round(grid.area.height() * dpr))
    layer.setDevicePixelRatio(dpr)
    layer.fill(look.colour("panel"))
    painter = QPainter(layer)
    painter.translate(-grid.area.left(), -grid.area.top())
    for index, unit in enumerate(building.units):
        for floor, letters in enumerate(unit.floors, start=2):
            for at, letter in enumerate(letters):
                paint_cell(painter, grid.cell(index, floor, at), letter, look)
    painter.end()
    return layer


def _paint_head(painter: QPainter, index: int, unit: Unit, grid: Grid, look: Look) -> None:
    wide = max(grid.across[index] * grid.wide, look.px(64))
    half = look.px(_HEADS_HIGH) // 2
    upper = QRect(grid.unit_left(index), grid.area.top(), wide, half)
    text(painter, upper, unit.name, look.font("body", weight=500), look.colour("text"), CENTRE)
    tick = look.font("tick")
    lower = upper.translated(0, half - look.px(3))
    text(painter, lower, elide(unit.lift, tick, wide), tick, look.colour("text3"), CENTRE)


def _paint_ground(painter: QPainter, index: int, unit: Unit, grid: Grid, look: Look) -> None:
    wide = grid.across[index] * grid.wide
    box = QRect(grid.unit_left(index) + 1, grid.base + 1, wide - 2, grid.high - 2)
    painter.fillRect(box, look.colour("raised"))
    tick = look.font("tick")
    text(painter, box, elide(unit.ground, tick, box.width() - look.px(4)), tick, look.colour("text3"), CENTRE)
    painter.fillRect(QRect(box.left() - 1, grid.base + grid.high, wide, look.px(2)), look.colour("line2"))


def paint_cell(painter: QPainter, cell: QRect, letter: str, look: Look) -> None:
    """Filled = lived in, strip = let (open strip: not registered yet), outline = vacant, hatch = unknown."""
    if letter == Use.NONE:
        return
    if letter == Use.UNKNOWN:
        painter.fillRect(cell, look.colour("raised"))
        painter.fillRect(cell, hatch_brush(look, cell.topLeft()))
        return
    if letter == Use.VACANT:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.colour("line2"), look.hair))
        painter.drawRect(QRectF(cell).adjusted(0.5, 0.5, -0.5, -0.5))
        return
    painter.fillRect(cell, look.colour("band"))
    strip = QRect(cell.left(), cell.bottom() - look.px(4) + 1, cell.width(), look.px(4))
    if letter == Use.LET_REGISTERED:
        painter.fillRect(strip, look.colour("bar"))
    elif letter == Use.LET_OPEN:
        painter.setPen(QPen(look.colour("bar"), look.hair))
        painter.setBrush(look.colour("panel"))
        painter.drawRect(QRectF(strip).adjusted(0.5, 0.5, -0.5, -0.5))


def paint_ring(painter: QPainter, cell: QRect, look: Look) -> None:
    """An elder who lives alone."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.colour("ice"), 1.6 * look.scale))
    painter.drawEllipse(QRectF(cell).center(), 4 * look.scale, 4 * look.scale)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_legend(painter: QPainter, area: QRect, look: Look) -> None:
    x, high = area.left(), look.px(12)
    tick = look.font("tick")
    for words, use in _LEGEND:
        swatch = QRect(x, area.center().y() - high // 2, look.px(22), high)
        paint_cell(painter, swatch, use or Use.OWN, look)
        if use is None:
            paint_ring(painter, swatch, look)
        x += look.px(28)
        text(painter, QRect(x, area.top(), look.px(100), area.height()), words, tick, look.colour("text2"), LEFT)
        x += width_of(words, tick) + look.px(16)


def paint_building_facts(
    painter: QPainter, area: QRect, building: Building, elders: Sequence[Elder], look: Look, *, stale: bool
) -> None:
    """Dwellings, passages, elders and hydrant pressure of one building."""
    letters = "".join(f for u in building.units for f in u.floors)
    own, let = letters.count(Use.OWN), letters.count(Use.LET_REGISTERED) + letters.count(Use.LET_OPEN)
    usual = "—" if building.passages_usual is None else f"{building.passages_usual:,}"
    pressure = None if building.hydrant_mpa is None else f"{building.hydrant_mpa:.2f}"
    facts = (
        (f"本幢 {sum(c != Use.NONE for c in letters)} 套", f"{own + let:,}", "户", f"自住 {own} · 出租 {let}"),
        ("今日进出", f"{building.passages_today:,}", "人次", f"近 7 日均 {usual}"),
        ("独居老人", f"{building.elders}", "人", _confirmed(building, elders)),
        ("室内栓压力", pressure, "MPa", f"限 {building.hydrant_limit_mpa:.2f} 以上"),
    )
    wide, tick = area.width() / len(facts), look.font("tick")
    for at, (name, value, unit, note) in enumerate(facts):
        x, top = area.left() + round(at * wide), area.top() + look.px(6)
        label(painter, x, top + look.px(14), name, tick, look.colour("text3"))
        if value is None:
            unknown_box(painter, QRect(x, top + look.px(22), look.px(50), look.px(20)), look)
        else:
            figure(painter, x, top + look.px(42), value, unit, look, colour=look.colour("text3" if stale else "text"))
        label(painter, x, top + look.px(62), elide(note, tick, round(wide) - look.px(8)), tick, look.colour("text3"))


def _confirmed(building: Building, elders: Sequence[Elder]) -> str:
    ids = {mark.subject_id for mark in building.marks if mark.kind == "elder"}
    here = [e for e in elders if e.id in ids]
    if not ids:
        return "无"
    if len(here) < len(ids):
        return "确认情况未知"
    return f"已确认 {sum(e.safety is Safety.CONFIRMED for e in here)}"
