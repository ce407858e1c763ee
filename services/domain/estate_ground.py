"""What lies on the ground of an estate, as a sketch: blocks, roads, gates, green, water, grid cells, devices.

Drawn, not surveyed. Nothing here says who lives anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.domain.estates import Point

TOPIC = "estate_ground"
STREETS = "streets"  # the id of what lies between the estates


class FeatureKind(StrEnum):
    ROAD = "road"
    GATE = "gate"
    GREEN = "green"
    WATER = "water"
    STREET = "street"


class MarkState(StrEnum):
    GOOD = "good"
    ALARM = "alarm"
    WEAK = "weak"  # its battery
    UNKNOWN = "unknown"  # not heard for a day


@dataclass(frozen=True, slots=True)
class Feature:
    """A line (road, street), a point (gate) or an area (green, water)."""

    kind: str  # FeatureKind
    points: tuple[Point, ...]
    name: str = ""
    wide_m: float = 0.0


@dataclass(frozen=True, slots=True)
class GridCell:
    """网格: the part of an estate one grid worker walks. ``id`` is its administrative code."""

    id: str
    name: str
    outline: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Block:
    building_id: str
    name: str  # 3 幢
    outline: tuple[Point, ...]
    floors: int = 0  # 0: not known
    units: int = 0


@dataclass(frozen=True, slots=True)
class DeviceMark:
    id: str
    kind: str
    at: Point
    state: str  # MarkState


@dataclass(frozen=True, slots=True)
class EstateGround:
    """``id`` is the estate's, or ``STREETS``."""

    id: str
    blocks: tuple[Block, ...] = ()
    features: tuple[Feature, ...] = ()
    cells: tuple[GridCell, ...] = ()
    devices: tuple[DeviceMark, ...] = ()
