"""The newest whole state of each topic: written by difference, read typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from services.domain.topics import TOPICS
from services.store import codec, rows
from services.store.errors import UnknownTopic
from services.store.schema import topic_state, topic_status

_KEYS = ("id", "key", "mmsi")

_BODIES = select(topic_state.c.body).order_by(topic_state.c.position)
_HELD = select(topic_status.c.source, topic_status.c.taken_at, topic_status.c.content).where(
    topic_status.c.topic == bindparam("topic")
)
_FORGET = delete(topic_state).where(topic_state.c.topic == bindparam("t"), topic_state.c.key == bindparam("k"))


@dataclass(frozen=True, slots=True)
class Held:
    """A topic as the store holds it; ``content`` is the number of its last change of records."""

    source: str
    taken_at: datetime | None
    content: int


def record_type(topic: str) -> type:
    try:
        return TOPICS[topic]
    except KeyError:
        raise UnknownTopic(f"不认识的主题 {topic!r}，可用：{'、'.join(TOPICS)}") from None


def put(connection: Connection, topic: str, records: Sequence[Any], at: datetime, source: str) -> None:
    """Make ``records`` the whole state of the topic. Only what differs from before is written."""
    record_type(topic)
    bodies = _by_key(records)
    known = {
        row.key: (row.position, row.body)
        for row in connection.execute(
            select(topic_state.c.key, topic_state.c.position, topic_state.c.body).where(topic_state.c.topic == topic)
        )
    }
    changed = [
        {"topic": topic, "key": key, "position": position, "body": body, "at": at}
        for key, (position, body) in bodies.items()
        if known.get(key) != (position, body)
    ]
    gone = [{"t": topic, "k": key} for key in known.keys() - bodies.keys()]
    rows.upsert(connection, topic_state, changed)
    if gone:
        connection.execute(_FORGET, gone)
    touch(connection, topic, at, source, moved=bool(changed or gone))


def touch(connection: Connection, topic: str, at: datetime | None, source: str, *, moved: bool) -> None:
    """Note whose the topic is and when it was taken; ``at`` None leaves the moment as it was."""
    held = holding(connection, topic)
    content = rows.take_numbers(connection, "content") if moved else held.content if held else 0
    taken_at = at or (held.taken_at if held else None)
    if held != Held(source, taken_at, content):
        rows.upsert(
            connection,
            topic_status,
            [{"topic": topic, "source": source, "taken_at": taken_at, "content": content}],
        )


def holding(connection: Connection, topic: str) -> Held | None:
    row = connection.execute(_HELD, {"topic": topic}).first()
    return Held(row.source, row.taken_at, row.content) if row else None


def topics_of(connection: Connection, source: str) -> tuple[str, ...]:
    return tuple(connection.execute(select(topic_status.c.topic).where(topic_status.c.source == source)).scalars())


def read(connection: Connection, topic: str) -> tuple[Any, ...]:
    """Raises Unreadable when another version of the program wrote the records."""
    bodies = connection.execute(_BODIES.where(topic_state.c.topic == topic)).scalars()
    return codec.decode_all(record_type(topic), bodies)


def key_of(record: Any) -> str:
    for name in _KEYS:
        value = getattr(record, name, None)
        if isinstance(value, (str, int)) and value != "":
            return str(value)
    return ""


def _by_key(records: Sequence[Any]) -> dict[str, tuple[int, str]]:
    """Records without a key of their own, or with one already used, are known by their place."""
    bodies: dict[str, tuple[int, str]] = {}
    for position, record in enumerate(records):
        key = key_of(record)
        if not key or key in bodies:
            key = f"{key}#{position}"
        bodies[key] = (position, codec.encode(record))
    return bodies
