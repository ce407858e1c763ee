"""Many rows into one table by the fastest way each database has; and the numbers they are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import BigInteger, Boolean, Connection, Double, Insert, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine

COPY_FROM = 200  # rows from which PostgreSQL's COPY is cheaper than an INSERT for each

Row = tuple[Any, ...]

_BINARY = {
    BigInteger: "int8",
    Integer: "int4",
    Double: "float8",
    Boolean: "bool",
    Text: "text",
    LargeBinary: "bytea",
}

_NEXT = text(
    "INSERT INTO counter (name, value) VALUES (:name, :count)"
    " ON CONFLICT (name) DO UPDATE SET value = counter.value + :count RETURNING value"
)


def take_numbers(connection: Connection, name: str, count: int = 1) -> int:
    """The first of ``count`` consecutive numbers nobody else has or will get."""
    return connection.execute(_NEXT, {"name": name, "count": count}).scalar_one() - count + 1


def insert(connection: Connection, table: Table, names: Sequence[str], rows: list[Row]) -> None:
    """Insert rows already in the drivers' own types, in the order of ``names``."""
    if not rows:
        return
    columns = ", ".join(f'"{name}"' for name in names)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", rows)
    elif len(rows) < COPY_FROM:
        marks = ", ".join(["%s"] * len(names))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", rows)
    else:
        _copy(connection, table, names, columns, rows)


def insert_new(connection: Connection, table: Table, names: Sequence[str], rows: list[Row]) -> int:
    """As ``insert``, leaving out rows whose unique key exists. Returns how many went in."""
    if not rows:
        return 0
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join(["?" if connection.dialect.name == "sqlite" else "%s"] * len(names))
    sql = f"INSERT INTO {table.name} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"
    return connection.exec_driver_sql(sql, rows).rowcount


def upsert(connection: Connection, table: Table, values: Sequence[Mapping[str, Any]]) -> None:
    """Insert whole rows, each replacing the one with its primary key."""
    if not values:
        return
    connection.execute(_upsert(connection.dialect.name, table), list(values))


def delete(connection: Connection, table: Table, seqs: Sequence[int]) -> None:
    """The rows with these numbers."""
    _by_number(connection, f"DELETE FROM {table.name}", (), seqs)


def fill(connection: Connection, table: Table, name: str, value: Any, seqs: Sequence[int]) -> None:
    """Write one value, in the drivers' own type, into a column of the rows with these numbers."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    _by_number(connection, f'UPDATE {table.name} SET "{name}" = {mark}', (value,), seqs)


def stored_as(kind: TypeEngine[Any]) -> type[TypeEngine[Any]]:
    """The plain type under one of our own."""
    return type(kind.impl_instance) if isinstance(kind, TypeDecorator) else type(kind)


@cache
def _upsert(dialect: str, table: Table) -> Insert:
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    replaced = {c.name: insert.excluded[c.name] for c in table.c if not c.primary_key}
    return insert.on_conflict_do_update(index_elements=[c.name for c in table.primary_key], set_=replaced)


def _by_number(connection: Connection, what: str, values: Row, seqs: Sequence[int]) -> None:
    if not seqs:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"{what} WHERE seq = ?", [(*values, seq) for seq in seqs])
    else:
        connection.exec_driver_sql(f"{what} WHERE seq = ANY(%s)", (*values, list(seqs)))


def _copy(connection: Connection, table: Table, names: Sequence[str], columns: str, rows: list[Row]) -> None:
    """PostgreSQL's bulk load, binary: the server need not parse numbers."""
    types = [_BINARY[stored_as(table.c[name].type)] for name in names]
    statement = f"COPY {table.name} ({columns}) FROM STDIN (FORMAT BINARY)"
    with driver(connection).cursor() as cursor, cursor.copy(statement.encode()) as copy:
        copy.set_types(types)
        write_row = copy.write_row
        for row in rows:
            write_row(row)


def driver(connection: Connection) -> psycopg.Connection[Any]:
    """The PostgreSQL driver's own connection, inside the same transaction."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    return raw
