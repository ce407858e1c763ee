"""How long a lone smoke alarm may stand, a device be silent, a hidden danger be left: ``[community.fire]``.

The collector puts them into the store (topic ``fire_terms``), so that every desk decides by the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.domain.deed import World
from services.domain.followup_terms import read_limit
from services.domain.levels import Limit, WorkCalendar

TOPIC = "fire_terms"


@dataclass(frozen=True, slots=True, kw_only=True)
class FireTerms:
    """``silent_h`` and ``battery_pct`` must agree with R-FIR-10 and R-FIR-10B."""

    confirm: timedelta
    silent_h: float
    battery_pct: int
    rectify: Limit  # of a hidden danger, from when the department is told
    again: Limit  # at least so much more after a look that was not passed
    recheck: Limit  # for the look, after the department says it is done
    calendar: WorkCalendar

    def due(self, limit: Limit, at: datetime) -> datetime:
        return limit.after(at, self.calendar)


TERMS = FireTerms(
    confirm=timedelta(minutes=3),  # [K]
    silent_h=24.0,  # [K]
    battery_pct=15,  # [K]
    rectify=Limit(days=7),  # [D]
    again=Limit(days=3),  # [D]
    recheck=Limit(days=2),  # [D]
    calendar=WorkCalendar(),
)


def terms_in(world: World) -> FireTerms:
    """Those in force; the defaults where no collector has put any."""
    return next(iter(world.topic(TOPIC)), TERMS)


def terms_from(table: Mapping[str, Any], calendar: WorkCalendar) -> FireTerms:
    """The defaults with what the site sets. Raises ValueError in Chinese, naming the key."""
    for key in table:
        if key not in _READERS:
            raise ValueError(f"不认识的键 community.fire.{key}，可用：{'、'.join(_READERS)}")
    read: dict[str, Any] = {}
    for key, value in table.items():
        field, reader = _READERS[key]
        read[field] = reader(f"community.fire.{key}", value)
    return replace(TERMS, calendar=calendar, **read)


def _number(least: float, most: float) -> Callable[[str, Any], float]:
    def read(where: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            raise ValueError(f"{where} 须为 {least:g} 至 {most:g} 的数，现为 {value!r}")
        return value

    return read


def _whole(least: int, most: int) -> Callable[[str, Any], int]:
    number = _number(least, most)

    def read(where: str, value: Any) -> int:
        if not isinstance(value, int):
            raise ValueError(f"{where} 须为整数，现为 {value!r}")
        return int(number(where, value))

    return read


def _minutes(where: str, value: Any) -> timedelta:
    return timedelta(minutes=_number(1, 60)(where, value))


_READERS: Mapping[str, tuple[str, Callable[[str, Any], Any]]] = {
    "confirm_min": ("confirm", _minutes),
    "silent_h": ("silent_h", _number(1, 240)),
    "battery_pct": ("battery_pct", _whole(1, 50)),
    **{key: (key, read_limit) for key in ("rectify", "again", "recheck")},
}
