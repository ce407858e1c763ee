"""How fast a compartment fills, by the levels that were read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

LEAST = timedelta(days=1)  # over less nothing is said of a day
DAY = timedelta(days=1)


def net_inflow_t_day(
    moments: Sequence[datetime], levels_pct: Sequence[float | None], capacity_t: float
) -> float | None:
    """What came in less what was treated and taken away, tonnes a day; None when too little was read."""
    known = [(at, level) for at, level in zip(moments, levels_pct, strict=True) if level is not None]
    if len(known) < 2 or known[-1][0] - known[0][0] < LEAST:
        return None
    (first, before), (last, now) = known[0], known[-1]
    return (now - before) / 100 * capacity_t / ((last - first) / DAY)
