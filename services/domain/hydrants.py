"""Which hydrants are nearest to a fire, and what pressure they have."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NEAREST = 3
_METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Hydrant:
    """``mpa`` is its last static pressure, None while it is silent: unknown, never good."""

    id: str
    spot: str  # 北门外
    lon: float
    lat: float
    mpa: float | None


def nearest(
    lon: float, lat: float, hydrants: Iterable[Hydrant], most: int = NEAREST
) -> tuple[tuple[Hydrant, float], ...]:
    """The nearest with their distance in metres, nearest first."""
    found = [(one, _metres(lon, lat, one)) for one in hydrants]
    return tuple(sorted(found, key=lambda pair: (pair[1], pair[0].id))[:most])


def words(found: Sequence[tuple[Hydrant, float]]) -> str:
    """``北门外 0.28 MPa 40 m；…``; empty when none is known."""
    return "；".join(f"{one.spot} {_pressure(one)} {metres:.0f} m" for one, metres in found)


def _pressure(hydrant: Hydrant) -> str:
    return "压力未知" if hydrant.mpa is None else f"{hydrant.mpa:.2f} MPa"


def _metres(lon: float, lat: float, hydrant: Hydrant) -> float:
    """Flat: good to a tenth of a percent within a community."""
    east = (hydrant.lon - lon) * math.cos(math.radians(lat))
    return math.hypot(east, hydrant.lat - lat) * _METRES_A_DEGREE
