"""What makes a boat be looked at: ``[boats.discharge]`` of the site file. All of it [D]."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.domain.code_terms import number


@dataclass(frozen=True, slots=True)
class Ground:
    """Where boats lie or sail slowly for good reason: a fishing ground, a port, an anchorage."""

    name: str
    lon: float
    lat: float
    radius_nm: float


@dataclass(frozen=True, slots=True)
class DischargeTerms:
    """Scores are of 100; ``raise_from`` raises a finding, below ``keep_from`` it is withdrawn again."""

    film_nm: float = 2.0
    film_h: float = 6.0
    most_per_film: int = 3  # boats that one report leads to
    empty_pct: float = 10.0  # of the oily-water tank
    slow_from_kn: float = 0.3
    slow_to_kn: float = 2.0
    slow_min: float = 20.0
    slow_h: float = 12.0  # tracks searched for slow episodes
    gap_min: float = 30.0  # a silence longer than this beside a slow episode counts
    low_share: float = 0.4  # of what was expected since the hand-in before
    days: int = 2  # films, checks and tracks looked back on
    confirmed_days: int = 90  # a confirmed discharge keeps the code red
    raise_from: int = 50
    keep_from: int = 40
    film_score: int = 60
    film_other_score: int = 2  # less for each other boat as near
    film_others_most: int = 16
    red_score: int = 20
    yellow_score: int = 8
    empty_score: int = 45
    slow_score: int = 30
    gap_score: int = 15
    low_score: int = 20
    grounds: tuple[Ground, ...] = ()


TERMS = DischargeTerms()


def discharge_from(table: Mapping[str, Any]) -> DischargeTerms:
    """The defaults with what the site sets. Raises ValueError in Chinese, naming the key."""
    for key in table:
        if key not in _READERS:
            raise ValueError(f"不认识的键 boats.discharge.{key}，可用：{'、'.join(_READERS)}")
    terms = replace(TERMS, **{key: _READERS[key](f"boats.discharge.{key}", value) for key, value in table.items()})
    if terms.slow_from_kn >= terms.slow_to_kn:
        raise ValueError("boats.discharge.slow_from_kn 须小于 slow_to_kn")
    if terms.keep_from > terms.raise_from:
        raise ValueError("boats.discharge.keep_from 不得大于 raise_from")
    return terms


def _reader(default: Any) -> Callable[[str, Any], Any]:
    if isinstance(default, int):
        return lambda where, value: int(number(where, value, 0, 1000))
    return lambda where, value: number(where, value, 0, 1000)


def _grounds(where: str, value: Any) -> tuple[Ground, ...]:
    form = '{ name = "大陈渔场", lon = 121.9, lat = 28.4, radius_nm = 5 }'
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise ValueError(f"{where} 须为列表，每项写作 {form}")
    found: list[Ground] = []
    for one in value:
        if set(one) != {"name", "lon", "lat", "radius_nm"}:
            raise ValueError(f"{where} 每项写作 {form}")
        lon, lat = number(f"{where}.lon", one["lon"], -180, 180), number(f"{where}.lat", one["lat"], -90, 90)
        found.append(Ground(str(one["name"]), lon, lat, number(f"{where}.radius_nm", one["radius_nm"], 0.01, 500)))
    return tuple(found)


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    **{name: _reader(getattr(TERMS, name)) for name in DischargeTerms.__slots__ if name != "grounds"},
    "grounds": _grounds,
}
