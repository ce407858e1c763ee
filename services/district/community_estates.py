"""Six estates drawn from nothing: outlines, blocks, staircases and dwellings of the demo community.

Head counts and names follow the community's published outline; geometry is a sketch and says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from services.district.community_shapes import CANAL, SHAPES, STREETS, Metres, Shape, footprint, halves

Row = tuple[object, ...]

ORIGIN_LON, ORIGIN_LAT = 121.4180, 28.6560  # the sketch's lower left corner, WGS-84
COMMUNITY = "331002002001"
_TURN = math.radians(2.5)
_ROUND_MIN = 40  # minutes a patrol walks round
DWELLINGS_PER_HEAD = 0.4167


@dataclass(frozen=True, slots=True)
class EstatePlan:
    code: str
    name: str
    people: int
    shape: Shape


@dataclass(frozen=True, slots=True)
class BuildingPlan:
    code: str
    estate: EstatePlan
    number: int
    units: int
    floors: int  # with dwellings, the first of them is the second floor
    across: int  # dwellings of one staircase on one floor

    @property
    def name(self) -> str:
        return f"{self.number} 幢"


@dataclass(frozen=True, slots=True)
class House:
    code: str
    building: BuildingPlan
    unit: int
    floor: int
    at: int


def estate_plans(residents: int) -> tuple[EstatePlan, ...]:
    """``residents`` 10,000 gives the six head counts of the community, 10,286 together."""
    counts = (
        ("城市花园", 1862),
        ("云西小区", 1790),
        ("白云新村", 1655),
        ("健康苑", 1604),
        ("景元家园", 1733),
        ("云锦苑", 1642),
    )
    share = residents / 10_000
    return tuple(
        EstatePlan(f"XQ{i + 1:02d}", name, max(8, round(people * share)), SHAPES[i])
        for i, (name, people) in enumerate(counts)
    )


def building_plans(estate: EstatePlan, seed: int) -> tuple[BuildingPlan, ...]:
    """Twelve blocks at most. Block 3 of the first estate is the tall one: 3 staircases × 17 floors × 4."""
    rng = Random(f"{seed}/buildings/{estate.code}")
    wanted = round(estate.people * DWELLINGS_PER_HEAD)
    tall = (3, 17, 4) if estate.code == "XQ01" and wanted > 400 else None
    count = min(12, max(3, wanted // 20))
    rest = wanted - (tall[0] * tall[1] * tall[2] if tall else 0)
    plans: list[BuildingPlan] = []
    for number in range(1, count + 1):
        if tall and number == 3:
            units, floors, across = tall
        else:
            left = count - number + 1 - (1 if tall and number < 3 else 0)
            units, across = rng.choice(((2, 2), (2, 3), (3, 2)))
            target = rest / left * (rng.uniform(0.8, 1.2) if left > 1 else 1.0)
            floors = min(17, max(1, math.ceil(target / (units * across))))
            rest -= units * floors * across
        plans.append(BuildingPlan(f"{estate.code}{number:02d}", estate, number, units, floors, across))
    return tuple(plans)


def houses(building: BuildingPlan) -> Iterator[House]:
    for unit in range(1, building.units + 1):
        for floor in range(2, building.floors + 2):
            for at in range(building.across):
                yield House(f"{building.code}{unit}{floor:02d}{at + 1:02d}", building, unit, floor, at)


def estate_rows(plans: Sequence[EstatePlan]) -> list[Row]:
    return [(p.code, p.name, _text(p.shape.outline), "1") for p in plans]


def ground_rows(plans: Sequence[EstatePlan]) -> list[Row]:
    """Roads, gates, green and water of each estate; streets and the canal between them."""
    rows: list[Row] = []

    def add(estate: str, kind: str, points: Sequence[Metres], name: str = "", wide: float = 0.0) -> None:
        rows.append((f"DW{len(rows) + 1:04d}", estate, kind, name, wide, _text(points)))

    for name, wide, line in STREETS:
        add("", "5", line, name, wide)
    for bank in CANAL:
        add("", "4", bank)
    for plan in plans:
        shape = plan.shape
        for road in shape.roads:
            add(plan.code, "1", road, wide=5.0)
        for i, gate in enumerate(shape.gates):
            add(plan.code, "2", (gate,), "主入口" if i == 0 else f"出入口 {i + 1}")
        for area in shape.green:
            add(plan.code, "3", area)
        for pond in shape.water:
            add(plan.code, "4", pond)
    return rows


def grid_rows(plans: Sequence[EstatePlan]) -> list[Row]:
    """Two grid cells an estate."""
    cells = [(plan, part) for plan in plans for part in halves(plan.shape.outline, plan.shape.cut)]
    return [(f"{COMMUNITY}{i:03d}", plan.code, f"第 {i} 网格", _text(part)) for i, (plan, part) in enumerate(cells, 1)]


def building_rows(plans: Sequence[BuildingPlan], seed: int) -> list[Row]:
    rng = Random(f"{seed}/hydrants")
    return [(p.code, p.estate.code, p.name, _text(_block(p)), round(rng.uniform(0.31, 0.42), 2)) for p in plans]


def unit_rows(plans: Sequence[BuildingPlan], seed: int) -> list[Row]:
    rng = Random(f"{seed}/ground")
    rows: list[Row] = []
    for plan in plans:
        for unit in range(1, plan.units + 1):
            ground = ("物业 · 快递柜", "大厅 · 门禁 2", "充电棚 12 位")[(unit - 1) % 3]
            rows.append((plan.code, unit, "电梯检修" if rng.random() < 0.01 else "电梯正常", ground))
    return rows


def patrol_rows(plans: Sequence[EstatePlan], seed: int, at: str, minute: int) -> list[Row]:
    """One patrol an estate, walking round on its roads."""
    rows: list[Row] = []
    for i, plan in enumerate(plans):
        lon, lat = _place(*_walked(plan.shape.walk, ((minute + 7 * i + seed) % _ROUND_MIN) / _ROUND_MIN))
        rows.append((f"XL{i + 1:02d}", plan.code, lon, lat, at))
    return rows


def _walked(walk: Sequence[Metres], share: float) -> Metres:
    """Where somebody is who has gone this share of a round."""
    legs = [(a, b, math.dist(a, b)) for a, b in zip(walk, (*walk[1:], walk[0]), strict=True)]
    left = share * sum(length for _, _, length in legs)
    for (ax, ay), (bx, by), length in legs:
        if left <= length:
            part = left / length if length else 0.0
            return ax + part * (bx - ax), ay + part * (by - ay)
        left -= length
    return walk[0]


def _block(plan: BuildingPlan) -> tuple[Metres, ...]:
    return footprint(plan.estate.shape.slots[plan.number - 1], plan.units, plan.across)


def _place(x: float, y: float) -> Metres:
    """Metres on the sketch to degrees, with the streets' small turn."""
    east, north = x * math.cos(_TURN) - y * math.sin(_TURN), x * math.sin(_TURN) + y * math.cos(_TURN)
    return (
        round(ORIGIN_LON + east / (111_320 * math.cos(math.radians(ORIGIN_LAT))), 7),
        round(ORIGIN_LAT + north / 110_850, 7),
    )


def _text(corners: Sequence[Metres]) -> str:
    return ";".join(f"{lon:.7f},{lat:.7f}" for lon, lat in (_place(x, y) for x, y in corners))
