"""What a detector remembers of each key, and when it must ask the store for what came before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from services.domain.detector import Key, Past, key_reader
from services.domain.event import Event
from services.domain.judge import EPOCH

MOST_KEYS = 50_000  # kept in memory; the one touched longest ago goes first and is asked for again

Kept = TypeVar("Kept")


class ByKey(Generic[Kept]):
    """One ``Kept`` for each value of ``by``, made from the key's stored events of the last ``lookback``.

    The store is asked only where it can hold something: a key that is not in memory, and all of whose
    lookback lies after the newest event that was stored when we began, has nothing there.
    """

    def __init__(
        self, by: tuple[str, ...], lookback: timedelta, past: Past, make: Callable[[Iterable[Event]], Kept]
    ) -> None:
        self._key = key_reader(by)
        self._lookback = lookback
        self._past = past
        self._make = make
        self._kept: dict[Key, tuple[Kept, datetime]] = {}
        self._asked_until: datetime | None = None  # events up to here may be in the store and not in memory
        self._ready: Mapping[Key, Sequence[Event]] = {}
        self._ready_since = EPOCH

    def prepare(self, events: Sequence[Event]) -> None:
        """Ask for all keys of these events that are not in memory at once, where the past can do that."""
        self._ready = {}
        if self._past.seeds is None or not events:
            return
        since = min(event.occurred_at for event in events) - self._lookback
        if since > self._begun():
            return
        unknown = {key for event in events if (key := self._key(event.record)) is not None} - self._kept.keys()
        if unknown:
            found = self._past.seeds(list(unknown), since)
            self._ready, self._ready_since = {key: found.get(key, ()) for key in unknown}, since

    def of(self, event: Event) -> Kept | None:
        """What is kept of the event's key; None when a column of the key is unknown."""
        key = self._key(event.record)
        if key is None:
            return None
        moment = event.occurred_at
        known = self._kept.pop(key, None) or (self._make(self._before(key, moment - self._lookback)), moment)
        self._kept[key] = known if known[1] >= moment else (known[0], moment)  # last touched stands last
        return known[0]

    def forget(self) -> None:
        self._kept.clear()
        self._ready = {}
        self._asked_until = None

    def _begun(self) -> datetime:
        if self._asked_until is None:
            self._asked_until = self._past.newest() or EPOCH
        return self._asked_until

    def _before(self, key: Key, since: datetime) -> Iterable[Event]:
        asked_until = self._begun()
        while len(self._kept) >= MOST_KEYS:
            _, newest = self._kept.pop(next(iter(self._kept)))
            self._asked_until = asked_until = max(asked_until, newest)
        ready = self._ready.get(key)
        if ready is not None:
            return [event for event in ready if event.occurred_at >= since]
        return self._past.seed(key, since) if since <= asked_until else ()
