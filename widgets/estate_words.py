"""The words of the sketch, placed once: estates' names, buildings' numbers, grid cells, the street."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from services.domain.estate_ground import EstateGround, Feature, FeatureKind
from services.domain.estates import Estate
from widgets.estate_frame import Frame
from widgets.estate_ground import roof_of
from widgets.estate_labels import Sheet, best_place
from widgets.look import Look
from widgets.paint import label, width_of

BLOCK_DEEP_M = 11.5  # a block's usual depth: where it is lower than a number, numbers would cover the map


def glyph_size(look: Look) -> int:
    return look.glyph("map") if look.is_wall else look.glyph("list")


@dataclass(frozen=True, slots=True)
class Written:
    """Where the glyph of each estate stands, at the left of its name; and the boxes of all words."""

    glyphs: Mapping[str, QPointF]
    boxes: tuple[QRectF, ...]


class EstateWords:
    """With an ``alone_id`` of one estate only, its buildings called by name."""

    def __init__(self, look: Look, frame: Frame, *, alone_id: str = "") -> None:
        self._look = look
        self._frame = frame
        self._alone_id = alone_id
        self._sheet = Sheet(QRectF(frame.ground))
        self._street: Feature | None = None

    def write(self, estates: Sequence[Estate], grounds: Sequence[EstateGround], *, cells: bool) -> Written:
        """Names first, then buildings' numbers, then grid cells as far as they find room."""
        names: dict[str, QPointF] = {}
        streets = [f for g in grounds for f in g.features if f.kind == FeatureKind.STREET and f.name]
        if not self._alone_id:
            self._street = max(streets, key=lambda one: one.wide_m, default=None)
        for estate, ground in zip(estates, grounds, strict=False):
            if self._alone_id in ("", estate.id):
                names[estate.id] = self._write_name(estate, ground)
        if not self._look.is_wall:
            self._write_numbers(grounds)
        if cells:
            self._write_cells(grounds)
        return Written(names, tuple(words.box for words in self._sheet.words))

    def paint(self, painter: QPainter) -> None:
        if self._street is not None:
            self._paint_street(painter, self._street)
        self._sheet.paint(painter, self._look)

    def _write_name(self, estate: Estate, ground: EstateGround) -> QPointF:
        look, sheet = self._look, self._sheet
        name = look.font("lead" if look.is_wall else "pane")
        count = look.font("body" if look.is_wall else "tick", digits=look.is_wall)
        people, size = f"{estate.people:,} 人", glyph_size(look)
        high = (name.pixelSize() + count.pixelSize()) * 1.4
        wide = max(width_of(estate.name, name) + 2 * (size + look.px(8)), width_of(people, count))
        roofs = [roof_of(block, self._frame).boundingRect() for block in ground.blocks if block.outline]
        outline = self._frame.polygon(estate.outline)
        at = best_place(outline, roofs, wide, high, sheet) or outline.boundingRect().center()
        top = at - QPointF(0, high / 2 - name.pixelSize() * 0.62)
        if sheet.write(estate.name, top, name, "text", gap=1.0) is not None:
            sheet.write(people, at + QPointF(0, high / 2 - count.pixelSize() * 0.62), count, "text2")
        glyph = QPointF(top.x() - width_of(estate.name, name) / 2 - size * 0.75, top.y())
        sheet.take(QRectF(glyph.x() - size / 2, glyph.y() - size / 2, size, size))
        return glyph

    def _write_numbers(self, grounds: Sequence[EstateGround]) -> None:
        font = self._look.font("tick")
        alone = bool(self._alone_id)
        if not alone and self._frame.scale * BLOCK_DEEP_M < font.pixelSize() * 0.7:
            return
        for ground in grounds:
            for block in ground.blocks if not alone or ground.id == self._alone_id else ():
                words = block.name if alone else (block.name.split() or [""])[0]
                if words and block.outline:
                    roof = roof_of(block, self._frame).boundingRect()
                    self._sheet.write(words, roof.center(), font, "text", gap=-1.0)

    def _write_cells(self, grounds: Sequence[EstateGround]) -> None:
        font = self._look.font("tick")
        for ground in grounds:
            roofs = [roof_of(block, self._frame).boundingRect() for block in ground.blocks if block.outline]
            for cell in ground.cells if not self._alone_id or ground.id == self._alone_id else ():
                wide, high = width_of(cell.name, font) + 2.0, font.pixelSize() * 1.2
                at = best_place(self._frame.polygon(cell.outline), roofs, wide, high, self._sheet)
                if at is not None:
                    self._sheet.write(cell.name, at, font, "text2")

    def _paint_street(self, painter: QPainter, street: Feature) -> None:
        """Its name along it, in its middle."""
        line = self._frame.polygon(street.points)
        half = max(1, line.size() // 2)
        first, last = line.at(half - 1), line.at(half)
        font = self._look.font("tick")
        painter.save()
        painter.translate((first + last) / 2)
        painter.rotate(math.degrees(math.atan2(last.y() - first.y(), last.x() - first.x())))
        wide = width_of(street.name, font)
        label(painter, -wide / 2, font.pixelSize() * 0.36, street.name, font, self._look.colour("label_land"))
        painter.restore()
