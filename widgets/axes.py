"""Axes a reader can trust: round moments of the Shanghai day, round steps of a fixed range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF

from services.domain.timebase import local


class TimeAxis(pg.AxisItem):
    """Hours of the Shanghai day, four to five of them."""

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [hour(v) for v in values]


class ValueAxis(pg.AxisItem):
    """Whole steps of a fixed range; the unit stands once at the top of the pane."""

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [value_text(v) for v in values]

    def boundingRect(self) -> QRectF:
        """Room for the lowest and the highest label, which a grid takes away."""
        style: Any = self.style
        jut = int(style["hideOverlappingLabels"])
        return super().boundingRect().adjusted(0, -jut, 0, jut)


def value_text(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 or float(value).is_integer() else f"{value:g}"


def hour(at: float, last: float | None = None) -> str:
    moment = local(datetime.fromtimestamp(at, UTC))
    if last is not None and at == last and moment.hour == 0 and moment.minute == 0:
        return "24"
    return f"{moment:%H}" if moment.minute == 0 else f"{moment:%H:%M}"


def time_ticks(first: float, last: float) -> list[float]:
    """Four or five round moments of the window."""
    span = last - first
    step = next((s for s in _TIME_STEPS if span / s <= 5), 86400.0 * math.ceil(span / 86400 / 4))
    offset = local(datetime.fromtimestamp(first, UTC)).utcoffset() or timedelta()
    start = math.ceil((first + offset.total_seconds()) / step) * step - offset.total_seconds()
    ticks = [start + n * step for n in range(7) if start + n * step <= last]
    return [t for t, n in pairwise([*ticks, last + step]) if n - t > step / 2]


_TIME_STEPS = (60.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 10800.0, 21600.0, 43200.0, 86400.0)


def value_ticks(top: float) -> list[float]:
    """0 to top in two to four equal round steps."""
    for parts in (3, 4, 2, 5):
        step = top / parts
        if float(f"{step:.2g}") == step:
            return [step * n for n in range(parts + 1)]
    return [0.0, top / 2, top]


def round_up(value: float) -> float:
    """The next 1, 1.2, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(m * power for m in (1, 1.2, 1.5, 2, 3, 4, 5, 6, 8, 10) if m * power >= value)
