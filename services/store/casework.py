"""Reading the cases of streams, as their deeds made them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select, true

from services.domain.deed import Stream
from services.store import codec
from services.store.schema import casework
from services.store.streams import STREAMS

_MANY = 500  # ids asked for in one query


def read(connection: Connection, stream: str, *, open_only: bool = False) -> tuple[Any, ...]:
    """Every case of a stream, the ones changed last first."""
    where = [casework.c.is_open == true()] if open_only else []
    return _cases(connection, stream, [casework.c.changed_at.desc(), casework.c.case_id], *where)


def open_by_id(connection: Connection, stream: str) -> tuple[Any, ...]:
    """The open cases of a stream, by id."""
    return _cases(connection, stream, [casework.c.case_id], casework.c.is_open == true())


def changed(connection: Connection, stream: str, at: datetime) -> tuple[Any, ...]:
    """The cases of a stream that were written at this moment, by id."""
    return _cases(connection, stream, [casework.c.case_id], casework.c.changed_at == at)


def shown(connection: Connection, stream: Stream, now: datetime) -> tuple[Any, ...]:
    """The records of the stream's topic: open cases and those changed lately, by id."""
    lately = or_(casework.c.is_open == true(), casework.c.changed_at > now - stream.shown_for)
    return _cases(connection, stream.name, [casework.c.case_id], lately)


def versions(connection: Connection, stream: str, ids: Sequence[str]) -> dict[str, int]:
    """Of those ids that are cases."""
    found: dict[str, int] = {}
    for start in range(0, len(ids), _MANY):
        part = casework.c.case_id.in_(ids[start : start + _MANY])
        found |= _versions(connection, stream, part)
    return found


def shown_versions(connection: Connection, stream: str, since: datetime) -> dict[str, int]:
    """Of the open cases and those changed since."""
    return _versions(connection, stream, or_(casework.c.is_open == true(), casework.c.changed_at > since))


def mark(connection: Connection, stream: str) -> tuple[int, datetime | None]:
    """Another one whenever a case of the stream was written."""
    written = select(func.sum(casework.c.version), func.max(casework.c.changed_at)).where(casework.c.stream == stream)
    versions, changed_at = connection.execute(written).one()
    return int(versions or 0), changed_at


def read_many(connection: Connection, stream: str, ids: Sequence[str]) -> tuple[Any, ...]:
    """Those of the cases that there are, by id."""
    found: list[Any] = []
    for start in range(0, len(ids), _MANY):
        part = casework.c.case_id.in_(ids[start : start + _MANY])
        found += _cases(connection, stream, [casework.c.case_id], part)
    return tuple(found)


def read_one(connection: Connection, stream: str, case_id: str) -> Any | None:
    return next(iter(_cases(connection, stream, [], casework.c.case_id == case_id)), None)


def _versions(connection: Connection, stream: str, where: ColumnElement[bool]) -> dict[str, int]:
    query = select(casework.c.case_id, casework.c.version).where(casework.c.stream == stream, where)
    return {row.case_id: row.version for row in connection.execute(query)}


def _cases(
    connection: Connection, stream: str, order: Sequence[ColumnElement[Any]], *where: ColumnElement[bool]
) -> tuple[Any, ...]:
    bodies = select(casework.c.body).where(casework.c.stream == stream, *where).order_by(*order)
    return codec.decode_all(STREAMS[stream].case, connection.execute(bodies).scalars())
