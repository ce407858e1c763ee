"""How a console learns that something moved, without asking for all of it."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

import psycopg
from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.engine import URL

from services.store import rows
from services.store.engine import CHANNEL
from services.store.schema import change

POLL_S = 0.05  # a look at data_version costs microseconds
LISTEN_S = 0.25  # how long a closing store may have to wait for its listener


def note(connection: Connection, topics: Iterable[str], at: datetime | None) -> None:
    """Number these topics anew and, on PostgreSQL, wake who listens when the transaction commits."""
    moved = sorted(set(topics))
    if not moved:
        return
    first = rows.take_numbers(connection, "change", len(moved))
    rows.upsert(connection, change, [{"topic": t, "seq": first + i, "at": at} for i, t in enumerate(moved)])
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})


def since(connection: Connection, seq: int) -> tuple[int, frozenset[str]]:
    """What moved after ``seq``, and the number to ask with next time."""
    moved = connection.execute(select(change.c.topic, change.c.seq).where(change.c.seq > seq)).all()
    return max((row.seq for row in moved), default=seq), frozenset(row.topic for row in moved)


class Watch(Protocol):
    def wait(self, timeout_s: float) -> bool: ...

    def close(self) -> None: ...


def watch(engine: Engine) -> Watch:
    return SqliteWatch(engine) if engine.dialect.name == "sqlite" else PostgresWatch(engine.url)


class SqliteWatch:
    """``PRAGMA data_version`` on a connection of its own moves when any other connection commits."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._connection: Any = None
        self._seen: int | None = None

    def wait(self, timeout_s: float) -> bool:
        until = time.monotonic() + timeout_s
        while not self._over.is_set():
            if self._moved():
                return True
            if (left := until - time.monotonic()) <= 0:
                return False
            self._over.wait(min(POLL_S, left))
        return False

    def close(self) -> None:
        self._over.set()
        with self._lock:
            self._drop()

    def _moved(self) -> bool:
        """True the first time as well: what moved before anyone watched is unknown."""
        with self._lock:
            if self._over.is_set():
                return False
            try:
                if self._connection is None:
                    self._connection = self._engine.raw_connection()
                    self._connection.detach()
                (version,) = self._connection.cursor().execute("PRAGMA data_version").fetchone()
            except sqlite3.Error:
                self._drop()
                return False
            moved, self._seen = version != self._seen, version
            return moved

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection, self._seen = None, None


class PostgresWatch:
    """``LISTEN`` on a connection of its own; after a lost one the next wait reports a move, as one
    may have been missed."""

    def __init__(self, url: URL) -> None:
        self._conninfo = {
            "host": url.host,
            "port": url.port,
            "user": url.username,
            "password": url.password,
            "dbname": url.database,
            **{name: value for name, value in url.query.items() if isinstance(value, str)},
        }
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, timeout_s: float) -> bool:
        until = time.monotonic() + timeout_s
        with self._lock:
            while not self._over.is_set() and (left := until - time.monotonic()) > 0:
                try:
                    if self._connection is None:
                        self._listen()
                        return True
                    if self._told(self._connection, min(left, LISTEN_S)):
                        return True
                except psycopg.Error:
                    self._drop()
                    self._over.wait(min(left, LISTEN_S))
        return False

    def close(self) -> None:
        """Returns once nobody waits any more."""
        self._over.set()
        with self._lock:
            self._drop()

    @staticmethod
    def _told(connection: psycopg.Connection[Any], timeout_s: float) -> bool:
        """Whether anybody committed; what else has been told already is the same news."""
        told = any(True for _ in connection.notifies(timeout=timeout_s, stop_after=1))
        return told and all(True for _ in connection.notifies(timeout=0))

    def _listen(self) -> None:
        known = {name: value for name, value in self._conninfo.items() if value is not None}
        connection = psycopg.connect(**known, autocommit=True, connect_timeout=5)
        self._connection = connection  # before it may fail, so that it is dropped when it does
        connection.execute(f"LISTEN {CHANNEL}")

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
