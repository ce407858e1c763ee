"""The one way into the fleet: every report passes the gate, the newest go to the table, late ones to the tracks."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from services.domain.fleet import FLEET_DTYPE, Fleet
from services.domain.position import PositionReport, PositionSource
from services.domain.position_gate import Known, PositionGate
from services.receivers.fleet_table import FleetTable


def _nobody(report: PositionReport) -> None:
    """No tracks are kept."""


class Positions:
    """Any thread may hand in reports, in the order they were heard."""

    def __init__(
        self,
        table: FleetTable | None = None,
        gate: PositionGate | None = None,
        late: Callable[[PositionReport], None] = _nobody,
    ) -> None:
        self.table = table or FleetTable()
        self.gate = gate or PositionGate()
        self._late = late
        self._lock = threading.Lock()

    def take(self, reports: Iterable[PositionReport], counts: Counter[str]) -> int:
        """How many were believed; ``counts`` says why the others were not."""
        with self._lock:
            believed, late = self.gate.sift(reports, counts)
            self.table.put_all(believed)
        for report in late:
            self._late(report)
        return len(believed)

    def doubted(self) -> Mapping[int, Known]:
        with self._lock:
            return self.gate.doubted()


class PolledFixes:
    """A polled service tells every boat's newest fix again and again; what it told before is no report."""

    def __init__(self, source: PositionSource) -> None:
        self.source = source
        self._told: NDArray[np.void] = np.empty(0, FLEET_DTYPE)

    def news(self, fleet: Fleet, now_s: float) -> list[PositionReport]:
        """In the order they were fixed."""
        rows = np.sort(fleet.rows, order=["mmsi", "at_ms"])
        told = self._told
        place = np.minimum(np.searchsorted(told["mmsi"], rows["mmsi"]), max(len(told) - 1, 0))
        fresh = rows
        if len(told):
            before = told[place]
            fresh = rows[(before["mmsi"] != rows["mmsi"]) | (before["at_ms"] != rows["at_ms"])]
        self._told = rows[np.append(rows["mmsi"][1:] != rows["mmsi"][:-1], True)] if len(rows) else told
        return reports_of(fresh[np.argsort(fresh["at_ms"], kind="stable")], self.source, now_s)


def reports_of(rows: NDArray[np.void], source: PositionSource, now_s: float) -> list[PositionReport]:
    return [
        PositionReport(source, mmsi, at_ms / 1000, now_s, lon, lat, sog_kn, cog_deg, float("nan"))
        for mmsi, lon, lat, sog_kn, cog_deg, at_ms, _, _ in rows.tolist()
    ]
