"""The hash-chained log of everything that happened to alerts, and its check."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, select, text

from services.domain.happening import Happening
from services.store import codec, rows
from services.store.columns import to_micros
from services.store.schema import case_event, counter

GENESIS = "0" * 64
_IN_PARTS = {"yield_per": 1000}
_COLUMNS = ("seq", "case_id", "version", "kind", "at", "officer", "body", "prev_hash", "hash")


@dataclass(frozen=True, slots=True)
class Break:
    """The first row of the log that is not what was written. ``seq`` is its number."""

    seq: int
    case_id: str
    reason: str


def append(connection: Connection, happenings: Sequence[Happening]) -> None:
    """Add to the end of the log, each row bound to the one before it."""
    if not happenings:
        return
    previous = connection.execute(text("SELECT hash FROM case_event ORDER BY seq DESC LIMIT 1")).scalar() or GENESIS
    first = rows.take_numbers(connection, "case_event", len(happenings))
    written: list[tuple[object, ...]] = []
    for seq, said in enumerate(happenings, first):
        told = (
            seq,
            said.alert_id,
            said.version,
            said.kind.value,
            to_micros(said.at),
            said.officer_id,
            codec.encode(said),
        )
        seal = _seal(told, previous)
        written.append((*told, previous, seal))
        previous = seal
    rows.insert(connection, case_event, _COLUMNS, written)


def read(connection: Connection) -> Iterator[Happening]:
    """Every happening, in the order it was written."""
    bodies = select(case_event.c.body).order_by(case_event.c.seq)
    with connection.execute(bodies, execution_options=_IN_PARTS) as told:
        for (body,) in told:
            yield codec.decode(Happening, body)


def history(connection: Connection, case_id: str) -> tuple[Happening, ...]:
    bodies = select(case_event.c.body).where(case_event.c.case_id == case_id).order_by(case_event.c.version)
    return codec.decode_all(Happening, connection.execute(bodies).scalars())


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
            if _seal(_told(row), previous) != row.hash:
                return Break(row.seq, row.case_id, f"第 {row.seq} 条内容与其校验值不符")
            previous, expected = row.hash, expected + 1
    written = connection.execute(select(counter.c.value).where(counter.c.name == "case_event")).scalar() or 0
    if written >= expected:
        return Break(expected, "", f"第 {expected} 条起缺失，应有 {written} 条")
    return None


def _told(row: Row[tuple[object, ...]]) -> tuple[object, ...]:
    return (row.seq, row.case_id, row.version, row.kind, to_micros(row.at), row.officer, row.body)


def _seal(told: tuple[object, ...], previous: str) -> str:
    return hashlib.sha256(codec.canonical([*told, previous])).hexdigest()
