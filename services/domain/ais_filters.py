"""Which AIS reports are believed: no default positions, no echoes, no leaps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import cos, hypot, radians

NM_PER_DEG = 60.0
DUPLICATE_S = 30.0
FASTEST_KN = 60.0  # of anything that sends AIS in the bay
SLACK_NM = 0.3  # positions are rounded and clocks differ
LEAPS_TO_BELIEVE = 3  # so many in a row that agree with each other: the vessel is there, the old fix was wrong


@dataclass(slots=True)
class Last:
    lon: float
    lat: float
    at_s: float
    leaps: int = 0


@dataclass(slots=True)
class FixFilter:
    """Judges positions one by one in the order heard. ``dropped`` counts by reason:
    ``no_position`` (91/181), ``out_of_range``, ``speed_jump``, ``older`` (than one already heard)."""

    dropped: Counter[str] = field(default_factory=Counter)
    _believed: dict[int, Last] = field(default_factory=dict)
    _doubted: dict[int, Last] = field(default_factory=dict)

    def is_credible(self, mmsi: int, lon: float, lat: float, at_s: float, *, timed: bool = True) -> bool:
        """Without a time (``timed`` False) nothing can be said of speed or order."""
        reason = self._why_not(mmsi, lon, lat, at_s, timed)
        if reason:
            self.dropped[reason] += 1
        return not reason

    def _why_not(self, mmsi: int, lon: float, lat: float, at_s: float, timed: bool) -> str:
        if lon == 181.0 or lat == 91.0:
            return "no_position"
        if not (-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0):
            return "out_of_range"
        last = self._believed.get(mmsi)
        if last is None or not timed:
            self._believed[mmsi] = Last(lon, lat, at_s)
            return ""
        if at_s < last.at_s:
            return "older"
        if _is_near(last, lon, lat, at_s):
            last.lon, last.lat, last.at_s = lon, lat, at_s
            self._doubted.pop(mmsi, None)
            return ""
        doubted = self._doubted.get(mmsi)
        if doubted is None or not _is_near(doubted, lon, lat, at_s):
            self._doubted[mmsi] = Last(lon, lat, at_s, 1)
            return "speed_jump"
        doubted.lon, doubted.lat, doubted.at_s, doubted.leaps = lon, lat, at_s, doubted.leaps + 1
        if doubted.leaps < LEAPS_TO_BELIEVE:
            return "speed_jump"
        self._believed[mmsi] = Last(lon, lat, at_s)
        del self._doubted[mmsi]
        return ""


def _is_near(last: Last, lon: float, lat: float, at_s: float) -> bool:
    """Whether a vessel could have come from there to here in the time."""
    east = (lon - last.lon + 540.0) % 360.0 - 180.0
    nm = hypot(east * cos(radians(lat)), lat - last.lat) * NM_PER_DEG
    return nm <= SLACK_NM + FASTEST_KN * max(0.0, at_s - last.at_s) / 3600.0


@dataclass(slots=True)
class EchoFilter:
    """The same payload within 30 s is one transmission heard by several stations."""

    duplicates: int = 0
    _heard: dict[str, float] = field(default_factory=dict)
    _swept_s: float = 0.0

    def is_new(self, payload: str, at_s: float) -> bool:
        before = self._heard.get(payload)
        if before is not None and abs(at_s - before) <= DUPLICATE_S:
            self.duplicates += 1
            return False
        self._heard[payload] = at_s
        if at_s - self._swept_s > DUPLICATE_S or len(self._heard) > 200_000:
            self._heard = {p: s for p, s in self._heard.items() if abs(at_s - s) <= DUPLICATE_S}
            self._swept_s = at_s
        return True


def kind_of_ship_type(ship_type: int) -> str:
    """``fishing``, ``official`` (law enforcement, SAR, pilot, port tender, military) or ``other``."""
    if ship_type == 30:
        return "fishing"
    return "official" if ship_type in (35, 50, 51, 53, 54, 55) else "other"
