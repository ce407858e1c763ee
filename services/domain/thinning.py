"""Which fixes of a fleet are worth keeping: those that speed and course did not foretell, and one now and then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.domain.fleet import FLEET_DTYPE, Fleet
from services.domain.track import TRACK_DTYPE, Fixes

DEG_A_METRE = 1.0 / 111_195.0


@dataclass(frozen=True, slots=True)
class ThinningSettings:
    """Metres and seconds; [D], settings of the site."""

    off_m: float = 60.0  # further than this from where the last kept fix foretold it
    least_s: float = 30.0  # between two kept fixes
    moving_s: float = 600.0  # at least so often while it moves
    resting_s: float = 3600.0
    moved_m: float = 50.0


class TrackThinning:
    """Remembers what was kept last of each vessel. After a new start the first fix of each is kept again,
    and left out by the track when it is there already."""

    def __init__(self, settings: ThinningSettings | None = None) -> None:
        self._settings = settings or ThinningSettings()
        self._last = np.empty(0, FLEET_DTYPE)  # by MMSI

    def due(self, fleet: Fleet, source: NDArray[np.uint8]) -> Fixes:
        """The fixes to keep now, of ``source`` each (PositionSource)."""
        order = np.argsort(fleet.rows["mmsi"], kind="stable")
        now, by = fleet.rows[order], source[order]
        last = self._last
        place = np.minimum(np.searchsorted(last["mmsi"], now["mmsi"]), max(len(last) - 1, 0))
        due = np.ones(len(now), bool)
        if len(last):
            before = last[place]
            known = before["mmsi"] == now["mmsi"]
            due = ~known | self._is_news(before, now)
        chosen = now[due]
        kept = np.concatenate([last[~np.isin(last["mmsi"], chosen["mmsi"])], chosen])
        self._last = kept[np.argsort(kept["mmsi"], kind="stable")]
        fixes = np.empty(len(chosen), TRACK_DTYPE)
        for name in ("mmsi", "at_ms", "lon", "lat", "sog_kn", "cog_deg"):
            fixes[name] = chosen[name]
        fixes["source"] = by[due]
        return fixes

    def late(self, fixes: Fixes) -> Fixes:
        """Of fixes that came late those that tell something: the others lie where the last kept fix, its speed
        and course put the boat at their moment. AIS and Beidou tell of one boat in turn."""
        last = self._last
        if not len(last) or not len(fixes):
            return fixes
        before = last[np.minimum(np.searchsorted(last["mmsi"], fixes["mmsi"]), len(last) - 1)]
        seconds = np.abs(fixes["at_ms"] - before["at_ms"]) / 1000
        foretold = (before["mmsi"] == fixes["mmsi"]) & (seconds < self._settings.moving_s)
        return fixes[~(foretold & (self._off(before, fixes) <= self._settings.off_m))]

    def _off(self, before: NDArray[np.void], now: NDArray[np.void]) -> NDArray[np.float64]:
        """Metres between where a boat is and where its last kept fix foretold it."""
        x, y = _metres(before, now)
        seconds = (now["at_ms"] - before["at_ms"]) / 1000
        speed = np.nan_to_num(before["sog_kn"]) * 1852 / 3600
        course = np.radians(np.nan_to_num(before["cog_deg"]))
        return np.hypot(x - speed * seconds * np.sin(course), y - speed * seconds * np.cos(course))

    def _is_news(self, before: NDArray[np.void], now: NDArray[np.void]) -> NDArray[np.bool_]:
        limits = self._settings
        seconds = (now["at_ms"] - before["at_ms"]) / 1000
        moved = np.hypot(*_metres(before, now)) > limits.moved_m
        surprise = moved & (self._off(before, now) > limits.off_m)
        regular = np.where(moved, limits.moving_s, limits.resting_s)
        return (seconds >= limits.least_s) & (surprise | (seconds >= regular))


def _metres(a: NDArray[np.void], b: NDArray[np.void]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """East and north."""
    east = np.cos(np.radians(b["lat"]))
    return (b["lon"] - a["lon"]) * east / DEG_A_METRE, (b["lat"] - a["lat"]) / DEG_A_METRE
