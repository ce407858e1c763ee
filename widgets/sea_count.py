"""How many boats are in the picture, in each port, and silent: counted from the fleet's columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from services.domain.fleet import Fleet, VesselKind

PORT_NM = 1.9  # a boat that lies still so near a port's name lies in it
MOORED_KN = 0.5
SILENT_S = 600.0


@dataclass(frozen=True, slots=True)
class Port:
    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class SeaCount:
    """``under_way`` says of each row of the fleet whether it is drawn (not lying in a port).

    With a register, ``seen``, ``moored``, ``outside``, ``silent`` and ``unseen`` add up to its boats.
    """

    seen: int
    moored: tuple[int, ...]
    silent: int
    outside: int = 0  # at sea, heard, but not within the picture
    unseen: int = 0  # registered, no position ever heard
    others: int = 0  # neither boats of the district, nor its collection or official vessels
    under_way: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))


def count_fleet(
    fleet: Fleet,
    ports: Sequence[Port],
    view: tuple[float, float, float, float],
    now: datetime | None,
    registered: NDArray[np.uint32] | None = None,
) -> SeaCount:
    """Fishing boats only are counted, each once: moored, else silent, else seen within ``view`` or outside.

    ``registered`` are the MMSIs of the register; without it what a vessel calls itself counts.
    """
    rows = fleet.rows
    lon, lat, speed = rows["lon"], rows["lat"], rows["sog_kn"]
    still = ~(speed >= MOORED_KN)
    nearest = np.full(len(rows), -1)
    best = np.full(len(rows), PORT_NM)
    for at, port in enumerate(ports):
        away = np.hypot((lon - port.lon) * np.cos(np.radians(port.lat)), lat - port.lat) * 60.0
        nearer = still & (away < best)
        nearest[nearer], best = at, np.where(nearer, away, best)
    kind = rows["kind"]
    fishing = kind == VesselKind.FISHING
    others = kind == VesselKind.OTHER
    if registered is not None:
        ours = np.isin(rows["mmsi"], registered)
        fishing, others = ours, ~ours & (fishing | others)
    moored = fishing & (nearest >= 0)
    at_sea = fishing & ~moored
    old = np.zeros(len(rows), bool)
    if now is not None:
        old = (now.timestamp() * 1000 - rows["at_ms"]) > SILENT_S * 1000
    west, south, east, north = view
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    counts = tuple(int(np.count_nonzero(moored & (nearest == at))) for at in range(len(ports)))
    return SeaCount(
        seen=int(np.count_nonzero(at_sea & ~old & inside)),
        moored=counts,
        silent=int(np.count_nonzero(at_sea & old)),
        outside=int(np.count_nonzero(at_sea & ~old & ~inside)),
        unseen=0 if registered is None else int(np.count_nonzero(~np.isin(registered, rows["mmsi"]))),
        others=int(np.count_nonzero(others)),
        under_way=~moored,
    )


def count_words(count: SeaCount, *, wall: bool) -> str:
    """Where every boat of the register is; the other ships only where there is a key to go to them."""
    words = [f"在图 {count.seen:,}", f"在港 {sum(count.moored):,}", f"图外 {count.outside:,}", f"静默 {count.silent:,}"]
    if count.unseen:
        words.append(f"无船位 {count.unseen:,}")
    if count.others and not wall:
        words.append(f"他船 {count.others:,} G")
    return " · ".join(words)


def others_box(fleet: Fleet) -> tuple[float, float, float, float] | None:
    """West, south, east, north of 96 in 100 of the other ships, with a margin; None when there are none."""
    rows = fleet.rows[fleet.rows["kind"] == VesselKind.OTHER]
    if not len(rows):
        return None
    west, east = np.percentile(rows["lon"], (2, 98))
    south, north = np.percentile(rows["lat"], (2, 98))
    margin = max(0.02, (east - west) * 0.05, (north - south) * 0.05)
    return float(west - margin), float(south - margin), float(east + margin), float(north + margin)
