"""Whether a track in a camera's picture is a thing that falls, by how its height goes with time.

A thing that was let go speeds up by g; a bird also goes up or across, laundry swings to and fro, a leaf or a bag
comes down at an even speed. Only the shape of the track is used, never a picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

G_MS2 = 9.81
FLOOR_M = 3.0  # [D] height of one storey of housing
LEAST_POINTS = 5
LEAST_S = 0.1  # a shorter track is no track of a fall

Track = Sequence[tuple[int, int]]  # x, y in thousandths of the picture, from its top left, evenly spaced in time


@dataclass(frozen=True, slots=True)
class Fall:
    """``acceleration_ms2`` downward by least squares, None when the track has no duration or is too short.
    ``looks_like`` is ``bird``, ``laundry``, ``leaf``, or "" for a thing that falls."""

    acceleration_ms2: float | None
    looks_like: str


def fall_of(track: Track, floors_down: float, seconds: float | None, floor_m: float = FLOOR_M) -> Fall:
    """``floors_down`` is how far it came down by the camera's own reckoning, ``seconds`` from the first point to
    the last."""
    if len(track) < LEAST_POINTS:
        return Fall(None, "")
    acceleration = _acceleration(track, floors_down * floor_m, seconds)
    return Fall(acceleration, _likeness(track, acceleration))


def _acceleration(track: Track, metres: float, seconds: float | None) -> float | None:
    """Of ``y = c + v t + a t² / 2``, scaled by the height that was lost."""
    down = track[-1][1] - track[0][1]
    if not seconds or seconds < LEAST_S or down <= 0 or metres <= 0:
        return None
    share = np.linspace(0.0, 1.0, len(track))
    y = np.array([point[1] for point in track], dtype=float) * (metres / down)
    return round(2 * float(np.polyfit(share, y, 2)[0]) / seconds**2, 2)


def _likeness(track: Track, acceleration: float | None) -> str:
    across = [b[0] - a[0] for a, b in pairwise(track)]
    down = [b[1] - a[1] for a, b in pairwise(track)]
    height = sum(abs(step) for step in down)
    rises = -sum(step for step in down if step < 0)
    width = sum(abs(step) for step in across)
    if _turns(across) >= 2 and width > 0.4 * height:
        return "leaf" if rises == 0 and height > width else "laundry"
    if rises > 0.15 * height or width > 1.2 * height:
        return "bird"
    if acceleration is not None and acceleration < 0.3 * G_MS2:
        return "leaf"
    return ""


def _turns(steps: Sequence[int]) -> int:
    """How often the direction changes; small trembling does not count."""
    wide = [step for step in steps if abs(step) >= 4]
    return sum(a * b < 0 for a, b in pairwise(wide))
