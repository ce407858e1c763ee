"""Values as field devices write them: numbers as text, truth as 1, blanks for everything."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.receivers.viid_time import read_moment

LONGEST_WORD = 64  # of an identifier or word we keep in a column; the raw body has the whole

_TRUTHS = {"1": True, "true": True, "0": False, "false": False}


def word(value: Mapping[str, Any], name: str) -> str:
    """A short text, whatever the sender made of it; ``""`` for what is missing or no scalar."""
    given = value.get(name)
    if isinstance(given, str):
        return given.strip()[:LONGEST_WORD] if given.isprintable() else plain(given)
    if given is None:
        return ""
    if isinstance(given, bool) or not isinstance(given, int | float):
        return ""
    if isinstance(given, int):
        return "" if abs(given) >= 10**LONGEST_WORD else str(given)
    return str(int(given)) if given.is_integer() else str(given)


def plain(text: str) -> str:
    """Without what no database takes: NUL and half surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode().strip()[:LONGEST_WORD]


def number(value: Mapping[str, Any], name: str, low: float, high: float) -> float | None:
    """A number, also when sent as text; None when missing or outside what can be."""
    given = value.get(name)
    if given is None or given == "" or isinstance(given, bool) or not isinstance(given, str | int | float):
        return None
    try:
        figure = float(given)
    except (ValueError, OverflowError):
        return None
    return figure if low <= figure <= high and math.isfinite(figure) else None


def whole(value: Mapping[str, Any], name: str, low: int, high: int) -> int | None:
    figure = number(value, name, low, high)
    return None if figure is None else int(figure)


def truth(value: Mapping[str, Any], name: str) -> bool | None:
    """``"1"``, ``true``, 1, ``"true"`` and their opposites; None for anything else."""
    given = value.get(name)
    if given is None or given == "":
        return None
    return given if isinstance(given, bool) else _TRUTHS.get(word(value, name).lower())


def moment(value: Mapping[str, Any], name: str) -> datetime | None:
    read = read_moment(word(value, name))
    return read[0] if read else None


def part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object inside; empty when there is none."""
    given = value.get(name)
    return given if isinstance(given, dict) else {}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
