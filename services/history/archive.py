"""Stored events on their way into DuckDB: chunks of numpy columns, kept as one Parquet file a day.

Personal data stays behind: of a masked or binary column only whether it is there goes along.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from sqlalchemy import BigInteger, Boolean, Connection, Double, Integer, text

from services.history.dialect import name
from services.store import rows
from services.store.columns import Veiled, to_micros
from services.store.events import event_table
from services.store.schema import EventTable
from services.store.store import Store

CHUNK = 50_000  # rows turned into columns at once
DAY = timedelta(days=1) // timedelta(microseconds=1)
_DUCK = {BigInteger: "BIGINT", Integer: "BIGINT", Double: "DOUBLE", Boolean: "BOOLEAN"}
_NUMPY = {"BIGINT": np.int64, "DOUBLE": np.float64, "BOOLEAN": np.int64}


@dataclass(frozen=True, slots=True)
class Filled:
    """One column: how the store says it and what DuckDB holds."""

    name: str
    said: str  # SQL over ``e`` (the event's table) and ``i`` (the inbox)
    kind: str


def columns_of(spec: EventTable) -> tuple[Filled, ...]:
    """``_seq _at _source _id``, which no field is called, and the record's own columns."""
    own = {field.name: spec.table.c[field.name] for field in spec.fields}
    found = [
        Filled("_seq", "e.seq", "BIGINT"),
        Filled("_at", "i.occurred_at", "BIGINT"),
        Filled("_source", "i.source", "VARCHAR"),
        Filled("_id", "i.event_id", "VARCHAR"),
    ]
    for field in spec.fields:
        if field.name.removesuffix("_mask") != field.name and field.name.removesuffix("_mask") in own:
            continue
        column = own[field.name]
        kind = _DUCK.get(rows.stored_as(column.type), "VARCHAR")
        hidden = isinstance(column.type, Veiled) or rows.stored_as(column.type).__name__ == "LargeBinary"
        said = f'e."{field.name}"'
        found.append(Filled(field.name, f"CASE WHEN {said} IS NULL THEN NULL ELSE '' END" if hidden else said, kind))
    return tuple(found)


class Archive:
    """The events of one store as DuckDB tables. With ``folder`` a day is exported once and read again
    from its file until the store's day changes; without, nothing is left on disk."""

    def __init__(self, store: Store, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder

    def fill(
        self,
        duck: duckdb.DuckDBPyConnection,
        kind: str,
        since: datetime,
        until: datetime,
        only: Collection[str] = (),
    ) -> int:
        """Make ``events``: those of ``kind`` in [since, until), ``_n`` ordering the ones of one moment.
        How many there are. Without a folder, ``only`` names the columns of the record that are wanted."""
        spec = event_table(kind)
        first, last = to_micros(since), to_micros(until)
        duck.execute("DROP TABLE IF EXISTS events")
        duck.execute("DROP VIEW IF EXISTS events")
        with self._store.read() as reader:
            if self._folder is None:
                self._export(duck, spec, reader, first, last, "arrived", only)
                duck.execute(f"CREATE TABLE events AS {ordered('arrived')}")
                duck.execute("DROP TABLE arrived")
            else:
                files = [str(file) for file in self._days(duck, spec, reader, first, last)]
                self._view(duck, spec, files, first, last)
        return _count(duck)

    def _days(
        self, duck: duckdb.DuckDBPyConnection, spec: EventTable, reader: Connection, first: int, last: int
    ) -> Iterator[Path]:
        """The file of each day that has events, written now where the store's day is another than the file's."""
        assert self._folder is not None
        folder = self._folder / spec.kind
        folder.mkdir(parents=True, exist_ok=True)
        held = text(
            f"SELECT occurred_at / {DAY} AS day, count(*) AS held, max(seq) AS newest FROM {spec.table.name}"
            f" WHERE occurred_at >= :first AND occurred_at < :last GROUP BY 1 ORDER BY 1"
        )
        whole = {"first": first // DAY * DAY, "last": -(-last // DAY) * DAY}
        for day, count, newest in reader.execute(held, whole).all():
            file = folder / f"{day}-{count}-{newest}.parquet"
            if not file.exists():
                self._export(duck, spec, reader, day * DAY, (day + 1) * DAY, "arrived")
                fresh = file.with_suffix(".part")
                duck.execute(f"COPY ({ordered('arrived')}) TO '{_quoted(fresh)}' (FORMAT PARQUET)")
                duck.execute("DROP TABLE arrived")
                for old in folder.glob(f"{day}-*.parquet"):
                    old.unlink()
                fresh.rename(file)
            yield file

    def _view(self, duck: duckdb.DuckDBPyConnection, spec: EventTable, files: list[str], first: int, last: int) -> None:
        if not files:
            duck.execute(f"CREATE TABLE events ({_spelled(columns_of(spec))}, _n BIGINT)")
            return
        listed = ", ".join(f"'{_quoted(Path(file))}'" for file in files)
        duck.execute(
            f"CREATE VIEW events AS SELECT * FROM read_parquet([{listed}]) WHERE _at >= {first} AND _at < {last}"
        )

    def _export(
        self,
        duck: duckdb.DuckDBPyConnection,
        spec: EventTable,
        reader: Connection,
        first: int,
        last: int,
        into: str,
        only: Collection[str] = (),
    ) -> None:
        columns = tuple(c for c in columns_of(spec) if not only or c.name in only or c.name.startswith("_"))
        make_table(duck, into, columns)
        said = ", ".join(f'{c.said} AS "{c.name}"' for c in columns)
        query = text(
            f"SELECT {said} FROM {spec.table.name} e JOIN inbox i ON i.seq = e.seq"
            " WHERE e.occurred_at >= :first AND e.occurred_at < :last"
        )
        options = {"stream_results": True}
        with reader.execute(query, {"first": first, "last": last}, execution_options=options) as found:
            for part in found.partitions(CHUNK):
                put_chunk(duck, into, columns, list(zip(*part, strict=True)))


def make_table(duck: duckdb.DuckDBPyConnection, name: str, columns: Sequence[Filled]) -> None:
    duck.execute(f"CREATE OR REPLACE TABLE {name} ({_spelled(columns)})")


def put_chunk(
    duck: duckdb.DuckDBPyConnection, into: str, columns: Sequence[Filled], values: Sequence[Sequence[Any]]
) -> None:
    """Append rows given column by column."""
    chunk = {c.name: _array(c.kind, column) for c, column in zip(columns, values, strict=True)}
    duck.register("chunk", chunk)
    duck.execute(f"INSERT INTO {into} SELECT * FROM chunk")
    duck.unregister("chunk")


def _array(kind: str, column: Sequence[Any]) -> Any:
    """NULL is a masked number or a None among words; NaN is NULL, as for the conditions."""
    if kind not in _NUMPY:
        return np.array(column, dtype=object)
    if None in column:
        mask = np.fromiter((v is None for v in column), bool, len(column))
        plain = np.array([0 if v is None else v for v in column], dtype=_NUMPY[kind])
        return np.ma.MaskedArray(plain, mask=mask | np.isnan(plain) if kind == "DOUBLE" else mask)
    plain = np.array(column, dtype=_NUMPY[kind])
    return np.ma.MaskedArray(plain, mask=np.isnan(plain)) if kind == "DOUBLE" else plain


def ordered(table: str) -> str:
    ordered = "row_number() OVER (ORDER BY _at, _source, _id)"
    return f"SELECT *, {ordered} AS _n FROM {table} ORDER BY _n"


def _spelled(columns: Sequence[Filled]) -> str:
    return ", ".join(f"{name(c.name)} {c.kind}" for c in columns)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _count(duck: duckdb.DuckDBPyConnection) -> int:
    row = duck.execute("SELECT count(*) FROM events").fetchone()
    return int(row[0]) if row else 0
