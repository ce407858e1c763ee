"""The custody log's tables: entries and signed heads, added to only, each deed entered once.

The tree is no table: it is made of the lines, so that what is proved is what stands there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from services.domain.custody import Draft, Entry, Line
from services.domain.deed import Deed
from services.domain.merkle import leaf_hash
from services.domain.signed_note import Note, note_of
from services.store import deeds, rows, sources
from services.store.columns import to_micros
from services.store.schema import case_event, counter, custody_checkpoint, custody_entry

SOURCE = "custody"
_COLUMNS = ("seq", "manifest", "no", "deed", "part", "at", "leaf", "line")
_IN_PARTS = {"yield_per": 1000}

Sign = Callable[[Entry], Line]


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as it stands in the database. ``leaf`` is what was hashed when it was written."""

    seq: int
    manifest: str
    no: int
    leaf: bytes
    line: str

    @property
    def is_as_hashed(self) -> bool:
        return leaf_hash(self.line.encode()) == self.leaf


@dataclass(frozen=True, slots=True)
class Head:
    """A checkpoint and when a witness countersigned it; None while none has."""

    note: Note
    at: datetime
    witnessed_at: datetime | None

    @property
    def size(self) -> int:
        return self.note.checkpoint.size


class CustodyLog:
    """``store.custody``. Every call that writes is one transaction."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        writing: Callable[[], AbstractContextManager[Connection]],
    ) -> None:
        self._reading, self._writing = reading, writing

    # -- from the case log -----------------------------------------------------------------------

    def new_deeds(self, stream: str, limit: int = 500) -> tuple[int, tuple[tuple[int, Deed], ...]]:
        """Up to where deeds have been entered, and the next ones of the stream with their rows' numbers."""
        with self._reading() as connection:
            done = _done(connection)
            query = select(case_event).where(case_event.c.stream == stream, case_event.c.seq > done)
            found = connection.execute(query.order_by(case_event.c.seq).limit(limit)).all()
            return done, tuple((row.seq, deeds.deed_of(row)) for row in found)

    def append(self, drafts: Sequence[tuple[int, Draft]], done: int, up_to: int, sign: Sign, at: datetime) -> int:
        """Enter what deeds ``done`` + 1 to ``up_to`` say, all or nothing; each draft with its deed's number.
        How many; nothing when somebody else has entered those deeds meanwhile."""
        with self._writing() as connection:
            if _done(connection) != done:
                return 0
            self._insert(connection, drafts, sign)
            sources.put_cursor(connection, SOURCE, str(up_to), at)
            return len(drafts)

    def _insert(self, connection: Connection, drafts: Sequence[tuple[int, Draft]], sign: Sign) -> None:
        if not drafts:
            return
        last = _ends(connection, {draft.manifest for _, draft in drafts})
        seq = rows.take_numbers(connection, "custody_entry", len(drafts))
        written: list[rows.Row] = []
        parts: dict[int, int] = {}
        for deed, draft in drafts:
            no, prev = last.get(draft.manifest, (0, ""))
            line = sign(Entry(seq, no + 1, prev, draft)).spelled
            leaf = leaf_hash(line.encode())
            parts[deed] = parts.get(deed, 0) + 1
            written.append((seq, draft.manifest, no + 1, deed, parts[deed], to_micros(draft.at), leaf, line))
            last[draft.manifest] = no + 1, leaf.hex()
            seq += 1
        rows.insert(connection, custody_entry, _COLUMNS, written)

    # -- read ------------------------------------------------------------------------------------

    def rows(self, after: int = 0, up_to: int | None = None) -> tuple[Row, ...]:
        with self._reading() as connection:
            return tuple(entries(connection, after, up_to))

    def of_manifest(self, manifest: str) -> tuple[Row, ...]:
        with self._reading() as connection:
            return tuple(of_manifest(connection, manifest))

    def written(self) -> int:
        """How many entries were ever written, whatever stands in the table."""
        with self._reading() as connection:
            value = connection.execute(select(counter.c.value).where(counter.c.name == "custody_entry"))
            return value.scalar() or 0

    def heads(self) -> tuple[Head, ...]:
        """Oldest first; one that was countersigned later comes twice."""
        with self._reading() as connection:
            return tuple(heads(connection))

    def newest(self, *, witnessed: bool = False) -> Head | None:
        with self._reading() as connection:
            return newest(connection, witnessed=witnessed)

    def leaves(self, up_to: int) -> tuple[bytes, ...]:
        with self._reading() as connection:
            return leaves(connection, up_to)

    # -- signed heads ----------------------------------------------------------------------------

    def put_head(self, head: Head) -> bool:
        """Kept beside the earlier ones. False when there is one of that size as good."""
        with self._writing() as connection:
            before = newest(connection, witnessed=head.witnessed_at is not None)
            if before is not None and before.size >= head.size:
                return False
            seq = rows.take_numbers(connection, "custody_checkpoint")
            seen = None if head.witnessed_at is None else to_micros(head.witnessed_at)
            row = (seq, head.size, to_micros(head.at), seen, head.note.spelled)
            rows.insert(connection, custody_checkpoint, ("seq", "size", "at", "witnessed_at", "note"), [row])
        return True


def entries(connection: Connection, after: int = 0, up_to: int | None = None) -> Iterator[Row]:
    query = _rows().where(custody_entry.c.seq > after)
    if up_to is not None:
        query = query.where(custody_entry.c.seq <= up_to)
    with connection.execute(query.order_by(custody_entry.c.seq), execution_options=_IN_PARTS) as found:
        for row in found:
            yield Row(*row)


def leaves(connection: Connection, up_to: int) -> tuple[bytes, ...]:
    """What was hashed of each entry when it was written, of the first ``up_to``."""
    query = select(custody_entry.c.leaf).where(custody_entry.c.seq <= up_to).order_by(custody_entry.c.seq)
    return tuple(map(bytes, connection.execute(query).scalars()))


def of_manifest(connection: Connection, manifest: str) -> Iterator[Row]:
    query = _rows().where(custody_entry.c.manifest == manifest).order_by(custody_entry.c.no)
    yield from (Row(*row) for row in connection.execute(query).all())


def heads(connection: Connection) -> Iterator[Head]:
    query = _heads().order_by(custody_checkpoint.c.seq)
    yield from (_head(row) for row in connection.execute(query).all())


def newest(connection: Connection, *, witnessed: bool = False) -> Head | None:
    query = _heads().order_by(custody_checkpoint.c.size.desc(), custody_checkpoint.c.seq.desc()).limit(1)
    if witnessed:
        query = query.where(custody_checkpoint.c.witnessed_at.is_not(None))
    row = connection.execute(query).first()
    return None if row is None else _head(row)


def _rows() -> Any:
    c = custody_entry.c
    return select(c.seq, c.manifest, c.no, c.leaf, c.line)


def _heads() -> Any:
    return select(custody_checkpoint.c.note, custody_checkpoint.c.at, custody_checkpoint.c.witnessed_at)


def _head(row: Any) -> Head:
    return Head(note_of(row.note), row.at, row.witnessed_at)


def _done(connection: Connection) -> int:
    return int(sources.cursor(connection, SOURCE) or 0)


def _ends(connection: Connection, manifests: set[str]) -> dict[str, tuple[int, str]]:
    """Of each manifest that has entries: how many, and the hash of the last."""
    newest_no = (
        select(custody_entry.c.manifest, func.max(custody_entry.c.no).label("no"))
        .where(custody_entry.c.manifest.in_(manifests))
        .group_by(custody_entry.c.manifest)
        .subquery()
    )
    ends = select(custody_entry.c.manifest, custody_entry.c.no, custody_entry.c.leaf).join(
        newest_no, (custody_entry.c.manifest == newest_no.c.manifest) & (custody_entry.c.no == newest_no.c.no)
    )
    return {row.manifest: (row.no, bytes(row.leaf).hex()) for row in connection.execute(ends).all()}
