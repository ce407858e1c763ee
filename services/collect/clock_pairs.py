"""Remembers vehicles that two cameras saw, by their own clocks, for the comparison of those clocks."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from services.domain.camera_clock import Differences
from services.domain.recognition import UNREADABLE, Sight

TOGETHER = timedelta(minutes=30)  # between two cameras, by arrival
MOST_PAIRS = 10_000  # of two cameras, the newest
QUICKEST = 100  # newest passages of a camera, of which the quickest tell its arrival
QUICK_SHARE = 0.95
LEAST_ARRIVED = 10
JUMPED_S = 5.0  # a clock that moved by so much against the others is another clock


class Place(NamedTuple):
    """Where a vehicle was seen last, and when by the camera's clock and by ours."""

    device_id: str
    occurred_at: datetime
    received_at: datetime


class ClockPairs:
    """Fed in the order of arrival, which no clock of a camera has a say in."""

    def __init__(self) -> None:
        self._last: dict[str, Place] = {}
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
            self._last[sight.plate_no] = place = Place(sight.device_id, sight.occurred_at, sight.received_at)
            if before is not None and before.device_id != place.device_id:
                self._note(before, place)

    def settle(self, now: datetime) -> frozenset[str]:
        """Forget vehicles that have left, and all that a clock told that has been set anew since. The
        cameras whose clock that is."""
        self._last = {plate: place for plate, place in self._last.items() if now - place.received_at <= TOGETHER}
        arrivals = self.arrivals()
        jumped: set[str] = set()
        middle = float(np.median(list(arrivals.values()))) if arrivals else 0.0
        for name, early_s in arrivals.items():
            if abs(early_s - middle - self._usual.setdefault(name, early_s - middle)) > JUMPED_S:
                self._usual[name] = early_s - middle
                jumped.add(name)
        if jumped:
            self._differences = {p: each for p, each in self._differences.items() if jumped.isdisjoint(p)}
            self._last = {plate: place for plate, place in self._last.items() if place.device_id not in jumped}
        return frozenset(jumped)

    def differences(self) -> Differences:
        return {pair: np.array(each[-MOST_PAIRS:]) for pair, each in self._differences.items()}

    def arrivals(self) -> Mapping[str, float]:
        """Seconds the quickest passages of each camera were early; what is often late is no clock's fault."""
        return {
            name: float(np.quantile(early, QUICK_SHARE))
            for name, early in self._early.items()
            if len(early) >= LEAST_ARRIVED
        }

    def _note(self, before: Place, after: Place) -> None:
        if after.received_at - before.received_at > TOGETHER:
            return
        one, other = (before, after) if before.device_id < after.device_id else (after, before)
        difference = (other.occurred_at - one.occurred_at).total_seconds()
        each = self._differences.setdefault((one.device_id, other.device_id), array("d"))
        each.append(difference)
        if len(each) >= 2 * MOST_PAIRS:
            del each[:MOST_PAIRS]
