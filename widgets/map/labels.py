"""Which names stand where on a map, so that no two collide and no alert goes unnamed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Box = tuple[float, float, float, float]  # left, top, right, bottom in px

_GRID = 40  # an alert's label looks so many places across and down the window for a free one
_GAP_PX = 1.0


class Side(IntEnum):
    """Where a label stands of its mark; also which edge its lines are flush with."""

    RIGHT = 0
    LEFT = 1
    BELOW = 2
    ABOVE = 3
    FAR = 4  # led to by a line


@dataclass(frozen=True, slots=True)
class Want:
    """A label of ``width`` × ``height`` px that wants a place beside its mark, ``away`` px from (x, y).

    ``left_of`` is what stands left of the mark besides (an alert's glyph). ``must`` labels (alerts)
    are never dropped. ``centred`` ones stand on their point or nowhere.
    """

    x: float
    y: float
    width: float
    height: float
    away: float
    rank: int
    must: bool = False
    centred: bool = False
    left_of: float = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the label of ``index`` (in the wants) stands."""

    index: int
    box: Box
    side: Side


class Taken:
    """Boxes that are full; many candidates are tried against all of them in one numpy test."""

    def __init__(self, boxes: Iterable[Box] = ()) -> None:
        self._boxes: NDArray[np.float64] = np.array(list(boxes), float).reshape(-1, 4)

    def add(self, box: Box) -> None:
        self._boxes = np.vstack([self._boxes, box])

    def hits(self, candidates: NDArray[np.float64]) -> NDArray[np.float64]:
        """The area of each candidate that is taken, px²; 0 for a free one."""
        a, b = candidates[:, None, :], self._boxes[None, :, :]
        width = np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
        height = np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
        return (np.maximum(width, 0) * np.maximum(height, 0)).sum(axis=1)


def place(wants: Sequence[Want], window: Box, marks: Iterable[Box] = (), alerts: Iterable[Box] = ()) -> list[Place]:
    """Greedy by rank: each label takes the first free side of its mark, or is left out.

    Labels stay inside ``window`` and off ``marks`` and ``alerts`` (boxes of what is drawn). A ``must``
    label without a free side goes to the nearest place that hides no label and no alert, covering an
    ordinary mark if it has to; in a window so full that there is none, to where it hides least.
    """
    firm, soft = Taken(alerts), Taken(marks)
    placed: list[Place] = []
    for index in sorted(range(len(wants)), key=lambda i: (not wants[i].must, wants[i].rank, i)):
        found = _beside(wants[index], window, firm, soft)
        if found is None and wants[index].must:
            found = _somewhere(wants[index], window, firm, soft)
        if found is not None:
            box, side = found
            placed.append(Place(index, box, side))
            firm.add((box[0] - _GAP_PX, box[1] - _GAP_PX, box[2] + _GAP_PX, box[3] + _GAP_PX))
    return placed


def _beside(want: Want, window: Box, firm: Taken, soft: Taken) -> tuple[Box, Side] | None:
    sides = _sides(want)
    free = _inside(sides, window) & (firm.hits(sides) == 0) & (soft.hits(sides) == 0)
    if not free.any():
        return None
    first = int(np.argmax(free))
    side = Side.BELOW if want.centred else (Side.RIGHT, Side.LEFT, Side.BELOW, Side.ABOVE)[first % 4]
    return _box(sides[first]), side


def _sides(want: Want) -> NDArray[np.float64]:
    """Right, left, below, above; then the same four slid to a corner. A centred label has one."""
    x, y, w, h, away = want.x, want.y, want.width, want.height, want.away
    left = away + want.left_of
    if want.centred:
        corners = [(x - w / 2, y - h / 2)]
    else:
        corners = [
            (x + away, y - h / 2),
            (x - left - w, y - h / 2),
            (x - w / 2, y + away),
            (x - w / 2, y - away - h),
            (x + away * 0.8, y + away * 0.3),
            (x - left * 0.8 - w, y - left * 0.3 - h),
            (x - left * 0.8 - w, y + left * 0.3),
            (x + away * 0.8, y - away * 0.3 - h),
        ]
    lefts, tops = np.array(corners).T
    return np.stack([lefts, tops, lefts + w, tops + h], axis=1)


def _somewhere(want: Want, window: Box, firm: Taken, soft: Taken) -> tuple[Box, Side]:
    """The nearest free place of the whole window."""
    left = np.linspace(window[0], max(window[0], window[2] - want.width), _GRID)
    top = np.linspace(window[1], max(window[1], window[3] - want.height), _GRID)
    lefts, tops = (grid.ravel() for grid in np.meshgrid(left, top))
    boxes = np.stack([lefts, tops, lefts + want.width, tops + want.height], axis=1)
    far = np.hypot(lefts + want.width / 2 - want.x, tops + want.height / 2 - want.y)
    covers_mark = soft.hits(boxes) > 0
    best = int(np.lexsort((far, covers_mark, firm.hits(boxes)))[0])
    return _box(boxes[best]), Side.FAR


def _inside(boxes: NDArray[np.float64], window: Box) -> NDArray[np.bool_]:
    left, top, right, bottom = window
    return (boxes[:, 0] >= left) & (boxes[:, 1] >= top) & (boxes[:, 2] <= right) & (boxes[:, 3] <= bottom)


def _box(row: NDArray[np.float64]) -> Box:
    left, top, right, bottom = row.tolist()
    return left, top, right, bottom
