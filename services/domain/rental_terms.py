"""How long landlords, officers and inspectors have, and how a let dwelling is scored: ``[community.rentals]``.

The collector puts them into the store (topic ``rental_terms``), so that every desk decides by the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from services.domain.deed import World
from services.domain.levels import Limit, WorkCalendar

TOPIC = "rental_terms"
ITEMS: Mapping[str, str] = MappingProxyType(  # what a check looks at, and how it is called
    {
        "structure": "结构",
        "wiring": "电线",
        "escape": "逃生",
        "ebike": "电动车入户",
        "gas": "燃气",
        "crowding": "拥挤",
    }
)
_WEIGHTS: Mapping[str, int] = MappingProxyType(  # [D]
    {"structure": 10, "wiring": 8, "escape": 8, "ebike": 8, "gas": 8, "crowding": 5}
)
_SPAN = re.compile(r"([1-9]\d{0,3}) ?(h|d|wd)")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RentalTerms:
    """``green_days`` … ``red_days`` are the cycles of a check by its colour; a score at or above ``yellow_at`` …
    ``red_at`` has that colour. A part found ``3`` (immediate danger) is red whatever the score."""

    report: Limit  # of the landlord, after somebody moved in
    leave: Limit  # after the end of a lease
    verify: Limit  # of a suspicion, by officer and steward
    close: Limit  # of the desk after a result
    crowded: Limit  # of a check asked by an alert
    green_days: int
    yellow_days: int
    orange_days: int
    red_days: int
    yellow_at: int
    orange_at: int
    red_at: int
    least_m2: float  # a person
    room_persons: int
    weights: Mapping[str, int]
    calendar: WorkCalendar

    def due(self, limit: Limit, at: datetime) -> datetime:
        return limit.after(at, self.calendar)


TERMS = RentalTerms(
    report=Limit(days=3),  # [K]
    leave=Limit(days=3),  # [K]
    verify=Limit(days=3),  # [K]
    close=Limit(days=3),  # [D]
    crowded=Limit(days=2),  # [D]
    green_days=90,  # [K]
    yellow_days=30,  # [K]
    orange_days=7,  # [K]
    red_days=1,  # [D] put right, or nobody lives there
    yellow_at=8,  # [D]
    orange_at=22,  # [D]
    red_at=40,  # [D]
    least_m2=4.0,  # [K]
    room_persons=2,  # [K]
    weights=dict(_WEIGHTS),
    calendar=WorkCalendar(),
)


def terms_in(world: World) -> RentalTerms:
    """Those in force; the defaults where no collector has put any."""
    return next(iter(world.topic(TOPIC)), TERMS)


def terms_from(table: Mapping[str, Any], calendar: WorkCalendar) -> RentalTerms:
    """The defaults with what the site sets. Raises ValueError in Chinese, naming the key."""
    for key in table:
        if key not in _READERS:
            raise ValueError(f"不认识的键 community.rentals.{key}，可用：{'、'.join(_READERS)}")
    read = {key: _READERS[key](f"community.rentals.{key}", value) for key, value in table.items()}
    terms = replace(TERMS, calendar=calendar, **read)
    if not 0 < terms.yellow_at < terms.orange_at < terms.red_at:
        raise ValueError("community.rentals：须 yellow_at < orange_at < red_at")
    return terms


def _limit(where: str, value: Any) -> Limit:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"{where} 须写作 24h、3d 或 3wd（工作日），现为 {value!r}")
    number, unit = int(found[1]), found[2]
    return Limit(days=number) if unit == "wd" else Limit(number * _UNITS[unit])


def _count(where: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1000:
        raise ValueError(f"{where} 须为 1 至 1000 的整数，现为 {value!r}")
    return value


def _size(where: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 100:
        raise ValueError(f"{where} 须为 0 至 100 的数，现为 {value!r}")
    return float(value)


def _weights(where: str, value: Any) -> Mapping[str, int]:
    if not isinstance(value, Mapping) or not set(value) <= set(ITEMS):
        raise ValueError(f"{where} 须为一张表，键为 {'、'.join(ITEMS)}，现为 {value!r}")
    return {**_WEIGHTS, **{key: _count(f"{where}.{key}", one) for key, one in value.items()}}


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(("report", "leave", "verify", "close", "crowded"), _limit),
    **dict.fromkeys(("green_days", "yellow_days", "orange_days", "red_days", "room_persons"), _count),
    **dict.fromkeys(("yellow_at", "orange_at", "red_at"), _count),
    "least_m2": _size,
    "weights": _weights,
}
