"""The six estates as a sketch: which of them, and which building, has an alert, without a map nobody surveyed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from services.domain.estate_ground import STREETS, EstateGround
from services.domain.estates import Estate
from services.domain.snapshot import Snapshot, Subject
from widgets.estate_alerts import at_estate, showing
from widgets.estate_frame import Frame, ground_of
from widgets.estate_legend import Legend, legend_words, told_of
from widgets.estate_marks import (
    DEVICES,
    GRIDS,
    LAYERS,
    PATROLS,
    device_size,
    devices_at,
    paint_cells,
    paint_devices,
    paint_patrols,
    paint_told_blocks,
)
from widgets.estate_sketch import Sketch
from widgets.estate_words import Written, glyph_size
from widgets.glyphs import put_glyph, put_unknown
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.pane import Pane

_TALL = 1.15  # a pane so much higher than wide shows one estate below all of them
_FLAT = 0.70  # height to width of all of them


class EstateMapPane(Pane):
    """Outlines, blocks, names, head counts, layers and the worst open alert of each estate and building.

    Topics: ``estates``, ``estate_ground``, ``alerts``. Options: ``rotate_s`` (on the wall the outlined
    estate changes; one with an unsigned alert keeps it), ``road`` (name of the street between the rows when
    the ground names none), ``grids`` (count for the legend), ``layers`` (grids, devices, patrols; on a
    wall grids and devices take turns). A desk's officer switches layers, selects a building, a device or
    an estate by a click, and looks at one estate alone by clicking it twice over. No person and no room is shown.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.rotate_s = float(options.get("rotate_s", 45))
        self.shown_id = ""  # the estate outlined: on the wall in turn, on the desk the selected one
        self.alone_id = ""  # the one estate a desk looks at; empty for all
        given = options.get("layers", tuple(LAYERS) if look.is_wall else (PATROLS,))
        self._layers = {layer for layer in given if layer in LAYERS}
        self._selected: Subject | None = None
        self._turns = 0
        self._hits: list[tuple[QPolygonF, Subject]] = []
        self._legend = Legend(look)
        self._sketches = (Sketch(look), Sketch(look))

    # -- told ----------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        self._turn()

    def tick(self, now: datetime) -> None:
        super().tick(now)
        before = self.shown_id, self._turns
        self._turn()
        if before != (self.shown_id, self._turns):
            self.update()

    def restyle(self, look: Look) -> None:
        self._legend, self._sketches = Legend(look), (Sketch(look), Sketch(look))
        super().restyle(look)

    def select(self, subject: Subject | None) -> None:
        self._selected = subject
        if subject is not None and not self.look.is_wall:
            estate = subject.id if subject.kind == "estate" else self._estate_of(subject)
            if any(e.id == estate for e in self.estates):
                self.shown_id = estate
                self.alone_id = estate if self.alone_id else ""
        self._turn()
        self.update()

    @property
    def estates(self) -> Sequence[Estate]:
        return [e for e in self.records("estates") if isinstance(e, Estate)]

    @property
    def grounds(self) -> Sequence[EstateGround]:
        """Of the estates, and last of the streets between them."""
        known = [g for g in self.records("estate_ground") if isinstance(g, EstateGround)]
        streets = [ground for ground in known if ground.id == STREETS]
        return [*(ground_of(estate, known) for estate in self.estates), *streets]

    @property
    def layers(self) -> frozenset[str]:
        """Those shown at the moment."""
        if self.look.is_wall and {GRIDS, DEVICES} <= self._layers:
            return frozenset(self._layers - {DEVICES if self._turns % 2 == 0 else GRIDS})
        return frozenset(self._layers)

    def switch(self, layer: str) -> None:
        """Show or hide a layer; ``all`` goes back from one estate to all of them."""
        if layer == "all":
            self.alone_id = ""
        else:
            self._layers ^= {layer}
        self._turn()
        self.update()

    # -- where we look -------------------------------------------------------------------------

    def _turn(self) -> None:
        """On the wall the estate of the worst unsigned alert, else the next one every ``rotate_s`` seconds."""
        estates = self.estates
        if not estates:
            return
        if not self.look.is_wall:
            self._note_desk(estates)
            return
        self._turns = int((self.now.timestamp() if self.now else 0.0) // self.rotate_s)
        waiting = [a for a in showing(self.records("alerts")) if not a.is_signed and a.scene == "community"]
        for alert in waiting:
            for estate in estates:
                if at_estate([alert], estate.id, estate.name) is not None:
                    self.shown_id, self.note = estate.id, f"{estate.name} · {alert.title}"
                    return
        estate = estates[self._turns % len(estates)]
        self.shown_id, self.note = estate.id, f"{estate.name} · {estate.buildings} 幢"

    def _note_desk(self, estates: Sequence[Estate]) -> None:
        alone = next((e for e in estates if e.id == self.alone_id), None)
        self.alone_id = alone.id if alone else ""
        shown = alone or next((e for e in estates if e.id == self.shown_id), None)
        self.note = f"{shown.name} · {shown.buildings} 幢" if shown else str(self.options.get("note", ""))

    def _estate_of(self, subject: Subject) -> str:
        """Of a building or a device; empty for whatever else."""
        for ground in self.grounds:
            ids = [b.building_id for b in ground.blocks] if subject.kind == "building" else []
            ids = [d.id for d in ground.devices] if subject.kind == "device" else ids
            if subject.id in ids:
                return ground.id
        return ""

    # -- painting ------------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look, estates = self.look, self.estates
        self._hits = []
        if not estates:
            paint_waiting(painter, body.adjusted(look.pad, 0, -look.pad, 0), self)
            return
        legend = QRect(body.left(), body.bottom() - look.px(80 if look.is_wall else 30), body.width(), 0)
        legend.setBottom(body.bottom())
        ground = QRect(body.left(), body.top(), body.width(), legend.top() - body.top())
        grounds = self.grounds
        for sketch, (part, alone_id) in zip(self._sketches, self._parts(ground), strict=False):
            self._paint_part(painter, sketch, part, alone_id, grounds)
        self._legend.paint(
            painter,
            legend.adjusted(look.pad, 0, -look.pad, 0),
            legend_words(self.layers, grounds, self.estates, self.rotate_s if look.is_wall else 0.0),
            cells=sum(len(ground.cells) for ground in grounds) or int(self.options.get("grids", 0)),
            shown=None if look.is_wall else sorted(self.layers),
            is_alone=bool(self.alone_id),
        )

    def _parts(self, ground: QRect) -> list[tuple[QRect, str]]:
        """Where is painted which estate, or all of them: a tall pane has room for one below all."""
        if self.alone_id or ground.height() < _TALL * ground.width():
            return [(ground, self.alone_id)]
        upper = QRect(ground.left(), ground.top(), ground.width(), round(ground.width() * _FLAT))
        lower = QRect(ground.left(), upper.bottom() + 1 + self.look.gap, ground.width(), 0)
        lower.setBottom(ground.bottom())
        return [(upper, ""), (lower, self.shown_id or self._worst_estate())]

    def _worst_estate(self) -> str:
        alerts = showing(self.records("alerts"))
        told = (e.id for a in alerts for e in self.estates if at_estate([a], e.id, e.name) is not None)
        return next(told, self.estates[0].id)

    def _paint_part(
        self, painter: QPainter, sketch: Sketch, part: QRect, alone_id: str, grounds: Sequence[EstateGround]
    ) -> None:
        frame, below, above, written = sketch.layered(
            painter, part.size(), self.estates, grounds, alone_id, cells=GRIDS in self.layers
        )
        before = len(self._hits)
        painter.save()
        painter.setClipRect(part)
        painter.drawPixmap(part.topLeft(), below)
        painter.translate(part.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_moving(painter, frame, grounds, written)
        painter.drawPixmap(0, 0, above)
        self._paint_glyphs(painter, written.glyphs)
        painter.restore()
        self._hits[before:] = [
            (_within(shape.translated(part.topLeft()), QRectF(part)), one) for shape, one in self._hits[before:]
        ]

    # -- what moves ----------------------------------------------------------------------------

    def _paint_moving(self, painter: QPainter, frame: Frame, grounds: Sequence[EstateGround], written: Written) -> None:
        look, layers, estates = self.look, self.layers, self.estates
        if GRIDS in layers:
            paint_cells(painter, look, frame, grounds)
        for estate in estates:
            self._hits.append((frame.polygon(estate.outline), Subject("estate", estate.id)))
            if estate.id == self.shown_id:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(look.colour("ice"), (6 if look.is_wall else 1.5) * look.scale))
                painter.drawPolygon(frame.polygon(estate.outline))
        self._hits += [
            (roof, Subject("building", code))
            for roof, code in paint_told_blocks(
                painter, look, frame, estates, grounds, showing(self.records("alerts")), self._building_selected()
            )
        ]
        if DEVICES in layers:
            marks = devices_at(frame, look, grounds, written.boxes)
            paint_devices(painter, look, marks)
            half = device_size(look) / 2
            self._hits += [(_square(at, half), Subject("device", mark.id)) for at, mark in marks]
        if PATROLS in layers:
            paint_patrols(painter, look, frame, estates)

    def _building_selected(self) -> str:
        return self._selected.id if self._selected is not None and self._selected.kind == "building" else ""

    def _paint_glyphs(self, painter: QPainter, names: Mapping[str, QPointF]) -> None:
        """Left of its name: the worst open alert of an estate, or that nothing is known of it."""
        look, alerts, size = self.look, showing(self.records("alerts")), glyph_size(self.look)
        for estate in self.estates:
            spot = names.get(estate.id)
            if spot is None:
                continue
            if (worst := at_estate(alerts, estate.id, estate.name)) is not None:
                put_glyph(painter, look, worst.level, spot, size, worst.is_signed)
            elif estate.unknown:
                put_unknown(painter, look, spot, size)

    # -- asked ---------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        layer = next((name for box, name in self._legend.hits if box.contains(at.toPoint())), "")
        subject = self._subject_at(at)
        if self.look.is_wall or (not layer and subject is None):
            super().mousePressEvent(event)
        elif layer:
            self.switch(layer)
        elif subject is not None:
            self._point_at(subject)

    def _point_at(self, subject: Subject) -> None:
        """An estate that is selected already is looked at alone."""
        if subject.kind == "estate" and subject == self._selected:
            self.alone_id = "" if self.alone_id else subject.id
            self._turn()
            self.update()
        self.asked.emit("select", subject)

    def _subject_at(self, at: QPointF) -> Subject | None:
        """What is painted last lies on top."""
        hits = reversed(self._hits)
        return next((s for shape, s in hits if shape.containsPoint(at, Qt.FillRule.OddEvenFill)), None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """1, 2, 3 switch the layers; Escape shows all estates again."""
        number = event.key() - Qt.Key.Key_1
        if self.look.is_wall:
            super().keyPressEvent(event)
        elif 0 <= number < len(LAYERS):
            self.switch(list(LAYERS)[number])
        elif event.key() == Qt.Key.Key_Escape and self.alone_id:
            self.switch("all")
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and not self.look.is_wall:
            subject = self._subject_at(QPointF(event.pos()))
            self._tell(event.globalPos(), subject)
            return True
        return super().event(event)

    def _tell(self, at: QPoint, subject: Subject | None) -> None:
        QToolTip.showText(at, self.told_of(subject) if subject else "", self)

    def told_of(self, subject: Subject) -> str:
        """In words, for a tooltip: no room and no person."""
        return told_of(subject, self.estates, self.grounds)


def _within(shape: QPolygonF, part: QRectF) -> QPolygonF:
    return shape if part.contains(shape.boundingRect()) else shape.intersected(QPolygonF(part))


def _square(at: QPointF, half: float) -> QPolygonF:
    return QPolygonF(QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half))
