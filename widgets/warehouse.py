"""海洋云仓: how full each compartment of each warehouse is, with the limits at 80 and 95."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from services.domain.boats import POLLUTANT_WORDS, Compartment, Pollutant, Warehouse
from services.domain.snapshot import Snapshot, Subject
from widgets.hand_ins import resolve, worst_alerts
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import LEFT, RIGHT, level_bar, text, width_of
from widgets.pane import Pane

ON_WALL = (Pollutant.OILY_WATER, Pollutant.SEWAGE, Pollutant.GARBAGE, Pollutant.WASTE_OIL, Pollutant.NETS)
TICKS = (0.8, 0.95)


class WarehousePane(Pane):
    """Topics: ``warehouses``, ``alerts``. One column a warehouse, one row a pollutant.

    A gauge that does not answer is hatched and says 未知. Colour only where the level is over a limit.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, {"note": "" if look.is_wall else "刻度 80 / 95", **options}, look, parent)
        self._selected: Subject | None = None
        self.hits: list[tuple[QRect, str]] = []

    def draw(self, snapshot: Snapshot[Any]) -> None:
        pass

    def select(self, subject: Subject | None) -> None:
        self._selected = resolve(subject, self.records("alerts"))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        found = next((i for box, i in self.hits if box.contains(at)), "")
        if found:
            self.asked.emit("select", Subject("warehouse", found))

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        self.hits = []
        houses: Sequence[Warehouse] = self.records("warehouses")
        if not houses:
            paint_waiting(painter, body, self, "没有云仓")
            return
        names = look.px(210 if look.is_wall else 76) + look.pad
        wide = (body.width() - names - look.pad) / len(houses)
        head = look.px(70 if look.is_wall else 42)
        kinds = ON_WALL if look.is_wall else tuple(Pollutant)
        rows = QRect(0, body.top() + head, body.width(), body.height() - head - look.px(10))
        high = rows.height() / len(kinds)
        for at, kind in enumerate(kinds):
            box = QRect(look.pad, round(rows.top() + at * high), names - look.pad, round(high))
            text(painter, box, POLLUTANT_WORDS[kind], look.font("body"), look.colour("text2"), LEFT)
        for at, house in enumerate(houses):
            column = QRect(round(names + at * wide), body.top(), round(wide), body.height())
            self._paint_head(painter, QRect(column.left(), body.top(), column.width(), head), house)
            for nth, kind in enumerate(kinds):
                cell = QRect(column.left(), round(rows.top() + nth * high), column.width(), round(high))
                found = next((c for c in house.compartments if c.pollutant is kind), None)
                self._paint_level(painter, cell, house, found)
            self.hits.append((column, house.id))

    def _paint_head(self, painter: QPainter, box: QRect, house: Warehouse) -> None:
        look = self.look
        chosen = self._selected == Subject("warehouse", house.id)
        if chosen:
            painter.fillRect(box.adjusted(-look.px(8), 0, -look.px(8), 0), look.colour("raised"))
        name = house.name.removesuffix("云仓") if look.is_wall else house.name
        font = look.font("body", weight=500)
        days = "" if house.days_to_full is None else f"{house.days_to_full:.0f} 天满"
        left = box.left() + look.px(56 if look.is_wall else 14)
        if look.is_wall:
            text(painter, QRect(left, box.top(), box.width(), box.height()), name, font, look.colour("text"), LEFT)
            left += width_of(name, font) + look.px(20)
            rest = QRect(left, box.top(), box.right() - left, box.height())
            text(painter, rest, days, look.font("tick"), look.colour("text3"), LEFT)
        else:
            upper = QRect(left, box.top(), box.width(), look.px(20))
            text(painter, upper, name, font, look.colour("text"), LEFT)
            lower = QRect(left, box.top() + look.px(19), box.width(), look.px(18))
            text(painter, lower, days, look.font("tick"), look.colour("text3"), LEFT)

    def _paint_level(self, painter: QPainter, cell: QRect, house: Warehouse, found: Compartment | None) -> None:
        look = self.look
        number = look.px(108 if look.is_wall else 42)
        high = look.px(28 if look.is_wall else 9)
        left = cell.left() + look.px(56 if look.is_wall else 14)
        rect = QRect(left, cell.center().y() - high // 2, cell.right() - number - left - look.px(6), high)
        level = found.level_pct if found else None
        signed = self._is_signed(house)
        share = None if level is None else level / 100
        level_bar(painter, rect, share, look, TICKS, found.level if found else None, level is None, signed)
        words = "未知" if level is None else f"{level:.1f}" if level >= 95 else f"{level:.0f}"
        box = QRect(cell.right() - number, cell.top(), number - look.px(10), cell.height())
        loud = found is not None and found.level is not None
        font = look.font("body", weight=700 if loud else 400)
        ink = look.colour("text3" if level is None else "text" if loud else "text2")
        text(painter, box, words, font, ink, RIGHT)

    def _is_signed(self, house: Warehouse) -> bool:
        alert = worst_alerts(self.records("alerts")).get(house.id)
        return alert.is_signed if alert else False
