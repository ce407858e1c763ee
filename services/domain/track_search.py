"""Searches whole fleets' tracks at once: who was near a place, who lay slowly somewhere, how well each was heard.

``fixes`` are of TRACK_DTYPE in the order of boat and moment (``ordered``). No Python runs per fix.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.domain.discharge_terms import Ground
from services.domain.track import GAP, Fixes

GAP_MS = int(GAP.total_seconds() * 1000)
NM_PER_DEG = 60.0
BIN_MS = 600_000  # coverage is counted in ten minutes

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """Boats whose track passed a place, the nearest first: how near in nautical miles, and when."""

    mmsi: NDArray[np.uint32]
    nm: Floats
    at_ms: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Slow:
    """Slow episodes: whose, from when to when, about where, and the longest silence beside each."""

    mmsi: NDArray[np.uint32]
    begin_ms: NDArray[np.int64]
    end_ms: NDArray[np.int64]
    lon: Floats
    lat: Floats
    silence_ms: NDArray[np.int64]


def ordered(fixes: Fixes) -> Fixes:
    return fixes[np.lexsort((fixes["at_ms"], fixes["mmsi"]))]


def near(fixes: Fixes, lon: float, lat: float, since_ms: int, until_ms: int, within_nm: float) -> Near:
    """Between two fixes a boat is taken to have sailed straight, unless it was silent for longer than GAP."""
    inside = (fixes["at_ms"] >= since_ms) & (fixes["at_ms"] <= until_ms)
    reach = (within_nm + 10.0) / NM_PER_DEG  # a leg may begin well outside
    shrink = float(np.cos(np.radians(lat)))
    inside &= (np.abs(fixes["lat"] - lat) < reach) & (np.abs(fixes["lon"] - lon) * shrink < reach)
    found = fixes[inside]
    if not len(found):
        return Near(np.empty(0, np.uint32), np.empty(0), np.empty(0, np.int64))
    x, y = (found["lon"] - lon) * shrink * NM_PER_DEG, (found["lat"] - lat) * NM_PER_DEG
    goes_on = _goes_on(found, GAP_MS)
    step_x, step_y = np.append(np.diff(x), 0.0), np.append(np.diff(y), 0.0)
    step_ms = np.append(np.diff(found["at_ms"]), 0)
    length = step_x**2 + step_y**2
    share = np.clip(-(x * step_x + y * step_y) / np.maximum(length, 1e-12), 0.0, 1.0)
    share = np.where(goes_on, share, 0.0)
    nm = np.hypot(x + share * step_x, y + share * step_y)
    at = found["at_ms"] + np.round(share * np.where(goes_on, step_ms, 0)).astype(np.int64)
    best = np.lexsort((-at, np.round(nm, 2), found["mmsi"]))  # the last time it was as near
    first = best[np.append(True, np.diff(found["mmsi"][best].astype(np.int64)) != 0)]
    first = first[nm[first] <= within_nm]
    first = first[np.argsort(nm[first], kind="stable")]
    return Near(found["mmsi"][first], nm[first], at[first])


def slow_episodes(fixes: Fixes, from_kn: float, to_kn: float, least_min: float) -> Slow:
    """Runs of neighbouring fixes of one boat, no further apart than GAP, at ``from_kn`` to ``to_kn``, that
    last ``least_min`` or longer. A speed nobody reported is that of the way to the next fix."""
    count = len(fixes)
    if count < 2:
        none = np.empty(0, np.int64)
        return Slow(np.empty(0, np.uint32), none, none, np.empty(0), np.empty(0), none)
    goes_on = _goes_on(fixes, GAP_MS)
    knots = _knots(fixes, goes_on)
    slow = (knots >= from_kn) & (knots <= to_kn)
    joins = np.append(False, (slow[1:] & slow[:-1] & goes_on[:-1]))  # with the fix before
    begins = np.flatnonzero(slow & ~joins)
    ends = np.flatnonzero(slow & ~np.append(joins[1:], False))
    at = fixes["at_ms"]
    long = at[ends] - at[begins] >= least_min * 60_000
    begins, ends = begins[long], ends[long]
    lon, lat = (np.concatenate([[0.0], np.cumsum(fixes[name])]) for name in ("lon", "lat"))
    size = ends - begins + 1
    silence = np.maximum(_apart(fixes, begins - 1, begins), _apart(fixes, ends, ends + 1))
    return Slow(
        fixes["mmsi"][begins],
        at[begins],
        at[ends],
        (lon[ends + 1] - lon[begins]) / size,
        (lat[ends + 1] - lat[begins]) / size,
        silence,
    )


def outside(lon: Floats, lat: Floats, grounds: tuple[Ground, ...]) -> Flags:
    """Which places lie in none of the grounds."""
    free = np.ones(len(lon), bool)
    for ground in grounds:
        shrink = float(np.cos(np.radians(ground.lat)))
        nm = np.hypot((lon - ground.lon) * shrink, lat - ground.lat) * NM_PER_DEG
        free &= nm > ground.radius_nm
    return free


def coverage(fixes: Fixes, mmsi: int, since_ms: int, until_ms: int) -> float:
    """The share of the ten minutes between both moments in which the boat was heard, 0–1."""
    left, right = np.searchsorted(fixes["mmsi"], [mmsi, mmsi + 1])
    at = fixes["at_ms"][left:right]
    at = at[(at >= since_ms) & (at <= until_ms)]
    bins = max(1, -(-(until_ms - since_ms) // BIN_MS))
    return min(1.0, len(np.unique((at - since_ms) // BIN_MS)) / bins)


def _goes_on(fixes: Fixes, gap_ms: int) -> Flags:
    """Whether the next fix is the same boat's and not after a silence; the last one's is False."""
    same = np.diff(fixes["mmsi"].astype(np.int64)) == 0
    return np.append(same & (np.diff(fixes["at_ms"]) <= gap_ms), False)


def _knots(fixes: Fixes, goes_on: Flags) -> Floats:
    told = fixes["sog_kn"].astype(np.float64)
    if not np.isnan(told).any():
        return told
    shrink = np.cos(np.radians(fixes["lat"][:-1]))
    nm = np.hypot(np.diff(fixes["lon"]) * shrink, np.diff(fixes["lat"])) * NM_PER_DEG
    hours = np.maximum(np.diff(fixes["at_ms"]), 1) / 3_600_000
    way = np.append(nm / hours, np.nan)
    return np.where(np.isnan(told), np.where(goes_on, way, np.nan), told)


def _apart(fixes: Fixes, first: NDArray[np.intp], second: NDArray[np.intp]) -> NDArray[np.int64]:
    """Milliseconds between two fixes of one boat; 0 where there is no such neighbour."""
    inside = (first >= 0) & (second < len(fixes))
    a, b = np.where(inside, first, 0), np.where(inside, second, 0)
    same = inside & (fixes["mmsi"][a] == fixes["mmsi"][b])
    return np.where(same, fixes["at_ms"][b] - fixes["at_ms"][a], 0)
