"""Impossible travel, and how often one key has contradicted itself lately.

One sighting that does not fit, a plate misread once, contradicts the sighting before it and the one
after it. So what is counted are contradictions that share no sighting: two of them cannot be one misread.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from services.domain.bykey import ByKey
from services.domain.detector import Past
from services.domain.event import Event
from services.domain.judge import MICRO, Figures, Item, Mark, needed_kmh
from services.domain.kinds import Travel
from services.domain.logic import Truth
from services.domain.rule import Found
from services.domain.window import Window, Windows

Contradictions = dict[Mark, Mark]  # a sighting → the newest one before it that it does not fit


class Contradicting(Windows):
    """Adds the figure ``contradictions``: those of the key within ``again`` up to the hit, itself among them."""

    def __init__(self, kind: str, detect: Travel, matches: Truth, past: Past) -> None:
        super().__init__(kind, detect, matches, past)
        self._travel = detect
        self._again = detect.again // MICRO
        self._known = ByKey(detect.by, detect.again + detect.lookback, past, self._remembered)

    def forget(self) -> None:
        super().forget()
        self._known.forget()

    def _told(self, window: Window, end: Item, items: Sequence[Item], figures: Figures) -> Found:
        found = super()._told(window, end, items, figures)
        known = self._known.of(found.event)
        assert known is not None  # the window has the same key
        known.setdefault(end[:3], self._contradicted(items))
        for mark in [mark for mark in known if mark[0] < end[0] - 2 * self._again]:
            del known[mark]
        lately = {later: known[later] for later in known if end[0] - self._again < later[0] and later <= end[:3]}
        return replace(found, figures={**figures, "contradictions": apart(lately)})

    def _remembered(self, stored: Iterable[Event]) -> Contradictions:
        window = self._settled(stored)
        return {mark: self._contradicted(window.until((*mark, None, None), self._span)) for mark in window.told}

    def _contradicted(self, items: Sequence[Item]) -> Mark:
        """The newest sighting that the last one does not fit."""
        detect, end = self._travel, items[-1]
        return next(item[:3] for item in reversed(items) if needed_kmh(item, end, detect.min_km) > detect.over_kmh)


def apart(contradictions: Contradictions) -> int:
    """The most of them that share no sighting and no stretch between."""
    count, free_after = 0, (-1, "", "")
    for later, earlier in sorted(contradictions.items()):
        if earlier > free_after:
            count, free_after = count + 1, later
    return count
