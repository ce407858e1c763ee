"""Thins what the fleet's table shows into tracks, and writes them once a minute."""

from __future__ import annotations

import threading
from datetime import datetime

import numpy as np

from services.domain.position import PositionReport
from services.domain.thinning import ThinningSettings, TrackThinning
from services.domain.track import TRACK_DTYPE, Fixes
from services.receivers.fleet_table import Heard
from services.store.store import Store

WRITE_S = 60.0
AT_ONCE = 500  # fixes of one transaction
MOST_LATE = 50_000  # reports of one minute
MOST_WAITING = 1_000_000  # fixes, while the store does not answer; the newest stay


class TrackKeeper:
    """``look`` and ``write`` are for one thread, ``late`` for any."""

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
        """Every few seconds, with the whole fleet."""
        now_s = now.timestamp()
        self._waiting.append(self._thinning.due(heard.fleet, heard.source))
        if not 0 <= now_s - self._written_s < WRITE_S:
            self._written_s = now_s
            self.write()

    def write(self) -> None:
        """Everything that waits, in transactions that keep nobody waiting. Raises StoreError; what was not
        written is written again."""
        with self._lock:
            late, self._late = self._late, []
        fixes = np.concatenate([_fixes(late), *self._waiting])
        self._waiting = [fixes[-MOST_WAITING:]]
        for start in range(0, len(fixes), AT_ONCE):
            self._store.keep_fixes(fixes[start : start + AT_ONCE])
        self._waiting = []


def _fixes(reports: list[PositionReport]) -> Fixes:
    fixes = np.empty(len(reports), TRACK_DTYPE)
    for row, report in enumerate(reports):
        at_ms = int(report.at_s * 1000)
        fixes[row] = (report.mmsi, at_ms, report.lon, report.lat, report.sog_kn, report.cog_deg, report.source)
    return fixes
