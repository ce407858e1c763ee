"""A building cut open: every dwelling a cell, so that the officer sees where an alert is without a room number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert
from services.domain.community import Building, CellMark, Elder, Estate
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.estate_alerts import at_building, at_estate, at_mark, showing
from widgets.glyphs import put_glyph, put_unknown
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import CENTRE, hairline, label, text, width_of
from widgets.pane import Pane
from widgets.section_cells import Grid, paint_building_facts, paint_legend, paint_ring, paint_units

_TABS_HIGH, _PICKER_HIGH, _LEGEND_HIGH, _FOOT_HIGH = 54, 30, 34, 84


class SectionPane(Pane):
    """Tabs of estates, a row of building numbers, floors × dwellings, legend, four facts.

    Topics: ``estates``, ``buildings``, ``alerts``, ``elders``. It opens on the building of the worst
    open alert and stays where the officer goes. Left and right change the building.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.estate_id = ""
        self.building_id = ""
        self._selected: Subject | None = None
        self._chosen = False  # by the officer: alerts no longer move the view
        self._hits: list[tuple[QRect, Subject]] = []

    # -- told ----------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
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
            (b for b in self.buildings if any(m.subject_id == subject.id for m in b.marks) or b.id == subject.id), None
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
        self._hits = []
        building, look = self.building, self.look
        if building is None:
            paint_waiting(painter, body.adjusted(look.pad, 0, -look.pad, 0), self)
            return
        alerts = self.alerts
        y = body.top()
        self._paint_tabs(painter, QRect(body.left(), y, body.width(), look.px(_TABS_HIGH)), alerts)
        y += look.px(_TABS_HIGH)
        self._paint_picker(painter, QRect(body.left(), y, body.width(), look.px(_PICKER_HIGH)), alerts)
        y += look.px(_PICKER_HIGH)
        foot = look.px(_FOOT_HIGH) + look.px(_LEGEND_HIGH)
        area = QRect(body.left() + look.pad, y, body.width() - 2 * look.pad, body.bottom() - foot - y)
        grid = Grid.of(building, area, look)
        paint_units(painter, building, grid, look)
        self._paint_marks(painter, building, grid, alerts)
        legend = QRect(area.left(), body.bottom() - foot, area.width(), look.px(_LEGEND_HIGH))
        paint_legend(painter, legend, look)
        hairline(painter, look, body.left(), legend.bottom(), body.width())
        foot_box = QRect(area.left(), legend.bottom(), area.width(), look.px(_FOOT_HIGH))
        elders = [e for e in self.records("elders") if isinstance(e, Elder)]
        paint_building_facts(painter, foot_box, building, elders, look, stale=self.quality() is Quality.STALE)

    def _paint_tabs(self, painter: QPainter, bar: QRect, alerts: Sequence[Alert]) -> None:
        look = self.look
        wide = bar.width() / max(1, len(self.estates))
        for at, estate in enumerate(self.estates):
            tab = QRect(bar.left() + round(at * wide), bar.top(), round(wide), bar.height())
            chosen = estate.id == self.estate_id
            if chosen:
                painter.fillRect(tab, look.colour("raised"))
                painter.fillRect(QRect(tab.left(), tab.bottom() - 1, tab.width(), look.px(2)), look.colour("ice"))
            elif at:
                hairline(painter, look, tab.left(), tab.top() + look.px(8), tab.height() - look.px(16), True)
            inner = tab.adjusted(look.px(10), look.px(6), -look.px(2), -look.px(6))
            name = look.font("body", weight=500 if chosen else 400)
            ink = look.colour("text" if chosen else "text2")
            width = label(painter, inner.left(), inner.top() + look.px(15), estate.name, name, ink)
            people = f"{estate.people:,} 人"
            label(painter, inner.left(), inner.bottom() - look.px(4), people, look.font("tick"), look.colour("text3"))
            spot = QPointF(inner.left() + width + look.px(13), inner.top() + look.px(11))
            size = look.glyph("table")
            if (worst := at_estate(alerts, estate.id, estate.name)) is not None:
                put_glyph(painter, look, worst.level, spot, size, worst.is_signed)
            elif estate.unknown:
                put_unknown(painter, look, spot, size)
            self._hits.append((tab, Subject("estate", estate.id)))
        hairline(painter, look, bar.left(), bar.bottom(), bar.width())

    def _paint_picker(self, painter: QPainter, bar: QRect, alerts: Sequence[Alert]) -> None:
        """The estate's buildings by number; one with an alert has its glyph."""
        look = self.look
        here = [b for b in self.buildings if b.estate_id == self.estate_id]
        x = bar.left() + look.pad
        for one in here:
            chosen = one.id == self.building_id
            font = look.font("body", weight=700 if chosen else 400)
            words = one.name.replace(" 幢", "")
            wide = max(look.px(30), width_of(words, font) + look.px(16))
            box = QRect(x, bar.top() + look.px(4), wide, bar.height() - look.px(8))
            if chosen:
                painter.fillRect(box, look.colour("raised"))
                painter.fillRect(QRect(box.left(), box.bottom() - 1, box.width(), look.px(2)), look.colour("ice"))
            text(painter, box, words, font, look.colour("text" if chosen else "text2"), CENTRE)
            x += wide
            if (worst := at_building(alerts, one)) is not None:
                size = look.glyph("rail")
                put_glyph(painter, look, worst.level, QPointF(x + size / 2, bar.center().y()), size, worst.is_signed)
                x += size + look.px(4)
            self._hits.append((box, Subject("building", one.id)))
        text(painter, QRect(x, bar.top(), look.px(40), bar.height()), "幢", look.font("tick"), look.colour("text3"))

    def _paint_marks(self, painter: QPainter, building: Building, grid: Grid, alerts: Sequence[Alert]) -> None:
        """Rings of elders who live alone; over them the glyph of an alert about whoever is there."""
        look = self.look
        for mark in building.marks:
            if not 1 <= mark.unit <= len(grid.across):
                continue
            cell = grid.cell(mark.unit - 1, mark.floor, mark.at)
            alert = at_mark(alerts, mark)
            if alert is not None:
                spot = QRectF(cell).center()
                put_glyph(painter, look, alert.level, spot, look.glyph("list"), alert.is_signed)
                self._hits.append((cell, Subject("alert", alert.id)))
            elif mark.kind == "elder":
                paint_ring(painter, cell, look)
                self._hits.append((cell, Subject("elder", mark.subject_id)))
            if self._is_selected(mark, alert):
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(look.colour("ice"), look.px(2)))
                painter.drawRect(cell)

    def _is_selected(self, mark: CellMark, alert: Alert | None) -> bool:
        chosen = self._selected
        return chosen is not None and (chosen.id == mark.subject_id or (alert is not None and chosen in _about(alert)))

    # -- Qt ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        for box, subject in reversed(self._hits):
            if box.contains(spot):
                if subject.kind == "estate":
                    self._show_estate(subject.id)
                self.asked.emit("select", subject)
                if subject.kind == "building":
                    self.select(subject)
                return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        here = [b for b in self.buildings if b.estate_id == self.estate_id]
        at = next((i for i, b in enumerate(here) if b.id == self.building_id), 0)
        if step and here:
            self._show_building(here[(at + step) % len(here)])
        else:
            super().keyPressEvent(event)


def _largest(buildings: Sequence[Building], estate_id: str) -> Building:
    here = [b for b in buildings if b.estate_id == estate_id]
    return max(here, key=lambda b: sum(len(f) for u in b.units for f in u.floors))


def _about(alert: Alert) -> tuple[Subject, Subject]:
    """An alert is selected by itself or by what it is about."""
    return Subject("alert", alert.id), Subject(alert.subject_kind, alert.subject_id)
