"""Estates and buildings as they are drawn: outlines, floors and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Point = tuple[float, float]  # (lon, lat), WGS-84


@dataclass(frozen=True, slots=True)
class Estate:
    """One residential estate as a sketch: outline and blocks are drawn, not surveyed."""

    id: str
    name: str
    people: int
    buildings: int
    outline: tuple[Point, ...]
    blocks: tuple[tuple[Point, ...], ...]
    patrols: tuple[Point, ...] = ()
    unknown: bool = False  # its devices are silent: what happens there is not known


class Use(StrEnum):
    """How a dwelling is used, as one letter of ``Unit.floors``."""

    OWN = "o"
    LET_REGISTERED = "r"
    LET_OPEN = "l"  # let, occupants not registered yet
    VACANT = "v"
    UNKNOWN = "u"
    NONE = "."  # no dwelling here: hall, lift


@dataclass(frozen=True, slots=True)
class Unit:
    """One staircase. ``floors[0]`` is the second floor, one letter of ``Use`` a dwelling;
    ``ground`` says what is on the first."""

    name: str
    lift: str
    ground: str
    floors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellMark:
    """Somebody an alert may be about, at a place in the section. ``at`` counts from the left, from 0."""

    unit: int
    floor: int  # as spoken: the first one with dwellings is 2
    at: int
    kind: str  # elder | guest
    subject_id: str


@dataclass(frozen=True, slots=True)
class Building:
    id: str
    estate_id: str
    estate_name: str
    name: str  # 3 幢
    units: tuple[Unit, ...]
    marks: tuple[CellMark, ...]
    passages_today: int
    passages_usual: int | None  # mean of the last 7 days at this hour
    elders: int
    hydrant_mpa: float | None  # indoor hydrant; None while silent
    hydrant_limit_mpa: float = 0.25
