"""How many new alerts a rule may raise in how long, before it is stopped and says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

_SPAN = re.compile(r"(\d+)\s*(min|h|d)")
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Budget:
    """At most ``alerts`` new alerts within ``within``. Red ones and repeats are never counted against it."""

    alerts: int
    within: timedelta


DEFAULT = Budget(120, timedelta(hours=1))  # [D]


def budget_from(table: Mapping[str, Any]) -> Budget:
    """``budget = { alerts = 120, within = "1h" }`` of the site file. Raises ValueError in Chinese."""
    for key in table:
        if key != "budget":
            raise ValueError(f"不认识的键 rules.{key}，可用：budget")
    given = table.get("budget", {})
    if not isinstance(given, Mapping) or not set(given) <= {"alerts", "within"}:
        raise ValueError('rules.budget 须写作 { alerts = 120, within = "1h" }')
    alerts, within = given.get("alerts", DEFAULT.alerts), span_of(str(given.get("within", "1h")))
    if isinstance(alerts, bool) or not isinstance(alerts, int) or alerts < 1:
        raise ValueError(f"rules.budget.alerts 须为正整数，不是 {alerts!r}")
    if within is None:
        raise ValueError('rules.budget.within 须写作 "30min"、"1h" 或 "1d"')
    return Budget(alerts, within)


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
