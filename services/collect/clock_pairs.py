"""Remembers vehicles that two cameras saw, by their own clocks, for the comparison of those clocks."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import numpy as np

from services.domain.camera_clock import Differences
from services.domain.recognition import UNREADABLE, Sight

TOGETHER = timedelta(minutes=30)  # between two cameras, by arrival
MOST_PAIRS = 10_000  # of two cameras, the newest
QUICKEST = 100  # newest passages of a camera, of which the quickest tell its arrival
QUICK_SHARE = 0.95
LEAST_ARRIVED = 10
JUMPED_S = 5.0  # a clock that moved by so much against the others is another clock


class ClockPairs:
    """Fed in the order of arrival, which no clock of a camera has a say in."""

    def __init__(self) -> None:
        self._last: dict[str, Sight] = {}
        self._differences: dict[tuple[str, str], array[float]] = {}
        self._early: dict[str, deque[float]] = {}
        self._usual: dict[str, float] = {}  # by how much a camera was early when its pairs began

    def see(self, sights: Iterable[Sight]) -> None:
        for sight in sights:
            early = (sight.occurred_at - sight.received_at).total_seconds()
            self._early.setdefault(sight.device_id, deque(maxlen=QUICKEST)).append(early)
            if sight.plate_flag in UNREADABLE:
                continue
            before = self._last.get(sight.plate_no)
            self._last[sight.plate_no] = sight
            if before is not None and before.device_id != sight.device_id:
                self._note(before, sight)

    def settle(self, now: datetime) -> None:
        """Forget vehicles that have left, and all that a clock told that has been set anew since."""
        self._last = {plate: sight for plate, sight in self._last.items() if now - sight.received_at <= TOGETHER}
        arrivals = self.arrivals()
        middle = float(np.median(list(arrivals.values()))) if arrivals else 0.0
        for name, early_s in arrivals.items():
            if abs(early_s - middle - self._usual.setdefault(name, early_s - middle)) > JUMPED_S:
                self._usual[name] = early_s - middle
                self._differences = {pair: each for pair, each in self._differences.items() if name not in pair}
                self._last = {plate: sight for plate, sight in self._last.items() if sight.device_id != name}

    def differences(self) -> Differences:
        return {pair: np.array(each[-MOST_PAIRS:]) for pair, each in self._differences.items()}

    def arrivals(self) -> Mapping[str, float]:
        """Seconds the quickest passages of each camera were early; what is often late is no clock's fault."""
        return {
            name: float(np.quantile(early, QUICK_SHARE))
            for name, early in self._early.items()
            if len(early) >= LEAST_ARRIVED
        }

    def _note(self, before: Sight, after: Sight) -> None:
        if after.received_at - before.received_at > TOGETHER:
            return
        one, other = (before, after) if before.device_id < after.device_id else (after, before)
        difference = (other.occurred_at - one.occurred_at).total_seconds()
        each = self._differences.setdefault((one.device_id, other.device_id), array("d"))
        each.append(difference)
        if len(each) >= 2 * MOST_PAIRS:
            del each[:MOST_PAIRS]
