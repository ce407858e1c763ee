"""What a rule finds, said of a whole list of events at once: the detectors must find exactly that.

Nothing here is fast and nothing remembers. The rule's own tests, the differential tests and the
back-test hold the detectors against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from services.domain.area import Ground
from services.domain.definition_later import is_followed, is_unusual_then
from services.domain.definition_runs import ends_chain, ends_trips, is_in_a_row
from services.domain.detect import OnList
from services.domain.detector import Listed
from services.domain.event import Event
from services.domain.judge import needed_kmh, sighting_of, sized
from services.domain.kinds import (
    Absence,
    Band,
    Fence,
    FirstSeen,
    Follow,
    Frequency,
    Rate,
    Threshold,
    Travel,
    WatchList,
)
from services.domain.kinds_runs import Chain, Consecutive, Trips
from services.domain.order import Name, known, name_of, order, same
from services.domain.rule import Rule
from services.domain.timebase import local


def hits(rule: Rule, events: Sequence[Event], listed: Listed, now: datetime | None = None) -> frozenset[Name]:
    """Every event of a list that the rule hits. Events are in the order they came in, which only an
    absence and a band look at; an absence and an expiry are asked at ``now``."""
    mine = list({name_of(e): e for e in events if e.kind == rule.event}.values())
    met = [e for e in mine if rule.matches(e.record) is True]
    detect = rule.detect
    if isinstance(detect, WatchList):
        on_list = OnList(detect, listed)
        return _names(e for e in met if on_list.feed(e))
    if isinstance(detect, Band):
        return _names(e for i, e in enumerate(met) if is_unusual_then(e, met[:i], detect))
    if isinstance(detect, Follow):
        answers = [e for e in events if e.kind == detect.event and detect.holds(e.record) is True]
        return _names(e for e in met if is_followed(e, answers, detect, now))
    if isinstance(detect, Consecutive):
        return _names(e for e in met if is_in_a_row(e, met, _cleared(rule, mine), detect))
    if isinstance(detect, Chain):
        return _names(e for e in met if ends_chain(e, met, detect))
    if isinstance(detect, Trips):
        return _names(e for e in met if ends_trips(e, met, detect))
    if isinstance(detect, Frequency | Rate | Travel | FirstSeen | Fence):
        return _names(e for e in met if _in_window(e, met, detect))
    if isinstance(detect, Threshold):
        return _names(e for e in met if _lasts(e, met, _cleared(rule, mine), detect))
    if isinstance(detect, Absence):
        heard = [e for e in met if known(e, detect.by)]
        return _names(e for e in _lasts_heard(heard, detect) if now is not None and _is_silent(e, heard, detect, now))
    return _names(met)


def is_over(rule: Rule, events: Sequence[Event], last: Event) -> bool:
    """Whether a threshold that was told for the key of ``last`` is over after it."""
    assert isinstance(rule.detect, Threshold)
    mine = [e for e in events if order(e) <= order(last)]
    bad = [e for e in mine if rule.matches(e.record) is True]
    told = [e for e in bad if _lasts(e, bad, _cleared(rule, mine), rule.detect) and same(e, last, rule.detect.by)]
    newest = max(told, key=order, default=None)
    return newest is None or bool(_ends(newest, last, bad, _cleared(rule, mine), rule.detect))


# --------------------------------------------------------------------------------- one event's window


def _in_window(end: Event, met: Sequence[Event], detect: Frequency | Rate | Travel | FirstSeen | Fence) -> bool:
    if not known(end, detect.by):
        return False
    before = [e for e in met if same(e, end, detect.by) and order(e) < order(end)]
    if isinstance(detect, Frequency):
        return _often(end, before, detect) and not any(
            _often(e, before, detect) for e in before if e.occurred_at > end.occurred_at - detect.gap
        )
    before = [e for e in before if e.occurred_at > end.occurred_at - detect.within]
    match detect:
        case FirstSeen():
            return not before
        case Rate():
            return any(_moved(e, end, detect) for e in before)
        case Travel():
            return any(_outran(e, end, detect) for e in before)
        case Fence():
            return _crossed(end, before, detect)


def _often(end: Event, before: Sequence[Event], detect: Frequency) -> bool:
    """``at_least`` in the window that ends at ``end``, on enough days and at enough places."""
    window = [e for e in before if order(e) < order(end) and e.occurred_at > end.occurred_at - detect.within]
    days = {local(e.occurred_at).date() for e in [*window, end]}
    if len(window) + 1 < detect.at_least or len(days) < detect.different_days:
        return False
    words = {getattr(e.record, detect.different) for e in [*window, end]} if detect.different else set()
    return not detect.different or len(words - {"", None}) >= detect.least_different


def _crossed(end: Event, before: Sequence[Event], detect: Fence) -> bool:
    ground = Ground(detect.areas, detect.margin_m)
    trail = [(e, place) for e in sorted([*before, end], key=order) if (place := _whereabouts(e, ground)) is not None]
    if not trail or trail[-1][0] is not end:
        return False
    here, last = trail[-1][1], trail[-2][1] if len(trail) > 1 else None
    if detect.crossing == "enter":
        return here != "" and last is not None and last != here
    if detect.crossing == "leave":
        return bool(last) and last != here
    return here != "" and any(
        place == here
        and end.occurred_at - e.occurred_at >= detect.dwell
        and all(other == here for since, other in trail if order(since) >= order(e))
        for e, place in trail
    )


def _whereabouts(event: Event, ground: Ground) -> str | None:
    lon, lat = event.record.lon, event.record.lat
    return None if lon is None or lat is None else ground.at(lon, lat)


def _moved(before: Event, end: Event, detect: Rate) -> bool:
    one, other = getattr(before.record, detect.column), getattr(end.record, detect.column)
    return one is not None and other is not None and sized(other - one, detect.direction) >= detect.at_least


def _outran(before: Event, end: Event, detect: Travel) -> bool:
    read = sighting_of(detect)
    one, other = read(before.record), read(end.record)
    if one is None or other is None:
        return False
    hour = (end.occurred_at - before.occurred_at) / timedelta(hours=1)
    return (
        needed_kmh((0, "", "", one, None), (round(hour * 3_600_000_000), "", "", other, None), detect.min_km)
        > detect.over_kmh
    )


# ------------------------------------------------------------------------------------------- lasting


def _cleared(rule: Rule, events: Iterable[Event]) -> list[Event]:
    assert rule.clears is not None
    return [e for e in events if rule.matches(e.record) is not True and rule.clears(e.record) is True]


def _lasts(end: Event, bad: Sequence[Event], good: Sequence[Event], detect: Threshold) -> bool:
    """Some bad stretch up to ``end`` held long enough, and it has not ended since."""
    mine = [e for e in bad if same(e, end, detect.by) and order(e) <= order(end)]
    return known(end, detect.by) and any(
        raised.occurred_at - first.occurred_at >= detect.hold
        and not any(_between(first, g, raised) and same(g, end, detect.by) for g in good)
        and not _ends(raised, end, bad, good, detect)
        for first in mine
        for raised in mine
        if order(first) <= order(raised)
    )


def _ends(raised: Event, last: Event, bad: Sequence[Event], good: Sequence[Event], detect: Threshold) -> bool:
    """A good stretch after ``raised`` and not after ``last`` held long enough."""
    mine = [g for g in good if same(g, raised, detect.by) and order(raised) < order(g) <= order(last)]
    return any(
        over.occurred_at - first.occurred_at >= detect.release
        and not any(_between(first, b, over) and same(b, raised, detect.by) for b in bad)
        for first in mine
        for over in mine
        if order(first) <= order(over)
    )


# ------------------------------------------------------------------------------------------- silence


def _lasts_heard(heard: Sequence[Event], detect: Absence) -> Iterable[Event]:
    """The newest event of each key."""
    ordered = sorted(heard, key=order)
    return {tuple(getattr(e.record, name) for name in detect.by): e for e in ordered}.values()


def _is_silent(last: Event, heard: Sequence[Event], detect: Absence, now: datetime) -> bool:
    """``last`` is older than ``within`` in the feed's time, and enough came in after it."""
    feed = min(now, max(e.occurred_at for e in heard))
    return feed - last.occurred_at > detect.within and len(heard) - 1 - heard.index(last) >= detect.others


# ------------------------------------------------------------------------------------------- private


def _between(first: Event, event: Event, last: Event) -> bool:
    return order(first) < order(event) < order(last)


def _names(events: Iterable[Event]) -> frozenset[Name]:
    return frozenset(name_of(e) for e in events)
