"""What a dwelling drew over the last hour of its meter, against the usual hour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.domain.community_told import MeterReading
from services.domain.meter_events import PowerHour
from services.domain.timebase import local

LEAST_MIN, MOST_MIN = 55.0, 65.0  # what counts as an hour
FLOOR_KW = 0.1  # [D] a dwelling that usually draws less is compared with this
TELL_TIMES, TELL_KW = 2.0, 1.5


@dataclass(frozen=True, slots=True)
class PowerRun:
    """The intervals of the last hour: (end, minutes, kWh), oldest first."""

    parts: tuple[tuple[datetime, float, float], ...] = field(default=())
    told: bool = False


def hour_of(
    run: PowerRun, reading: MeterReading, usual: Callable[[int], float | None], place: str = ""
) -> tuple[PowerRun, PowerHour | None]:
    """The run after this reading, and what is told of it. ``usual`` is the median kWh of an hour of the day."""
    if reading.used is None or not reading.minutes:
        return run, None
    parts = _last_hour((*run.parts, (reading.read_at, reading.minutes, reading.used)))
    minutes = sum(part[1] for part in parts)
    if not LEAST_MIN <= minutes <= MOST_MIN:
        return PowerRun(parts, run.told), None
    kw = sum(part[2] for part in parts) * 60 / minutes
    median = usual(local(reading.read_at - timedelta(minutes=minutes / 2)).hour)
    times = None if median is None else kw / max(median, FLOOR_KW)
    much = times is not None and times > TELL_TIMES and kw > TELL_KW
    if not much and not run.told:
        return PowerRun(parts), None
    told = PowerHour(
        meter_id=reading.meter_id,
        dwelling_id=reading.dwelling_id,
        estate_id=reading.estate_id,
        building_id=reading.building_id,
        kw=round(kw, 2),
        usual_kw=None if median is None else round(median, 2),
        times_usual=None if times is None else round(times, 2),
        over=not much,
        read_at=reading.read_at,
        place=place,
    )
    return PowerRun(parts, told=much), told


def _last_hour(parts: tuple[tuple[datetime, float, float], ...]) -> tuple[tuple[datetime, float, float], ...]:
    """Those that follow each other up to the newest, an hour at most."""
    kept = [parts[-1]]
    for part in reversed(parts[:-1]):
        begins = kept[0][0] - timedelta(minutes=kept[0][1])
        joins = abs(begins - part[0]) <= timedelta(minutes=1)
        if not joins or sum(p[1] for p in kept) + part[1] > MOST_MIN:
            break
        kept.insert(0, part)
    return tuple(kept)
