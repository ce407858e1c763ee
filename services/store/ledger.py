"""The hash-chained log of everything officers and the engine did, and its check.

Alerts and the streams of ``domain/deed.py`` share the one chain; triggers refuse to change or
delete its rows. A bare chain can be recomputed from its start by whoever holds the database, so
its head is mirrored and printed elsewhere (``witness.py``, hand-over sheets).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select, text

from services.domain.happening import Happening
from services.store import codec, rows
from services.store.columns import to_micros
from services.store.schema import case_event, counter

ALERTS = "alert"  # the stream of the happenings of alerts
GENESIS = "0" * 64
SEALS = ("sm3", "sha256")
_IN_PARTS = {"yield_per": 1000}
_COLUMNS = ("seq", "stream", "case_id", "version", "kind", "at", "officer", "body", "prev_hash", "hash")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log before it is sealed."""

    stream: str
    case_id: str
    version: int
    kind: str
    at: datetime
    officer_id: str
    body: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first row of the log that is not what was written. ``seq`` is its number."""

    seq: int
    case_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The end of the chain: who holds it can tell whether the log is still the one that was."""

    seq: int
    hash: str
    at: datetime | None


def default_seal() -> str:
    """SM3 where this machine's OpenSSL has it (some builds leave it out), else SHA-256."""
    return next(name for name in SEALS if name in hashlib.algorithms_available)


def entry_of(said: Happening) -> Entry:
    return Entry(ALERTS, said.alert_id, said.version, said.kind.value, said.at, said.officer_id, codec.encode(said))


def append(connection: Connection, entries: Sequence[Entry], seal: str = "") -> None:
    """Add to the end of the log, each row bound to the one before it."""
    if not entries:
        return
    seal = seal or connection.get_execution_options().get("seal", "") or default_seal()
    previous = connection.execute(text("SELECT hash FROM case_event ORDER BY seq DESC LIMIT 1")).scalar() or GENESIS
    first = rows.take_numbers(connection, "case_event", len(entries))
    written: list[tuple[object, ...]] = []
    for seq, e in enumerate(entries, first):
        told = (seq, e.stream, e.case_id, e.version, e.kind, to_micros(e.at), e.officer_id, e.body)
        name = _sealed(seal, told, previous)
        written.append((*told, previous, name))
        previous = name
    rows.insert(connection, case_event, _COLUMNS, written)


def read(connection: Connection) -> Iterator[Happening]:
    """Every happening of alerts, in the order it was written."""
    bodies = select(case_event.c.body).where(case_event.c.stream == ALERTS).order_by(case_event.c.seq)
    with connection.execute(bodies, execution_options=_IN_PARTS) as told:
        for (body,) in told:
            yield codec.decode(Happening, body)


def history(connection: Connection, case_id: str) -> tuple[Happening, ...]:
    bodies = select(case_event.c.body).where(case_event.c.case_id == case_id).order_by(case_event.c.version)
    return codec.decode_all(Happening, connection.execute(bodies).scalars())


def head(connection: Connection) -> ChainHead:
    newest = select(case_event.c.seq, case_event.c.hash, case_event.c.at).order_by(case_event.c.seq.desc()).limit(1)
    row = connection.execute(newest).first()
    return ChainHead(row.seq, row.hash, row.at) if row else ChainHead(0, GENESIS, None)


def first_break(connection: Connection) -> Break | None:
    """Walk the chain. An edited, missing, moved or added row is named; so is a missing end."""
    previous, expected = GENESIS, 1
    query = select(case_event).order_by(case_event.c.seq)
    with connection.execute(query, execution_options=_IN_PARTS) as told:
        for row in told:
            if row.seq != expected:
                return Break(expected, row.case_id, f"第 {expected} 条缺失，其后为第 {row.seq} 条")
            if row.prev_hash != previous:
                return Break(row.seq, row.case_id, f"第 {row.seq} 条未接在前一条之后")
            if not holds(_told(row), previous, row.hash):
                return Break(row.seq, row.case_id, f"第 {row.seq} 条内容与其校验值不符")
            previous, expected = row.hash, expected + 1
    written = connection.execute(select(counter.c.value).where(counter.c.name == "case_event")).scalar() or 0
    if written >= expected:
        return Break(expected, "", f"第 {expected} 条起缺失，应有 {written} 条")
    return None


def _told(row: Row[tuple[object, ...]]) -> tuple[object, ...]:
    return (row.seq, row.stream, row.case_id, row.version, row.kind, to_micros(row.at), row.officer, row.body)


def holds(told: tuple[object, ...], previous: str, seal: str) -> bool:
    """Whether a row, its moment in microseconds, is the one that was sealed."""
    name, _, _ = seal.partition(":")
    return name in SEALS and _sealed(name, told, previous) == seal


def _sealed(seal: str, told: tuple[object, ...], previous: str) -> str:
    return f"{seal}:{hashlib.new(seal, codec.canonical([*told, previous])).hexdigest()}"
