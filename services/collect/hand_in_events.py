"""What has become of the hand-ins, told to the rules: from the cases, so that an officer's act counts at once.

An event's id follows from its case alone, so one told twice is stored once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from services.domain.boats import HandInRequest
from services.domain.event import Batch, Event
from services.domain.hand_in_case import NAME
from services.domain.hand_in_course import SHOWN_FOR
from services.domain.snapshot import SourceStatus
from services.sources.boats_events import WAITS, filed, progress, waiting
from services.store import casework
from services.store.store import Store

KEEPER = SourceStatus("hand_in_keeper", "上交台账", late_after_s=1e9)  # heard of only when there is something


class HandInEvents:
    """For one caller at a time. What it remembers only spares work."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._told: dict[str, int] = {}  # version of each case whose events are in the store
        self._waiting: dict[str, HandInRequest] = {}
        self._minutes: dict[str, str] = {}  # the last minute told of each that waits

    def tell(self, now: datetime, *, moved: bool) -> None:
        """Events of what has ``moved`` since the last time, and of each whole minute of waiting for a vessel."""
        cases = self._changed(now) if moved else ()
        for case in cases:
            self._waiting.pop(case.id, None)
            if case.state in WAITS:
                self._waiting[case.id] = case
        events = [event for case in cases for event in (filed(case), *progress(case, now))]
        minutes = dict(self._waited(now))
        events += minutes.values()
        if events:
            self._store.take(Batch(events=sorted(events, key=lambda event: event.occurred_at)), KEEPER, now)
        self._told |= {case.id: case.version for case in cases}
        self._minutes |= {case_id: event.event_id for case_id, event in minutes.items()}

    def _changed(self, now: datetime) -> Sequence[HandInRequest]:
        with self._store.read() as connection:
            versions = casework.shown_versions(connection, NAME, now - SHOWN_FOR)
            moved = [case_id for case_id, version in versions.items() if self._told.get(case_id) != version]
            self._told = {key: version for key, version in self._told.items() if key in versions}
            return casework.read_many(connection, NAME, moved)

    def _waited(self, now: datetime) -> Iterator[tuple[str, Event]]:
        """The minute that each has waited since the last one told."""
        self._minutes = {case_id: said for case_id, said in self._minutes.items() if case_id in self._waiting}
        for case in self._waiting.values():
            for event in waiting(case, now):
                if self._minutes.get(case.id) != event.event_id:
                    yield case.id, event
