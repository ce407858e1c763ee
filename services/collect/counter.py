"""Looks for counter-evidence in the topics, inside the transaction that raises the alert."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from services.domain.alert import Detection
from services.domain.counter import Counter, Looked, answer, looked, stopped_at
from services.domain.event import Event
from services.domain.snapshot import Quality
from services.store import sources, states


class CounterEvidence:
    """Remembers what it read until the topic has other records."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[Counter, tuple[int, str], Looked]] = {}

    def forget(self) -> None:
        self._seen.clear()

    def beside(
        self,
        detection: Detection,
        counters: Sequence[Counter],
        event: Event,
        reader: Connection | None,
        clock: Callable[[], datetime] | None,
    ) -> Detection:
        """The detection with every check's answer, in the rule's order."""
        if not counters or reader is None:
            return detection
        now = clock() if clock is not None else event.occurred_at
        found = (
            answer(one, self._look(one, reader, now), getattr(event.record, one.of), event.occurred_at)
            for one in counters
        )
        return replace(detection, counters=tuple(found))

    def _look(self, counter: Counter, reader: Connection, now: datetime) -> Looked:
        held = states.holding(reader, counter.topic)
        if held is None or held.taken_at is None:
            return looked(counter, None)
        status = sources.status(reader, held.source) if held.source else None
        late = status is not None and sources.aged(status, now).quality is Quality.STALE
        stale = stopped_at(held.taken_at) if late else ""
        state = (held.content, stale)
        known = self._seen.get(id(counter))
        if known is None or known[1] != state:
            known = counter, state, looked(counter, states.read(reader, counter.topic), stale)
            self._seen[id(counter)] = known  # which keeps the counter, so that its id stays its own
        return known[2]
