"""The ground of the sketch as it is painted once: streets, water, estates, green, roads, gates, blocks in 2.5-D."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from services.domain.estate_ground import Block, EstateGround, Feature, FeatureKind
from services.domain.estates import Estate
from widgets.estate_frame import Frame
from widgets.look import Look

FLOOR_M = 0.75  # a floor's height on the sketch: enough to tell a tower from a slab
_GREEN_ALPHA = 46
_ROUND = Qt.PenCapStyle.RoundCap


def lift_of(block: Block, frame: Frame) -> float:
    """How many px its roof stands above its foot."""
    return block.floors * FLOOR_M * frame.scale


def roof_of(block: Block, frame: Frame) -> QPolygonF:
    return frame.polygon(block.outline).translated(0, -lift_of(block, frame))


def paint_ground(
    painter: QPainter, look: Look, frame: Frame, estates: Sequence[Estate], grounds: Sequence[EstateGround]
) -> None:
    """Everything that does not move, from below to above; blocks from north to south."""
    painter.fillRect(frame.ground, look.colour("land"))
    everything = [feature for ground in grounds for feature in ground.features]
    _paint_areas(painter, look, frame, _of(everything, FeatureKind.WATER))
    for street in _of(everything, FeatureKind.STREET):
        _paint_line(painter, frame, street, look.colour("road_minor"))
    painter.setBrush(look.colour("urban"))
    painter.setPen(QPen(look.colour("line2"), (2 if look.is_wall else 1) * look.scale))
    for estate in estates:
        painter.drawPolygon(frame.polygon(estate.outline))
    for ground in grounds:
        _paint_areas(painter, look, frame, _of(ground.features, FeatureKind.GREEN))
        _paint_areas(painter, look, frame, _of(ground.features, FeatureKind.WATER))
        for road in _of(ground.features, FeatureKind.ROAD):
            _paint_line(painter, frame, road, look.colour("road_minor"))
        for gate in _of(ground.features, FeatureKind.GATE):
            _paint_gate(painter, look, frame, gate)
    blocks = [block for ground in grounds for block in ground.blocks if block.outline]
    for block in sorted(blocks, key=lambda b: -max(lat for _, lat in b.outline)):
        paint_block(painter, look, frame, block, roof_colour(look))


def roof_colour(look: Look) -> QColor:
    """Light enough for a wall of its own colour to stand out from the ground."""
    is_dark = look.colour("land").lightness() < 128
    return look.colour("line2").lighter(112) if is_dark else look.colour("road_major")


def paint_block(painter: QPainter, look: Look, frame: Frame, block: Block, roof: QColor) -> None:
    foot, high = frame.polygon(block.outline), lift_of(block, frame)
    top = foot.translated(0, -high)
    if high >= 1:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(roof.darker(150))
        for i in range(foot.size()):
            j = (i + 1) % foot.size()
            painter.drawPolygon(QPolygonF([foot.at(i), foot.at(j), top.at(j), top.at(i)]))
    painter.setBrush(roof)
    painter.setPen(QPen(look.colour("line2"), look.hair))
    painter.drawPolygon(top)


def _of(features: Iterable[Feature], kind: str) -> list[Feature]:
    return [feature for feature in features if feature.kind == kind]


def _paint_areas(painter: QPainter, look: Look, frame: Frame, areas: Iterable[Feature]) -> None:
    for area in areas:
        is_water = area.kind == FeatureKind.WATER
        colour = look.colour("sea" if is_water else "code_g")
        if not is_water:
            colour.setAlpha(_GREEN_ALPHA)
        painter.setBrush(colour)
        painter.setPen(QPen(look.colour("coast"), look.hair) if is_water else Qt.PenStyle.NoPen)
        painter.drawPolygon(frame.polygon(area.points))


def _paint_line(painter: QPainter, frame: Frame, line: Feature, colour: QColor) -> None:
    pen = QPen(colour, max(1.5, line.wide_m * frame.scale), Qt.PenStyle.SolidLine, _ROUND, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(frame.polygon(line.points))


def _paint_gate(painter: QPainter, look: Look, frame: Frame, gate: Feature) -> None:
    """A gap in the wall with two posts."""
    at, half = frame.of(gate.points[0]), max(2.0, 4.0 * frame.scale)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("road_minor"))
    painter.drawEllipse(at, half, half)
    painter.setBrush(look.colour("label_land"))
    post = max(1.5, 1.3 * frame.scale)
    for side in (-1, 1):
        painter.drawEllipse(at + QPointF(side * half, 0), post, post)
