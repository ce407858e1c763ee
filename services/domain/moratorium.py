"""The fishing moratorium: a table for each year that says which gear may not go out from when to when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Season(StrEnum):
    OPEN = "open"
    PERMIT = "permit"  # only with a special permit
    BANNED = "banned"


SEASON_WORDS = {Season.OPEN: "可出海", Season.PERMIT: "须专项许可", Season.BANNED: "休渔"}


@dataclass(frozen=True, slots=True)
class Period:
    """``types`` are the gear types of the boat register. An open period has no moments."""

    gear: str
    types: tuple[str, ...]
    season: Season
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """From ``since`` on, and no longer at ``until``."""
        return self.since is not None and self.until is not None and self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Moratorium:
    """The table of one year; ``id`` is the year. Topic ``moratorium``: one record, empty without a table."""

    id: str
    title: str
    ordered_by: str
    periods: tuple[Period, ...]

    def of(self, gear_type: str, at: datetime) -> Period | None:
        """The period that holds for this gear now; None when it may go out. The stricter of two counts."""
        now = [p for p in self.periods if gear_type in p.types and p.holds(at)]
        return max(now, key=lambda p: p.season is Season.BANNED, default=None)

    def knows(self, gear_type: str) -> bool:
        return any(gear_type in p.types for p in self.periods)


def moratorium_from(table: Mapping[str, Any]) -> Moratorium:
    """Raises ValueError in Chinese that names the key."""
    unknown = set(table) - {"year", "title", "ordered_by", "period"}
    if unknown:
        raise ValueError(f"不认识的键 {'、'.join(sorted(unknown))}")
    year, periods = table.get("year"), table.get("period")
    if isinstance(year, bool) or not isinstance(year, int):
        raise ValueError("year 须为年份")
    if not isinstance(periods, list) or not periods:
        raise ValueError("至少一个 [[period]]")
    ordered_by = str(table.get("ordered_by", "")).strip()
    if not ordered_by:
        raise ValueError("ordered_by 须写明依据的通告")
    read = tuple(_period(year, row) for row in periods)
    return Moratorium(str(year), str(table.get("title", f"{year} 年休渔")), ordered_by, read)


def _period(year: int, row: Any) -> Period:
    if not isinstance(row, Mapping) or set(row) - {"gear", "types", "season", "from", "until"}:
        raise ValueError("[[period]] 只有 gear、types、season、from、until")
    gear, types = row.get("gear"), _words(row.get("types"))
    if not isinstance(gear, str) or not gear or not types:
        raise ValueError("[[period]] 须有 gear 和 types（渔具名）")
    try:
        season = Season(str(row.get("season", "")))
    except ValueError:
        raise ValueError(f"{gear} 的 season 可用：{'、'.join(Season)}") from None
    if season is Season.OPEN:
        return Period(gear, types, season)
    since, until = (_moment(year, gear, name, row.get(name)) for name in ("from", "until"))
    if not since < until:
        raise ValueError(f"{gear} 的 from 须早于 until")
    return Period(gear, types, season, since, until)


def _moment(year: int, gear: str, name: str, moment: Any) -> datetime:
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError(f"{gear} 的 {name} 须为带时区的时刻")
    if moment.year != year:
        raise ValueError(f"{gear} 的 {name} 不在 {year} 年")
    return moment


def _words(value: Any) -> tuple[str, ...]:
    words = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return words if all(isinstance(word, str) and word for word in words) else ()
