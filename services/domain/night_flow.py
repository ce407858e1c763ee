"""The least flow of an estate's mains at night: what runs when nobody draws water is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from statistics import median

from services.domain.community_told import MeterReading
from services.domain.meter_events import NightFlow
from services.domain.meter_settings import MeterSettings
from services.domain.timebase import SHANGHAI

FROM_H, UNTIL_H = 2, 4  # o'clock, Shanghai
LEAST_INTERVALS = 3  # of the four half hours
LONGEST_MIN = 45.0


def window_of(night: date) -> tuple[datetime, datetime]:
    """The two hours of the night that ends in this day."""
    midnight = datetime(night.year, night.month, night.day, tzinfo=SHANGHAI)
    return midnight + timedelta(hours=FROM_H), midnight + timedelta(hours=UNTIL_H)


def night_flow(
    estate: tuple[str, str],
    night: date,
    readings: Iterable[MeterReading],
    past: Sequence[float],
    settings: MeterSettings,
) -> NightFlow | None:
    """Of the mains' readings of one estate (id, name) and one night. None while a main that was heard does not
    say enough: an estate of which a part is unknown has no least flow. ``past`` are the nights before."""
    _, until = window_of(night)
    flows = _flows(night, readings)
    if not flows or any(len(of_main) < LEAST_INTERVALS for of_main in flows.values()):
        return None
    flow = sum(min(of_main) for of_main in flows.values())
    usual = median(past) if len(past) >= settings.night_least else None
    return NightFlow(
        estate_id=estate[0],
        estate_name=estate[1],
        night=night.isoformat(),
        flow_m3h=round(flow, 3),
        median_28d=None if usual is None else round(usual, 3),
        times_median=round(flow / usual, 2) if usual else None,
        nights=len(past),
        read_at=until,
    )


def _flows(night: date, readings: Iterable[MeterReading]) -> dict[str, list[float]]:
    """Of each main that was heard, m³/h over each interval that lies in the window (ends give or take)."""
    since, until = window_of(night)
    found: dict[str, list[float]] = defaultdict(list)
    for reading in readings:
        of_main = found[reading.meter_id]
        if reading.used is None or not reading.minutes or reading.minutes > LONGEST_MIN:
            continue
        middle = reading.read_at - timedelta(minutes=reading.minutes / 2)
        if since <= middle < until:
            of_main.append(reading.used * 60 / reading.minutes)
    return found
