"""PostgreSQL keeps the passages in one part a month of Shanghai, so that an old month goes whole and one
plate's history reads a few small indexes. SQLite keeps one table; every query is the same on both.

A passage of a month without a part (a wrong clock's, or what alerts of old still rest on) lies in
``event_passage_other``. Nobody waits for parts to be made or dropped: what cannot be locked at once is
left for later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from services.domain.keeping import LATE, Keeping
from services.domain.timebase import SHANGHAI, local
from services.store.columns import to_micros
from services.store.engine import Gate

WHOLE = "event_passage"
OTHER = "event_passage_other"
AHEAD = 2  # months made before they begin
MOVED = 5_000  # passages that move between parts in one transaction, at most
PATIENCE_MS = 100  # for a lock
EVERY = timedelta(minutes=10)
SOON = timedelta(minutes=1)

Transaction = Callable[[], AbstractContextManager[Connection]]

_PARTS = text(
    "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
    " WHERE i.inhparent = CAST(:whole AS regclass) ORDER BY 1"
)


def is_part(table: str) -> bool:
    return table.startswith(f"{WHOLE}_")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of Shanghai: a part of the passages, and the life of one key of pseudonyms."""

    year: int
    month: int

    @classmethod
    def of(cls, moment: datetime) -> Month:
        here = local(moment)
        return cls(here.year, here.month)

    @classmethod
    def of_part(cls, table: str) -> Month | None:
        year, _, month = table.removeprefix(f"{WHOLE}_").partition("_")
        return cls(int(year), int(month)) if year.isdigit() and month.isdigit() else None

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def part(self) -> str:
        return f"{WHOLE}_{self.year:04d}_{self.month:02d}"

    @property
    def next(self) -> Month:
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def begin(self) -> datetime:
        return datetime(self.year, self.month, 1, tzinfo=SHANGHAI)

    @property
    def end(self) -> datetime:
        return self.next.begin


class Parts:
    """Makes the months to come and takes away those in which nothing is kept any more."""

    def __init__(self, keeping: Keeping) -> None:
        self._passage = keeping.events.get("passage")
        self._hit = keeping.passage_hit
        self._next: datetime | None = None  # when to look again

    def tend(self, gate: Gate, writing: Transaction, at: datetime) -> None:
        """One month a transaction, until all are as they should be or another writer waits."""
        while not gate.is_sqlite and self._is_due(at) and not gate.is_wanted:
            self._next = at + SOON
            with writing() as connection, _patiently(connection):
                have = parts(connection)
                missing = (month for month in self._wanted(at) if month not in have)
                over = (month for month in have if self._is_over(month, at))
                changed = any(make(connection, m) for m in missing) or any(fold(connection, m) for m in over)
                self._next = None if changed else at + EVERY

    def _is_due(self, at: datetime) -> bool:
        return self._next is None or not self._next - EVERY <= at < self._next

    def _wanted(self, at: datetime) -> Iterator[Month]:
        """From the oldest month whose passages may still come."""
        month, last = Month.of(at - (self._passage or timedelta()) - LATE), Month.of(at)
        for _ in range(AHEAD):
            last = last.next
        while month <= last:
            yield month
            month = month.next

    def _is_over(self, month: Month, at: datetime) -> bool:
        return self._passage is not None and month.end <= at - max(self._passage, self._hit) - LATE


def parts(connection: Connection) -> Sequence[Month]:
    """The months that have a part, the oldest first. None on SQLite."""
    if connection.dialect.name == "sqlite":
        return ()
    named = map(Month.of_part, connection.execute(_PARTS, {"whole": WHOLE}).scalars())
    return sorted(month for month in named if month is not None)


def make(connection: Connection, month: Month) -> bool:
    """Give the month a part, with what lies elsewhere of it; False when that is too much to move."""
    first, last = to_micros(month.begin), to_micros(month.end)
    span = f"occurred_at >= {first} AND occurred_at < {last}"
    if _is_much(connection, f"{OTHER} WHERE {span}"):
        return False
    connection.execute(text(f"CREATE TABLE {month.part} (LIKE {WHOLE} INCLUDING DEFAULTS)"))
    taken = f"WITH taken AS (DELETE FROM {OTHER} WHERE {span} RETURNING *)"
    connection.execute(text(f"{taken} INSERT INTO {month.part} SELECT * FROM taken"))
    bounds = f"FOR VALUES FROM ({first}) TO ({last})"
    connection.execute(text(f"ALTER TABLE {WHOLE} ATTACH PARTITION {month.part} {bounds}"))
    return True


def fold(connection: Connection, month: Month) -> bool:
    """Drop the month's part whole; what alerts still rest on goes on elsewhere. False while that is much."""
    if _is_much(connection, month.part):
        return False
    connection.execute(text(f"ALTER TABLE {WHOLE} DETACH PARTITION {month.part}"))
    connection.execute(text(f"INSERT INTO {WHOLE} SELECT * FROM {month.part}"))
    connection.execute(text(f"DROP TABLE {month.part}"))
    return True


def _is_much(connection: Connection, rows: str) -> bool:
    some = text(f"SELECT count(*) FROM (SELECT 1 FROM {rows} LIMIT {MOVED + 1}) AS few")
    return connection.execute(some).scalar_one() > MOVED


@contextmanager
def _patiently(connection: Connection) -> Iterator[None]:
    """All or nothing, and nothing when somebody reads what would have to be locked."""
    inner = connection.begin_nested()
    connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE_MS}ms'"))
    try:
        yield
    except OperationalError as why:
        inner.rollback()
        if not isinstance(why.orig, LockNotAvailable):
            raise
    except BaseException:
        inner.rollback()
        raise
    else:
        inner.commit()
