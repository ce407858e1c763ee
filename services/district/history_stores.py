"""The last week of the demo's warehouses: levels by the hour that end where the district begins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from services.district.sea_places import DEPOTS, Depot
from services.district.sea_story import KINDS
from services.domain.boats import POLLUTANT_WORDS, Pollutant, WarehouseLevel
from services.domain.event import Event

DAYS = 7
HOUR = timedelta(hours=1)
EMPTIED_DAYS_AGO = {Pollutant.OILY_WATER: 5.2, Pollutant.SEWAGE: 3.4, Pollutant.GARBAGE: 2.1}
EMPTIED_TO = 0.35  # of what it holds now


def store_past(start: datetime, seed: int) -> list[Event]:
    """A week of readings. What is not emptied often has crept up to its level of today."""
    return [event for depot in DEPOTS for kind in KINDS for event in _levels(depot, kind, start, seed)]


def _levels(depot: Depot, kind: Pollutant, start: datetime, seed: int) -> Iterator[Event]:
    now_pct = depot.level_pct[KINDS.index(kind)]
    if now_pct is None:
        return
    rng = Random(f"{seed}/history/{depot.id}/{kind.value}")
    emptied = EMPTIED_DAYS_AGO.get(kind, 20.0) + rng.uniform(-0.6, 0.6)
    bumps = sorted(rng.uniform(0, DAYS) for _ in range(9))  # each unloading is a step
    for hour in range(DAYS * 24, 0, -1):
        ago = hour / 24
        step = sum(bump > ago for bump in bumps) / len(bumps)
        if ago > emptied:
            level = now_pct * (0.72 + 0.25 * (DAYS - ago) / max(0.5, DAYS - emptied))
        else:
            level = now_pct * (EMPTIED_TO + (1 - EMPTIED_TO) * (0.5 * (1 - ago / emptied) + 0.5 * step))
        if emptied > DAYS:
            level = now_pct * (0.86 + 0.14 * step)
        yield _event(depot, kind, min(99.0, round(level, 1)), start - hour * HOUR)


def _event(depot: Depot, kind: Pollutant, level: float, at: datetime) -> Event:
    record = WarehouseLevel(
        warehouse_id=depot.id,
        warehouse_name=depot.name,
        pollutant=kind.value,
        pollutant_word=POLLUTANT_WORDS[kind],
        level_pct=level,
        capacity_t=depot.capacity_t[KINDS.index(kind)],
        at=at,
        lon=depot.at[0],
        lat=depot.at[1],
    )
    return Event("warehouses", f"{depot.id}:{kind.value}:past:{at:%Y%m%d%H}", "warehouse_level", at, record)
