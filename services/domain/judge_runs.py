"""What one window says of events in a row, of a chain of sightings and of trips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Any

from services.domain.judge import MICRO, MINUTE, Figures, Item, counted, days_of, ends_of, moment
from services.domain.kinds_runs import Chain, Consecutive, Trips


def in_a_row(window: Sequence[Item], detect: Consecutive) -> Figures | None:
    """An item's value says whether it is one of those that are counted; any other ends the row."""
    first = next((i + 1 for i in range(len(window) - 1, -1, -1) if not window[i][3]), 0)
    return counted(window[first:], detect.at_least, detect.different_days) if first < len(window) else None


def unbroken(window: Sequence[Item], detect: Chain) -> Figures | None:
    gap = detect.gap // MICRO
    first = len(window) - 1
    while first and window[first][0] - window[first - 1][0] <= gap:
        first -= 1
    chain = window[first:]
    held = chain[-1][0] - chain[0][0]
    if held < detect.hold // MICRO:
        return None
    minutes = held / MINUTE
    return {"count": len(chain), "held_min": minutes, "held_h": minutes / 60, **ends_of(chain)}


def travelled_often(window: Sequence[Item], detect: Trips) -> Figures | None:
    """Trips that ended within the time, the last of them with the window's last event."""
    longest, since = detect.longest // MICRO, window[-1][0] - detect.within // MICRO
    trips = [
        (one, other) for one, other in pairwise(window) if other[0] > since and _is_trip(one, other, longest, detect)
    ]
    if not trips or trips[-1][1] is not window[-1]:
        return None
    if detect.same_route:
        trips = [trip for trip in trips if _route(trip) == _route(trips[-1])]
    if len(trips) < detect.at_least:
        return None
    (set_out, back), ended = trips[-1], [trip[1] for trip in trips]
    return {
        "count": len(trips),
        "days": len(days_of(ended)),
        "minutes": (back[0] - set_out[0]) / MINUTE,
        "before_place": set_out[3][2],
        "first_at": moment(trips[0][0]),
        "last_at": moment(back),
    }


def _is_trip(one: Item, other: Item, longest: int, detect: Trips) -> bool:
    (is_out, _, there), (_, is_back, here) = one[3], other[3]
    if not (is_out and is_back and other[0] - one[0] <= longest):
        return False
    if detect.places or detect.same_route:
        if not there or not here:
            return False
        return not detect.places or (there == here) is (detect.places == "same")
    return True


def _route(trip: tuple[Item, Item]) -> frozenset[str]:
    return frozenset((trip[0][3][2], trip[1][3][2]))


def trip_parts_of(detect: Trips) -> Callable[[Any], tuple[bool, bool, str]]:
    """(may set out, may come back, place) of a record."""
    place = attrgetter(detect.place) if detect.place else lambda _record: ""

    def parts(record: Any) -> tuple[bool, bool, str]:
        return detect.is_out(record) is True, detect.is_back(record) is True, place(record) or ""

    return parts
