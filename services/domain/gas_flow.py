"""How long a gas meter has run without pause at night, and how much it runs against what is usual of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.community_told import MeterReading
from services.domain.meter_events import GasFlow
from services.domain.timebase import local

LEAST_M3H = 0.02  # [D] under it is a pilot flame or the meter's own noise
LONGEST_MIN = 45.0  # an interval that long does not say that gas ran all through it
TELL_NIGHT_MIN = 60.0
TELL_TIMES = 2.0
NIGHT_FROM, NIGHT_UNTIL = 23, 5  # o'clock, Shanghai


@dataclass(frozen=True, slots=True)
class GasRun:
    """``night_min`` without pause up to now; ``told`` while the rules believe that it runs."""

    night_min: float = 0.0
    told: bool = False


def run_on(run: GasRun, reading: MeterReading, p95: float | None, place: str = "") -> tuple[GasRun, GasFlow | None]:
    """The run after this reading, and what is told of it. A reading of unknown use changes nothing."""
    if reading.used is None or not reading.minutes:
        return run, None
    flow = reading.used * 60 / reading.minutes
    runs = flow > LEAST_M3H and reading.minutes <= LONGEST_MIN
    night = run.night_min + night_minutes(reading.read_at, reading.minutes) if runs else 0.0
    if runs and not _is_night(reading.read_at):
        night = 0.0
    times = flow / p95 if p95 is not None and p95 > LEAST_M3H else None
    much = night >= TELL_NIGHT_MIN or (times is not None and times >= TELL_TIMES)
    if not much and not run.told:
        return GasRun(night), None
    told = GasFlow(
        meter_id=reading.meter_id,
        dwelling_id=reading.dwelling_id,
        estate_id=reading.estate_id,
        building_id=reading.building_id,
        flow_m3h=round(flow, 3),
        night_min=round(night, 1),
        p95_m3h=None if p95 is None else round(p95, 3),
        times_p95=None if times is None else round(times, 2),
        over=not much,
        read_at=reading.read_at,
        place=place,
    )
    return GasRun(night, told=much), told


def night_minutes(until: datetime, minutes: float) -> float:
    """How much of the interval that ends at ``until`` lies between 23:00 and 05:00."""
    began = until - timedelta(minutes=minutes)
    midnight = local(until).replace(hour=0, minute=0, second=0, microsecond=0)
    found = timedelta()
    for day in (midnight - timedelta(days=1), midnight):
        first = day + timedelta(hours=NIGHT_FROM)
        last = day + timedelta(days=1, hours=NIGHT_UNTIL)
        found += max(timedelta(), min(until, last) - max(began, first))
    return found / timedelta(minutes=1)


def _is_night(at: datetime) -> bool:
    here = local(at)
    minutes = here.hour * 60 + here.minute
    return minutes > NIGHT_FROM * 60 or minutes <= NIGHT_UNTIL * 60
