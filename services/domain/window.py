"""Detections that judge the events of one key in a moving window: frequency, rate of change,
impossible travel, first seen.

An event is a hit when the window that ends at it says so, as known when the last of its events came.
A window remembers twice its length, so it is exact for events up to one length late.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from services.domain.bykey import ByKey
from services.domain.detector import Detector, Outcome, Past, bare
from services.domain.event import Event
from services.domain.judge import MICRO, Figures, Item, Mark, judge_of, micros
from services.domain.kinds import Windowed
from services.domain.logic import Truth
from services.domain.rule import Found


class Windows(Detector):
    """A window for each key."""

    def __init__(self, detect: Windowed, matches: Truth, past: Past) -> None:
        self._value, self._judge, self._least = judge_of(detect)
        self._matches = matches
        self._span = detect.within // MICRO
        self._windows = ByKey(detect.by, 2 * detect.within, past, self._settled)

    def feed(self, event: Event) -> Sequence[Outcome]:
        value = self._value(event.record)
        if value is None:
            return ()
        window = self._windows.of(event)
        item = (micros(event.occurred_at), event.source, event.event_id, value)
        if window is None or not window.add(item, event):
            return ()
        if item is window.items[-1] and not window.reaches(self._least, item[0] - self._span):
            window.drop_old(self._span)
            return ()
        hits = [window.told(end, items, figures) for end, items, figures in self._hits(window, item)]
        window.drop_old(self._span)
        return hits

    def forget(self) -> None:
        self._windows.forget()

    def _settled(self, stored: Iterable[Event]) -> _Window:
        """The window of a key as the store has it; what is a hit there has been told."""
        window = _Window()
        for event in stored:
            value = self._value(event.record)
            if value is not None and self._matches(event.record) is True:
                window.add((micros(event.occurred_at), event.source, event.event_id, value), event)
        for end in window.items:
            if self._judge(window.until(end, self._span)) is not None:
                del window.events[end[:3]]
        return window

    def _hits(self, window: _Window, item: Item) -> Iterator[tuple[Item, Sequence[Item], Figures]]:
        """The items that ``item`` made hits of: itself and later ones whose window holds it."""
        later = (item,)
        if item is not window.items[-1]:
            first = bisect_left(window.items, item[:3])
            later = window.items[first : bisect_left(window.items, (item[0] + self._span,))]
        for end in later:
            if end[:3] in window.events:
                items = window.until(end, self._span)
                figures = self._judge(items)
                if figures is not None:
                    yield end, items, figures


class _Window:
    """The items of one key in order of time, and the events of those that are not told as hits yet."""

    __slots__ = ("events", "items")

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.events: dict[Mark, Event] = {}

    def add(self, item: Item, event: Event) -> bool:
        mark = item[:3]
        if not self.items or self.items[-1][:3] < mark:
            self.items.append(item)
            self.events[mark] = bare(event)
            return True
        at = bisect_left(self.items, mark)
        if at < len(self.items) and self.items[at][:3] == mark:
            return False
        self.items.insert(at, item)
        self.events[mark] = bare(event)
        return True

    def reaches(self, count: int, since: int) -> bool:
        """Whether the window that ends now can have so many items."""
        return len(self.items) >= count and self.items[-count][0] > since

    def until(self, end: Item, span: int) -> list[Item]:
        """The window that ends at ``end``: later than its moment − span, up to ``end`` itself."""
        first = bisect_left(self.items, (end[0] - span + 1,))
        last = bisect_left(self.items, end[:3]) + 1
        return self.items[first:last]

    def told(self, end: Item, items: Sequence[Item], figures: Figures) -> Found:
        return Found(self.events.pop(end[:3]), figures, tuple(item[2] for item in items))

    def drop_old(self, span: int) -> None:
        oldest = self.items[-1][0] - 2 * span
        if self.items[0][0] >= oldest:
            return
        kept = bisect_left(self.items, (oldest,))
        for item in self.items[:kept]:
            self.events.pop(item[:3], None)
        del self.items[:kept]
