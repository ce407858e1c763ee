"""What a rule finds, said of a whole list of events at once: the detectors must find exactly that.

Nothing here is fast and nothing remembers. The rule's own tests, the differential tests and the
back-test hold the detectors against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from services.domain.detect import OnList
from services.domain.detector import Listed
from services.domain.event import Event
from services.domain.judge import needed_kmh, sighting_of, sized
from services.domain.kinds import Absence, FirstSeen, Frequency, Rate, Threshold, Travel, WatchList, Windowed
from services.domain.rule import Rule
from services.domain.timebase import local

Name = tuple[str, str]  # (source, event_id)


def hits(rule: Rule, events: Sequence[Event], listed: Listed, now: datetime | None = None) -> frozenset[Name]:
    """Every event of a list that the rule hits. An absence is asked at ``now``, of events in the order
    they came in."""
    mine = list({_name(e): e for e in events if e.kind == rule.event}.values())
    met = [e for e in mine if rule.matches(e.record) is True]
    detect = rule.detect
    if isinstance(detect, WatchList):
        on_list = OnList(detect, listed)
        return _names(e for e in met if on_list.feed(e))
    if isinstance(detect, Frequency | Rate | Travel | FirstSeen):
        return _names(e for e in met if _in_window(e, met, detect))
    if isinstance(detect, Threshold):
        return _names(e for e in met if _lasts(e, met, _cleared(rule, mine), detect))
    if isinstance(detect, Absence):
        known = [e for e in met if _known(e, detect.by)]
        return _names(e for e in _lasts_heard(known, detect) if now is not None and _is_silent(e, known, detect, now))
    return _names(met)


def is_over(rule: Rule, events: Sequence[Event], last: Event) -> bool:
    """Whether a threshold that was told for the key of ``last`` is over after it."""
    assert isinstance(rule.detect, Threshold)
    mine = [e for e in events if _order(e) <= _order(last)]
    bad = [e for e in mine if rule.matches(e.record) is True]
    told = [e for e in bad if _lasts(e, bad, _cleared(rule, mine), rule.detect) and _same(e, last, rule.detect.by)]
    newest = max(told, key=_order, default=None)
    return newest is None or bool(_ends(newest, last, bad, _cleared(rule, mine), rule.detect))


# --------------------------------------------------------------------------------- one event's window


def _in_window(end: Event, met: Sequence[Event], detect: Windowed) -> bool:
    before = [e for e in met if _same(e, end, detect.by) and _order(e) < _order(end)]
    before = [e for e in before if e.occurred_at > end.occurred_at - detect.within]
    if not _known(end, detect.by):
        return False
    match detect:
        case Frequency():
            days = {local(e.occurred_at).date() for e in [*before, end]}
            return len(before) + 1 >= detect.at_least and len(days) >= detect.different_days
        case FirstSeen():
            return not before
        case Rate():
            return any(_moved(e, end, detect) for e in before)
        case Travel():
            return any(_outran(e, end, detect) for e in before)


def _moved(before: Event, end: Event, detect: Rate) -> bool:
    one, other = getattr(before.record, detect.column), getattr(end.record, detect.column)
    return one is not None and other is not None and sized(other - one, detect.direction) >= detect.at_least


def _outran(before: Event, end: Event, detect: Travel) -> bool:
    read = sighting_of(detect)
    one, other = read(before.record), read(end.record)
    if one is None or other is None:
        return False
    hour = (end.occurred_at - before.occurred_at) / timedelta(hours=1)
    return needed_kmh((0, "", "", one), (round(hour * 3_600_000_000), "", "", other), detect.min_km) > detect.over_kmh


# ------------------------------------------------------------------------------------------- lasting


def _cleared(rule: Rule, events: Iterable[Event]) -> list[Event]:
    assert rule.clears is not None
    return [e for e in events if rule.matches(e.record) is not True and rule.clears(e.record) is True]


def _lasts(end: Event, bad: Sequence[Event], good: Sequence[Event], detect: Threshold) -> bool:
    """Some bad stretch up to ``end`` held long enough, and it has not ended since."""
    mine = [e for e in bad if _same(e, end, detect.by) and _order(e) <= _order(end)]
    return _known(end, detect.by) and any(
        raised.occurred_at - first.occurred_at >= detect.hold
        and not any(_between(first, g, raised) and _same(g, end, detect.by) for g in good)
        and not _ends(raised, end, bad, good, detect)
        for first in mine
        for raised in mine
        if _order(first) <= _order(raised)
    )


def _ends(raised: Event, last: Event, bad: Sequence[Event], good: Sequence[Event], detect: Threshold) -> bool:
    """A good stretch after ``raised`` and not after ``last`` held long enough."""
    mine = [g for g in good if _same(g, raised, detect.by) and _order(raised) < _order(g) <= _order(last)]
    return any(
        over.occurred_at - first.occurred_at >= detect.release
        and not any(_between(first, b, over) and _same(b, raised, detect.by) for b in bad)
        for first in mine
        for over in mine
        if _order(first) <= _order(over)
    )


# ------------------------------------------------------------------------------------------- silence


def _lasts_heard(known: Sequence[Event], detect: Absence) -> Iterable[Event]:
    """The newest event of each key."""
    ordered = sorted(known, key=_order)
    return {tuple(getattr(e.record, name) for name in detect.by): e for e in ordered}.values()


def _is_silent(last: Event, known: Sequence[Event], detect: Absence, now: datetime) -> bool:
    """``last`` is older than ``within`` in the feed's time, and enough came in after it."""
    feed = min(now, max(e.occurred_at for e in known))
    return feed - last.occurred_at > detect.within and len(known) - 1 - known.index(last) >= detect.others


# ------------------------------------------------------------------------------------------- private


def _order(event: Event) -> tuple[datetime, str, str]:
    return event.occurred_at, event.source, event.event_id


def _between(first: Event, event: Event, last: Event) -> bool:
    return _order(first) < _order(event) < _order(last)


def _known(event: Event, by: Sequence[str]) -> bool:
    return all(getattr(event.record, name) is not None for name in by)


def _same(one: Event, other: Event, by: Sequence[str]) -> bool:
    return all(getattr(one.record, name) == getattr(other.record, name) for name in by)


def _name(event: Event) -> Name:
    return event.source, event.event_id


def _names(events: Iterable[Event]) -> frozenset[Name]:
    return frozenset(_name(e) for e in events)
