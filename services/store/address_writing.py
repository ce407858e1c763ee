"""One import into the register tables: only what differs is written, what is gone is closed.

Rows are compared as the drivers spell them, so that 300,000 people are a matter of seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from services.store import rows
from services.store.columns import to_micros
from services.store.register_tables import STANDING, RegisterTable
from services.store.schema import REGISTERS

HEARD_WITHIN = timedelta(hours=1)  # a device that was heard this much later is no change
MOST_CLOSED = 1 / 3  # of what a source has of the estates it tells of; more is taken for a fault
FEW = 10  # so many may always be closed
_AT_ONCE = 5000

Stored = tuple[Any, ...]


class ImportRefusedError(RuntimeError):
    """An import that would do harm. The message says what and how it may be done all the same."""


@dataclass(frozen=True, slots=True)
class Part:
    """The records of one kind. ``brought`` are the fields the source has a column for: others keep what
    they were. ``spared`` are keys of refused rows; without ``closes`` nothing is closed."""

    kind: str
    records: Sequence[Any]
    brought: frozenset[str]
    spared: frozenset[str] = frozenset()
    closes: bool = True


@dataclass(frozen=True, slots=True)
class Delta:
    """What one part comes to. ``foreign`` are codes another community has."""

    spec: RegisterTable
    new: list[Stored] = field(default_factory=list)
    changed: list[Stored] = field(default_factory=list)
    closed: list[Stored] = field(default_factory=list)
    unchanged: int = 0
    foreign: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Origin:
    """Who brings it: rows are closed only by the source that brought them."""

    community: str
    source: str
    import_id: str
    at: datetime


def delta_of(connection: Connection, part: Part, origin: Origin, *, close_many: bool = False) -> Delta:
    """Raises ImportRefusedError when more than a third would be closed."""
    spec = REGISTERS[part.kind]
    names = [f.name for f in spec.fields]
    had = {row[0]: row for row in _stored(connection, spec, names, origin.community)}
    foreign = _foreign(connection, spec, [r.code for r in part.records if r.code not in had])
    delta = Delta(spec, foreign=foreign)
    keeps = [i for i, name in enumerate(names) if name.removesuffix("_mask") not in part.brought and name != "code"]
    heard = names.index("heard_at") if "heard_at" in names else None
    unchanged = 0
    for record in part.records:
        if record.code in foreign:
            continue
        body = [f.convert(v) if f.convert else v for f in spec.fields for v in (f.read(record),)]
        before = had.get(record.code)
        valid = not _is_over(record, origin.at)
        if before is not None:
            for i in keeps:
                body[i] = before[i]
            if heard is not None:
                body[heard] = _heard(body[heard], before[heard])
            if tuple(body) == before[: len(names)] and bool(before[-1]) == valid:
                unchanged += 1
                continue
        closed_at = None if valid else to_micros(origin.at)
        row = (*body, origin.community, origin.source, origin.import_id, to_micros(origin.at), valid, closed_at)
        (delta.new if before is None else delta.changed).append(row)
    delta.closed.extend(_closing(part, origin, had, names, close_many=close_many))
    return Delta(spec, delta.new, delta.changed, delta.closed, unchanged, foreign)


def write(connection: Connection, delta: Delta) -> None:
    names = [*(f.name for f in delta.spec.fields), *STANDING]
    rows.insert(connection, delta.spec.table, names, delta.new)
    _upsert(connection, delta.spec, names, [*delta.changed, *delta.closed])


def _stored(connection: Connection, spec: RegisterTable, names: Sequence[str], community: str) -> Iterator[Stored]:
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    columns = ", ".join(f'"{name}"' for name in (*names, *STANDING[:4], "closed_at", "valid"))
    sql = f"SELECT {columns} FROM {spec.kind} WHERE community = {mark}"
    for row in connection.exec_driver_sql(sql, (community,)):
        yield tuple(row)


def _foreign(connection: Connection, spec: RegisterTable, codes: Sequence[str]) -> frozenset[str]:
    """Of codes this community does not have, those some other one has."""
    code = spec.table.c.code
    found: set[str] = set()
    for start in range(0, len(codes), _AT_ONCE):
        found |= set(connection.execute(select(code).where(code.in_(codes[start : start + _AT_ONCE]))).scalars())
    return frozenset(found)


def _closing(
    part: Part, origin: Origin, had: Mapping[str, Stored], names: Sequence[str], *, close_many: bool
) -> list[Stored]:
    """What this source had of the estates it tells of, and has no longer."""
    if not part.closes:
        return []
    size, estate = len(names), names.index("estate") if "estate" in names else None
    kept = {record.code for record in part.records} | part.spared
    told = {record.estate for record in part.records} if estate is not None else set[str]()
    ours = [
        row
        for row in had.values()
        if row[-1] and row[size + 1] == origin.source and (estate is None or row[estate] in told)
    ]
    gone = [row for row in ours if row[0] not in kept]
    if len(gone) > max(FEW, len(ours) * MOST_CLOSED) and not close_many:
        raise ImportRefusedError(
            f"{part.kind}：这次没有的有 {len(gone)} 条，超过原有 {len(ours)} 条的三分之一，没有导入；"
            "确属注销请加 --close-many，只是增补请加 --add-only"
        )
    at = to_micros(origin.at)
    return [(*row[:size], *row[size : size + 2], origin.import_id, at, False, at) for row in gone]


def _upsert(connection: Connection, spec: RegisterTable, names: Sequence[str], values: list[Stored]) -> None:
    if not values:
        return
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join(["?" if connection.dialect.name == "sqlite" else "%s"] * len(names))
    sets = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name != "code")
    sql = f"INSERT INTO {spec.kind} ({columns}) VALUES ({marks}) ON CONFLICT (code) DO UPDATE SET {sets}"
    connection.exec_driver_sql(sql, values)


def _heard(now: int | None, before: int | None) -> int | None:
    if now is None or before is None:
        return now
    return before if abs(now - before) < to_micros_span(HEARD_WITHIN) else now


def to_micros_span(span: timedelta) -> int:
    return int(span.total_seconds() * 1_000_000)


def _is_over(record: Any, at: datetime) -> bool:
    """A person whose registration was cancelled lives there no more."""
    cancelled = getattr(record, "cancelled_on", None)
    return cancelled is not None and cancelled <= at.date()
