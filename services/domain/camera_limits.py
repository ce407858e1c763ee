"""From where on a camera's clock, pictures and counts say something: a site may know its cameras better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CameraLimits:
    """A clock off by no more than ``trusted_within_s`` is believed; a plate read with less than
    ``poor_confidence`` is a poor picture; fewer than ``least_vehicles`` in five minutes tell nothing."""

    trusted_within_s: float = 10.0
    poor_confidence: float = 0.75
    least_vehicles: int = 20


LIMITS = CameraLimits()
_SPANS = {"trusted_within_s": (0.5, 3600), "poor_confidence": (0, 1), "least_vehicles": (1, 100_000)}


def camera_limits_from(table: Mapping[str, Any]) -> CameraLimits:
    """The table ``[cameras]``. Raises ValueError that names the key and what it may be."""
    for key, value in table.items():
        if key not in _SPANS:
            raise ValueError(f"不认识的键 cameras.{key}，可用：{'、'.join(_SPANS)}")
        low, high = _SPANS[key]
        kind = int if key == "least_vehicles" else int | float
        if isinstance(value, bool) or not isinstance(value, kind) or not low <= value <= high:
            what = "整数" if kind is int else "数"
            raise ValueError(f"cameras.{key} 须为 {low:g} 至 {high:g} 的{what}，现为 {value!r}")
    return CameraLimits(**table)
