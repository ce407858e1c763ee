"""What the store's events say of elders: water of their dwellings, their mornings, words of their devices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, func, select, type_coerce

from services.domain.community_told import MeterKind
from services.domain.elder_baseline import MORNING_H
from services.domain.elder_call import Result, Whom
from services.store.columns import from_micros
from services.store.events import event_table

_MANY = 500
_HOUR = 3_600_000_000
_DAY, _SHANGHAI = 24 * _HOUR, 8 * _HOUR
_REAL_USE_M3 = 0.002


def water(
    connection: Connection, dwellings: Sequence[str], since: datetime, after: int = 0
) -> Iterator[tuple[int, str, datetime, float | None]]:
    """Number, dwelling, moment and use of the readings since then, numbered above ``after``, by time."""
    table = event_table("meter_reading").table
    columns = (table.c.seq, table.c.dwelling_id, table.c.occurred_at, table.c.used)
    for part in _parts(dwellings):
        found = select(*columns).where(
            table.c.dwelling_id.in_(part),
            table.c.occurred_at >= since,
            table.c.seq > after,
            table.c.meter_kind == MeterKind.WATER.value,
        )
        for row in connection.execute(found.order_by(table.c.occurred_at, table.c.seq)):
            yield row.seq, row.dwelling_id, row.occurred_at, row.used


def first_uses(connection: Connection, dwellings: Sequence[str], since: datetime) -> Iterator[tuple[str, datetime]]:
    """The first real use of each Shanghai day since then, each dwelling's."""
    table = event_table("meter_reading").table
    micros = type_coerce(table.c.occurred_at, BigInteger)
    hour = (micros + _SHANGHAI) % _DAY
    day = micros + _SHANGHAI - hour
    for part in _parts(dwellings):
        found = (
            select(table.c.dwelling_id, func.min(micros).label("at"))
            .where(
                table.c.dwelling_id.in_(part),
                table.c.occurred_at >= since,
                table.c.meter_kind == MeterKind.WATER.value,
                table.c.used >= _REAL_USE_M3,
                hour >= MORNING_H * _HOUR,
            )
            .group_by(table.c.dwelling_id, day)
        )
        for row in connection.execute(found):
            yield row.dwelling_id, from_micros(int(row.at))


def newest_number(connection: Connection, kind: str) -> int:
    return int(connection.execute(select(func.max(event_table(kind).table.c.seq))).scalar() or 0)


def newest_signals(connection: Connection, since: datetime) -> Iterator[tuple[str, str, datetime]]:
    """Elder, kind and moment of the newest word of each kind."""
    table = event_table("elder_device").table
    micros = func.max(type_coerce(table.c.occurred_at, BigInteger)).label("at")
    found = select(table.c.elder_id, table.c.kind, micros).where(table.c.occurred_at >= since)
    for row in connection.execute(found.group_by(table.c.elder_id, table.c.kind)):
        yield row.elder_id, row.kind, from_micros(int(row.at))


def signals(connection: Connection, after: int) -> Sequence[Any]:
    """seq, elder_id, kind, at of the words numbered above ``after``."""
    table = event_table("elder_device").table
    columns = (table.c.seq, table.c.elder_id, table.c.kind, table.c.occurred_at.label("at"))
    return connection.execute(select(*columns).where(table.c.seq > after).order_by(table.c.seq)).all()


def outings(connection: Connection, since: datetime) -> dict[str, int]:
    table = event_table("elder_device").table
    found = select(table.c.elder_id, func.count().label("count")).where(
        table.c.kind == "outing", table.c.occurred_at >= since
    )
    return {row.elder_id: int(row[1]) for row in connection.execute(found.group_by(table.c.elder_id))}


def calls(connection: Connection, since: datetime) -> Sequence[Any]:
    """Calls as told, in the order they came."""
    table = event_table("elder_call").table
    return connection.execute(select(table).where(table.c.occurred_at >= since).order_by(table.c.seq)).all()


def safe_words(connection: Connection, since: datetime) -> dict[str, datetime]:
    """When each elder last took a call and said she is well."""
    table = event_table("elder_call").table
    micros = func.max(type_coerce(table.c.occurred_at, BigInteger)).label("at")
    found = select(table.c.elder_id, micros).where(
        table.c.occurred_at >= since, table.c.whom == Whom.ELDER.value, table.c.result == Result.SAFE.value
    )
    return {row.elder_id: from_micros(int(row.at)) for row in connection.execute(found.group_by(table.c.elder_id))}


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _MANY):
        yield names[start : start + _MANY]
