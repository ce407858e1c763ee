"""Notices on their way out: written with the happenings that cause them, sent by the collector."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from services.domain.alert import Alert
from services.domain.deed import Deed
from services.domain.happening import Happening
from services.domain.notice import OF_CASES, News, Notice, NoticeState, Occasion, Route
from services.domain.telling import notices_of, notices_of_case, why_not
from services.store import casework, changes, codec, rows, states
from services.store.columns import to_micros
from services.store.schema import alert as alert_table
from services.store.schema import outbox, topic_state
from services.store.streams import STREAMS

ROUTES = "outbox_routes"

Transaction = Callable[[], AbstractContextManager[Connection]]

_COLUMNS = tuple(column.name for column in outbox.c)
_ROUTES = select(topic_state.c.body).where(topic_state.c.topic == ROUTES).order_by(topic_state.c.position)
_PENDING = outbox.c.state == NoticeState.PENDING.value


def write(connection: Connection, said: Sequence[Happening], alerts: Mapping[str, Alert]) -> None:
    """Put down what these happenings cause to be told, in the transaction that puts them down."""
    routes = routes_of(connection)
    if not routes:
        return
    notices = [n for one in said if one.alert_id in alerts for n in notices_of(routes, one, alerts[one.alert_id])]
    rows.insert_new(connection, outbox, _COLUMNS, [_values(notice) for notice in notices])


def write_of_cases(connection: Connection, said: Sequence[tuple[Deed, Any]]) -> None:
    """The same for deeds of cases, each with its case as it is then."""
    told = [(deed, word) for deed, case in said if (word := STREAMS[deed.stream].tells(case, deed)) is not None]
    routes = routes_of(connection) if told else ()
    notices = [
        notice
        for deed, (occasion, news) in told
        for notice in notices_of_case(routes, occasion, deed.case_id, deed.version, news)
    ]
    rows.insert_new(connection, outbox, _COLUMNS, [_values(notice) for notice in notices])


def routes_of(connection: Connection) -> tuple[Route, ...]:
    """The routes in force. They stand in the store, so that every desk that writes a happening writes
    its notices, whatever its own settings."""
    return _decoded(tuple(connection.execute(_ROUTES).scalars()))


@lru_cache(maxsize=8)
def _decoded(bodies: tuple[str, ...]) -> tuple[Route, ...]:
    return codec.decode_all(Route, bodies)


class Outgoing:
    """The outbox as its sender and its readers see it."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def route(self, routes: Sequence[Route], at: datetime) -> None:
        """From now on these routes hold, for every process that writes into this store."""
        with self._reading() as connection:
            if routes_of(connection) == tuple(routes):
                return
        with self._writing() as connection:
            states.put(connection, ROUTES, routes, at, "")
            changes.note(connection, [ROUTES], at)

    def due(self, channel: str, now: datetime, most: int) -> tuple[Notice, ...]:
        """What is to be sent through a channel now, the longest waiting first. What changed last after
        ``now`` tells of a clock that was set back, and is not made to wait for it."""
        is_due = or_(outbox.c.next_at <= now, outbox.c.changed_at > now)
        query = select(outbox).where(_PENDING, is_due, outbox.c.channel == channel)
        query = query.order_by(outbox.c.next_at, outbox.c.created_at, outbox.c.id).limit(most)
        with self._reading() as connection:
            return tuple(_notice(row) for row in connection.execute(query))

    def why_not(self, notice: Notice) -> str:
        """Why a notice is not to be sent any more, by what it is about as that is now; '' when it is."""
        with self._reading() as connection:
            if notice.occasion not in OF_CASES:
                return why_not(notice, _alert(connection, notice.alert_id))
            for stream in STREAMS.values():
                if notice.alert_id.startswith(f"{stream.prefix}-"):
                    case = casework.read_one(connection, stream.name, notice.alert_id)
                    return stream.unwanted(case, notice) if case is not None else "事项已不在库中"
        return "事项已不在库中"

    def settle(self, notice: Notice) -> None:
        """Note what became of an attempt. One that is no longer pending stays as it is."""
        became = {
            "state": notice.state.value,
            "attempts": notice.attempts,
            "next_at": notice.next_at,
            "answer": notice.answer,
            "changed_at": notice.changed_at,
        }
        with self._writing() as connection:
            connection.execute(update(outbox).where(outbox.c.id == notice.id, _PENDING).values(became))

    def expire(self, now: datetime) -> int:
        """Give up what nobody took in time. How many."""
        late = (_PENDING, outbox.c.expires_at <= now)
        with self._reading() as connection:
            if connection.execute(select(outbox.c.id).where(*late).limit(1)).first() is None:
                return 0
        gone = {"state": NoticeState.EXPIRED.value, "changed_at": now}
        with self._writing() as connection:
            return connection.execute(update(outbox).where(*late).values(gone)).rowcount

    def forget(self, before: datetime, most: int = 500) -> int:
        """Let go of the oldest that are done with and were made before then. How many."""
        old = select(outbox.c.id).where(outbox.c.created_at < before, ~_PENDING)
        old = old.order_by(outbox.c.created_at).limit(most)
        with self._reading() as connection:
            names = connection.execute(old).scalars().all()
        if not names:
            return 0
        with self._writing() as connection:
            return connection.execute(delete(outbox).where(outbox.c.id.in_(names))).rowcount

    def of(self, alert_id: str) -> tuple[Notice, ...]:
        """Everything told or to be told about one alert, oldest first."""
        query = select(outbox).where(outbox.c.alert_id == alert_id)
        with self._reading() as connection:
            return tuple(
                _notice(row) for row in connection.execute(query.order_by(outbox.c.alert_version, outbox.c.id))
            )

    def newest(self, most: int) -> tuple[Notice, ...]:
        query = select(outbox).order_by(outbox.c.created_at.desc(), outbox.c.id.desc()).limit(most)
        with self._reading() as connection:
            return tuple(_notice(row) for row in connection.execute(query))

    def counts(self) -> Mapping[NoticeState, int]:
        """How many notices are in each state."""
        query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
        with self._reading() as connection:
            found = {NoticeState(state): int(count) for state, count in connection.execute(query)}
        return {state: found.get(state, 0) for state in NoticeState}


def _alert(connection: Connection, alert_id: str) -> Alert | None:
    body = connection.execute(select(alert_table.c.body).where(alert_table.c.id == alert_id)).scalar()
    return codec.decode(Alert, body) if body is not None else None


def _values(notice: Notice) -> tuple[Any, ...]:
    """In the order of the table's columns."""
    return (
        notice.id,
        notice.alert_id,
        notice.alert_version,
        notice.channel,
        notice.recipient,
        notice.occasion.value,
        notice.state.value,
        to_micros(notice.due_at),
        to_micros(notice.expires_at),
        notice.attempts,
        to_micros(notice.next_at),
        notice.answer,
        codec.encode(notice.news),
        to_micros(notice.created_at),
        to_micros(notice.changed_at),
    )


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        id=row.id,
        alert_id=row.alert_id,
        alert_version=row.alert_version,
        occasion=Occasion(row.occasion),
        channel=row.channel,
        recipient=row.recipient,
        news=codec.decode(News, row.body),
        created_at=row.created_at,
        due_at=row.due_at,
        expires_at=row.expires_at,
        next_at=row.next_at,
        changed_at=row.changed_at,
        state=NoticeState(row.state),
        attempts=row.attempts,
        answer=row.answer,
    )
