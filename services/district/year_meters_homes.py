"""Gas and power of a few homes over a year, half hour by half hour, for the family of meters."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from statistics import median

from services.district.truth import Planted
from services.domain.community_told import MeterReading
from services.domain.event import Event
from services.domain.gas_flow import GasRun, run_on
from services.domain.power_hour import PowerRun, hour_of

DAY, HOUR, HALF_HOUR = timedelta(days=1), timedelta(hours=1), timedelta(minutes=30)
SOURCE = "year_meters"
GAS_HOMES, POWER_HOMES = 8, 10
_LEARN = 14  # days before a home has a baseline
_COOKING = {12: 0.5, 13: 0.8, 23: 0.7, 24: 0.9, 35: 0.7, 36: 0.95, 37: 0.6}  # half hour → how likely
_POWER = (4, 3, 3, 3, 3, 4, 7, 9, 8, 7, 7, 9, 10, 9, 7, 7, 8, 12, 16, 17, 16, 13, 9, 6)


def _cold(day: int) -> bool:
    """Four waves of three days in the middle of the winter half."""
    return any(start <= day % 365 < start + 3 for start in (20, 48, 330, 352))


def gas_homes(seed: int, first: datetime, days: int) -> Iterator[Event | Planted]:
    """Cooking thrice a day; two homes with boilers, which run all night in a cold wave; a stove left on, a hose
    that leaks."""
    for home in range(GAS_HOMES):
        rng = Random(f"{seed}/gas/{home}")
        meter = f"QYJ0103{home:02d}"
        left_on = {rng.randrange(30, max(31, days)) for _ in range(int(days / 365 + rng.random()))}
        run = GasRun()
        past: list[float] = []
        for day in range(days):
            midnight = first + day * DAY
            p95 = _p95(past) if day >= _LEARN else None
            if day in left_on:
                yield Planted("R-UTL-02", meter, midnight - HOUR, midnight + 8 * HOUR)
            for slot in range(48):
                used = _gas_use(rng, home, day, slot, left_on)
                past.append(2 * used)
                at = midnight + (slot + 1) * HALF_HOUR
                run, told = run_on(run, _reading(meter, "gas", at, used), p95, "城市花园 3 幢")
                if told is not None:
                    yield Event(SOURCE, f"gas/{meter}/{at.timestamp():.0f}", "gas_flow", at, told)


def _gas_use(rng: Random, home: int, day: int, slot: int, left_on: set[int]) -> float:
    if (day in left_on and slot < 12) or (day + 1 in left_on and slot >= 46):
        return rng.uniform(0.06, 0.2)
    if home < 2 and _cold(day) and (slot < 14 or slot > 40):
        return rng.uniform(0.3, 0.6)  # the boiler
    if slot == 46 and rng.random() < 0.08:
        return rng.uniform(0.05, 0.15)  # a late shower
    return rng.uniform(0.08, 0.25) if rng.random() < _COOKING.get(slot, 0.0) else 0.0


def _p95(past: list[float]) -> float:
    recent = sorted(past[-28 * 48 :])
    return recent[math.ceil(0.95 * len(recent)) - 1]


def power_homes(seed: int, first: datetime, days: int) -> Iterator[Event | Planted]:
    """Evenings above mornings; heaters in a cold wave, guests on a holiday; a line that is overloaded for hours."""
    for home in range(POWER_HOMES):
        rng = Random(f"{seed}/power/{home}")
        meter = f"DYJ0103{home:02d}"
        surges = {rng.randrange(30, max(31, days)): rng.uniform(1, 16) for _ in range(int(days / 365 + rng.random()))}
        run = PowerRun()
        hours: list[list[float]] = [[] for _ in range(24)]
        usual: Sequence[float | None] = [None] * 24
        for day in range(days):
            midnight = first + day * DAY
            if day >= _LEARN and day % 7 == 0:
                usual = [median(of_hour[-56:]) for of_hour in hours]
            if day in surges:
                began = midnight + surges[day] * HOUR
                yield Planted("R-UTL-04", meter, began, began + 6 * HOUR)
            for slot in range(48):
                at = midnight + (slot + 1) * HALF_HOUR
                used = _power_use(rng, home, day, slot, surges.get(day))
                hours[slot // 2].append(2 * used)
                run, told = hour_of(run, _reading(meter, "power", at, used), usual.__getitem__, "城市花园 3 幢")
                if told is not None:
                    yield Event(SOURCE, f"power/{meter}/{at.timestamp():.0f}", "power_hour", at, told)


def _power_use(rng: Random, home: int, day: int, slot: int, surge: float | None) -> float:
    usual = 0.035 * _POWER[slot // 2] * rng.uniform(0.6, 1.4)
    if _cold(day) and home < 4 and slot >= 36:
        usual *= rng.uniform(1.6, 3.4)
    if day % 91 == 45 and home % 3 == 0 and 22 <= slot < 30:
        usual += rng.uniform(0.4, 1.0)  # guests
    if surge is not None and surge <= slot / 2 < surge + 4:
        usual += rng.uniform(1.6, 2.4)
    return usual


def _reading(meter: str, kind: str, at: datetime, used: float) -> MeterReading:
    return MeterReading(f"{meter}/{at}", meter, kind, at, 0.0, "", meter[1:], "YJ01", used, 30.0, "", "YJ0103")
