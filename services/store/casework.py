"""Reading the cases of streams, as their deeds made them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select, true

from services.domain.deed import Stream
from services.store import codec
from services.store.schema import casework
from services.store.streams import STREAMS


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


def read_one(connection: Connection, stream: str, case_id: str) -> Any | None:
    return next(iter(_cases(connection, stream, [], casework.c.case_id == case_id)), None)


def _cases(
    connection: Connection, stream: str, order: Sequence[ColumnElement[Any]], *where: ColumnElement[bool]
) -> tuple[Any, ...]:
    bodies = select(casework.c.body).where(casework.c.stream == stream, *where).order_by(*order)
    return codec.decode_all(STREAMS[stream].case, connection.execute(bodies).scalars())
