"""An elder's own morning: when the first water of a day usually runs. It may only tighten a limit.

Pure. From 14 days at most; with fewer than ten known ones nobody has a habit yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.elder_terms import TERMS, ElderTerms
from services.domain.elder_water import counted_hours
from services.domain.timebase import local

MORNING_H = 3  # what runs before is of the night before


@dataclass(frozen=True, slots=True)
class Baseline:
    """``latest_h`` is the hour of the day (Shanghai) by which the first use had come on every known day."""

    latest_h: float
    days: int


def baseline_of(first_uses: Sequence[datetime], now: datetime, terms: ElderTerms = TERMS) -> Baseline | None:
    """Of the first use of each of the last days before today; None when too few are known."""
    today = local(now).date()
    oldest = today - timedelta(days=terms.baseline_d)
    hours: dict[object, float] = {}
    for use in first_uses:
        there = local(use)
        if oldest <= there.date() < today and there.hour >= MORNING_H:
            hour = there.hour + there.minute / 60
            hours[there.date()] = min(hour, hours.get(there.date(), 24.0))
    if len(hours) < terms.baseline_least_d:
        return None
    return Baseline(max(hours.values()), len(hours))


def personal_limit(
    baseline: Baseline | None, since: datetime, nights: bool, default_h: float, terms: ElderTerms = TERMS
) -> float | None:
    """After how many counted hours of silence from ``since`` this elder is late; None when no sooner than
    ``default_h``: a habit never loosens anything."""
    if baseline is None:
        return None
    expected = _expected(since, baseline, terms)
    hours = max(terms.least_h, counted_hours(since, expected, nights, terms))
    return round(hours, 2) if hours < default_h else None


def _expected(since: datetime, baseline: Baseline, terms: ElderTerms) -> datetime:
    """The first moment after ``since`` by which a day's first use is late."""
    there = local(since)
    late = timedelta(hours=baseline.latest_h + terms.slack_h)
    day = there.replace(hour=0, minute=0, second=0, microsecond=0)
    fresh_day = there.hour < MORNING_H  # still the night before
    return day + late if fresh_day else day + timedelta(days=1) + late
