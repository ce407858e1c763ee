"""The cells of one building as a plan: which dwelling stands where, what a cell means, what is selected in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from services.domain.address import AddressError, address_or_none, dwelling_code, unit_code, unit_number
from services.domain.alert import Alert
from services.domain.estates import Building, CellMark, Use
from services.domain.snapshot import Subject
from widgets.estate_alerts import at_mark
from widgets.glyphs import put_glyph
from widgets.look import LEVEL_WORDS, Look
from widgets.section_cells import Grid, cells, paint_frame, paint_ring

Place = tuple[int, int, int]  # unit and place on the floor from 0, floor as spoken
USE_WORDS: Mapping[str, str] = {
    Use.OWN: "自住",
    Use.LET_REGISTERED: "出租，已登记",
    Use.LET_OPEN: "出租，待登记",
    Use.VACANT: "空置",
    Use.UNKNOWN: "用途未知",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Who and what is where in one building: people with a mark, the worst alert of each dwelling."""

    building: Building
    marks: Mapping[Place, tuple[CellMark, ...]]
    alerts: Mapping[Place, Alert]

    @classmethod
    def of(cls, building: Building, alerts: Sequence[Alert]) -> Plan:
        """``alerts`` worst first."""
        marks: dict[Place, tuple[CellMark, ...]] = {}
        found: dict[Place, Alert] = {}
        for mark in building.marks:
            place = (mark.unit - 1, mark.floor, mark.at)
            marks[place] = (*marks.get(place, ()), mark)
            alert = at_mark(alerts, mark)
            if alert is not None:
                found.setdefault(place, alert)
        for alert in alerts:
            for name in (alert.subject_id, *(link.partition(":")[2] for link in alert.links)):
                place = place_of(name, building) if name.startswith(building.id) else None
                if place is not None:
                    found.setdefault(place, alert)
        return cls(building, marks, found)

    def use(self, place: Place) -> str:
        """The letter of a cell; ``Use.NONE`` where no dwelling is."""
        unit, floor, at = place
        floors = self.building.units[unit].floors if 0 <= unit < len(self.building.units) else ()
        row = floors[floor - 2] if 2 <= floor < len(floors) + 2 else ""
        return row[at] if 0 <= at < len(row) else Use.NONE

    def subject(self, place: Place) -> Subject | None:
        """What a click on a cell selects: the alert, else the elder, else the dwelling."""
        alert = self.alerts.get(place)
        if alert is not None:
            return Subject("alert", alert.id)
        elder = next((m for m in self.marks.get(place, ()) if m.kind == "elder"), None)
        if elder is not None:
            return Subject("elder", elder.subject_id)
        code = code_of(self.building, place)
        return Subject("dwelling", code) if code and self.use(place) != Use.NONE else None

    def words(self, place: Place) -> str:
        """``2 单元 14 层第 3 户（室号已遮） · 出租，已登记 · 独居老人``; empty where no dwelling is."""
        use = self.use(place)
        if use == Use.NONE:
            return ""
        unit, floor, at = place
        said = [f"{self.building.units[unit].name} {floor} 层第 {at + 1} 户（室号已遮）", USE_WORDS[use]]
        kinds = {mark.kind for mark in self.marks.get(place, ())}
        said += [word for kind, word in (("elder", "独居老人"), ("guest", "访客登记过")) if kind in kinds]
        alert = self.alerts.get(place)
        if alert is not None:
            said.append(f"{LEVEL_WORDS[alert.level]}色预警 {alert.title}{'' if alert.is_signed else '（未签收）'}")
        return " · ".join(said)

    def place(self, subject: Subject | None) -> Place | None:
        """Where in this building something is that was selected anywhere."""
        if subject is None:
            return None
        for place, alert in self.alerts.items():
            if subject == Subject("alert", alert.id) or subject == Subject(alert.subject_kind, alert.subject_id):
                return place
        for place, marks in self.marks.items():
            if any(mark.subject_id == subject.id for mark in marks):
                return place
        return place_of(subject.id, self.building)


def place_of(code: str, building: Building) -> Place | None:
    """The cell of a dwelling's code; None for another building's and for what is no dwelling."""
    address = address_or_none(code)
    if address is None or not address.room or address.building != building.id:
        return None
    return unit_number(address.unit) - 1, address.floor, address.at - 1


def code_of(building: Building, place: Place) -> str:
    unit, floor, at = place
    try:
        return dwelling_code(unit_code(building.id, unit + 1), floor, at + 1)
    except AddressError:
        return ""


class PlanPainter:
    """Paints a plan. The cells are kept as a picture until the building, the room or the look changes: what
    moves on them, alerts and the selection, is painted each time."""

    def __init__(self) -> None:
        self.grid: Grid | None = None
        self._cells: QPixmap | None = None
        self._key: tuple[object, ...] = ()

    def paint(self, painter: QPainter, plan: Plan, area: QRect, look: Look, selected: Subject | None) -> None:
        grid = self._laid_out(painter, plan.building, area, look)
        paint_frame(painter, plan.building, grid, look)
        for place, marks in plan.marks.items():
            if place not in plan.alerts and any(m.kind == "elder" for m in marks) and grid.holds(place):
                paint_ring(painter, grid.cell(*place), look)
        size = min(look.glyph("list"), max(look.px(8), grid.high - 2))
        for place, alert in plan.alerts.items():
            if grid.holds(place):
                spot = QPointF(grid.cell(*place).center())
                put_glyph(painter, look, alert.level, spot, size, alert.is_signed)
        chosen = plan.place(selected)
        if chosen is not None and grid.holds(chosen):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("ice"), look.px(2)))
            painter.drawRect(grid.cell(*chosen))

    def _laid_out(self, painter: QPainter, building: Building, area: QRect, look: Look) -> Grid:
        device = painter.device()
        dpr = device.devicePixelRatioF() if device else 1.0
        key = (building.units, area.getRect(), look.theme.name, look.scale, dpr)
        if self.grid is None or self._cells is None or key != self._key:
            self.grid, self._key = Grid.of(building, area, look), key
            self._cells = cells(building, self.grid, look, dpr)
        painter.drawPixmap(area.topLeft(), self._cells)
        return self.grid
