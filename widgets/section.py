"""A building cut open: every dwelling a cell, so that the officer sees where an alert is without a room number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert
from services.domain.community import Building, CellMark, Elder, Estate, Safety, Use
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.estate_alerts import at_building, at_estate, at_mark, showing
from widgets.glyphs import put_glyph, put_unknown
from widgets.hatch import hatch_brush
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import CENTRE, LEFT, elide, figure, hairline, label, text, unknown_box, width_of
from widgets.pane import Pane

_TABS_HIGH, _PICKER_HIGH, _HEADS_HIGH, _LEGEND_HIGH, _FOOT_HIGH = 54, 30, 44, 34, 84
_CELL_WIDE, _CELL_HIGH, _UNIT_GAP, _FLOOR_WIDE = 56, 36, 14, 34
_LEGEND = (
    ("自住", Use.OWN),
    ("出租已登记", Use.LET_REGISTERED),
    ("出租待登记", Use.LET_OPEN),
    ("空置", Use.VACANT),
    ("独居老人", None),
    ("未知", Use.UNKNOWN),
)


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
        self._hits: list[tuple[QRect, str, Subject]] = []

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
        alert = next((a for a in self.alerts if subject == Subject("alert", a.id)), None)
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
        self._paint_units(painter, area, building, alerts)
        legend = QRect(area.left(), body.bottom() - foot, area.width(), look.px(_LEGEND_HIGH))
        self._paint_legend(painter, legend)
        hairline(painter, look, body.left(), legend.bottom(), body.width())
        self._paint_facts(painter, QRect(area.left(), legend.bottom(), area.width(), look.px(_FOOT_HIGH)), building)

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
            self._hits.append((tab, estate.name, Subject("estate", estate.id)))
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
            self._hits.append((box, one.name, Subject("building", one.id)))
        text(painter, QRect(x, bar.top(), look.px(40), bar.height()), "幢", look.font("tick"), look.colour("text3"))

    def _paint_units(self, painter: QPainter, area: QRect, building: Building, alerts: Sequence[Alert]) -> None:
        look = self.look
        floors = max((len(u.floors) for u in building.units), default=0)
        across = [max((len(f) for f in u.floors), default=1) for u in building.units]
        gaps = look.px(_UNIT_GAP) * (len(across) - 1)
        names = look.px(_FLOOR_WIDE)
        wide = min(look.px(_CELL_WIDE), (area.width() - names - gaps) // max(1, sum(across)))
        rows = area.height() - look.px(_HEADS_HIGH)
        high = min(look.px(_CELL_HIGH), rows // (floors + 1))
        block = sum(across) * wide + gaps
        left = area.left() + names + max(0, (area.width() - names - block) // 2)
        base = area.top() + look.px(_HEADS_HIGH) + floors * high
        for floor in range(floors + 1):
            if floor == 0 or (floor + 1) % 2 == 0:
                box = QRect(left - names, base - floor * high, names - look.px(10), high)
                text(painter, box, f"{floor + 1}", look.font("tick"), look.colour("text3"), _RIGHT)
        x = left
        for unit, count in zip(building.units, across, strict=True):
            head = QRect(x, area.top(), max(count * wide, look.px(64)), look.px(_HEADS_HIGH))
            self._paint_unit_head(painter, head, unit.name, unit.lift)
            for floor, letters in enumerate(unit.floors):
                for at, letter in enumerate(letters):
                    cell = QRect(x + at * wide + 1, base - (floor + 1) * high + 1, wide - 2, high - 2)
                    self._paint_cell(painter, cell, letter)
            ground = QRect(x + 1, base + 1, count * wide - 2, high - 2)
            painter.fillRect(ground, look.colour("raised"))
            words = elide(unit.ground, look.font("tick"), ground.width() - look.px(4))
            text(painter, ground, words, look.font("tick"), look.colour("text3"), CENTRE)
            painter.fillRect(QRect(x, base + high, count * wide, look.px(2)), look.colour("line2"))
            x += count * wide + look.px(_UNIT_GAP)
        self._paint_marks(painter, building, across, (left, base, wide, high), alerts)

    def _paint_unit_head(self, painter: QPainter, head: QRect, name: str, lift: str) -> None:
        look = self.look
        half = head.height() // 2
        upper = QRect(head.left(), head.top(), head.width(), half)
        text(painter, upper, name, look.font("body", weight=500), look.colour("text"), CENTRE)
        lower = upper.translated(0, half - look.px(3))
        text(
            painter,
            lower,
            elide(lift, look.font("tick"), head.width()),
            look.font("tick"),
            look.colour("text3"),
            CENTRE,
        )

    def _paint_cell(self, painter: QPainter, cell: QRect, letter: str) -> None:
        look = self.look
        if letter == Use.NONE:
            return
        if letter == Use.UNKNOWN:
            painter.fillRect(cell, look.colour("raised"))
            painter.fillRect(cell, hatch_brush(look, cell.topLeft()))
        elif letter == Use.VACANT:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("line2"), look.hair))
            painter.drawRect(QRectF(cell).adjusted(0.5, 0.5, -0.5, -0.5))
        else:
            painter.fillRect(cell, look.colour("band"))
            strip = QRect(cell.left(), cell.bottom() - look.px(4) + 1, cell.width(), look.px(4))
            if letter == Use.LET_REGISTERED:
                painter.fillRect(strip, look.colour("bar"))
            elif letter == Use.LET_OPEN:
                painter.setPen(QPen(look.colour("bar"), look.hair))
                painter.setBrush(look.colour("panel"))
                painter.drawRect(QRectF(strip).adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_marks(
        self,
        painter: QPainter,
        building: Building,
        across: Sequence[int],
        grid: tuple[int, int, int, int],
        alerts: Sequence[Alert],
    ) -> None:
        """Rings of elders who live alone; over them the glyph of an alert about whoever is there."""
        look = self.look
        left, base, wide, high = grid
        for mark in building.marks:
            if not 1 <= mark.unit <= len(across):
                continue
            x = left + sum(across[: mark.unit - 1]) * wide + look.px(_UNIT_GAP) * (mark.unit - 1) + mark.at * wide
            cell = QRect(x + 1, base - (mark.floor - 1) * high + 1, wide - 2, high - 2)
            alert = at_mark(alerts, mark)
            centre = QRectF(cell).center()
            if alert is not None:
                put_glyph(painter, look, alert.level, centre, look.glyph("list"), alert.is_signed)
            elif mark.kind == "elder":
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(look.colour("ice"), 1.6 * look.scale))
                painter.drawEllipse(centre, 4 * look.scale, 4 * look.scale)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            if self._is_selected(mark, alert):
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(look.colour("ice"), look.px(2)))
                painter.drawRect(cell)
            if alert is not None:
                self._hits.append((cell, alert.title, Subject("alert", alert.id)))
            elif mark.kind == "elder":
                self._hits.append((cell, "独居老人", Subject("elder", mark.subject_id)))

    def _is_selected(self, mark: CellMark, alert: Alert | None) -> bool:
        chosen = self._selected
        return chosen is not None and (
            chosen.id == mark.subject_id or (alert is not None and chosen == Subject("alert", alert.id))
        )

    def _paint_legend(self, painter: QPainter, area: QRect) -> None:
        look = self.look
        x, high = area.left(), look.px(12)
        for words, use in _LEGEND:
            swatch = QRect(x, area.center().y() - high // 2, look.px(22), high)
            self._paint_cell(painter, swatch, use or Use.OWN)
            if use is None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(look.colour("ice"), 1.6 * look.scale))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(QRectF(swatch).center(), 3.5 * look.scale, 3.5 * look.scale)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            x += look.px(28)
            box = QRect(x, area.top(), look.px(100), area.height())
            text(painter, box, words, look.font("tick"), look.colour("text2"), LEFT)
            x += width_of(words, look.font("tick")) + look.px(16)

    def _paint_facts(self, painter: QPainter, area: QRect, building: Building) -> None:
        look = self.look
        letters = "".join(f for u in building.units for f in u.floors)
        own, let = letters.count(Use.OWN), sum(letters.count(u) for u in (Use.LET_REGISTERED, Use.LET_OPEN))
        confirmed = self._confirmed(building)
        usual = "—" if building.passages_usual is None else f"{building.passages_usual:,}"
        pressure = building.hydrant_mpa
        facts = (
            (f"本幢 {sum(c != Use.NONE for c in letters)} 套", f"{own + let:,}", "户", f"自住 {own} · 出租 {let}"),
            ("今日进出", f"{building.passages_today:,}", "人次", f"近 7 日均 {usual}"),
            ("独居老人", f"{building.elders}", "人", confirmed),
            (
                "室内栓压力",
                None if pressure is None else f"{pressure:.2f}",
                "MPa",
                f"限 {building.hydrant_limit_mpa:.2f} 以上",
            ),
        )
        stale = self.quality() is Quality.STALE
        wide = area.width() / len(facts)
        tick = look.font("tick")
        for at, (name, value, unit, note) in enumerate(facts):
            x, top = area.left() + round(at * wide), area.top() + look.px(6)
            label(painter, x, top + look.px(14), name, tick, look.colour("text3"))
            if value is None:
                unknown_box(painter, QRect(x, top + look.px(22), look.px(50), look.px(20)), look)
            else:
                ink = look.colour("text3" if stale else "text")
                figure(painter, x, top + look.px(42), value, unit, look, colour=ink)
            label(
                painter, x, top + look.px(62), elide(note, tick, round(wide) - look.px(8)), tick, look.colour("text3")
            )

    def _confirmed(self, building: Building) -> str:
        ids = {mark.subject_id for mark in building.marks if mark.kind == "elder"}
        elders = [e for e in self.records("elders") if isinstance(e, Elder) and e.id in ids]
        if not ids:
            return "无"
        if len(elders) < len(ids):
            return "确认情况未知"
        return f"已确认 {sum(e.safety is Safety.CONFIRMED for e in elders)}"

    # -- Qt ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        for box, _, subject in reversed(self._hits):
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


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _largest(buildings: Sequence[Building], estate_id: str) -> Building:
    here = [b for b in buildings if b.estate_id == estate_id]
    return max(here, key=lambda b: sum(len(f) for u in b.units for f in u.floors))
