"""Questions to the table of passages: each one an index range, none the whole table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, case, func, select, type_coerce

from services.collect.checkpoint_feed import listened_s
from services.domain.passage import Passage
from services.domain.plate import PlateKind
from services.store.columns import from_micros
from services.store.events import event_table, records
from services.store.schema import inbox

NEWEST = 200
UNREADABLE = (PlateKind.NONE.value, PlateKind.UNREAD.value, PlateKind.ODD.value)
DRIFT_WINDOW = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Heard:
    """What one checkpoint sent lately. ``over_s`` is how long the feed was heard, at most the window."""

    count: int = 0
    read: int = 0  # plates read whole
    over_s: float = 0.0
    last: datetime | None = None
    drift_s: float | None = None


def newest_passages(connection: Connection) -> tuple[Passage, ...]:
    """The newest 200. A passage keeps its place while it is among them, so that each second only the
    new ones are written; a pane sorts by the moment."""
    spec = event_table("passage")
    newest: tuple[Passage, ...] = records(connection, "passage", limit=NEWEST)
    last = connection.execute(select(func.max(spec.table.c.seq))).scalar() or 0
    ring: list[Passage | None] = [None] * NEWEST
    for back, passage in enumerate(newest):
        ring[(last - back) % NEWEST] = passage
    return tuple(passage for passage in ring if passage is not None)


def count_by_second(connection: Connection, since: datetime, until: datetime) -> Mapping[datetime, int]:
    table: Any = event_table("passage").table.c
    second = type_coerce(table.occurred_at, BigInteger) // 1_000_000
    query = (
        select(second.label("second"), func.count())
        .where(table.occurred_at >= since, table.occurred_at < until)
        .group_by(second)
    )
    return {from_micros(int(s) * 1_000_000): count for s, count in connection.execute(query)}


def heard_by_checkpoint(
    connection: Connection, wanted: Sequence[str], now: datetime, window: timedelta
) -> Mapping[str, Heard]:
    """What each checkpoint sent within the window; of a silent one, when it was heard last."""
    table: Any = event_table("passage").table.c
    since = now - window
    lately = (table.occurred_at >= since, table.occurred_at <= now + window)
    unread = case((table.plate_flag.in_(UNREADABLE), 1), else_=0)
    over_s = listened_s(count_by_second(connection, since, now + window))
    query = (
        select(table.checkpoint_id, func.count(), func.sum(unread), func.max(table.occurred_at))
        .where(*lately)
        .group_by(table.checkpoint_id)
    )
    heard = {
        place: Heard(count, count - int(unread_count or 0), over_s, last)
        for place, count, unread_count, last in connection.execute(query)
    }
    for place in wanted:
        if place not in heard:
            last = select(func.max(table.occurred_at)).where(table.checkpoint_id == place)
            heard[place] = Heard(last=connection.execute(last).scalar())
    for place, drift_s in _drifts(connection, now).items():
        if place in heard:
            heard[place] = replace(heard[place], drift_s=drift_s)
    return heard


def _drifts(connection: Connection, now: datetime) -> Mapping[str, float]:
    """How far a device's clock runs ahead, by the passage that reached us quickest: what is known before
    vehicles seen by several cameras have told more.

    A clock that is slow cannot be told from a slow way here, so only ahead is said; 0 is "not ahead".
    """
    spec = event_table("passage")
    table: Any = spec.table.c
    ahead = type_coerce(table.occurred_at, BigInteger) - type_coerce(inbox.c.received_at, BigInteger)
    query = (
        select(table.checkpoint_id, func.max(ahead))
        .join(inbox, inbox.c.seq == table.seq)
        .where(table.occurred_at >= now - DRIFT_WINDOW)
        .group_by(table.checkpoint_id)
    )
    return {place: max(0.0, int(micros) / 1_000_000) for place, micros in connection.execute(query)}
