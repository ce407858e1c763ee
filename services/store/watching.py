"""The watch lists as rules read them: the police's own feed and the orders approved here, as one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from services.domain.alert import AlertLevel
from services.domain.watch_order import NAME, WatchOrder, entries_of
from services.domain.watchlist import WatchKind, WatchlistEntry
from services.store import casework, states
from services.store.schema import change
from services.store.streams import STREAMS

FEED = "watchlist"  # the topic of the police's feed
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_ORDERS_SEQ = select(change.c.seq).where(change.c.topic == STREAMS[NAME].topic)


def mark(connection: Connection) -> tuple[int, int]:
    """Moves whenever an entry may have: asking costs two looks at one row each."""
    held = states.holding(connection, FEED)
    return held.content if held else 0, connection.execute(_ORDERS_SEQ).scalar() or 0


def speaking(connection: Connection) -> Iterator[WatchlistEntry]:
    """What is on the lists now. A withdrawn order says nothing more, not even of what came before."""
    yield from states.read(connection, FEED)
    for order in _orders(connection, open_only=True):
        if order.is_active:
            yield from entries_of(order)


def kept() -> Iterator[WatchlistEntry]:
    """An entry of no plate for each list that orders keep: so that an empty list is known to be empty."""
    for kind in WatchKind:
        yield WatchlistEntry("", kind.value, "", "", AlertLevel.BLUE, "", ALWAYS, ALWAYS)


def spoken(connection: Connection) -> Iterator[WatchlistEntry]:
    """What was ever on them, each entry up to its end: for a rule that is tried on the past."""
    yield from states.read(connection, FEED)
    for order in _orders(connection, open_only=False):
        yield from entries_of(order)


def _orders(connection: Connection, *, open_only: bool) -> tuple[WatchOrder, ...]:
    return casework.read(connection, NAME, open_only=open_only)
