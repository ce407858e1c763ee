"""Reads the ``detect`` table of a rule file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from services.domain.condition import Sort, check_column
from services.domain.kinds import (
    Absence,
    Attribute,
    Detect,
    FirstSeen,
    Frequency,
    Rate,
    Threshold,
    Travel,
    WatchList,
)

DETECT_KEYS: Mapping[str, Mapping[str, bool]] = {  # key: must it be there
    "attribute": {"kind": True},
    "watchlist": {"kind": True, "list": True, "match": True},
    "frequency": {"kind": True, "by": True, "at_least": True, "within_days": True, "different_days": False},
    "threshold": {"kind": True, "by": True, "hold_minutes": True, "release_minutes": False},
    "absence": {"kind": True, "by": True, "within_minutes": True, "others": False, "listen_hours": False},
    "rate": {"kind": True, "by": True, "column": True, "direction": True, "move": True, "within_minutes": True},
    "impossible_travel": {
        "kind": True,
        "by": True,
        "over_kmh": True,
        "min_km": True,
        "within_minutes": True,
        "place_column": True,
        "compare": False,
    },
    "first_seen": {"kind": True, "by": True, "within_days": True},
}
DIRECTIONS = ("rise", "fall", "either")

Complain = Callable[[str, str], Exception]  # key, why → the error to raise


def read_detect(table: Mapping[str, Any], columns: Mapping[str, Sort], place: str, complain: Complain) -> Detect:
    """``table`` has the keys of its kind and no others. Raises what ``complain`` makes, or ConditionError."""
    return _READ[table["kind"]](_Table(table, columns, place, complain))


@dataclass(frozen=True, slots=True)
class _Table:
    table: Mapping[str, Any]
    columns: Mapping[str, Sort]
    place: str
    complain: Complain

    def text(self, key: str) -> str:
        value = self.table[key]
        if not isinstance(value, str) or not value:
            raise self.complain(f"detect.{key}", f"须为文字，不是 {value!r}")
        return value

    def column(self, key: str, sort: Sort | None = None) -> str:
        return self._checked(key, self.text(key), sort)

    def columns_of(self, key: str, *, needed: bool = True) -> tuple[str, ...]:
        names = self.table.get(key, [])
        if not isinstance(names, list) or (needed and not names):
            raise self.complain(f"detect.{key}", "至少一个字段")
        return tuple(self._checked(key, str(name), None) for name in names)

    def count(self, key: str, default: int = 1) -> int:
        value = self.table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.complain(f"detect.{key}", f"须为正整数，不是 {value!r}")
        return value

    def size(self, key: str, default: float | None = None, *, zero: bool = False) -> float:
        value = self.table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not (value > 0 or (zero and value == 0)):
            raise self.complain(f"detect.{key}", f"须为正数，不是 {value!r}")
        return float(value)

    def minutes(self, key: str, *, default: float | None = None, zero: bool = False) -> timedelta:
        return timedelta(minutes=self.size(key, default, zero=zero))

    def word(self, key: str, words: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in words:
            raise self.complain(f"detect.{key}", f"不认识 {value!r}，可用：{'、'.join(words)}")
        return value

    def _checked(self, key: str, name: str, sort: Sort | None) -> str:
        check_column(name, self.columns, f"{self.place}.{key}")
        if sort is not None and self.columns[name] is not sort:
            raise self.complain(f"detect.{key}", f"字段 {name!r} 是{self.columns[name].value}，须为{sort.value}")
        return name


def _frequency(table: _Table) -> Detect:
    return Frequency(
        table.columns_of("by"),
        table.count("at_least"),
        timedelta(days=table.count("within_days")),
        table.count("different_days"),
    )


def _rate(table: _Table) -> Detect:
    return Rate(
        table.columns_of("by"),
        table.column("column", Sort.NUMBER),
        table.word("direction", DIRECTIONS),
        table.size("move"),
        table.minutes("within_minutes"),
    )


def _travel(table: _Table) -> Detect:
    for name in ("lon", "lat"):
        if name not in table.columns:
            raise table.complain("detect.kind", f"这种事件没有位置字段 {name}")
    return Travel(
        table.columns_of("by"),
        table.size("over_kmh"),
        table.size("min_km"),
        table.minutes("within_minutes"),
        table.column("place_column", Sort.TEXT),
        table.columns_of("compare", needed=False),
    )


def _threshold(table: _Table) -> Detect:
    return Threshold(
        table.columns_of("by"),
        table.minutes("hold_minutes", zero=True),
        table.minutes("release_minutes", default=0.0, zero=True),
    )


def _absence(table: _Table) -> Detect:
    return Absence(
        table.columns_of("by"),
        table.minutes("within_minutes"),
        table.count("others"),
        timedelta(hours=table.size("listen_hours", 24.0)),
    )


_READ: Mapping[str, Callable[[_Table], Detect]] = {
    "attribute": lambda _table: Attribute(),
    "watchlist": lambda table: WatchList(table.text("list"), table.column("match")),
    "frequency": _frequency,
    "threshold": _threshold,
    "absence": _absence,
    "rate": _rate,
    "impossible_travel": _travel,
    "first_seen": lambda table: FirstSeen(table.columns_of("by"), timedelta(days=table.count("within_days"))),
}
