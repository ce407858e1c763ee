"""Detections that judge the events of one key in a moving window: frequency, rate of change,
impossible travel, geofence, first seen, events in a row, chains and trips.

An event is a hit when the window that ends at it says so, as known when the last of its events came.
A window remembers twice its length, so it is exact for events up to one length late.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from services.domain.bykey import ByKey
from services.domain.detector import Cleared, Detector, Outcome, Past
from services.domain.event import Event
from services.domain.judge import EPOCH, MICRO, Figures, Item, Mark, is_out, micros
from services.domain.judging import judging_of
from services.domain.kinds import Fence, Windowed
from services.domain.logic import Truth
from services.domain.rule import Found


class Windows(Detector):
    """A window for each key."""

    def __init__(self, kind: str, detect: Windowed, matches: Truth, past: Past) -> None:
        self._kind = kind
        self._value, self._judge, self._least, self._near = judging_of(detect, matches)
        self._fence = detect if isinstance(detect, Fence) and detect.crossing != "leave" else None
        self._matches = matches
        self._span = detect.lookback // MICRO
        self._windows = ByKey(detect.by, 2 * detect.lookback, past, self._settled)

    def prepare(self, events: Sequence[Event]) -> None:
        self._windows.prepare(events)

    def feed(self, event: Event) -> Sequence[Outcome]:
        value = self._value(event.record)
        if value is None:
            return ()
        window = self._windows.of(event)
        if window is None:
            return ()
        at = micros(event.occurred_at)
        item = (at, event.source, event.event_id, value, event.record)
        is_newest = window.append(item)
        if is_newest:
            if not window.reaches(self._least, at - self._near):
                window.drop_old(at - 2 * self._span)
                return ()
        elif not window.insert(item):
            return ()
        told: list[Outcome] = [self._told(window, *hit) for hit in self._hits(window, item, is_newest)]
        if self._fence is not None and is_newest and is_out(window.until(item, self._span), self._fence):
            told.append(Cleared(event))
        window.drop_old(window.items[-1][0] - 2 * self._span)
        return told

    def forget(self) -> None:
        self._windows.forget()

    def _counts(self, record: Any) -> bool:
        """Whether a stored event stands in the window."""
        return self._matches(record) is True

    def _settled(self, stored: Iterable[Event]) -> Window:
        """The window of a key as the store has it; what is a hit there has been told."""
        window = Window()
        for event in sorted(stored, key=_order):
            value = self._value(event.record)
            if value is not None and self._counts(event.record):
                window.append((micros(event.occurred_at), event.source, event.event_id, value, event.record))
        for end in window.items:
            if self._judge(window.until(end, self._span)) is not None:
                window.tell(end[:3])
        return window

    def _hits(self, window: Window, item: Item, is_newest: bool) -> Iterator[tuple[Item, Sequence[Item], Figures]]:
        """The items that ``item`` made hits of: itself and later ones whose window holds it."""
        later = (item,)
        if not is_newest:
            first = bisect_left(window.items, item[:3])
            later = window.items[first : bisect_left(window.items, (item[0] + self._span,))]
        for end in later:
            if end[:3] not in window.told:
                items = window.until(end, self._span)
                figures = self._judge(items)
                if figures is not None:
                    yield end, items, figures

    def _told(self, window: Window, end: Item, items: Sequence[Item], figures: Figures) -> Found:
        window.tell(end[:3])
        event = Event(end[1], end[2], self._kind, EPOCH + end[0] * MICRO, end[4])
        return Found(event, figures, tuple(item[2] for item in items))


_NONE: set[Mark] = set()  # of every window that told nothing, which is nearly every one


class Window:
    """The items of one key in order of time, and the marks of those that are told as hits."""

    __slots__ = ("items", "told")

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.told = _NONE

    def tell(self, mark: Mark) -> None:
        if self.told is _NONE:
            self.told = {mark}
        else:
            self.told.add(mark)

    def append(self, item: Item) -> bool:
        """Put it at the end; False when it does not belong there."""
        items = self.items
        if items and items[-1][:3] >= item[:3]:
            return False
        items.append(item)
        return True

    def insert(self, item: Item) -> bool:
        """Put it in its place before others; False for a double."""
        at = bisect_left(self.items, item[:3])
        if at < len(self.items) and self.items[at][:3] == item[:3]:
            return False
        self.items.insert(at, item)
        return True

    def reaches(self, count: int, since: int) -> bool:
        """Whether the window that ends now can have so many items."""
        return len(self.items) >= count and self.items[-count][0] > since

    def until(self, end: Item, span: int) -> list[Item]:
        """The window that ends at ``end``: later than its moment − span, up to ``end`` itself."""
        first = bisect_left(self.items, (end[0] - span + 1,))
        last = bisect_left(self.items, end[:3]) + 1
        return self.items[first:last]

    def drop_old(self, oldest: int) -> None:
        if self.items[0][0] >= oldest:
            return
        kept = bisect_left(self.items, (oldest,))
        if self.told:
            self.told.difference_update([item[:3] for item in self.items[:kept]])
        del self.items[:kept]


def _order(event: Event) -> tuple[datetime, str, str]:
    return event.occurred_at, event.source, event.event_id
