"""How a JT/T 808 platform writes its positions: ``[sources.positions]``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from typing import Any

from services.domain.datum import Datum, DatumError, declared

KNOTS_A_KMH = 1 / 1.852
SPEEDS = {"km/h×10": KNOTS_A_KMH / 10, "km/h": KNOTS_A_KMH, "kn×10": 0.1, "kn": 1.0}
DEGREES = {"×1e6": 1e6, "°": 1.0}
KEYS = ("url", "datum", "zone", "degrees", "speed", "terminals", "every_s")


@dataclass(frozen=True, slots=True)
class PlatformSettings:
    """``degrees`` is how many units a degree has, ``knots`` what a unit of speed is worth. ``terminals``
    gives the MMSI of a terminal's number. Without ``datum`` every answer must declare one."""

    url: str
    zone: timezone
    datum: Datum | None = None
    degrees: float = DEGREES["×1e6"]
    knots: float = SPEEDS["km/h×10"]
    terminals: Mapping[str, int] = field(default_factory=dict)
    every_s: float = 30.0


def platform_from(table: Mapping[str, Any]) -> PlatformSettings:
    """Raises ValueError in Chinese that names the key and the choices."""
    for key in table:
        if key not in KEYS:
            raise ValueError(f"不认识的键 sources.positions.{key}，可用：{'、'.join(KEYS)}")
    for key in ("url", "zone"):
        if not isinstance(table.get(key), str):
            raise ValueError(f'sources.positions 缺少 {key}（平台的时间不带时区，须声明，例如 zone = "+08:00"）')
    try:
        datum = declared(table["datum"]) if "datum" in table else None
    except DatumError as why:
        raise ValueError(f"sources.positions.datum：{why}") from why
    terminals = table.get("terminals", {})
    if not isinstance(terminals, Mapping) or not all(isinstance(mmsi, int) for mmsi in terminals.values()):
        raise ValueError("sources.positions.terminals 须为终端号到 MMSI 的表")
    every_s = table.get("every_s", 30.0)
    if isinstance(every_s, bool) or not isinstance(every_s, int | float) or every_s < 1:
        raise ValueError("sources.positions.every_s 须不小于 1")
    return PlatformSettings(
        url=table["url"],
        zone=_zone(table["zone"]),
        datum=datum,
        degrees=_choice("degrees", table.get("degrees", "×1e6"), DEGREES),
        knots=_choice("speed", table.get("speed", "km/h×10"), SPEEDS),
        terminals=dict(terminals),
        every_s=float(every_s),
    )


def _choice(name: str, word: Any, choices: Mapping[str, float]) -> float:
    if word not in choices:
        raise ValueError(f"sources.positions.{name} 可用：{'、'.join(choices)}")
    return choices[word]


def _zone(word: str) -> timezone:
    sign, digits = word[:1], word[1:].replace(":", "")
    if sign not in "+-" or len(digits) != 4 or not digits.isdigit() or int(digits) > 1400:
        raise ValueError(f'sources.positions.zone 写作 "+08:00"，现为 {word!r}')
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-shift if sign == "-" else shift)
