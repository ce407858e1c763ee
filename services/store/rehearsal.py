"""All projections made anew from the log in a scratch database, to be held against the stored ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Row, Table, create_engine, select

from services.domain.alert import Alert
from services.store import cases, codec, deeds, rows
from services.store.errors import Unreadable
from services.store.schema import alert, alert_link, case_event, casework, deadline, metadata
from services.store.streams import STREAMS

PROJECTIONS = (alert, casework, deadline, alert_link)
_IN_PARTS = {"yield_per": 1000}

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of a projection that is not what the log makes. ``columns`` is empty when one side lacks it."""

    table: str
    case_id: str
    key: Key
    stored: bool
    rebuilt: bool
    columns: tuple[str, ...] = ()


def first_difference(connection: Connection) -> Difference | None:
    """The first row, by key, of the first table that differs. Raises what the rebuild raises: a log that
    cannot be told again has no projection."""
    with _rebuilt(connection) as again:
        for table in PROJECTIONS:
            stored, made = _digests(connection, table), _digests(again, table)
            wrong = sorted(key for key in stored.keys() | made.keys() if stored.get(key) != made.get(key))
            if wrong:
                return _difference(connection, again, table, wrong[0])
    return None


@contextmanager
def _rebuilt(connection: Connection) -> Iterator[Connection]:
    """The log copied and told again by the store's own rebuild; gone when the block ends."""
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'again.db'}")
        try:
            with engine.connect() as scratch:
                scratch.exec_driver_sql("PRAGMA synchronous = OFF")
                metadata.create_all(scratch)
                _copy_log(connection, scratch)
                cases.rebuild(scratch)
                deeds.rebuild(scratch)
                yield scratch
        finally:
            engine.dispose()


def _copy_log(connection: Connection, scratch: Connection) -> None:
    with connection.execute(select(case_event).order_by(case_event.c.seq), execution_options=_IN_PARTS) as told:
        for part in told.partitions():
            rows.upsert(scratch, case_event, [dict(row._mapping) for row in part])


def _digests(connection: Connection, table: Table) -> dict[Key, int]:
    keys = [column.name for column in table.primary_key]
    with connection.execute(select(table), execution_options=_IN_PARTS) as read:
        return {tuple(getattr(row, k) for k in keys): hash(_told(table, row)) for row in read}


def _told(table: Table, row: Row[Any]) -> tuple[Any, ...]:
    """The row with its record as this program spells it: what an older version wrote may lack new fields."""
    values = dict(row._mapping)
    if "body" in values:
        kind = STREAMS[row.stream].case if table is casework else Alert
        with suppress(Unreadable):  # then it is compared as it stands
            values["body"] = codec.encode(codec.decode(kind, row.body))
    return tuple(values.items())


def _difference(connection: Connection, again: Connection, table: Table, key: Key) -> Difference:
    own = [column == value for column, value in zip(table.primary_key, key, strict=True)]
    stored, made = (c.execute(select(table).where(*own)).first() for c in (connection, again))
    columns: tuple[str, ...] = ()
    if stored is not None and made is not None:
        pairs = zip(_told(table, stored), _told(table, made), strict=True)
        columns = tuple(name for (name, one), (_, other) in pairs if one != other)
    case_id = str((stored or made)._mapping[_CASE_ID[table.name]])  # type: ignore[union-attr]
    return Difference(table.name, case_id, key, stored is not None, made is not None, columns)


_CASE_ID = {"alert": "id", "casework": "case_id", "deadline": "alert_id", "alert_link": "alert_id"}
