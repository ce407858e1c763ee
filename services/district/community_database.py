"""The demo community's database as a thing: opening it for writing, filling it fast, breaking it on request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, create_engine, event, text
from sqlalchemy.engine import Engine, make_url

from services.district.part import Fault

_RENAMED_COLUMNS = (
    ("menjin", "txsj", "tgsj"),
    ("chaobiao", "ljz", "bdz"),
    ("shexiang", "fssj", "sjsj"),
    ("xiaoqu", "xqmc", "mc"),
    ("renyuan", "rylb", "lb"),
    ("jiufen", "hjrq", "jarq"),
    ("laoren", "gllb", "lb"),
    ("shebei", "zhsj", "sxsj"),
    ("yongliang", "yl", "ylz"),
)
_GONE_TABLES = tuple(table for table, _, _ in _RENAMED_COLUMNS)


class CommunityDatabase:
    """SQLite or PostgreSQL by its URL. One thread writes."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self._engine = _writer(self.url.render_as_string(hide_password=False))
        self._suffers = Fault.NONE
        self._lock: Connection | None = None

    @property
    def dialect(self) -> str:
        return self._engine.dialect.name

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection

    def suffer(self, fault: Fault) -> None:
        """Change to this fault, undoing the one before."""
        if fault is self._suffers:
            return
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        self._alter(self._suffers, back=True)
        self._suffers = Fault.NONE
        self._alter(fault, back=False)
        if fault is Fault.HANG:
            self._lock = self._everything_locked()
        self._suffers = fault

    def close(self) -> None:
        """Idempotent."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        self._engine.dispose()

    def _alter(self, fault: Fault, *, back: bool) -> None:
        with self._engine.begin() as connection:
            if fault is Fault.GARBAGE:
                for table, old, new in _RENAMED_COLUMNS:
                    old, new = (new, old) if back else (old, new)
                    connection.execute(text(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}"))
            elif fault in (Fault.ERROR, Fault.DROP):
                for table in _GONE_TABLES:
                    old, new = (f"{table}_wh", table) if back else (table, f"{table}_wh")
                    connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    def _everything_locked(self) -> Connection:
        """A connection that holds every reader off until it is closed."""
        connection = self._engine.connect().execution_options(exclusive=True)
        connection.begin()
        if self.dialect == "postgresql":
            connection.execute(text(f"LOCK TABLE {', '.join(_GONE_TABLES)} IN ACCESS EXCLUSIVE MODE"))
        return connection


def _writer(url: str) -> Engine:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        Path(engine.url.database or "").parent.mkdir(parents=True, exist_ok=True)

        @event.listens_for(engine, "connect")
        def _prepare(raw: Any, _: Any) -> None:
            raw.isolation_level = None  # we say BEGIN ourselves
            raw.execute("PRAGMA journal_mode=DELETE")  # so that an exclusive lock keeps readers out
            raw.execute("PRAGMA synchronous=OFF")
            raw.execute("PRAGMA busy_timeout=5000")

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            exclusive = connection.get_execution_options().get("exclusive", False)
            connection.exec_driver_sql("BEGIN EXCLUSIVE" if exclusive else "BEGIN IMMEDIATE")

    return engine


def bulk_insert(connection: Connection, table: Table, rows: Iterable[Sequence[object]]) -> None:
    """The columns of ``table`` in their order: COPY on PostgreSQL, one ``executemany`` elsewhere. Columns
    beyond the end of a row get their defaults."""
    defaults = [c.default.arg if c.default is not None else None for c in table.columns]  # type: ignore[union-attr]
    rows = [(*row, *defaults[len(row) :]) for row in rows]
    if not rows:
        return
    names = ", ".join(c.name for c in table.columns)
    if connection.dialect.name == "postgresql":
        raw: Any = connection.connection.driver_connection
        with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(table.columns))
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)
