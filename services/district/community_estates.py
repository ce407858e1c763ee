"""Six estates drawn from nothing: outlines, blocks, staircases and dwellings of the demo community.

Head counts and names follow the community's published outline; geometry is a sketch and says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

Metres = tuple[float, float]
Row = tuple[object, ...]

ORIGIN_LON, ORIGIN_LAT = 121.4180, 28.6560  # the sketch's lower left corner, WGS-84
_TURN = math.radians(2.5)
_COLUMNS = ((0.0, 226.0), (246.0, 236.0), (502.0, 218.0))  # left edge, width in metres
_ROWS = ((256.0, 226.0), (0.0, 224.0))  # lower edge, height: the upper row first
_BLOCK_ROWS = (0.86, 0.66, 0.28, 0.10)  # the middle stays free for the estate's name
DWELLINGS_PER_HEAD = 0.4167


@dataclass(frozen=True, slots=True)
class EstatePlan:
    code: str
    name: str
    people: int
    column: int
    row: int


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
        EstatePlan(f"XQ{i + 1:02d}", name, max(8, round(people * share)), i % 3, i // 3)
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
    return [(p.code, p.name, _text(_corners(*_box(p))), "1") for p in plans]


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
    """One patrol an estate, walking round between its blocks."""
    rows: list[Row] = []
    for i, plan in enumerate(plans):
        x, y, w, h = _box(plan)
        turn = 2 * math.pi * ((minute + 7 * i + seed) % 40) / 40
        lon, lat = _place(x + w * (0.5 + 0.38 * math.cos(turn)), y + h * (0.48 + 0.36 * math.sin(turn)))
        rows.append((f"XL{i + 1:02d}", plan.code, lon, lat, at))
    return rows


def _box(plan: EstatePlan) -> tuple[float, float, float, float]:
    (x, w), (y, h) = _COLUMNS[plan.column], _ROWS[plan.row]
    return x, y, w, h


def _block(plan: BuildingPlan) -> list[Metres]:
    """Blocks stand three in a row, wider the more dwellings they have."""
    x, y, w, h = _box(plan.estate)
    row, column = divmod(plan.number - 1, 3)
    rng = Random(plan.code)
    cell = (w - 24) / 3
    width = cell * min(0.88, 0.52 + plan.units * 0.08 + rng.random() * 0.12)
    left = x + 12 + column * cell + (cell - width) * rng.uniform(0.2, 0.8)
    return _corners(left, y + h * _BLOCK_ROWS[row % 4] - 8, width, 18)


def _corners(x: float, y: float, w: float, h: float) -> list[Metres]:
    return [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]


def _place(x: float, y: float) -> Metres:
    """Metres on the sketch to degrees, with the streets' small turn."""
    east, north = x * math.cos(_TURN) - y * math.sin(_TURN), x * math.sin(_TURN) + y * math.cos(_TURN)
    return (
        round(ORIGIN_LON + east / (111_320 * math.cos(math.radians(ORIGIN_LAT))), 7),
        round(ORIGIN_LAT + north / 110_850, 7),
    )


def _text(corners: Sequence[Metres]) -> str:
    return ";".join(f"{lon:.7f},{lat:.7f}" for lon, lat in (_place(x, y) for x, y in corners))
