"""Where a boat has been: thinned fixes as columns, how they are asked for, and how a block of them is stored."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from services.domain.question import TRACK, Question

VERSION = 1
BLOCK_MS = 6 * 3_600_000  # one stored block of one boat
CLOSE_MS = 15_000  # a fix nearer than this to one that is kept tells nothing new
GAP = timedelta(minutes=30)  # between two fixes further apart nobody knows the way
UNKNOWN = 0xFFFF
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

TRACK_DTYPE = np.dtype(
    [
        ("mmsi", "<u4"),
        ("at_ms", "<i8"),  # of the fix, Unix epoch milliseconds UTC
        ("lon", "<f8"),  # WGS-84 degrees, kept to 1e-6
        ("lat", "<f8"),
        ("sog_kn", "<f4"),  # NaN when unknown, kept to 0.1
        ("cog_deg", "<f4"),
        ("source", "u1"),  # PositionSource
    ]
)
Fixes = NDArray[np.void]  # of TRACK_DTYPE


@dataclass(frozen=True, slots=True)
class TrackAsked:
    """One boat from one moment to another, both included."""

    mmsi: int
    since: datetime
    until: datetime

    def question(self) -> Question:
        return Question(TRACK, f"{self.mmsi} {_ms(self.since)} {_ms(self.until)}")


def track_asked(about: str) -> TrackAsked:
    """Raises ValueError for what no ``question`` wrote."""
    mmsi, since, until = about.split(" ")
    return TrackAsked(int(mmsi), _EPOCH + int(since) * _MILLISECOND, _EPOCH + int(until) * _MILLISECOND)


@dataclass(frozen=True, slots=True)
class TrackPoint:
    """Where the boat was at a moment, between two fixes by their straight line."""

    at: datetime
    lon: float
    lat: float
    sog_kn: float
    cog_deg: float


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """The kept fixes of one boat in the order they happened. ``oldest`` is the first fix kept of it at all."""

    mmsi: int
    fixes: Fixes
    oldest: datetime | None = None

    def __len__(self) -> int:
        return len(self.fixes)

    @property
    def lon(self) -> NDArray[np.float64]:
        return self.fixes["lon"]

    @property
    def lat(self) -> NDArray[np.float64]:
        return self.fixes["lat"]

    @property
    def at_ms(self) -> NDArray[np.int64]:
        return self.fixes["at_ms"]

    def pieces(self, gap: timedelta = GAP) -> Iterator[Fixes]:
        """The stretches without a longer silence; what lies between two of them is not to be drawn as a way."""
        if len(self.fixes):
            yield from np.split(self.fixes, np.flatnonzero(np.diff(self.at_ms) > gap / _MILLISECOND) + 1)

    def at(self, moment: datetime, gap: timedelta = GAP) -> TrackPoint | None:
        """None before the first fix, after the last, and within a silence longer than ``gap``."""
        ms, times = _ms(moment), self.at_ms
        after = int(np.searchsorted(times, ms))
        if after < len(times) and times[after] == ms:
            return _point(self.fixes[after], self.fixes[after], 0.0)
        if not 0 < after < len(times):
            return None
        a, b = self.fixes[after - 1], self.fixes[after]
        between = int(b["at_ms"] - a["at_ms"])
        return None if between > gap / _MILLISECOND else _point(a, b, (ms - int(a["at_ms"])) / between)


def merged(kept: Fixes, fresh: Fixes) -> Fixes:
    """Both in the order they happened, whenever they came; what is kept stays, a newcomer that is all but
    the same moment is left out."""
    both = np.concatenate([kept, fresh])
    is_fresh = np.concatenate([np.zeros(len(kept), bool), np.ones(len(fresh), bool)])
    order = np.lexsort((is_fresh, both["at_ms"]))
    times, newcomers = both["at_ms"][order].tolist(), is_fresh[order].tolist()
    known = np.sort(kept["at_ms"])
    chosen: list[int] = []
    last = -BLOCK_MS
    for place, at_ms, newcomer in zip(order.tolist(), times, newcomers, strict=True):
        if newcomer and (at_ms - last < CLOSE_MS or _is_near(known, at_ms)):
            continue
        chosen.append(place)
        last = at_ms
    return both[chosen]


def pack(fixes: Fixes, block_ms: int) -> bytes:
    """One block of one boat: differences by column, compressed. ``block_ms`` is the block's begin."""
    columns = (
        np.diff(fixes["at_ms"] - block_ms, prepend=0).astype("<i4"),
        np.diff(np.rint(fixes["lon"] * 1e6).astype(np.int64), prepend=0).astype("<i4"),
        np.diff(np.rint(fixes["lat"] * 1e6).astype(np.int64), prepend=0).astype("<i4"),
        _tenths(fixes["sog_kn"]),
        _tenths(fixes["cog_deg"]),
        fixes["source"].astype("u1"),
    )
    return bytes([VERSION]) + zlib.compress(b"".join(c.tobytes() for c in columns), 6)


def unpack(mmsi: int, block_ms: int, blob: bytes) -> Fixes:
    """Raises ValueError for a version this program does not know, or a blob that is no block."""
    if not blob or blob[0] != VERSION:
        raise ValueError(f"track block version {blob[0] if blob else 'none'}, expected {VERSION}")
    try:
        body = zlib.decompress(blob[1:])
    except zlib.error as why:
        raise ValueError(f"track block of {mmsi} is broken: {why}") from why
    count, rest = divmod(len(body), 17)
    if rest:
        raise ValueError(f"track block of {mmsi} has {len(body)} bytes")
    steps = np.frombuffer(body, "<i4", 3 * count).reshape(3, count).astype(np.int64).cumsum(axis=1)
    tenths = np.frombuffer(body, "<u2", 2 * count, offset=12 * count).reshape(2, count)
    known = np.where(tenths == UNKNOWN, np.nan, tenths / 10)
    fixes = np.empty(count, TRACK_DTYPE)
    fixes["mmsi"], fixes["at_ms"] = mmsi, steps[0] + block_ms
    fixes["lon"], fixes["lat"] = steps[1] / 1e6, steps[2] / 1e6
    fixes["sog_kn"], fixes["cog_deg"] = known
    fixes["source"] = np.frombuffer(body, "u1", count, offset=16 * count)
    return fixes


def no_fixes() -> Fixes:
    return np.empty(0, TRACK_DTYPE)


def _is_near(known: NDArray[np.int64], at_ms: int) -> bool:
    place = int(np.searchsorted(known, at_ms))
    return any(abs(int(t) - at_ms) < CLOSE_MS for t in known[max(0, place - 1) : place + 1])


def _tenths(values: NDArray[np.float32]) -> NDArray[np.uint16]:
    known = np.nan_to_num(values, nan=0.0)
    return np.where(np.isnan(values), UNKNOWN, np.clip(np.rint(known * 10), 0, UNKNOWN - 1)).astype("<u2")


def _point(a: np.void, b: np.void, share: float) -> TrackPoint:
    lon, lat, at_ms = (float(a[c]) + (float(b[c]) - float(a[c])) * share for c in ("lon", "lat", "at_ms"))
    return TrackPoint(_EPOCH + round(at_ms) * _MILLISECOND, lon, lat, float(a["sog_kn"]), float(a["cog_deg"]))


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND
