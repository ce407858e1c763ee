"""The rooms of the virtual front desk: one cell a let dwelling, floor over floor, unit beside unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter, QPen

from services.domain.let_room import LetRoom
from services.domain.rental_safety import SafetyColour
from services.domain.stay import Stay
from widgets.hatch import hatch_brush
from widgets.look import Look
from widgets.paint import CENTRE, LEFT, RIGHT, text, width_of
from widgets.safety_marks import paint_mark

_HEAD, _NAMES, _GAP = 18, 26, 14  # logical px: unit names, floor numbers, between units
_WIDEST, _HIGHEST = 76, 24
_LEAST_HIGH = 10  # below it a cell has no figure


@dataclass(frozen=True, slots=True)
class Rooms:
    """The let dwellings of one building with who is in them."""

    by_id: Mapping[str, LetRoom]
    inside: Mapping[str, int]  # guests of open check-ins
    overdue: frozenset[str]
    across: tuple[tuple[int, int], ...]  # unit, dwellings beside each other
    floors: tuple[int, ...]  # from the top

    @classmethod
    def of(cls, rooms: Iterable[LetRoom], stays: Iterable[Stay]) -> Rooms:
        by_id = {room.dwelling_id: room for room in rooms}
        inside: dict[str, int] = {}
        overdue: set[str] = set()
        for stay in stays:
            if stay.is_open:
                inside[stay.dwelling_id] = inside.get(stay.dwelling_id, 0) + len(stay.guests)
                overdue |= {stay.dwelling_id} if stay.overdue_at is not None else set()
        units: dict[int, int] = {}
        for room in by_id.values():
            units[room.unit] = max(units.get(room.unit, 0), room.at + 1)
        top = max((room.floor for room in by_id.values()), default=1)
        low = min((room.floor for room in by_id.values()), default=2)
        floors = tuple(range(top, low - 1, -1)) if by_id else ()
        return cls(by_id, inside, frozenset(overdue), tuple(sorted(units.items())), floors)

    @property
    def order(self) -> Sequence[str]:
        """As they are walked: from the top, from the left."""
        return [r.dwelling_id for r in sorted(self.by_id.values(), key=lambda r: (-r.floor, r.unit, r.at))]

    @property
    def first_busy(self) -> str:
        """The first whose check-out is overdue, then where new faces are, then anybody who checked in."""
        strange = [key for key in self.order if self.by_id[key].strangers]
        late = [key for key in self.order if key in self.overdue]
        return next(iter((*late, *strange, *(key for key in self.order if key in self.inside))), "")

    def place_of(self, dwelling_id: str) -> str:
        """2 单元 12 层: where it is, without its number."""
        room = self.by_id.get(dwelling_id)
        return f"{room.unit} 单元 {room.floor} 层" if room is not None else ""

    def cell(self, room: LetRoom, box: QRect, look: Look) -> QRect:
        gap, names, head = look.px(_GAP), look.px(_NAMES), look.px(_HEAD)
        count = sum(wide for _, wide in self.across)
        room_wide = box.width() - names - gap * (len(self.across) - 1)
        wide = min(look.px(_WIDEST), room_wide // max(1, count))
        high = min(look.px(_HIGHEST), (box.height() - head) // max(1, len(self.floors)))
        left = box.left() + names
        for unit, across in self.across:
            if unit == room.unit:
                break
            left += across * wide + gap
        row = self.floors.index(room.floor)
        return QRect(left + room.at * wide + 1, box.top() + head + row * high + 1, wide - 2, high - 2)

    def at(self, spot: QPoint, box: QRect, look: Look) -> str:
        return next((key for key, room in self.by_id.items() if self.cell(room, box, look).contains(spot)), "")


def paint_rooms(painter: QPainter, box: QRect, rooms: Rooms, chosen: str, look: Look) -> None:
    tick = look.font("tick")
    seen: set[int] = set()
    for room in rooms.by_id.values():
        cell = rooms.cell(room, box, look)
        if room.floor not in seen and cell.height() >= look.px(_LEAST_HIGH - 3):
            seen.add(room.floor)
            line = QRect(box.left(), cell.top() - 1, look.px(_NAMES - 6), cell.height() + 2)
            text(painter, line, f"{room.floor}", tick, look.colour("text3"), RIGHT)
        _paint_room(painter, cell, room, rooms, look)
        if room.dwelling_id == chosen:
            painter.setPen(QPen(look.colour("ice"), look.px(2)))
            painter.drawRect(cell.adjusted(0, 0, -1, -1))
    for unit, _ in rooms.across:
        first = min((r for r in rooms.by_id.values() if r.unit == unit), key=lambda r: r.at)
        left = rooms.cell(first, box, look).left() - first.at * (rooms.cell(first, box, look).width() + 2)
        head = QRect(left, box.top(), look.px(80), look.px(_HEAD))
        text(painter, head, f"{unit} 单元", tick, look.colour("text2"), LEFT)


def _paint_room(painter: QPainter, cell: QRect, room: LetRoom, rooms: Rooms, look: Look) -> None:
    """Filled: somebody is in; hatched: new faces without a check-in; a thick lower edge: check-out overdue."""
    heads = max(room.guests, rooms.inside.get(room.dwelling_id, 0))
    painter.fillRect(cell, look.colour("raised" if heads else "panel"))
    if room.strangers:
        painter.fillRect(cell, hatch_brush(look))
    painter.setPen(QPen(look.colour("line2"), look.hair))
    painter.drawRect(cell.adjusted(0, 0, -1, -1))
    if room.dwelling_id in rooms.overdue:
        edge = look.px(3)
        painter.fillRect(QRect(cell.left(), cell.bottom() - edge + 1, cell.width(), edge), look.colour("text"))
    if cell.height() < look.px(_LEAST_HIGH):
        return
    if room.colour > SafetyColour.GREEN and cell.width() >= look.px(36):
        side = look.px(8)
        paint_mark(
            painter, QRect(cell.left() + look.px(4), cell.center().y() - side // 2, side, side), room.colour, look
        )
    if heads:
        text(painter, cell, f"{heads}", look.font("tick", digits=True), look.colour("text"), CENTRE)


def paint_legend(painter: QPainter, line: QRect, look: Look) -> None:
    tick, x, side = look.font("tick"), line.left(), look.px(12)
    for words in ("在住人数", "新面孔未报入住", "租期已过未退房", "安全码黄橙红"):
        box = QRect(x, line.center().y() - side // 2, side, side)
        match words[0]:
            case "在":
                painter.fillRect(box, look.colour("raised"))
            case "新":
                painter.fillRect(box, hatch_brush(look))
            case "租":
                painter.fillRect(QRect(x, box.bottom() - look.px(3), side, look.px(3)), look.colour("text"))
            case _:
                paint_mark(painter, box.adjusted(1, 1, -1, -1), SafetyColour.ORANGE, look)
        painter.setPen(QPen(look.colour("line2"), look.hair))
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        x += side + look.px(5)
        text(painter, QRect(x, line.top(), line.width(), line.height()), words, tick, look.colour("text3"), LEFT)
        x += width_of(words, tick) + look.px(16)
