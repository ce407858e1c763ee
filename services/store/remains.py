"""What stays of passages that have grown old: whole those with a hit, of the others a pseudonym by the hour.

The pseudonym of a plate is its HMAC-SHA256 with the month's key. Months have different keys, so nobody
follows a vehicle from one into the next; when a month's key is destroyed, nobody can tell whose they were.
"""

from __future__ import annotations

import hmac
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, exists, select, text, update

from services.domain.keeping import LATE, Keeping
from services.domain.plate import UNREAD
from services.store import hits
from services.store.columns import to_micros
from services.store.partitions import Month
from services.store.schema import EVENT_TABLES, hit_event, hit_plate, month_key, past_passage

HASH_CHARS = 32  # 128 bits as hex
_MANY = 500
_KEY = "at, checkpoint_id, vehicle_class, plate_hash"
_INTO = f"INSERT INTO past_passage ({_KEY}, count)"
_COUNTED = f"ON CONFLICT ({_KEY}) DO UPDATE SET count = past_passage.count + excluded.count"

Row = tuple[int, str, str, str, int]


class Remains:
    """Asked by the sweep about each slice of old passages, inside the transaction that lets them go."""

    columns = tuple(EVENT_TABLES["passage"].table.c[name] for name in ("plate_no", "checkpoint_id", "vehicle_class"))

    def __init__(self, keeping: Keeping) -> None:
        self._hit = keeping.passage_hit
        self._counted = keeping.passage_statistics

    def is_ready(self, connection: Connection, most: int) -> bool:
        """Whether every hit of the log is known; else another ``most`` entries are by now."""
        return hits.follow(connection, most)

    def leaving(self, connection: Connection, old: Sequence[Any], at: datetime) -> Sequence[Any]:
        """Those of these rows that go. They are counted as statistics before."""
        rests = _among(connection, hit_event.c.event_id, {row.event_id for row in old})
        plates = _among(connection, hit_plate.c.plate_no, {row.plate_no for row in old if row.plate_no})
        since = at - self._hit - LATE
        gone = [
            row for row in old if row.event_id not in rests and (row.plate_no not in plates or row.occurred_at < since)
        ]
        count(connection, gone, at - self._counted)
        return gone


class OldStatistics:
    """A step of the sweep: statistics and keys of pseudonyms whose time is over."""

    name = past_passage.name

    def __init__(self, kept: timedelta) -> None:
        self._kept = kept

    def restart(self) -> None:
        pass

    def is_due(self, connection: Connection, at: datetime) -> bool:
        before = at - self._kept
        rows_due = connection.execute(select(exists().where(past_passage.c.at < before))).scalar()
        return bool(rows_due) or bool(_keys_over(connection, before))

    def drop(self, connection: Connection, at: datetime, most: int) -> int:
        place = "rowid" if connection.dialect.name == "sqlite" else "ctid"
        oldest = f"SELECT {place} FROM past_passage WHERE at < :before ORDER BY at LIMIT :most"
        gone = connection.execute(
            text(f"DELETE FROM past_passage WHERE {place} IN ({oldest})"),
            {"before": to_micros(at - self._kept), "most": most},
        ).rowcount
        if not gone:
            destroy_keys(connection, _keys_over(connection, at - self._kept))
        return gone


def count(connection: Connection, passages: Iterable[Any], since: datetime) -> None:
    """Add these passages to the statistics by hour, checkpoint, class and pseudonym; none of a month that
    was over before ``since``."""
    counted: Counter[tuple[int, str, str, str]] = Counter()
    keys: dict[Month, bytes] = {}
    for row in passages:
        month = Month.of(row.occurred_at)
        if month.end <= since:
            continue
        if month not in keys:
            keys[month] = _key(connection, month)
        hour = to_micros(row.occurred_at.replace(minute=0, second=0, microsecond=0))
        counted[hour, row.checkpoint_id, row.vehicle_class, pseudonym(keys[month], row.plate_no)] += 1
    _add(connection, [(*what, number) for what, number in sorted(counted.items())])


def pseudonym(key: bytes, plate: str) -> str:
    """Empty for no plate, and for one that was not read whole: it names no vehicle."""
    if not plate or UNREAD in plate:
        return ""
    return hmac.digest(key, plate.encode(), "sha256").hex()[:HASH_CHARS]


def destroy_keys(connection: Connection, months: Sequence[str]) -> None:
    """Written over before they are deleted, so that no free page of a SQLite file holds one."""
    if months:
        these = month_key.c.month.in_(months)
        connection.execute(update(month_key).where(these).values(key=bytes(32)))
        connection.execute(delete(month_key).where(these))


def _keys_over(connection: Connection, before: datetime) -> Sequence[str]:
    months = connection.execute(select(month_key.c.month)).scalars()
    return [name for name in months if Month(int(name[:4]), int(name[5:])).end <= before]


def _key(connection: Connection, month: Month) -> bytes:
    found = connection.execute(select(month_key.c.key).where(month_key.c.month == str(month))).scalar()
    if found is not None:
        return bytes(found)
    made = secrets.token_bytes(32)
    connection.execute(month_key.insert().values(month=str(month), key=made))
    return made


def _add(connection: Connection, counted: Sequence[Row]) -> None:
    if not counted:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"{_INTO} VALUES (?, ?, ?, ?, ?) {_COUNTED}", list(counted))
        return
    columns = "unnest(%s::int8[], %s::text[], %s::text[], %s::text[], %s::int8[])"
    connection.exec_driver_sql(
        f"{_INTO} SELECT * FROM {columns} {_COUNTED}", tuple(map(list, zip(*counted, strict=True)))
    )


def _among(connection: Connection, column: Any, values: set[str]) -> frozenset[str]:
    """Which of these values the column holds."""
    wanted = list(values)
    found: set[str] = set()
    for start in range(0, len(wanted), _MANY):
        found.update(connection.execute(select(column).where(column.in_(wanted[start : start + _MANY]))).scalars())
    return frozenset(found)
