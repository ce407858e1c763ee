"""Connections: how each database is opened, how a writer begins, how many may write at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from services.store.errors import StoreBusy, StoreError, told_plainly

WAIT_S = 10.0
WRITERS = 0x4A6A_0001  # the advisory lock every PostgreSQL writer takes first: commit order is number order
CHANNEL = "district_change"

_ON_CONNECT = (
    f"PRAGMA busy_timeout = {int(WAIT_S * 1000)}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -65536",
    "PRAGMA temp_store = MEMORY",
)


class ClosingPool(QueuePool):
    """Closes a connection that comes home after the pool was disposed of: its other users' faults
    must not leave it open until the garbage is collected."""

    _is_over = False

    def dispose(self) -> None:
        self._is_over = True
        super().dispose()

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        if self._is_over:
            record.close()
        else:
            super()._do_return_conn(record)


def open_engine(url: str, *, read_only: bool = False) -> Engine:
    """An engine for ``sqlite:///…`` or ``postgresql+psycopg://…``. Connects to nothing yet. With
    ``read_only`` the database itself refuses to write for it."""
    try:
        address = make_url(url)
        if address.drivername in ("sqlite", "sqlite+pysqlite"):
            return _sqlite(url, read_only=read_only)
        if address.drivername == "postgresql+psycopg":
            return _postgresql(url, read_only=read_only)
    except (ArgumentError, NoSuchModuleError) as why:
        raise StoreError(f"store.url 无法使用：{why}") from why
    raise StoreError(f"store.url 须以 sqlite:/// 或 postgresql+psycopg:// 开头，现为 {address.drivername}")


def spoken(url: str) -> str:
    """The store's address without its password, for messages."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return Path(address.database or "").name or "内存"
    return f"{address.host or 'localhost'}:{address.port or 5432}/{address.database}"


def _sqlite(url: str, *, read_only: bool) -> Engine:
    if read_only:
        path = Path(make_url(url).database or "").resolve()
        url = f"sqlite:///file:{quote(str(path))}?mode=ro&uri=true"
    pragmas = (*_ON_CONNECT, "PRAGMA query_only = ON") if read_only else _ON_CONNECT
    engine = create_engine(
        url, poolclass=ClosingPool, pool_size=8, connect_args={"check_same_thread": False, "timeout": WAIT_S}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in pragmas:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: str, *, read_only: bool) -> Engine:
    reads = " -c default_transaction_read_only=on" if read_only else ""
    return create_engine(
        url,
        poolclass=ClosingPool,
        pool_pre_ping=True,
        pool_size=8,
        connect_args={
            "connect_timeout": 5,
            "options": f"-c lock_timeout={int(WAIT_S * 1000)} -c TimeZone=UTC -c synchronous_commit=on{reads}",
            "application_name": "district-console",
        },
    )


logging.getLogger(f"{__name__}.{ClosingPool.__name__}").setLevel(logging.WARNING)  # SQLAlchemy tells of each pool


class Gate:
    """Who may write: one thread of this process at a time, and one process at a time.

    After a fault every pooled connection is dropped, so that what was mended outside is found mended
    at the next call.
    """

    def __init__(self, engine: Engine, where: str) -> None:
        self.engine = engine
        self.where = where
        self.is_sqlite = engine.dialect.name == "sqlite"
        self.seal = ""  # the algorithm of the log's seals; empty for the default
        self._turn = threading.Lock()
        self._waiting: set[object] = set()

    @property
    def is_wanted(self) -> bool:
        """Whether a thread of this process waits for its turn: who has time should let it go first."""
        return bool(self._waiting)

    def reach(self) -> None:
        """Find out now whether the database answers."""
        with self._dropping_after_faults(), self.engine.connect():
            pass

    def prepare(self) -> None:
        """Reach the database; make a SQLite file keep its log beside it, so that readers never wait."""
        with self._dropping_after_faults(), self.engine.connect() as connection:
            if self.is_sqlite and connection.exec_driver_sql("PRAGMA journal_mode").scalar() != "wal":
                connection.rollback()
                raw = connection.connection.driver_connection
                assert raw is not None
                raw.execute("PRAGMA journal_mode = WAL")

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Be the one thread of this process that writes."""
        ticket = object()
        self._waiting.add(ticket)
        try:
            if not self._turn.acquire(timeout=WAIT_S):
                raise StoreBusy(f"数据库写入排队过久，请稍候（{self.where}）")
        finally:
            self._waiting.discard(ticket)
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is on disk when the block ends. Within ``turn`` only."""
        with self._dropping_after_faults(), self.engine.connect() as connection:
            connection = connection.execution_options(writes=True, seal=self.seal)
            with connection.begin():
                if not self.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS})
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One unchanging view of the store until the block ends."""
        with self._dropping_after_faults(), self.engine.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def _dropping_after_faults(self) -> Iterator[None]:
        try:
            with told_plainly(self.where):
                yield
        except StoreBusy:
            self.engine.dispose()
            raise
