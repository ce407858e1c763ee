"""One table of the newest position of every vessel, whoever told it: AIS and Beidou merged by MMSI."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from services.domain.fleet import FLEET_DTYPE, ColourCode, Fleet, VesselKind

_ROOM = 1024


@dataclass(slots=True)
class Static:
    """What a vessel says of itself in types 5, 19 and 24, as far as it has been heard."""

    name: str = ""
    callsign: str = ""
    ship_type: int = 0


class FleetTable:
    """Columns, one row a vessel. Any thread may call anything; an older fix never replaces a newer one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows = np.zeros(_ROOM, FLEET_DTYPE)
        self._count = 0
        self._place: dict[int, int] = {}
        self._kinds: dict[int, VesselKind] = {}
        self._codes: dict[int, ColourCode] = {}
        self._static: dict[int, Static] = {}
        self._moved = False

    def __len__(self) -> int:
        return self._count

    def put(self, mmsi: int, lon: float, lat: float, sog_kn: float, cog_deg: float, at_s: float) -> None:
        """One fix. Unknown speed or course is NaN."""
        with self._lock:
            row = self._row_of(mmsi)
            at_ms = int(at_s * 1000)
            if at_ms >= self._rows["at_ms"][row]:
                kind, code = self._rows["kind"][row], self._rows["code"][row]
                self._rows[row] = (mmsi, lon, lat, sog_kn, cog_deg, at_ms, kind, code)
                self._moved = True

    def merge(self, fleet: Fleet) -> None:
        """Many fixes at once; ``kind`` and ``code`` stay as they are known here."""
        with self._lock:
            fresh = fleet.rows
            rows = np.fromiter((self._row_of(int(m)) for m in fresh["mmsi"]), np.intp, len(fresh))
            newer = fresh["at_ms"] > self._rows["at_ms"][rows]
            for column in ("lon", "lat", "sog_kn", "cog_deg", "at_ms"):
                self._rows[column][rows[newer]] = fresh[column][newer]
            self._moved |= bool(newer.any())

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
            if mmsi not in self._kinds and mmsi in self._place:
                self._rows["kind"][self._place[mmsi]] = int(kind)

    def take(self) -> Fleet | None:
        """The whole fleet if anything moved since the last call."""
        with self._lock:
            if not self._moved:
                return None
            self._moved = False
            rows = self._rows[: self._count]
            return Fleet(rows[rows["at_ms"] > 0].copy())

    def _row_of(self, mmsi: int) -> int:
        row = self._place.get(mmsi)
        if row is None:
            row = self._place[mmsi] = self._count
            self._count += 1
            if self._count > len(self._rows):
                self._rows = np.concatenate([self._rows, np.zeros(len(self._rows), FLEET_DTYPE)])
            self._rows["mmsi"][row] = mmsi
            self._rows["kind"][row] = int(VesselKind.OTHER)
            self._dress(mmsi, row)
        return row

    def _dress(self, mmsi: int, row: int) -> None:
        if mmsi in self._kinds:
            self._rows["kind"][row] = int(self._kinds[mmsi])
        if mmsi in self._codes:
            self._rows["code"][row] = int(self._codes[mmsi])
