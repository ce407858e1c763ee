"""The demo district's checkpoints and the roads between them. Places are plausible, not surveyed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, radians

AREA, INDUSTRY, NETWORK = "331002", "0000", "0"
SENDER_ID = f"{AREA}{INDUSTRY}503{NETWORK}000024"


@dataclass(frozen=True, slots=True)
class Place:
    """One checkpoint. ``share`` is its part of the traffic, relative to the others."""

    serial: int
    name: str
    lon: float
    lat: float
    lanes: int
    share: float
    sees_exhaust: bool = False  # has remote sensing
    street: int = 1  # of the district, as it counts them
    at_hub: bool = False  # where passengers change
    blind_road: bool = False  # leads nowhere else

    @property
    def id(self) -> str:
        return f"{AREA}{INDUSTRY}121{NETWORK}{self.serial:06d}"

    @property
    def device_id(self) -> str:
        return f"{AREA}{INDUSTRY}119{NETWORK}{self.serial:06d}"

    @property
    def grid_code(self) -> str:
        return f"{AREA}{self.street:03d}"


PLACES: tuple[Place, ...] = (
    Place(1, "章安", 121.388, 28.7165, 4, 0.6, street=8),
    Place(2, "椒江大桥", 121.3895, 28.6950, 6, 1.6, street=8),
    Place(3, "前所", 121.437, 28.7150, 4, 0.8, street=7),
    Place(4, "前所东", 121.486, 28.7120, 4, 0.5, street=7),
    Place(5, "椒江二桥", 121.4385, 28.6900, 6, 1.5, True),
    Place(6, "疏港大道口", 121.470, 28.6600, 6, 1.2, True),
    Place(7, "东环大道口", 121.447, 28.6430, 6, 1.1, street=2),
    Place(8, "三甲", 121.498, 28.6330, 4, 0.7, True, street=5),
    Place(9, "洪家", 121.403, 28.6010, 6, 0.9, street=4),
    Place(10, "下陈", 121.452, 28.6040, 4, 0.9, street=6),
    Place(11, "中心大道西", 121.387, 28.6670, 6, 1.1, street=3),
    Place(12, "市府大道西", 121.385, 28.6450, 6, 1.3, street=2),
    Place(13, "葭沚", 121.401, 28.6800, 4, 0.8, street=3),
    Place(14, "海门港", 121.449, 28.6790, 4, 0.7),
    Place(15, "白云山", 121.418, 28.6610, 4, 1.0, street=2),
    Place(16, "开发大道东", 121.463, 28.6220, 6, 0.9, street=5),
    Place(17, "机场路", 121.424, 28.5890, 6, 0.9, street=4, at_hub=True),
    Place(18, "滨海大道", 121.523, 28.6200, 4, 0.5, street=5),
    Place(19, "聚洋大道", 121.502, 28.5960, 4, 0.5, street=6),
    Place(20, "台州东站", 121.357, 28.6290, 6, 0.7, street=4, at_hub=True),
    Place(21, "甬台温高速口", 121.352, 28.6720, 8, 1.0, street=3),
    Place(22, "沿海高速口", 121.478, 28.5890, 6, 0.7, street=6),
    Place(23, "海昌路", 121.430, 28.6230, 4, 0.9, street=4),
    Place(24, "月湖", 121.530, 28.5890, 2, 0.2, street=6, blind_road=True),
)
BY_NAME: Mapping[str, Place] = {place.name: place for place in PLACES}

SILENT = "前所东"  # falls silent soon after the start
DAZZLED = "下陈"  # looks into the sun: low confidence
FAST_CLOCK = "洪家"  # its clock is four tenths of a second ahead
FAST_BY_S = 0.4

# Roads, as runs of checkpoints one can drive from end to end.
ROADS: Mapping[str, tuple[str, ...]] = {
    "椒江大桥线": ("章安", "椒江大桥", "葭沚", "中心大道西", "市府大道西", "洪家"),
    "北岸线": ("章安", "前所", "前所东"),
    "二桥线": ("前所", "椒江二桥", "海门港", "疏港大道口", "三甲", "滨海大道"),
    "东环线": ("海门港", "东环大道口", "开发大道东", "下陈", "沿海高速口"),
    "中心大道": ("甬台温高速口", "中心大道西", "白云山", "疏港大道口"),
    "市府大道": ("台州东站", "市府大道西", "东环大道口", "三甲"),
    "机场路线": ("白云山", "海昌路", "机场路", "沿海高速口"),
    "洪家线": ("台州东站", "洪家", "海昌路", "开发大道东"),
    "聚洋线": ("三甲", "聚洋大道", "月湖"),
    "滨海线": ("滨海大道", "月湖"),
    "南线": ("洪家", "机场路"),
}


def neighbours() -> Mapping[str, Sequence[Place]]:
    """Which checkpoints one can drive to next, by name."""
    found: dict[str, list[Place]] = {place.name: [] for place in PLACES}
    for road in ROADS.values():
        for one, other in pairwise(road):
            found[one].append(BY_NAME[other])
            found[other].append(BY_NAME[one])
    return found


def distance_km(one: Place, other: Place) -> float:
    """Flat distance; good to a metre over these few kilometres."""
    east = (other.lon - one.lon) * 111.32 * cos(radians(one.lat))
    return hypot(east, (other.lat - one.lat) * 110.95)


def heading(one: Place, other: Place) -> str:
    """The protocol's direction code of driving from one to the other: 1 东 2 西 3 南 4 北."""
    east = (other.lon - one.lon) * cos(radians(one.lat))
    north = other.lat - one.lat
    if abs(east) >= abs(north):
        return "1" if east >= 0 else "2"
    return "4" if north >= 0 else "3"
