"""What is laid over the sketch: grid cells, devices, patrols, and the lines of its legend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from services.domain.alert import Alert
from services.domain.estate_ground import DeviceMark, EstateGround, MarkState
from services.domain.estates import Estate
from widgets.estate_alerts import at_block
from widgets.estate_frame import Frame
from widgets.estate_ground import paint_block, roof_of
from widgets.glyphs import put_unknown
from widgets.look import Look

GRIDS, DEVICES, PATROLS = "grids", "devices", "patrols"
LAYERS = {GRIDS: "网格", DEVICES: "设备", PATROLS: "巡逻"}
_WORST = (MarkState.ALARM, MarkState.UNKNOWN, MarkState.WEAK, MarkState.GOOD)


def paint_told_blocks(
    painter: QPainter,
    look: Look,
    frame: Frame,
    estates: Iterable[Estate],
    grounds: Iterable[EstateGround],
    alerts: Sequence[Alert],
    selected: str,
) -> list[tuple[QPolygonF, str]]:
    """Blocks with an alert edged in its colour, the selected one in ice. The roof and the code of every block."""
    found: list[tuple[QPolygonF, str]] = []
    for estate, ground in zip(estates, grounds, strict=False):
        for block in ground.blocks:
            if not block.building_id:
                continue
            roof = roof_of(block, frame)
            found.append((roof, block.building_id))
            worst = at_block(alerts, block.building_id, block.name, estate.name)
            if worst is None and block.building_id != selected:
                continue
            paint_block(painter, look, frame, block, look.colour("bar"))
            is_selected = block.building_id == selected or worst is None
            painter.setBrush(Qt.BrushStyle.NoBrush)
            edge = look.colour("ice") if is_selected or worst is None else look.alert(worst.level)
            painter.setPen(QPen(edge, (6 if look.is_wall else 2) * look.scale))
            painter.drawPolygon(roof)
    return found


def patrol_radius(look: Look) -> float:
    return (11 if look.is_wall else 4) * look.scale


def device_size(look: Look) -> int:
    return look.px(26 if look.is_wall else 10)


def paint_cells(painter: QPainter, look: Look, frame: Frame, grounds: Iterable[EstateGround]) -> None:
    pen = QPen(look.colour("text3"), (3 if look.is_wall else 1) * look.scale, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for cell in (cell for ground in grounds for cell in ground.cells):
        painter.drawPolygon(frame.polygon(cell.outline))


def paint_patrols(painter: QPainter, look: Look, frame: Frame, estates: Iterable[Estate]) -> None:
    painter.setPen(QPen(look.colour("panel"), look.hair))
    painter.setBrush(look.colour("c1"))
    radius = patrol_radius(look)
    for patrol in (p for e in estates for p in e.patrols):
        painter.drawEllipse(frame.of(patrol), radius, radius)


def devices_at(
    frame: Frame, look: Look, grounds: Iterable[EstateGround], words: Sequence[QRectF] = ()
) -> list[tuple[QPointF, DeviceMark]]:
    """One mark a place: where several devices would cover each other, the worst of them. What is in order
    gives way to words."""
    size = device_size(look)
    found: dict[tuple[int, int], tuple[QPointF, DeviceMark]] = {}
    marks = [mark for ground in grounds for mark in ground.devices]
    for mark in sorted(marks, key=lambda m: -_WORST.index(MarkState(m.state))):
        at = frame.of(mark.at)
        found[int(at.x() // size), int(at.y() // size)] = (at, mark)
    return [
        (at, mark)
        for at, mark in found.values()
        if mark.state != MarkState.GOOD or not any(box.contains(at) for box in words)
    ]


def paint_devices(painter: QPainter, look: Look, marks: Iterable[tuple[QPointF, DeviceMark]]) -> None:
    size = device_size(look)
    for at, mark in marks:
        put_device(painter, look, at, size, mark.state)


def put_device(painter: QPainter, look: Look, at: QPointF, size: int, state: str) -> None:
    """Hollow: heard and in order. Solid: it alarms. A dot in it: low battery. Hatched: not heard, not known."""
    if state == MarkState.UNKNOWN:
        put_unknown(painter, look, at, size)
        return
    half = size * (0.28 if state == MarkState.GOOD else 0.36)
    box = QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half)
    thick = (2.5 if look.is_wall else 1) * look.scale
    ink = {MarkState.ALARM: "text", MarkState.GOOD: "text3"}.get(MarkState(state), "text2")
    painter.setBrush(look.colour("text" if state == MarkState.ALARM else "panel"))
    painter.setPen(QPen(look.colour(ink), thick))
    painter.drawRect(box)
    if state == MarkState.WEAK:
        painter.setBrush(look.colour("text2"))
        painter.drawEllipse(at, half / 3, half / 3)
