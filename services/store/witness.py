"""The second place that remembers the log's head: whoever rewrites the log cannot rewrite this with it.

Keep it where the owner of the database may not write: another machine's share, another database.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec
from sqlalchemy import Column, Integer, MetaData, Table, Text, event, insert, select
from sqlalchemy.schema import DDL

from services.domain.sighting import Sighting, next_after
from services.store.columns import Moment
from services.store.engine import Gate, open_engine, spoken
from services.store.errors import StoreError

PRINTED = "DC1|"
_metadata = MetaData()
_table = Table(
    "witness",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("occasion", Text, nullable=False),
    Column("prev", Text, nullable=False),
    Column("seal", Text, nullable=False),
)
_REFUSE = {
    "sqlite": tuple(
        f"CREATE TRIGGER witness_keeps_{what} BEFORE {what} ON witness"
        " BEGIN SELECT RAISE(ABORT, 'witness is append-only'); END"
        for what in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        """CREATE FUNCTION witness_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'witness is append-only'; END $$""",
        """CREATE TRIGGER witness_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON witness
        FOR EACH STATEMENT EXECUTE FUNCTION witness_refuse()""",
    ),
}
for _dialect, _statements in _REFUSE.items():
    for _statement in _statements:
        event.listen(_table, "after_create", DDL(_statement).execute_if(dialect=_dialect))


class Witness(Protocol):
    """Only ever added to. Both raise StoreError when the place is out of reach."""

    def read(self) -> tuple[Sighting, ...]: ...

    def add(self, sighting: Sighting) -> None: ...

    def close(self) -> None: ...


def open_witness(where: str, *, read_only: bool = False) -> Witness:
    """A file's path, or the address of a database. Raises StoreError."""
    return DatabaseWitness(where, read_only=read_only) if "://" in where else FileWitness(Path(where))


def sightings_at(where: str) -> tuple[Sighting, ...]:
    """What ``--against`` names: a second place, or the text of a printed QR. Raises StoreError."""
    if where.startswith(PRINTED):
        return (_printed(where),)
    if "://" not in where and not Path(where).is_file():
        raise StoreError(f"没有日志副本 {where}")
    witness = open_witness(where, read_only=True)
    try:
        return witness.read()
    finally:
        witness.close()


def _printed(text: str) -> Sighting:
    """``DC1|57|sm3:9f3c…|2026-11-21T06:00:00+00:00``, as hand-over sheets and reports print it."""
    try:
        _, seq, hash_, at = text.split("|")
        return next_after(None, int(seq), hash_, datetime.fromisoformat(at), "printed")
    except ValueError:
        raise StoreError(f"读不懂打印的链头 {text!r}，应如 {PRINTED}57|sm3:…|2026-11-21T06:00:00+00:00") from None


class FileWitness:
    """One JSON object a line. A line torn by a power cut is no sighting; the next begins a new line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[Sighting, ...]:
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return ()
        except OSError as why:
            raise StoreError(f"读不到日志副本 {self._path}：{why.strerror}") from why
        return tuple(found for line in lines if (found := _read(line)) is not None)

    def add(self, sighting: Sighting) -> None:
        """On disk when it returns."""
        try:
            with self._path.open("ab+") as file:
                if file.tell() and not _ends_a_line(file):
                    file.write(b"\n")
                file.write(msgspec.json.encode(sighting) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as why:
            raise StoreError(f"写不进日志副本 {self._path}：{why.strerror}") from why

    def close(self) -> None:
        """Nothing is kept open."""


class DatabaseWitness:
    """A table ``witness`` in another database, which refuses to change or delete its rows."""

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        self._gate = Gate(open_engine(url, read_only=read_only), spoken(url))
        self._read_only = read_only
        self._made = read_only

    def read(self) -> tuple[Sighting, ...]:
        self._make()
        with self._gate.reading() as connection:
            return tuple(Sighting(*row) for row in connection.execute(select(_table).order_by(_table.c.number)))

    def add(self, sighting: Sighting) -> None:
        self._make()
        values = {name: getattr(sighting, name) for name in _table.c.keys()}  # noqa: SIM118 columns, not a dict
        with self._gate.turn(), self._gate.writing() as connection:
            connection.execute(insert(_table).values(values))

    def close(self) -> None:
        self._gate.engine.dispose()

    def _make(self) -> None:
        if not self._made:
            with self._gate.turn(), self._gate.writing() as connection:
                _metadata.create_all(connection)
            self._made = True


def _read(line: bytes) -> Sighting | None:
    try:
        return msgspec.json.decode(line, type=Sighting)
    except msgspec.DecodeError:
        return None


def _ends_a_line(file: BinaryIO) -> bool:
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"
