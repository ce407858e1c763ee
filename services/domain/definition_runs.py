"""What events in a row, chains and trips find, said of a whole list of events; see ``definition.py``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from services.domain.event import Event
from services.domain.kinds_runs import Chain, Consecutive, Trips
from services.domain.order import known, order, same
from services.domain.timebase import local


def is_in_a_row(end: Event, bad: Sequence[Event], good: Sequence[Event], detect: Consecutive) -> bool:
    """Enough bad events up to ``end`` within the time, on enough days, none of them before a good one."""
    if not known(end, detect.by):
        return False
    ended = max((order(g) for g in good if same(g, end, detect.by) and order(g) < order(end)), default=None)
    row = [
        e
        for e in _up_to(end, bad, detect.by)
        if e.occurred_at > end.occurred_at - detect.within and (ended is None or order(e) > ended)
    ]
    days = {local(e.occurred_at).date() for e in row}
    return len(row) >= detect.at_least and len(days) >= detect.different_days


def ends_chain(end: Event, met: Sequence[Event], detect: Chain) -> bool:
    """Back from ``end``, gap by gap, it was there ``hold`` before."""
    if not known(end, detect.by):
        return False
    since = end
    for event in reversed(_up_to(end, met, detect.by)):
        if since.occurred_at - event.occurred_at > detect.gap:
            break
        since = event
    return end.occurred_at - since.occurred_at >= detect.hold


def ends_trips(end: Event, met: Sequence[Event], detect: Trips) -> bool:
    """A trip ends here, and with it there are enough within the time."""
    if not known(end, detect.by):
        return False
    trips = [trip for trip in pairwise(_up_to(end, met, detect.by)) if _is_trip(*trip, detect)]
    if not trips or trips[-1][1] is not end:
        return False
    return (
        sum(
            other.occurred_at > end.occurred_at - detect.within
            and (not detect.same_route or _route(one, other, detect) == _route(*trips[-1], detect))
            for one, other in trips
        )
        >= detect.at_least
    )


def _is_trip(one: Event, other: Event, detect: Trips) -> bool:
    if detect.is_out(one.record) is not True or detect.is_back(other.record) is not True:
        return False
    if other.occurred_at - one.occurred_at > detect.longest:
        return False
    if not detect.place or not (detect.places or detect.same_route):
        return True
    there, here = getattr(one.record, detect.place), getattr(other.record, detect.place)
    if there in ("", None) or here in ("", None):
        return False
    return {"same": there == here, "different": there != here}.get(detect.places, True)


def _route(one: Event, other: Event, detect: Trips) -> frozenset[str]:
    return frozenset((getattr(one.record, detect.place), getattr(other.record, detect.place)))


def _up_to(end: Event, events: Sequence[Event], by: Sequence[str]) -> list[Event]:
    """The events of the key in order, ``end`` the last of them."""
    return sorted((e for e in events if same(e, end, by) and order(e) <= order(end)), key=order)
