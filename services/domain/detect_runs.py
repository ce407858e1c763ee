"""Reads the ``detect`` table of events in a row, chains and trips."""

from __future__ import annotations

from collections.abc import Mapping

from services.domain.condition import Sort
from services.domain.detect_table import DetectTable
from services.domain.kinds_runs import Chain, Consecutive, Pairs, Trips

TRIPS_KEYS: Mapping[str, bool] = {
    "kind": True,
    "by": True,
    "out": True,
    "back": True,
    "longest_minutes": True,
    "at_least": True,
    "within_days": True,
    "place_column": False,
    "places": False,
    "same_route": False,
}
DIFFERENT_KEYS = ("column", "at_least")
PAIRS_KEYS = ("first", "then", "within_minutes")
PLACES = ("same", "different")


def read_consecutive(table: DetectTable) -> Consecutive:
    within = table.span("within_days", "within_minutes")
    return Consecutive(table.columns_of("by"), table.count("at_least"), within, table.count("different_days"))


def read_chain(table: DetectTable) -> Chain:
    return Chain(table.columns_of("by"), table.minutes("gap_minutes"), table.minutes("hold_minutes"))


def read_trips(table: DetectTable) -> Trips:
    place = table.column("place_column", Sort.TEXT) if "place_column" in table.table else ""
    places = table.word("places", PLACES) if "places" in table.table else ""
    same_route = table.flag("same_route")
    if (places or same_route) and not place:
        raise table.around.complain("detect.place_column", "与 places、same_route 同写")
    out, _ = table.condition("out", table.columns)
    back, _ = table.condition("back", table.columns)
    return Trips(
        table.columns_of("by"),
        table.text("out"),
        table.text("back"),
        table.minutes("longest_minutes"),
        table.count("at_least"),
        table.span("within_days"),
        place,
        places,
        same_route,
        out,
        back,
    )


def read_different(table: DetectTable) -> tuple[str, int]:
    """The column of a frequency that must have so many different values; ``("", 1)`` when none must."""
    if "different" not in table.table:
        return "", 1
    inner = table.inner("different", DIFFERENT_KEYS)
    return inner.column("column", Sort.TEXT), inner.count("at_least")


def read_pairs(table: DetectTable) -> Pairs | None:
    """Which neighbours a frequency counts as pairs."""
    if "pairs" not in table.table:
        return None
    if "different" in table.table:
        raise table.around.complain("detect.pairs", "不与 different 同写")
    inner = table.inner("pairs", PAIRS_KEYS)
    is_first, _ = inner.condition("first", inner.columns)
    is_then, _ = inner.condition("then", inner.columns)
    return Pairs(inner.text("first"), inner.text("then"), inner.minutes("within_minutes"), is_first, is_then)
