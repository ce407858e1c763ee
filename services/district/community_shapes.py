"""How the six demo estates lie: outlines with their bends, where blocks stand, roads, gates, green and water.

Metres east and north of the sketch's lower left corner. Drawn, not surveyed; no two estates are alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Metres = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a block stands: its middle, how it is turned (degrees, counter-clockwise), how it is built."""

    x: float
    y: float
    turn: float = 0.0
    form: str = "slab"  # slab | stepped | curved | corner | towers


@dataclass(frozen=True, slots=True)
class Shape:
    """``walk`` is the way round that a patrol takes; ``cut`` the line between its two grid cells."""

    outline: tuple[Metres, ...]
    slots: tuple[Slot, ...]
    roads: tuple[tuple[Metres, ...], ...]
    gates: tuple[Metres, ...]
    green: tuple[tuple[Metres, ...], ...]
    water: tuple[tuple[Metres, ...], ...]
    walk: tuple[Metres, ...]
    cut: tuple[Metres, Metres]


def _row(y: float, xs: Sequence[float], turn: float = 0.0, form: str = "slab") -> tuple[Slot, ...]:
    lean = math.tan(math.radians(turn))
    return tuple(Slot(x, y + (x - xs[0]) * lean, turn, form) for x in xs)


def _fan(centre: Metres, rings: Mapping[float, Sequence[float]]) -> tuple[Slot, ...]:
    """Curved blocks on rings round a point: radius → the angles they stand at."""
    found: list[Slot] = []
    for radius, angles in rings.items():
        for angle in angles:
            x, y = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            found.append(Slot(centre[0] + radius * x, centre[1] + radius * y, angle + 90, "curved"))
    return tuple(found)


def _ring(x: float, y: float, wide: float, high: float, corners: int = 14, dent: float = 0.0) -> tuple[Metres, ...]:
    """Round about a point; ``dent`` makes a pond of an ellipse."""
    found: list[Metres] = []
    for i in range(corners):
        turn = 2 * math.pi * i / corners
        reach = 1 - dent * math.sin(2 * turn + 0.6)
        found.append((round(x + wide * reach * math.cos(turn), 1), round(y + high * reach * math.sin(turn), 1)))
    return tuple(found)


_GARDEN = Shape(  # towers and stepped slabs round a pond
    ((4, 264), (120, 270), (230, 266), (238, 336), (232, 428), (214, 474), (120, 484), (96, 470), (6, 474), (0, 372)),
    (
        Slot(40, 448, 2, "stepped"),
        Slot(97, 450, -3, "stepped"),
        Slot(168, 456, 0, "towers"),
        Slot(214, 404, 84, "stepped"),
        Slot(218, 346, 92, "stepped"),
        Slot(204, 288, -2, "stepped"),
        Slot(147, 290, 2, "stepped"),
        Slot(89, 290, -2, "stepped"),
        Slot(33, 286, 3, "stepped"),
        Slot(20, 342, 94, "stepped"),
        Slot(20, 400, 88, "stepped"),
        Slot(116, 326, 0, "stepped"),
    ),
    (
        ((118, 270), (122, 306), (60, 312), (42, 350), (46, 412), (80, 426), (160, 426), (192, 408), (194, 330)),
        ((194, 330), (170, 308), (122, 306)),
    ),
    ((118, 270), (236, 376)),
    (_ring(118, 374, 66, 38), ((62, 320), (88, 318), (84, 332), (66, 334))),
    (_ring(132, 366, 30, 13, 16, 0.22),),
    ((122, 306), (60, 312), (42, 350), (46, 412), (80, 426), (160, 426), (192, 408), (194, 330), (170, 308)),
    ((112, 260), (126, 490)),
)
_WEST = Shape(  # old slabs in rows, a lane of trees between them
    ((260, 272), (384, 266), (502, 262), (506, 360), (498, 478), (338, 486), (322, 446), (264, 438), (256, 350)),
    (
        *_row(460, (366, 418, 468), -2),
        *_row(414, (290, 340, 446), -1),
        *_row(352, (286, 336, 450), 1),
        *_row(298, (290, 342, 452), 1),
    ),
    (
        ((392, 266), (390, 300), (396, 380), (392, 436), (391, 482)),
        ((262, 384), (330, 382), (396, 380), (504, 378)),
        ((270, 324), (391, 324), (500, 326)),
    ),
    ((392, 266), (258, 384), (505, 378)),
    (((366, 278), (384, 278), (390, 372), (370, 372)), ((402, 390), (418, 392), (416, 434), (400, 434))),
    (),
    (
        *((392, 270), (391, 324), (272, 324), (391, 324), (396, 380), (264, 384), (396, 380), (392, 436), (391, 474)),
        *((392, 436), (396, 380), (496, 378), (396, 380), (391, 324), (496, 326), (391, 324)),
    ),
    ((250, 378), (512, 378)),
)
_NEW = Shape(  # an L of short rows round the village square
    ((530, 264), (640, 260), (754, 254), (760, 330), (756, 394), (676, 400), (672, 480), (526, 486), (522, 372)),
    (
        *_row(462, (552, 600, 648), -2, "slab"),
        *_row(420, (550, 598, 647), -2, "stepped"),
        *_row(350, (552, 600), 0, "corner"),
        Slot(718, 370, -1, "slab"),
        *_row(294, (554, 604), -2, "slab"),
        Slot(706, 284, -3, "stepped"),
    ),
    (
        ((640, 262), (648, 300), (646, 386), (530, 390)),
        ((648, 310), (688, 308), (756, 306)),
        ((646, 386), (664, 394)),
        ((530, 322), (620, 320), (648, 310)),
    ),
    ((640, 260), (524, 390)),
    (((660, 324), (696, 322), (696, 366), (662, 372)), ((532, 372), (626, 370), (628, 382), (534, 384))),
    (),
    (
        *((640, 266), (648, 310), (748, 306), (648, 310), (646, 386), (534, 390), (646, 386), (648, 310)),
        *((620, 320), (534, 322), (620, 320), (648, 310)),
    ),
    ((516, 388), (766, 392)),
)
_HEALTH = Shape(  # two courtyards, cut off by the canal
    ((4, 228), (110, 236), (230, 234), (240, 140), (250, 18), (196, 8), (126, 6), (72, 52), (38, 96), (8, 142)),
    (
        Slot(40, 214, 3, "slab"),
        Slot(92, 218, 2, "slab"),
        Slot(168, 218, -1, "slab"),
        Slot(22, 176, 95, "slab"),
        Slot(128, 184, 90, "corner"),
        Slot(82, 146, 2, "slab"),
        Slot(190, 184, 0, "slab"),
        Slot(168, 128, 2, "slab"),
        Slot(226, 104, 96, "slab"),
        Slot(140, 74, 92, "slab"),
        Slot(196, 26, 3, "corner"),
        Slot(84, 98, 50, "slab"),
    ),
    (
        ((134, 235), (148, 200), (150, 152), (120, 126), (56, 120)),
        ((150, 152), (206, 150), (240, 146)),
        ((120, 126), (116, 56), (150, 40), (228, 58)),
    ),
    ((134, 235), (240, 146)),
    (((44, 162), (108, 166), (106, 198), (46, 194)), _ring(186, 80, 28, 26, 12)),
    (),
    (
        *((134, 228), (148, 200), (150, 152), (236, 146), (150, 152), (120, 126), (58, 120), (120, 126), (116, 56)),
        *((150, 40), (224, 58), (150, 40), (116, 56), (120, 126), (150, 152), (148, 200)),
    ),
    ((-4, 146), (250, 152)),
)
_SCENE = Shape(  # staggered slabs on both sides of a winding avenue
    ((266, 234), (374, 226), (500, 230), (492, 170), (486, 110), (486, 14), (430, 4), (340, 10), (272, 20), (262, 124)),
    (
        Slot(292, 212, -5, "stepped"),
        Slot(342, 204, -4, "stepped"),
        Slot(292, 166, -5, "stepped"),
        Slot(343, 158, -4, "stepped"),
        Slot(298, 66, 6, "stepped"),
        Slot(346, 60, 5, "stepped"),
        Slot(420, 206, 4, "stepped"),
        Slot(470, 210, 5, "stepped"),
        Slot(414, 162, 3, "stepped"),
        Slot(464, 164, 4, "stepped"),
        Slot(410, 66, -6, "stepped"),
        Slot(458, 58, -5, "stepped"),
    ),
    (
        ((378, 227), (376, 190), (384, 140), (372, 96), (376, 50), (384, 6)),
        ((264, 134), (310, 132), (383, 136), (440, 130), (487, 134)),
        ((290, 36), (340, 32), (378, 34), (470, 32)),
    ),
    ((378, 227), (384, 6)),
    (_ring(316, 108, 44, 18), _ring(434, 106, 40, 16, 12)),
    (_ring(322, 108, 22, 8, 14, 0.2),),
    (
        (378, 222),
        (376, 190),
        (384, 140),
        (310, 132),
        (264, 134),
        (384, 138),
        (440, 130),
        (484, 134),
        (372, 96),
        (378, 34),
    ),
    ((382, 240), (378, 0)),
)
_CLOUD = Shape(  # a fan of curved blocks along the bend of the canal
    (
        (522, 230),
        (640, 222),
        (752, 224),
        (752, 164),
        (736, 110),
        (704, 64),
        (656, 28),
        (592, 10),
        (504, 12),
        (512, 124),
    ),
    _fan((526, 226), {78: (-26, -66), 116: (-14, -45, -76), 170: (-11, -32, -53, -74), 212: (-17, -36.5, -56)}),
    (
        ((622, 223), (616, 190), (595, 157), (562, 136), (514, 128)),
        ((668, 223), (664, 170), (630, 116), (580, 90), (514, 84)),
    ),
    ((622, 223), (668, 223)),
    (((536, 216), (566, 212), (572, 192), (556, 176), (536, 172)), ((510, 22), (546, 18), (554, 34), (512, 52))),
    (),
    ((667, 218), (664, 170), (630, 116), (580, 90), (518, 84), (580, 90), (630, 116), (664, 170)),
    ((505, 232), (740, 30)),
)
SHAPES = (_GARDEN, _WEST, _NEW, _HEALTH, _SCENE, _CLOUD)

STREETS: tuple[tuple[str, float, tuple[Metres, ...]], ...] = (  # name, width, middle line
    ("中山西路", 20.0, ((-500, 232), (110, 252), (246, 250), (380, 246), (512, 246), (640, 240), (1300, 236))),
    ("", 13.0, ((240, 900), (248, 440), (248, 350), (246, 250), (250, 160), (260, 20), (254, -400))),
    ("", 13.0, ((500, 900), (514, 420), (512, 330), (514, 246), (500, 150), (498, 40), (490, -400))),
)
CANAL: tuple[tuple[Metres, ...], ...] = (  # on both sides, far beyond what is drawn
    (
        *((-500, 236), (-60, 168), (-6, 132), (26, 84), (62, 38), (112, -6), (140, -60), (150, -400)),
        *((70, -400), (98, -60), (70, -10), (40, 20), (2, 70), (-34, 114), (-80, 136), (-500, 176)),
    ),
    (
        *((1300, 214), (830, 178), (776, 148), (752, 100), (714, 50), (662, 10), (590, -10), (520, -14), (430, -400)),
        *((470, -400), (540, -40), (600, -38), (676, -16), (736, 24), (790, 84), (850, 132), (1300, 150)),
    ),
)

DWELLING_WIDE, DEEP, TOWER_WIDE, TOWER_DEEP = 7.2, 11.5, 20.0, 19.0  # metres


def footprint(slot: Slot, units: int, across: int) -> tuple[Metres, ...]:
    """The corners of a block of ``units`` staircases, wider the more dwellings a floor has."""
    forms = {"stepped": _stepped, "curved": _curved, "corner": _corner, "towers": _towers}
    local = forms.get(slot.form, _slab)(units, DWELLING_WIDE * across)
    cos, sin = math.cos(math.radians(slot.turn)), math.sin(math.radians(slot.turn))
    return tuple((slot.x + x * cos - y * sin, slot.y + x * sin + y * cos) for x, y in local)


def _along(units: int, wide: float, lower: Sequence[float], upper: Sequence[float]) -> tuple[Metres, ...]:
    """A chain of staircases from left to right and back, each with its own lower and upper edge."""
    left = -units * wide / 2
    front = [(left + (i + end) * wide, lower[i]) for i in range(units) for end in (0, 1)]
    back = [(left + (i + end) * wide, upper[i]) for i in reversed(range(units)) for end in (1, 0)]
    return (*front, *back)


def _slab(units: int, wide: float) -> tuple[Metres, ...]:
    """A plain one, its staircases standing out at the back."""
    left, half = -units * wide / 2, DEEP / 2
    back: list[Metres] = []
    for i in reversed(range(units)):
        middle = left + (i + 0.5) * wide
        back += [(middle + 1.8, half), (middle + 1.8, half + 1.8), (middle - 1.8, half + 1.8), (middle - 1.8, half)]
    return ((left, -half), (-left, -half), (-left, half), *back, (left, half))


def _stepped(units: int, wide: float) -> tuple[Metres, ...]:
    steps = [(i - (units - 1) / 2) * 3.4 for i in range(units)]
    return _along(units, wide, [s - DEEP / 2 for s in steps], [s + DEEP / 2 for s in steps])


def _curved(units: int, wide: float) -> tuple[Metres, ...]:
    """Bent towards the middle of its ring."""
    corners = 2 * units + 1
    left = -units * wide / 2
    xs = [left + i * units * wide / (corners - 1) for i in range(corners)]
    bend = [6.0 * (x / left) ** 2 for x in xs]
    front = [(x, b - DEEP / 2) for x, b in zip(xs, bend, strict=True)]
    return (*front, *((x, b + DEEP / 2) for x, b in zip(reversed(xs), reversed(bend), strict=True)))


def _corner(units: int, wide: float) -> tuple[Metres, ...]:
    """A slab with a short wing at its right end."""
    right, half = units * wide / 2, DEEP / 2
    wing = right - 10.0
    return ((-right, -half), (wing, -half), (wing, -half - 7), (right, -half - 7), (right, half), (-right, half))


def _towers(units: int, wide: float) -> tuple[Metres, ...]:
    """Towers side by side, joined by low links."""
    del wide
    pitch, half, link = TOWER_WIDE + 4, TOWER_WIDE / 2, 3.0
    middles = [(i - (units - 1) / 2) * pitch for i in range(units)]
    front: list[Metres] = []
    back: list[Metres] = []
    for i, x in enumerate(middles):
        if i:
            front += [(x - half, -link), (x - half, -TOWER_DEEP / 2)]
            back += [(x - half, link), (x - half, TOWER_DEEP / 2)]
        else:
            front.append((x - half, -TOWER_DEEP / 2))
            back.append((x - half, TOWER_DEEP / 2))
        front.append((x + half, -TOWER_DEEP / 2))
        back.append((x + half, TOWER_DEEP / 2))
        if i < units - 1:
            front.append((x + half, -link))
            back.append((x + half, link))
    return (*front, *reversed(back))


def halves(outline: Sequence[Metres], cut: tuple[Metres, Metres]) -> tuple[tuple[Metres, ...], tuple[Metres, ...]]:
    """An outline's parts on both sides of a line."""
    (ax, ay), (bx, by) = cut
    sides = [(bx - ax) * (y - ay) - (by - ay) * (x - ax) for x, y in outline]
    return _clipped(outline, sides), _clipped(outline, [-side for side in sides])


def _clipped(outline: Sequence[Metres], sides: Sequence[float]) -> tuple[Metres, ...]:
    found: list[Metres] = []
    for i, (here, side) in enumerate(zip(outline, sides, strict=True)):
        there, other = outline[(i + 1) % len(outline)], sides[(i + 1) % len(outline)]
        if side >= 0:
            found.append(here)
        if (side >= 0) != (other >= 0):
            share = side / (side - other)
            found.append((here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1])))
    return tuple(found)
