"""Where one vehicle was, and what one checkpoint saw: each an index range of the passages, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from services.domain.passage import Passage
from services.domain.plate_candidates import Candidate, readings
from services.store.events import event_table

MOST = 2000


def passages_of_plate(
    connection: Connection, plate_no: str, since: datetime, until: datetime, limit: int = MOST
) -> tuple[Passage, ...]:
    """The passages of a normalised plate with ``since ≤ passed_at < until``, oldest first; of more than
    ``limit`` the newest. Nothing for no plate: vehicles without one are not one vehicle."""
    if not plate_no:
        return ()
    return _passages(connection, event_table("passage").table.c.plate_no == plate_no, since, until, limit)


def near_passages(
    connection: Connection, plate_no: str, since: datetime, until: datetime, limit: int = 20
) -> tuple[tuple[Candidate, Passage], ...]:
    """What else a plate may have been, among what was seen with ``since ≤ passed_at < until``, oldest first:
    for a person to compare, never to be taken for it. One query, by the index of plates."""
    near = {candidate.plate: candidate for candidate in readings(plate_no)}
    if not near:
        return ()
    found = _passages(connection, event_table("passage").table.c.plate_no.in_(near), since, until, limit)
    return tuple((near[passage.plate_no], passage) for passage in found)


def passages_between(
    connection: Connection, checkpoint_id: str, since: datetime, until: datetime, limit: int = MOST
) -> tuple[Passage, ...]:
    """What one checkpoint saw with ``since ≤ passed_at < until``, oldest first; of more the newest."""
    return _passages(connection, event_table("passage").table.c.checkpoint_id == checkpoint_id, since, until, limit)


def _passages(
    connection: Connection, of: ColumnElement[bool], since: datetime, until: datetime, limit: int
) -> tuple[Passage, ...]:
    table = event_table("passage").table
    moment = table.c.occurred_at
    query = (
        select(*(table.c[name] for name in _NAMES))
        .where(of, moment >= since, moment < until)
        .order_by(moment.desc(), table.c.seq.desc())
        .limit(limit)
    )
    rows: Sequence[Any] = connection.execute(query).all()
    return tuple(Passage(*row) for row in reversed(rows))


_NAMES = tuple(Passage.__dataclass_fields__)
