"""One table of the newest position of every vessel, whoever told it: AIS, Beidou and platforms by MMSI."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.domain.fleet import FLEET_DTYPE, ColourCode, Fleet, VesselKind
from services.domain.position import PositionReport, PositionSource

_ROOM = 1024


@dataclass(slots=True)
class Static:
    """What a vessel says of itself in types 5, 19 and 24, as far as it has been heard."""

    name: str = ""
    callsign: str = ""
    ship_type: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """The whole fleet, and for each vessel who told its newest fix and when each source was last heard."""

    fleet: Fleet
    source: NDArray[np.uint8]  # PositionSource
    heard_ms: NDArray[np.int64]  # vessels × sources, 0 for never


class FleetTable:
    """Columns, one row a vessel. Any thread may call anything; an older fix never replaces a newer one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows = np.zeros(_ROOM, FLEET_DTYPE)
        self._source = np.zeros(_ROOM, np.uint8)
        self._heard = np.zeros((_ROOM, len(PositionSource)), np.int64)
        self._fresh: dict[tuple[int, PositionSource], PositionReport] = {}
        self._count = 0
        self._place: dict[int, int] = {}
        self._kinds: dict[int, VesselKind] = {}
        self._codes: dict[int, ColourCode] = {}
        self._called: dict[int, VesselKind] = {}
        self._static: dict[int, Static] = {}
        self._moved = False

    def __len__(self) -> int:
        with self._lock:
            self._settle()
            return self._count

    def put(self, report: PositionReport) -> None:
        with self._lock:
            self._fresh[report.mmsi, report.source] = report

    def put_all(self, reports: Iterable[PositionReport]) -> None:
        with self._lock:
            for report in reports:
                self._fresh[report.mmsi, report.source] = report

    def name(self, mmsi: int, name: str, callsign: str, ship_type: int) -> None:
        """Parts of a vessel's own description; what a part leaves empty stays as it was."""
        with self._lock:
            static = self._static.setdefault(mmsi, Static())
            static.name, static.callsign = name or static.name, callsign or static.callsign
            static.ship_type = ship_type or static.ship_type

    def static(self, mmsi: int) -> Static | None:
        with self._lock:
            return self._static.get(mmsi)

    def know(self, kinds: Mapping[int, VesselKind], codes: Mapping[int, ColourCode]) -> None:
        """What the registers say of vessels: it overrides what they say of themselves."""
        with self._lock:
            self._kinds.update(kinds)
            self._codes.update(codes)
            for mmsi, row in self._place.items():
                self._dress(mmsi, row)
            self._moved = True

    def call(self, mmsi: int, kind: VesselKind) -> None:
        """What a vessel says it is; a register knows better."""
        with self._lock:
            self._called[mmsi] = kind
            if mmsi not in self._kinds and mmsi in self._place:
                self._rows["kind"][self._place[mmsi]] = int(kind)

    def take(self) -> Fleet | None:
        """The whole fleet if anything moved since the last call."""
        with self._lock:
            self._settle()
            if not self._moved:
                return None
            self._moved = False
            return self._fleet()

    def heard(self) -> Heard:
        with self._lock:
            self._settle()
            known = self._rows["at_ms"][: self._count] > 0
            return Heard(self._fleet(), self._source[: self._count][known], self._heard[: self._count][known])

    def _fleet(self) -> Fleet:
        rows = self._rows[: self._count]
        return Fleet(rows[rows["at_ms"] > 0].copy())

    def _settle(self) -> None:
        """Put the reports that came since into their rows, the newest of each vessel last."""
        if not self._fresh:
            return
        fresh = sorted(self._fresh.values(), key=_moment)
        self._fresh = {}
        places = np.fromiter((self._row_of(report.mmsi) for report in fresh), np.intp, len(fresh))
        columns = list(zip(*fresh, strict=True))
        source = np.array(columns[0], np.uint8)
        at_ms = (np.array(columns[2]) * 1000).astype(np.int64)
        np.maximum.at(self._heard, (places, source), at_ms)
        newer = at_ms >= self._rows["at_ms"][places]
        if not newer.any():
            return
        rows = places[newer]
        for name, values in (("lon", columns[4]), ("lat", columns[5]), ("sog_kn", columns[6]), ("cog_deg", columns[7])):
            self._rows[name][rows] = np.array(values)[newer]
        self._rows["at_ms"][rows] = at_ms[newer]
        self._source[rows] = source[newer]
        self._moved = True

    def _row_of(self, mmsi: int) -> int:
        row = self._place.get(mmsi)
        if row is None:
            row = self._place[mmsi] = self._count
            self._count += 1
            if self._count > len(self._rows):
                room = len(self._rows)
                self._rows = np.concatenate([self._rows, np.zeros(room, FLEET_DTYPE)])
                self._source = np.concatenate([self._source, np.zeros(room, np.uint8)])
                self._heard = np.concatenate([self._heard, np.zeros((room, len(PositionSource)), np.int64)])
            self._rows["mmsi"][row] = mmsi
            self._rows["kind"][row] = int(self._called.get(mmsi, VesselKind.OTHER))
            self._dress(mmsi, row)
        return row

    def _dress(self, mmsi: int, row: int) -> None:
        if mmsi in self._kinds:
            self._rows["kind"][row] = int(self._kinds[mmsi])
        if mmsi in self._codes:
            self._rows["code"][row] = int(self._codes[mmsi])


def _moment(report: PositionReport) -> float:
    return report.at_s
