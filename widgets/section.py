"""A building cut open: every dwelling a cell, so that the officer sees where an alert is without a room number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from services.domain.alert import Alert
from services.domain.community import Elder
from services.domain.estates import Building, Estate
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.estate_alerts import at_building, showing
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import hairline
from widgets.pane import Pane
from widgets.section_cells import paint_building_facts, paint_legend
from widgets.section_plan import Place, Plan, PlanPainter, place_of
from widgets.section_tabs import paint_picker, paint_tabs

_TABS_HIGH, _PICKER_HIGH, _LEGEND_HIGH, _FOOT_HIGH = 54, 30, 34, 84


class SectionPane(Pane):
    """Tabs of estates, a row of building numbers, floors × dwellings, legend, four facts.

    Topics: ``estates``, ``buildings``, ``alerts``, ``elders``. It opens on the building of the worst
    open alert and stays where the officer goes. ← → change the building, ↑ ↓ and Shift+← → the cell.
    A cell selects its alert, its elder or its dwelling; no cell says a room's number.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.estate_id = ""
        self.building_id = ""
        self._selected: Subject | None = None
        self._chosen = False  # by the officer: alerts no longer move the view
        self._hits: list[tuple[QRect, Subject]] = []
        self._plan: Plan | None = None  # of the building shown, until records change
        self._cells = PlanPainter()

    # -- told ----------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        self._plan = None
        if not self._chosen:
            self._follow_worst()
        building = self.building
        self.note = f"{building.estate_name} {building.name} · 户室号已遮" if building else "户室号已遮"

    def select(self, subject: Subject | None) -> None:
        self._selected = subject
        if subject is None:
            self.update()
            return
        if subject.kind == "estate" and any(e.id == subject.id for e in self.estates):
            self._show_estate(subject.id)
        alert = next((a for a in self.alerts if subject in _about(a)), None)
        wanted = next((b for b in self.buildings if alert and at_building([alert], b)), None) or next(
            (b for b in self.buildings if _stands_in(subject, b)), None
        )
        if wanted is not None:
            self._show_building(wanted)
        self.update()

    @property
    def estates(self) -> Sequence[Estate]:
        return [e for e in self.records("estates") if isinstance(e, Estate)]

    @property
    def buildings(self) -> Sequence[Building]:
        return [b for b in self.records("buildings") if isinstance(b, Building)]

    @property
    def alerts(self) -> list[Alert]:
        return showing(self.records("alerts"))

    @property
    def building(self) -> Building | None:
        return next((b for b in self.buildings if b.id == self.building_id), None)

    def age_text(self) -> str:
        """Of the building, not of the alerts that stand on it."""
        kept = self.snapshots
        self.snapshots = {topic: s for topic, s in kept.items() if topic != "alerts"}
        try:
            return super().age_text()
        finally:
            self.snapshots = kept

    def _shown(self, building: Building, alerts: Sequence[Alert]) -> Plan:
        if self._plan is None or self._plan.building is not building:
            self._plan = Plan.of(building, alerts)
        return self._plan

    # -- where we look -------------------------------------------------------------------------

    def _follow_worst(self) -> None:
        buildings = self.buildings
        if not buildings:
            return
        alerts = self.alerts
        ranked = ((a, b) for a in alerts for b in buildings if at_building([a], b) is a)
        worst = next(ranked, None)
        if worst is not None:
            self._look_at(worst[1])
        elif self.building is None:
            self._look_at(_largest(buildings, buildings[0].estate_id))

    def _show_estate(self, estate_id: str) -> None:
        here = [b for b in self.buildings if b.estate_id == estate_id]
        if here:
            alerts = self.alerts
            self._show_building(next((b for b in here if at_building(alerts, b)), _largest(here, estate_id)))

    def _show_building(self, building: Building) -> None:
        self._chosen = True
        self._look_at(building)
        self.update()

    def _look_at(self, building: Building) -> None:
        self.estate_id, self.building_id = building.estate_id, building.id
        self.note = f"{building.estate_name} {building.name} · 户室号已遮"

    # -- painting ------------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        building, look = self.building, self.look
        if building is None:
            paint_waiting(painter, body.adjusted(look.pad, 0, -look.pad, 0), self)
            return
        alerts = self.alerts
        y = body.top()
        tabs = QRect(body.left(), y, body.width(), look.px(_TABS_HIGH))
        self._hits = paint_tabs(painter, tabs, self.estates, self.estate_id, alerts, look)
        y += look.px(_TABS_HIGH)
        picker = QRect(body.left(), y, body.width(), look.px(_PICKER_HIGH))
        here = [b for b in self.buildings if b.estate_id == self.estate_id]
        self._hits += paint_picker(painter, picker, here, self.building_id, alerts, look)
        y += look.px(_PICKER_HIGH)
        foot = look.px(_FOOT_HIGH) + look.px(_LEGEND_HIGH)
        area = QRect(body.left() + look.pad, y, body.width() - 2 * look.pad, body.bottom() - foot - y)
        self._cells.paint(painter, self._shown(building, alerts), area, look, self._selected)
        legend = QRect(area.left(), body.bottom() - foot, area.width(), look.px(_LEGEND_HIGH))
        paint_legend(painter, legend, look)
        hairline(painter, look, body.left(), legend.bottom(), body.width())
        foot_box = QRect(area.left(), legend.bottom(), area.width(), look.px(_FOOT_HIGH))
        elders = [e for e in self.records("elders") if isinstance(e, Elder)]
        paint_building_facts(painter, foot_box, building, elders, look, stale=self.quality() is Quality.STALE)

    # -- Qt ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.hint_at(event.pos()), self)
            return True
        return super().event(event)

    def hint_at(self, spot: QPoint) -> str:
        """What the cell under the pointer means; the wall has no pointer and says nothing."""
        place = self._place_at(spot)
        return self._plan.words(place) if self._plan is not None and place is not None and not self.look.is_wall else ""

    def _place_at(self, spot: QPoint) -> Place | None:
        return self._cells.grid.place_at(spot) if self._cells.grid is not None else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        place = self._place_at(spot)
        if place is not None:
            self._point_at(place)
            return
        for box, subject in reversed(self._hits):
            if box.contains(spot):
                if subject.kind == "estate":
                    self._show_estate(subject.id)
                self.asked.emit("select", subject)
                if subject.kind == "building":
                    self.select(subject)
                return
        super().mousePressEvent(event)

    def _point_at(self, place: Place) -> None:
        subject = self._plan.subject(place) if self._plan is not None else None
        if subject is not None:
            self._chosen = True
            self.asked.emit("select", subject)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shifted = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        step = _STEPS.get(key, (0, 0))
        if step[1] or (step[0] and shifted):
            self._move(step)
        elif step[0]:
            self._turn(step[0])
        else:
            super().keyPressEvent(event)

    def _turn(self, step: int) -> None:
        here = [b for b in self.buildings if b.estate_id == self.estate_id]
        at = next((i for i, b in enumerate(here) if b.id == self.building_id), 0)
        if here:
            self._show_building(here[(at + step) % len(here)])

    def _move(self, step: tuple[int, int]) -> None:
        """To the next dwelling that way, over what is none; from nowhere to the lowest on the left."""
        plan, grid = self._plan, self._cells.grid
        if plan is None or grid is None:
            return
        row = [(unit, at) for unit, across in enumerate(grid.across) for at in range(across)]
        unit, floor, at = plan.place(self._selected) or (0, 2 - step[1], -step[0])
        column = row.index((unit, at)) if (unit, at) in row else -step[0]
        while 0 <= (column := column + step[0]) < len(row) and 2 <= (floor := floor + step[1]) <= grid.floors + 1:
            place = (row[column][0], floor, row[column][1])
            if plan.subject(place) is not None:
                self._point_at(place)
                return


_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


def _largest(buildings: Sequence[Building], estate_id: str) -> Building:
    here = [b for b in buildings if b.estate_id == estate_id]
    return max(here, key=lambda b: sum(len(f) for u in b.units for f in u.floors))


def _stands_in(subject: Subject, building: Building) -> bool:
    marked = any(mark.subject_id == subject.id for mark in building.marks)
    return marked or building.id == subject.id or place_of(subject.id, building) is not None


def _about(alert: Alert) -> tuple[Subject, Subject]:
    """An alert is selected by itself or by what it is about."""
    return Subject("alert", alert.id), Subject(alert.subject_kind, alert.subject_id)
