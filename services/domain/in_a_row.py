"""Events in a row: a window in which what meets ``clear`` stands too, and ends the row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.domain.detector import Cleared, Outcome
from services.domain.event import Event
from services.domain.judge import micros
from services.domain.window import Windows


class InARow(Windows):
    """A good event is fed as the others are; the first that is the newest of its key after a bad one returns
    it to normal."""

    def good(self, event: Event) -> Sequence[Outcome]:
        self.feed(event)  # tells nothing: it ends no row that was whole before
        window = self._windows.of(event)
        if window is None or len(window.items) < 2:
            return ()
        mark = (micros(event.occurred_at), event.source, event.event_id)
        was_bad, newest = window.items[-2][3], window.items[-1][:3]
        return (Cleared(event),) if was_bad and newest == mark else ()

    def _counts(self, record: Any) -> bool:
        return True  # the store is asked for what meets ``where`` or ``clear``
