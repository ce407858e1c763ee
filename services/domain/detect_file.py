"""Reads the ``detect`` table of a rule file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from services.domain.condition import Sort, check_column
from services.domain.detect_runs import (
    TRIPS_KEYS,
    read_chain,
    read_consecutive,
    read_different,
    read_pairs,
    read_trips,
)
from services.domain.detect_table import DetectTable, Surroundings
from services.domain.kinds import (
    Absence,
    Attribute,
    Band,
    Detect,
    Fence,
    FirstSeen,
    Follow,
    Frequency,
    Rate,
    Threshold,
    Travel,
    WatchList,
)

_FOLLOW = {
    "kind": True,
    "by": True,
    "then": True,
    "then_event": False,
    "then_by": False,
    "within_minutes": True,
}
_COUNTED = {
    "kind": True,
    "by": True,
    "at_least": True,
    "within_days": False,
    "within_minutes": False,
    "different_days": False,
}
DETECT_KEYS: Mapping[str, Mapping[str, bool]] = {  # key: must it be there
    "attribute": {"kind": True},
    "watchlist": {"kind": True, "list": True, "match": True},
    "frequency": {**_COUNTED, "gap_minutes": False, "different": False, "pairs": False},
    "consecutive": _COUNTED,
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
        "highest": False,
        "again_hours": False,
    },
    "chain": {"kind": True, "by": True, "gap_minutes": True, "hold_minutes": True},
    "trips": TRIPS_KEYS,
    "first_seen": {"kind": True, "by": True, "within_days": True},
    "band": {
        "kind": True,
        "by": True,
        "column": False,
        "direction": True,
        "weeks": False,
        "spread": False,
        "least_move": False,
        "least_samples": False,
    },
    "geofence": {
        "kind": True,
        "by": True,
        "areas": True,
        "crossing": True,
        "dwell_minutes": False,
        "margin_m": False,
        "within_hours": False,
    },
    "sequence": _FOLLOW,
    "expiry": {**_FOLLOW, "grace_minutes": False},
}
DIRECTIONS = ("rise", "fall", "either")
SIDES = ("high", "low", "both")
CROSSINGS = ("enter", "leave", "dwell")
WEEKS = range(4, 9)


def read_detect(table: Mapping[str, Any], around: Surroundings) -> Detect:
    """``table`` has the keys of its kind and no others. Raises what ``complain`` makes, or ConditionError."""
    return _READ[table["kind"]](DetectTable(table, around))


def _frequency(table: DetectTable) -> Detect:
    return Frequency(
        table.columns_of("by"),
        table.count("at_least"),
        table.span("within_days", "within_minutes"),
        table.count("different_days"),
        table.minutes("gap_minutes", default=0.0, zero=True),
        *read_different(table),
        read_pairs(table),
    )


def _rate(table: DetectTable) -> Detect:
    return Rate(
        table.columns_of("by"),
        table.column("column", Sort.NUMBER),
        table.word("direction", DIRECTIONS),
        table.size("move"),
        table.minutes("within_minutes"),
    )


def _travel(table: DetectTable) -> Detect:
    _check_position(table)
    return Travel(
        table.columns_of("by"),
        table.size("over_kmh"),
        table.size("min_km"),
        table.minutes("within_minutes"),
        table.column("place_column", Sort.TEXT),
        table.columns_of("compare", needed=False),
        table.column("highest", Sort.NUMBER) if "highest" in table.table else "",
        timedelta(hours=table.size("again_hours", 24.0)),
    )


def _threshold(table: DetectTable) -> Detect:
    return Threshold(
        table.columns_of("by"),
        table.minutes("hold_minutes", zero=True),
        table.minutes("release_minutes", default=0.0, zero=True),
    )


def _absence(table: DetectTable) -> Detect:
    return Absence(
        table.columns_of("by"),
        table.minutes("within_minutes"),
        table.count("others"),
        timedelta(hours=table.size("listen_hours", 24.0)),
    )


def _band(table: DetectTable) -> Detect:
    weeks = table.count("weeks", 4)
    if weeks not in WEEKS:
        raise table.around.complain("detect.weeks", f"须为 {WEEKS[0]} 至 {WEEKS[-1]}，不是 {weeks}")
    counts = "column" not in table.table
    least = table.count("least_samples", 3 if counts else 30)
    if counts and least > weeks:
        raise table.around.complain("detect.least_samples", f"每周只有一个时段，不能多于 weeks（{weeks}）")
    return Band(
        table.columns_of("by"),
        "" if counts else table.column("column", Sort.NUMBER),
        table.word("direction", SIDES),
        weeks,
        table.size("spread", 3.0),
        table.size("least_move", 0.0, zero=True),
        least,
    )


def _fence(table: DetectTable) -> Detect:
    _check_position(table)
    crossing = table.word("crossing", CROSSINGS)
    if (crossing == "dwell") is not ("dwell_minutes" in table.table):
        raise table.around.complain("detect.dwell_minutes", "用于 dwell，且只用于 dwell")
    dwell = table.minutes("dwell_minutes") if crossing == "dwell" else timedelta(0)
    within = timedelta(hours=table.size("within_hours", 24.0))
    if dwell >= within:
        raise table.around.complain("detect.within_hours", "须长于 dwell_minutes")
    margin_m = table.size("margin_m", 50.0, zero=True)
    return Fence(table.columns_of("by"), table.areas("areas"), crossing, dwell, margin_m, within)


def _follow(table: DetectTable) -> Detect:
    by = table.columns_of("by")
    kind = table.kind("then_event", table.around.own)
    columns = table.around.events[kind]
    then_by = tuple(str(name) for name in table.table.get("then_by", by))
    if len(then_by) != len(by):
        raise table.around.complain("detect.then_by", f"须与 by 一样是 {len(by)} 个字段")
    for name in then_by:
        check_column(name, columns, f"{table.around.place}.then_by")
    holds, sifts = table.condition("then", columns)
    within = table.minutes("within_minutes")
    expires = table.table["kind"] == "expiry"
    grace = table.minutes("grace_minutes", default=0.0, zero=True)
    return Follow(by, within, expires, grace, kind, then_by, str(table.table["then"]), holds, sifts)


def _check_position(table: DetectTable) -> None:
    for name in ("lon", "lat"):
        if name not in table.columns:
            raise table.around.complain("detect.kind", f"这种事件没有位置字段 {name}")


_READ: Mapping[str, Callable[[DetectTable], Detect]] = {
    "attribute": lambda _table: Attribute(),
    "watchlist": lambda table: WatchList(table.name("list"), table.column("match")),
    "frequency": _frequency,
    "consecutive": read_consecutive,
    "chain": read_chain,
    "trips": read_trips,
    "threshold": _threshold,
    "absence": _absence,
    "rate": _rate,
    "impossible_travel": _travel,
    "band": _band,
    "geofence": _fence,
    "sequence": _follow,
    "expiry": _follow,
    "first_seen": lambda table: FirstSeen(table.columns_of("by"), timedelta(days=table.count("within_days"))),
}
