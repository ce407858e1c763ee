"""Looks for counter-evidence in the topics, inside the transaction that raises the alert."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from services.domain.alert import Detection
from services.domain.counter import Counter, Looked, answer, looked, stopped_at
from services.domain.event import Event
from services.domain.snapshot import Quality
from services.store import casework, sources, states, watching
from services.store.streams import OF_TOPIC


class CounterEvidence:
    """Remembers what it read until the topic has other records."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[Counter, tuple[object, str], Looked]] = {}

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
        if counter.topic == watching.FEED:
            return self._look_on_lists(counter, reader, now)
        if counter.topic in OF_TOPIC:
            return self._look_on_cases(counter, reader, now)
        held = states.holding(reader, counter.topic)
        if held is None or held.taken_at is None:
            return looked(counter, None)
        stale = _stale(held, reader, now)
        return self._known(counter, (held.content, stale), lambda: looked(counter, _of(reader, counter), stale))

    def _look_on_lists(self, counter: Counter, reader: Connection, now: datetime) -> Looked:
        """The police's feed and the orders approved here, as one. Only the feed can be late, and then only
        a list that it fills is unknown."""
        held = states.holding(reader, watching.FEED)
        late = _stale(held, reader, now) if held is not None and held.taken_at is not None else ""

        def look() -> Looked:
            feed = _of(reader, counter) if late else ()
            stale = late if any(counter.holds is None or counter.holds(entry) is True for entry in feed) else ""
            return looked(counter, (*watching.kept(), *watching.speaking(reader)), stale)

        return self._known(counter, (watching.mark(reader), late), look)

    def _look_on_cases(self, counter: Counter, reader: Connection, now: datetime) -> Looked:
        """Cases are the store's own: never late."""
        stream = OF_TOPIC[counter.topic]
        mark = casework.mark(reader, stream.name)
        return self._known(counter, (mark, ""), lambda: looked(counter, casework.shown(reader, stream, now), ""))

    def _known(self, counter: Counter, state: tuple[object, str], look: Callable[[], Looked]) -> Looked:
        known = self._seen.get(id(counter))
        if known is None or known[1] != state:
            known = counter, state, look()
            self._seen[id(counter)] = known  # which keeps the counter, so that its id stays its own
        return known[2]


def _of(reader: Connection, counter: Counter) -> tuple[Any, ...]:
    return states.read(reader, counter.topic)


def _stale(held: states.Held, reader: Connection, now: datetime) -> str:
    status = sources.status(reader, held.source) if held.source else None
    late = status is not None and sources.aged(status, now).quality is Quality.STALE
    return stopped_at(held.taken_at) if late else ""
