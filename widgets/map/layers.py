"""What is on the map, layer by layer: told by the pane, hidden by the officer, found under the cursor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

import numpy as np
from PySide6.QtCore import QPointF, Qt

from services.domain.snapshot import Subject
from widgets.map.items import Area, Circle, Line, Mark
from widgets.map.projection import Floats, Viewport, world
from widgets.map.vectors import polygon

Item = TypeVar("Item", Mark, Line, Area, Circle)

_BEYOND_PX = 80  # a mark outside the window may still reach into it


class Shelf(Generic[Item]):
    """Items of one sort by layer, in the order the layers came."""

    def __init__(self) -> None:
        self.by_layer: dict[str, tuple[Item, ...]] = {}

    def shown(self, hidden: set[str]) -> Iterator[Item]:
        for layer, items in self.by_layer.items():
            if layer not in hidden:
                yield from items


class Layers:
    """Named layers of marks, lines, areas and circles. A hidden layer is neither drawn nor found."""

    def __init__(self) -> None:
        self.lines: Shelf[Line] = Shelf()
        self.areas: Shelf[Area] = Shelf()
        self.circles: Shelf[Circle] = Shelf()
        self.hidden: set[str] = set()
        self.version = 0  # grows with every change of what is shown
        self._marks: dict[str, tuple[tuple[Mark, ...], Floats, Floats]] = {}

    def set_marks(self, layer: str, marks: Sequence[Mark]) -> None:
        x, y = world(np.array([m.lon for m in marks], float), np.array([m.lat for m in marks], float))
        self._marks[layer] = (tuple(marks), x, y)
        self.version += 1

    def put(self, shelf: Shelf[Item], layer: str, items: Sequence[Item]) -> None:
        shelf.by_layer[layer] = tuple(items)
        self.version += 1

    def names(self) -> tuple[str, ...]:
        tables = (self._marks, self.lines.by_layer, self.areas.by_layer, self.circles.by_layer)
        return tuple(dict.fromkeys(name for table in tables for name in table))

    def show(self, layer: str, shown: bool) -> None:
        if shown:
            self.hidden.discard(layer)
        else:
            self.hidden.add(layer)
        self.version += 1

    def seen(self, view: Viewport) -> list[tuple[Mark, QPointF]]:
        """Shown marks in or near the window with their px; what is painted last comes last."""
        found: list[tuple[Mark, QPointF]] = []
        for layer, (marks, world_x, world_y) in self._marks.items():
            if layer in self.hidden:
                continue
            x, y = view.of_world(world_x, world_y)
            near = (np.abs(x - view.width / 2) < view.width / 2 + _BEYOND_PX) & (
                np.abs(y - view.height / 2) < view.height / 2 + _BEYOND_PX
            )
            found += [(marks[i], QPointF(float(x[i]), float(y[i]))) for i in np.flatnonzero(near)]
        return sorted(found, key=lambda pair: -pair[0].rank)

    def find(self, subject: Subject) -> Mark | None:
        return next((m for marks, _, _ in self._marks.values() for m in marks if m.subject == subject), None)

    def area_at(self, at: QPointF, view: Viewport) -> Subject | None:
        """The subject of the shown area that a point of the window lies in."""
        for area in self.areas.shown(self.hidden):
            inside = polygon(area.points, view).containsPoint(at, Qt.FillRule.OddEvenFill)
            if area.subject is not None and inside:
                return area.subject
        return None
