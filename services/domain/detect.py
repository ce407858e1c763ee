"""What finds: events in, hits out, whatever order they come in and however often they are sent.

``Attribute`` and ``WatchList`` look at one event. ``Frequency`` holds a window for each key. An event
is a hit of a frequency rule when enough events lie in the window that ends at it; one that comes late
can therefore make hits of events after it. ``hits`` says the same of a whole list at once, by the
definition: the online detectors must find exactly that.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, Protocol

from services.domain.event import Event
from services.domain.rule import Attribute, Found, Frequency, Rule, WatchList
from services.domain.watchlist import WatchlistEntry

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
_DAY = 86_400_000_000  # microseconds
_SHANGHAI = 8 * 3_600_000_000  # ahead of UTC, all year

MOST_KEYS = 50_000  # windows kept in memory; the one touched longest ago goes first and is seeded again

Key = tuple[Any, ...]
Mark = tuple[int, str, str]  # (microseconds since 1970, source, event_id)
Seed = Callable[[Key, datetime], Iterable[Event]]  # the events of a key since a moment that met ``where``
Listed = Callable[[str], Mapping[str, Sequence[WatchlistEntry]]]  # a list's name → its entries by value


class Detector(Protocol):
    """Takes the events that meet a rule's ``where``, one by one."""

    def feed(self, event: Event) -> Sequence[Found]: ...

    def forget(self) -> None:
        """What was fed lately did not happen: the next seed tells what did."""
        ...


def detector(rule: Rule, seed: Seed, listed: Listed) -> Detector:
    match rule.detect:
        case Attribute():
            return EachEvent()
        case WatchList():
            return OnList(rule.detect, listed)
        case Frequency():
            return Often(rule.detect, seed)


class EachEvent:
    """Every event is a hit."""

    def feed(self, event: Event) -> Sequence[Found]:
        return (Found(event, {}, (event.event_id,)),)

    def forget(self) -> None:
        pass


class OnList:
    """Events whose value is on a watch list at their moment; the highest entry speaks."""

    def __init__(self, detect: WatchList, listed: Listed) -> None:
        self._read = attrgetter(detect.match)
        self._list = detect.list
        self._listed = listed

    def feed(self, event: Event) -> Sequence[Found]:
        entries = self._listed(self._list).get(self._read(event.record), ())
        entry = max((e for e in entries if e.holds_at(event.occurred_at)), key=_rank, default=None)
        if entry is None:
            return ()
        figures = {"listed_reason": entry.reason, "listed_by": entry.owner, "listed_until": entry.valid_until}
        return (Found(event, figures, (event.event_id,), entry.level),)

    def forget(self) -> None:
        pass


class Often:
    """Enough events of one key in a moving window.

    A window remembers twice its length, so it is exact for events up to one length late.
    """

    def __init__(self, detect: Frequency, seed: Seed) -> None:
        self._detect = detect
        self._by = [attrgetter(name) for name in detect.by]
        self._span = detect.within // _MICRO
        self._seed = seed
        self._windows: dict[Key, _Window] = {}

    def feed(self, event: Event) -> Sequence[Found]:
        key = tuple(read(event.record) for read in self._by)
        if None in key:
            return ()
        window = self._windows.pop(key, None) or self._seeded(key, event.occurred_at)
        self._windows[key] = window  # last touched stands last
        mark = mark_of(event)
        if not window.add(mark, event):
            return ()
        hits = [self._found(window, end) for end in window.new_hits(mark, self._span, self._detect)]
        window.drop_old(self._span)
        return hits

    def forget(self) -> None:
        self._windows.clear()

    def _seeded(self, key: Key, moment: datetime) -> _Window:
        while len(self._windows) >= MOST_KEYS:
            del self._windows[next(iter(self._windows))]
        window = _Window()
        for event in self._seed(key, moment - 2 * self._detect.within):
            window.add(mark_of(event), event)
        window.settle(self._span, self._detect)
        return window

    def _found(self, window: _Window, end: Mark) -> Found:
        marks = window.until(end, self._span)
        return Found(window.events.pop(end), figures_of(marks), tuple(mark[2] for mark in marks))


class _Window:
    """The marks of one key in order of time, and the events of those that are not told as hits yet."""

    __slots__ = ("events", "marks")

    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self.events: dict[Mark, Event] = {}

    def add(self, mark: Mark, event: Event) -> bool:
        at = bisect_left(self.marks, mark)
        if at < len(self.marks) and self.marks[at] == mark:
            return False
        self.marks.insert(at, mark)
        self.events[mark] = replace(event, raw=b"")  # the inbox has the bytes
        return True

    def new_hits(self, mark: Mark, span: int, detect: Frequency) -> list[Mark]:
        """The marks that ``mark`` made hits of: itself and later ones whose window holds it."""
        first = bisect_left(self.marks, (mark[0], "", ""))
        last = bisect_left(self.marks, (mark[0] + span, "", ""))
        return [end for end in self.marks[first:last] if end in self.events and is_hit(self.until(end, span), detect)]

    def settle(self, span: int, detect: Frequency) -> None:
        """What the store already had has been told."""
        for end in self.marks:
            if is_hit(self.until(end, span), detect):
                del self.events[end]

    def until(self, end: Mark, span: int) -> list[Mark]:
        """The marks of the window that ends at ``end``: later than end − span, at most its moment."""
        first = bisect_left(self.marks, (end[0] - span + 1, "", ""))
        last = bisect_left(self.marks, (end[0] + 1, "", ""))
        return self.marks[first:last]

    def drop_old(self, span: int) -> None:
        oldest = self.marks[-1][0] - 2 * span
        if self.marks[0][0] >= oldest:
            return
        kept = bisect_left(self.marks, (oldest, "", ""))
        for mark in self.marks[:kept]:
            self.events.pop(mark, None)
        del self.marks[:kept]


def mark_of(event: Event) -> Mark:
    return ((event.occurred_at - _EPOCH) // _MICRO, event.source, event.event_id)


def is_hit(marks: Sequence[Mark], detect: Frequency) -> bool:
    return len(marks) >= detect.at_least and len(_days(marks)) >= detect.different_days


def figures_of(marks: Sequence[Mark]) -> Mapping[str, Any]:
    return {
        "count": len(marks),
        "days": len(_days(marks)),
        "first_at": _EPOCH + marks[0][0] * _MICRO,
        "last_at": _EPOCH + marks[-1][0] * _MICRO,
    }


def hits(rule: Rule, events: Sequence[Event], listed: Listed) -> frozenset[tuple[str, str]]:
    """(source, event_id) of every event of a whole list that the rule hits, straight from the definition."""
    met = {(e.source, e.event_id): e for e in events if e.kind == rule.event and rule.matches(e.record) is True}
    detect = rule.detect
    if isinstance(detect, Frequency):
        return frozenset(name for name, event in met.items() if _often(event, met.values(), detect))
    if isinstance(detect, WatchList):
        on_list = OnList(detect, listed)
        return frozenset(name for name, event in met.items() if on_list.feed(event))
    return frozenset(met)


def _often(end: Event, events: Iterable[Event], detect: Frequency) -> bool:
    key = [getattr(end.record, name) for name in detect.by]
    if None in key:
        return False
    window = [
        mark_of(event)
        for event in events
        if end.occurred_at - detect.within < event.occurred_at <= end.occurred_at
        and [getattr(event.record, name) for name in detect.by] == key
    ]
    return is_hit(window, detect)


def _days(marks: Iterable[Mark]) -> set[int]:
    return {(mark[0] + _SHANGHAI) // _DAY for mark in marks}


def _rank(entry: WatchlistEntry) -> tuple[int, datetime]:
    return int(entry.level), entry.valid_until
