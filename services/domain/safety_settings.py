"""What a site sets for safety at sea: ``[boats.safety]``. Defaults are [D], to be set by the bureau."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class SafetySettings:
    """Minutes, hours, knots, nautical miles."""

    silent_from_min: float = 30.0  # listed from here on
    silent_step_min: float = 30.0  # told anew after each further
    silent_until_h: float = 72.0  # longer is no silence: the terminal is off
    recall_within_h: float = 12.0  # how far ahead the forecast is looked at, and how far a boat may be from port
    return_kn: float = 8.0
    detour: float = 1.12  # a straight line over the real way
    hysteresis_nm: float = 0.2
    encounter_nm: float = 0.5  # told below this nearest approach
    encounter_min: float = 15.0
    encounter_least_kn: float = 0.5  # both under way
    encounter_fresh_s: float = 180.0  # an older fix is not sailed on
    short_m: float = 12.0  # a boat shorter than this
    short_bft: int = 6  # is rated so, unless the register knows better
    middle_m: float = 24.0
    middle_bft: int = 7
    long_bft: int = 8


SAFETY = SafetySettings()


def safety_from(table: Mapping[str, Any]) -> SafetySettings:
    """Raises ValueError that names the key and the choices."""
    known = {f.name: f.type for f in fields(SafetySettings)}
    for name, value in table.items():
        if name not in known:
            raise ValueError(f"不认识的键 boats.safety.{name}，可用：{'、'.join(known)}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 100_000:
            raise ValueError(f"boats.safety.{name} 须为正数，现为 {value!r}")
        if known[name] == "int" and not isinstance(value, int):
            raise ValueError(f"boats.safety.{name} 须为整数，现为 {value!r}")
    return SafetySettings(**table)
