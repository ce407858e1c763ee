"""What happened once: into the inbox as received, and into the table of its kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from typing import Any

from psycopg.errors import UniqueViolation
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Double,
    Integer,
    LargeBinary,
    Text,
    select,
    text,
)

from services.domain.event import Event, Refused
from services.domain.masked import Masked
from services.store import rows
from services.store.columns import to_micros
from services.store.errors import UnknownKind
from services.store.schema import EVENT_TABLES, EventTable, inbox, quarantine

_INBOX = ("seq", "source", "event_id", "kind", "occurred_at", "received_at", "raw")
_QUARANTINE = ("seq", "source", "reason", "detail", "raw", "at")
_HAVE = "SELECT event_id FROM inbox WHERE source = %s AND event_id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Fresh:
    """The events of a batch that the store did not have, each with its number."""

    events: Sequence[Event]
    seqs: Sequence[int]


def keep(connection: Connection, events: Sequence[Event], at: datetime) -> Fresh:
    """Write the inbox; events it already had, or that the batch brings twice, are left out.

    Raises UnknownKind before anything is written.
    """
    if not events:
        return Fresh((), ())
    for kind in {event.kind for event in events}:
        event_table(kind)
    return (_keep_sqlite if connection.dialect.name == "sqlite" else _keep_new)(connection, events, at)


def type_rows(connection: Connection, fresh: Fresh) -> None:
    """Write each event's record into the table of its kind."""
    by_kind: dict[str, tuple[list[Event], list[int]]] = {}
    for event, seq in zip(fresh.events, fresh.seqs, strict=True):
        events, seqs = by_kind.setdefault(event.kind, ([], []))
        events.append(event)
        seqs.append(seq)
    for kind, (events, seqs) in by_kind.items():
        spec = event_table(kind)
        names, columns = typed_columns(spec, events, seqs)
        rows.insert(connection, spec.table, names, list(zip(*columns, strict=True)))


def set_aside(connection: Connection, refused: Sequence[Refused], at: datetime) -> None:
    """Keep what could not be taken, whole, with the reason."""
    if refused:
        first = rows.take_numbers(connection, "quarantine", len(refused))
        micros = to_micros(at)
        rows.insert(
            connection,
            quarantine,
            _QUARANTINE,
            [(first + i, r.source, r.reason, _plain(r.detail), r.raw, micros) for i, r in enumerate(refused)],
        )


def event_table(kind: str) -> EventTable:
    try:
        return EVENT_TABLES[kind]
    except KeyError:
        raise UnknownKind(f"不认识的事件种类 {kind!r}，可用：{'、'.join(EVENT_TABLES)}") from None


def records(
    connection: Connection, kind: str, *where: ColumnElement[bool], order: Sequence[Any] = (), limit: int = 1000
) -> tuple[Any, ...]:
    """The first records of a kind that meet every condition, those received last first unless ``order``
    says otherwise. Conditions are on ``event_table(kind).table.c``; never a whole table."""
    spec = event_table(kind)
    query = select(spec.table).where(*where).order_by(*(order or (spec.table.c.seq.desc(),))).limit(limit)
    return tuple(_record(spec, row) for row in connection.execute(query).mappings())


def past(connection: Connection, kind: str, *where: ColumnElement[bool]) -> Iterator[Event]:
    """The events of a kind that meet every condition, in the order they happened, without their raw
    bytes. For seeding a rule's windows."""
    spec = event_table(kind)
    query = (
        select(
            spec.table, inbox.c.source.label("_source"), inbox.c.event_id.label("_id"), inbox.c.occurred_at.label("_at")
        )
        .join(inbox, inbox.c.seq == spec.table.c.seq)
        .where(*where)
        .order_by(spec.table.c.occurred_at, spec.table.c.seq)
    )
    for row in connection.execute(query).mappings():
        yield Event(row["_source"], row["_id"], kind, row["_at"], _record(spec, row))


def unstorable(event: Event) -> str:
    """Why no database can hold this event, in Chinese; empty when it can be held."""
    spec = event_table(event.kind)
    try:
        to_micros(event.occurred_at)
        names, columns = typed_columns(spec, [event], [0])
    except (TypeError, ValueError, AttributeError) as why:
        return f"记录与 {event.kind} 的格式不符：{why}"
    if not _is_storable(Text, False, event.event_id):
        return "事件编号无法入库"
    for name, (value,) in zip(names, columns, strict=True):
        column = spec.table.c[name]
        if not _is_storable(rows.stored_as(column.type), bool(column.nullable), value):
            return f"字段 {name} 的值无法入库"
    return ""


# ------------------------------------------------------------------------------------------ private

_PYTHON: dict[type, tuple[type, ...]] = {
    Text: (str,),
    BigInteger: (int,),
    Integer: (int,),
    Double: (float, int),
    Boolean: (bool,),
    LargeBinary: (bytes,),
}


def _is_storable(kind: type, nullable: bool, value: Any) -> bool:
    if value is None:
        return nullable
    if not isinstance(value, _PYTHON[kind]):
        return False
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return not isinstance(value, int) or -(2**63) <= value < 2**63


def _plain(words: str) -> str:
    """A detail may quote what was wrong; no database takes it literally."""
    return words.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _keep_sqlite(connection: Connection, events: Sequence[Event], at: datetime) -> Fresh:
    """Insert all, let the unique index leave out what is there, then ask which went in."""
    first = rows.take_numbers(connection, "inbox", len(events))
    seqs = range(first, first + len(events))
    stored = rows.insert_new(connection, inbox, _INBOX, list(_inbox_rows(events, seqs, at)))
    if stored == len(events):
        return Fresh(events, seqs)
    went_in = set(connection.execute(text("SELECT seq FROM inbox WHERE seq >= :first"), {"first": first}).scalars())
    kept = [(event, seq) for event, seq in zip(events, seqs, strict=True) if seq in went_in]
    return Fresh([event for event, _ in kept], [seq for _, seq in kept])


def _keep_new(connection: Connection, events: Sequence[Event], at: datetime) -> Fresh:
    """Of few, ask which are there (nobody else can write meanwhile) and insert the others. Many are hoped
    to be new, an eighth faster, and asked about when the unique index says that one is not."""
    once: dict[tuple[str, str], Event] = {}
    for event in events:
        once.setdefault((event.source, event.event_id), event)
    wanted = list(once.values())
    if len(wanted) >= rows.COPY_FROM:
        try:
            with rows.driver(connection).transaction():
                return _insert_inbox(connection, wanted, at)
        except UniqueViolation:
            pass
    return _insert_inbox(connection, _unknown(connection, wanted), at)


def _unknown(connection: Connection, wanted: Sequence[Event]) -> Sequence[Event]:
    by_source: dict[str, list[str]] = {}
    for event in wanted:
        by_source.setdefault(event.source, []).append(event.event_id)
    known: set[tuple[str, str]] = set()
    with rows.driver(connection).cursor() as cursor:
        for source, names in by_source.items():
            known.update((source, name) for (name,) in cursor.execute(_HAVE, (source, names)))
    return [event for event in wanted if (event.source, event.event_id) not in known]


def _insert_inbox(connection: Connection, fresh: Sequence[Event], at: datetime) -> Fresh:
    if not fresh:
        return Fresh((), ())
    first = rows.take_numbers(connection, "inbox", len(fresh))
    seqs = range(first, first + len(fresh))
    rows.insert(connection, inbox, _INBOX, list(_inbox_rows(fresh, seqs, at)))
    return Fresh(fresh, seqs)


def _inbox_rows(events: Sequence[Event], seqs: Sequence[int], at: datetime) -> Iterator[tuple[Any, ...]]:
    return zip(
        seqs,
        [event.source for event in events],
        [event.event_id for event in events],
        [event.kind for event in events],
        [to_micros(event.occurred_at) for event in events],
        repeat(to_micros(at)),
        [event.raw for event in events],
        strict=False,
    )


def typed_columns(spec: EventTable, events: list[Event], seqs: list[int]) -> tuple[list[str], list[Sequence[Any]]]:
    """Column by column: one pass of C code each instead of one Python call a value."""
    names: list[str] = ["seq"]
    columns: list[Sequence[Any]] = [seqs]
    taken = [event.record for event in events]
    for field in spec.fields:
        values = map(field.read, taken)
        names.append(field.name)
        columns.append(list(map(field.convert, values) if field.convert else values))
    if "occurred_at" not in names:
        names.append("occurred_at")
        columns.append([to_micros(event.occurred_at) for event in events])
    return names, columns


def _record(spec: EventTable, row: Any) -> Any:
    values: dict[str, Any] = {}
    for name in spec.record.__dataclass_fields__:
        value = row[name]
        values[name] = Masked(value.unmasked(), row[f"{name}_mask"]) if isinstance(value, Masked) else value
    return spec.record(**values)
