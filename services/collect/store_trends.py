"""How full each compartment was over the last week, by the hour, from the levels that were stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, func, select, type_coerce

from services.collect.summary import Summary
from services.domain.boats import POLLUTANT_WORDS, Pollutant, Warehouse
from services.domain.figures import Series
from services.store.columns import from_micros, to_micros
from services.store.events import event_table

if TYPE_CHECKING:
    from services.store.store import Store

EVERY_S = 60.0
DAYS = 7
HOUR = timedelta(hours=1)
_HOUR_US = 3_600_000_000


def trends(store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
    """One series a compartment, of whole hours; an hour without a reading is a gap. The last point is now's."""
    first = from_micros(to_micros(now) // _HOUR_US * _HOUR_US) - DAYS * 24 * HOUR
    table: Any = event_table("warehouse_level").table.c
    hour = (type_coerce(table.occurred_at, BigInteger) // _HOUR_US).label("hour")
    query = select(table.warehouse_id, table.pollutant, hour, func.avg(table.level_pct).label("level"))
    query = query.where(table.occurred_at >= first).group_by(table.warehouse_id, table.pollutant, hour)
    known: dict[tuple[str, str], dict[int, float]] = {}
    with store.read() as connection:
        for row in connection.execute(query).all():
            known.setdefault((row.warehouse_id, row.pollutant), {})[int(row.hour)] = round(float(row.level), 2)
    moments = tuple(first + n * HOUR for n in range(DAYS * 24 + 1))
    houses: Sequence[Warehouse] = store.snapshot("warehouses", now).records
    return {"store_trends": tuple(_series(house, kind, moments, known) for house in houses for kind in Pollutant)}


def _series(
    house: Warehouse,
    kind: Pollutant,
    moments: Sequence[datetime],
    known: Mapping[tuple[str, str], Mapping[int, float]],
) -> Series:
    levels = known.get((house.id, kind.value), {})
    points = tuple(levels.get(to_micros(moment) // _HOUR_US) for moment in moments)
    return Series(
        f"{house.id}|{kind.value}", f"{house.name} {POLLUTANT_WORDS[kind]}", "%", tuple(moments), points, top=100
    )


SUMMARIES: tuple[Summary, ...] = (Summary("store_trends", EVERY_S, ("store_trends",), trends),)
