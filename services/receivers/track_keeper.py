"""Thins what the fleet's table shows into tracks, and writes them once a minute or as they gather."""

from __future__ import annotations

import threading
from datetime import datetime

import numpy as np

from services.domain.position import PositionReport
from services.domain.thinning import ThinningSettings, TrackThinning
from services.domain.track import TRACK_DTYPE, Fixes, no_fixes
from services.receivers.fleet_table import Heard
from services.store.store import Store

WRITE_S = 60.0
AT_ONCE = 500  # fixes of one transaction
MOST_LATE = 50_000  # reports of one minute
MOST_WAITING = 1_000_000  # fixes, while the store does not answer; the newest stay


class TrackKeeper:
    """``look`` is for one thread, ``late`` for any."""

    def __init__(self, store: Store, settings: ThinningSettings | None = None) -> None:
        self._store = store
        self._thinning = TrackThinning(settings)
        self._waiting: list[Fixes] = []
        self._late: list[PositionReport] = []
        self._lock = threading.Lock()
        self._written_s = 0.0

    def late(self, report: PositionReport) -> None:
        """A report older than what is known of its boat: it belongs into the track."""
        with self._lock:
            if len(self._late) < MOST_LATE:
                self._late.append(report)

    def look(self, heard: Heard, now: datetime) -> None:
        """Every few seconds, with the whole fleet. A little is written at a time: the fleet waits for it."""
        with self._lock:
            late, self._late = self._late, []
        self._waiting += [self._thinning.late(_fixes(late)), self._thinning.due(heard.fleet, heard.source)]
        now_s = now.timestamp()
        waiting = sum(map(len, self._waiting))
        if waiting >= AT_ONCE or not 0 <= now_s - self._written_s < WRITE_S:
            self._write(max(AT_ONCE, waiting // 6))
            self._written_s = now_s

    def _write(self, most: int) -> None:
        """The oldest of what waits, in one transaction. Raises StoreError, and it goes on waiting."""
        fixes = np.concatenate([no_fixes(), *self._waiting])[-MOST_WAITING:]
        self._waiting = [fixes]
        if len(fixes):
            self._store.keep_fixes(fixes[:most])
            self._waiting = [fixes[most:]]


def _fixes(reports: list[PositionReport]) -> Fixes:
    fixes = np.empty(len(reports), TRACK_DTYPE)
    for row, report in enumerate(reports):
        at_ms = int(report.at_s * 1000)
        fixes[row] = (report.mmsi, at_ms, report.lon, report.lat, report.sog_kn, report.cog_deg, report.source)
    return fixes
