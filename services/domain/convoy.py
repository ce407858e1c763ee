"""Vehicles that drive together: what counts as together, and when the night looks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class ConvoySettings:
    """All of them defaults [D]; a site says its own in ``[convoys]``.

    Two vehicles drove together on a day when they passed ``checkpoints`` different checkpoints within
    ``within_s`` of each other. They are a convoy when they did on ``days`` of the last ``look_back_days``
    and the chance of that, had each only done what it usually does, is ``chance`` or less. What a vehicle
    usually does is how often it passed that checkpoint within ``habit_min`` of that time on other days.
    """

    within_s: int = 120
    checkpoints: int = 3
    days: int = 3
    look_back_days: int = 7
    habit_min: int = 15
    chance: float = 2e-6
    confidence: float = 0.85  # of the plate, where the camera tells it
    most: int = 100  # pairs told a night, the least likely by chance first
    at_hour: float = 3.0  # of Shanghai, when the night's look begins


_RANGES: Mapping[str, tuple[float, float]] = {
    "within_s": (1, 3600),
    "checkpoints": (1, 60),
    "days": (2, 60),
    "look_back_days": (2, 60),
    "habit_min": (1, 720),
    "chance": (0, 1),
    "confidence": (0, 1),
    "most": (1, 10_000),
    "at_hour": (0, 23.99),
}


def convoys_from(table: Mapping[str, Any]) -> ConvoySettings:
    """The settings a site says over the defaults. Raises ValueError that names the key and what it may be."""
    known = {field.name: field.type for field in fields(ConvoySettings)}
    for name, value in table.items():
        if name not in known:
            raise ValueError(f"不认识的键 convoys.{name}，可用：{'、'.join(known)}")
        low, high = _RANGES[name]
        whole = known[name] == "int"
        wrong = isinstance(value, bool) or not isinstance(value, int if whole else int | float)
        if wrong or not low <= value <= high:
            raise ValueError(f"convoys.{name} 须为 {low:g} 至 {high:g} 的{'整数' if whole else '数'}，现为 {value!r}")
    settings = ConvoySettings(**table)
    if settings.days > settings.look_back_days:
        raise ValueError("convoys.days 不能多于 convoys.look_back_days")
    if settings.within_s > settings.habit_min * 60:
        raise ValueError("convoys.within_s 不能长于 convoys.habit_min")
    return settings
