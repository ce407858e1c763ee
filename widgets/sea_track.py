"""A boat's track as lines and names of the map: what was heard as a line, each silence dashed with its length."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np

from services.domain.snapshot import Subject
from services.domain.timebase import local
from services.domain.track import Track, TrackPoint
from widgets.map.items import Line, Mark, Shape
from widgets.map.projection import NM_M, distance_m
from widgets.words import duration

LAYER = "航迹"
_HOURS = (1, 2, 3, 6, 12, 24)  # between the moments that are named along a track
_NAMED = 8  # at most about so many


def track_lines(track: Track) -> list[Line]:
    """The stretches heard, then the silences between them: 断 47 分 · 6.2 nm, from last to next fix."""
    pieces = [piece for piece in track.pieces() if len(piece)]
    lines = [Line(f"track-{at}", _points(piece), "track") for at, piece in enumerate(pieces) if len(piece) > 1]
    for at, (before, after) in enumerate(pairwise(pieces)):
        a, b = before[-1], after[0]
        here, there = (float(a["lon"]), float(a["lat"])), (float(b["lon"]), float(b["lat"]))
        silent = duration(float(b["at_ms"] - a["at_ms"]) / 1000)
        words = f"断 {silent} · {distance_m(here, there) / NM_M:.1f} nm"
        lines.append(Line(f"gap-{at}", (here, there), "gap", label=words))
    return lines


def time_marks(track: Track) -> list[Mark]:
    """Moments along the way, whole hours, so few that they can be read."""
    if len(track) < 2:
        return []
    first, last = (local(_moment(int(ms))) for ms in (track.at_ms[0], track.at_ms[-1]))
    span_h = (last - first) / timedelta(hours=1)
    every = next((h for h in _HOURS if span_h / h <= _NAMED), _HOURS[-1])
    hour = first.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    marks = []
    while hour < last:
        spot = track.at(hour)
        if hour.hour % every == 0 and spot is not None:
            words = f"{hour:%H:%M}" if hour.hour else f"{hour.month}月{hour.day}日"
            marks.append(Mark(Subject("moment", words), spot.lon, spot.lat, Shape.MOMENT, words, rank=4))
        hour += timedelta(hours=1)
    return marks


def spot_mark(spot: TrackPoint | None) -> list[Mark]:
    """Where the boat was; nothing in a silence."""
    if spot is None:
        return []
    course = None if np.isnan(spot.cog_deg) else spot.cog_deg
    return [Mark(Subject("moment", "spot"), spot.lon, spot.lat, Shape.TRACK, rank=1, heading_deg=course)]


def spot_words(track: Track, moment: datetime, now: datetime) -> str:
    """``14:05:10 · 35 分前 · 8.2 kn``; in a silence how long it lasted."""
    said = f"{local(moment):%H:%M:%S} · {ago(moment, now)}"
    if local(moment).date() != local(now).date():
        said = f"{local(moment):%m-%d} {said}"
    spot = track.at(moment)
    if spot is not None:
        return said if np.isnan(spot.sog_kn) else f"{said} · {spot.sog_kn:.1f} kn"
    gap = silence_at(track, moment)
    return f"{said} · 无船位" if gap is None else f"{said} · 断 {duration(gap)}"


def silence_at(track: Track, moment: datetime) -> float | None:
    """Seconds of the silence that a moment lies in; None before the first and after the last fix."""
    ms = round(moment.timestamp() * 1000)
    after = int(np.searchsorted(track.at_ms, ms))
    if not 0 < after < len(track):
        return None
    return float(track.at_ms[after] - track.at_ms[after - 1]) / 1000


def heard(track: Track) -> Sequence[tuple[datetime, datetime]]:
    """From when to when fixes came without a longer silence."""
    return tuple((_moment(int(p["at_ms"][0])), _moment(int(p["at_ms"][-1]))) for p in track.pieces() if len(p))


def ago(moment: datetime, now: datetime) -> str:
    seconds = max(0.0, (now - moment).total_seconds())
    return f"{seconds:.0f} 秒前" if seconds < 60 else f"{duration(seconds)}前"


def _points(piece: np.ndarray) -> tuple[tuple[float, float], ...]:
    return tuple(zip(piece["lon"].tolist(), piece["lat"].tolist(), strict=True))


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
