"""How many new alerts a rule may raise in how long, before it is stopped and says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

_SPAN = re.compile(r"(\d+)\s*(min|h|d)")
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Budget:
    """At most ``alerts`` new alerts within ``within``. Red ones and repeats are never counted against it."""

    alerts: int
    within: timedelta


DEFAULT = Budget(120, timedelta(hours=1))  # [D]


def span_of(text: str) -> timedelta | None:
    """``30min``, ``1h``, ``1d``; None for anything else."""
    found = _SPAN.fullmatch(text.strip())
    return int(found[1]) * _UNITS[found[2]] if found and int(found[1]) else None


def said(span: timedelta) -> str:
    """``30 分钟``, ``1 小时``, ``1 天``."""
    for word, unit in (("天", _UNITS["d"]), ("小时", _UNITS["h"])):
        if span % unit == timedelta(0):
            return f"{span // unit} {word}"
    return f"{span / _UNITS['min']:g} 分钟"
