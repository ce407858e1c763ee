"""The 1+7+N page's other systems: named places that wait for their own scene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QWidget

from services.domain.snapshot import Snapshot
from widgets.hatch import hatch_brush
from widgets.look import Look
from widgets.pane import Pane


@dataclass(frozen=True, slots=True)
class NamedSystem:
    """``figure`` is what the two source documents publish of it, or empty; nothing is invented."""

    name: str
    line: str
    figure: str = ""


class SystemsPane(Pane):
    """Cells of equal size. None of these systems is connected, and every cell says so by its hatch."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self._columns = int(options.get("columns", 4))
        self._systems = tuple(NamedSystem(*entry) for entry in options["systems"])

    def draw(self, snapshot: Snapshot[Any]) -> None:
        """Nothing arrives: these systems send nothing yet."""

    def age_text(self) -> str:
        return f"{len(self._systems)} 处未接入"

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        rows = -(-len(self._systems) // self._columns)
        width, height = (body.width() - 2 * look.pad) / self._columns, body.height() / max(1, rows)
        for number, system in enumerate(self._systems):
            left = body.left() + look.pad + (number % self._columns) * width
            top = body.top() + (number // self._columns) * height
            self._paint_cell(painter, QRect(round(left), round(top), round(width), round(height)), system)

    def _paint_cell(self, painter: QPainter, cell: QRect, system: NamedSystem) -> None:
        look = self.look
        painter.fillRect(QRect(cell.left(), cell.top(), cell.width() - look.pad, look.hair), look.colour("line"))
        chip = QRect(cell.left(), cell.top() + look.px(12), look.px(4), look.px(60))
        painter.fillRect(chip, hatch_brush(look, chip.topLeft()))
        left, room = chip.right() + look.px(9), cell.width() - look.px(13) - look.pad
        for text, step, colour, top in (
            (system.name, "body", "text", 10),
            (system.line, "tick", "text3", 32),
            (system.figure, "tick", "text2", 52),
        ):
            font = look.font(step, weight=500 if step == "body" else None)
            painter.setFont(font)
            painter.setPen(look.colour(colour))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
            line = QRect(left, cell.top() + look.px(top), room, look.px(20))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
