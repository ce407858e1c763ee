"""Positions of thousands of vessels as columns, not objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import overload

import numpy as np
from numpy.typing import NDArray

VERSION = 1

FLEET_DTYPE = np.dtype(
    [
        ("mmsi", "<u4"),
        ("lon", "<f8"),  # WGS-84 degrees
        ("lat", "<f8"),
        ("sog_kn", "<f4"),  # NaN when unknown
        ("cog_deg", "<f4"),  # NaN when unknown; 0 = north, clockwise
        ("at_ms", "<i8"),  # of the fix, Unix epoch milliseconds UTC
        ("kind", "u1"),  # VesselKind
        ("code", "u1"),  # ColourCode
    ]
)


class VesselKind(IntEnum):
    FISHING = 0
    COLLECTION = 1
    OFFICIAL = 2  # 公务船
    OTHER = 3


class ColourCode(IntEnum):
    """三色码: a mark to inspect, never an alert."""

    UNKNOWN = 0
    GREEN = 1
    YELLOW = 2
    RED = 3


@dataclass(frozen=True, slots=True)
class PositionFix:
    """One vessel at one moment; what every position receiver (AIS, Beidou, VMS) hands on."""

    mmsi: int
    lon: float
    lat: float
    sog_kn: float
    cog_deg: float
    at: datetime
    kind: VesselKind = VesselKind.OTHER
    code: ColourCode = ColourCode.UNKNOWN


class Fleet(Sequence[PositionFix]):
    """A read-only view of a FLEET_DTYPE array; objects are made only for what is asked for."""

    def __init__(self, rows: NDArray[np.void]) -> None:
        if rows.dtype != FLEET_DTYPE:
            raise ValueError(f"not a fleet array: {rows.dtype}")
        rows.setflags(write=False)
        self.rows = rows

    @classmethod
    def empty(cls) -> Fleet:
        return cls(np.empty(0, FLEET_DTYPE))

    @classmethod
    def from_bytes(cls, blob: bytes) -> Fleet:
        """Read a stored blob. Raises ValueError for a version this program does not know."""
        if not blob or blob[0] != VERSION:
            raise ValueError(f"fleet blob version {blob[0] if blob else 'none'}, expected {VERSION}")
        return cls(np.frombuffer(blob, FLEET_DTYPE, offset=1))

    def to_bytes(self) -> bytes:
        return bytes([VERSION]) + self.rows.tobytes()

    def find(self, mmsi: int) -> PositionFix | None:
        hits = np.flatnonzero(self.rows["mmsi"] == mmsi)
        return self[int(hits[0])] if len(hits) else None

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> PositionFix: ...
    @overload
    def __getitem__(self, index: slice) -> Fleet: ...
    def __getitem__(self, index: int | slice) -> PositionFix | Fleet:
        if isinstance(index, slice):
            return Fleet(self.rows[index])
        row = self.rows[index]
        return PositionFix(
            int(row["mmsi"]),
            float(row["lon"]),
            float(row["lat"]),
            float(row["sog_kn"]),
            float(row["cog_deg"]),
            datetime.fromtimestamp(int(row["at_ms"]) / 1000, UTC),
            VesselKind(int(row["kind"])),
            ColourCode(int(row["code"])),
        )

    def __iter__(self) -> Iterator[PositionFix]:
        return (self[i] for i in range(len(self)))
