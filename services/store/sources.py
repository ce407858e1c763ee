"""The health of every upstream system, and where its next fetch goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from services.domain.snapshot import Quality, SourceStatus
from services.store import rows
from services.store.schema import source_cursor, source_status

_ALL = select(
    source_status.c.id,
    source_status.c.title,
    source_status.c.quality,
    source_status.c.taken_at,
    source_status.c.failing_since,
    source_status.c.error,
    source_status.c.late_after_s,
    source_status.c.quarantined,
    source_status.c.received,
)
_ONE = _ALL.where(source_status.c.id == bindparam("key"))


def status(connection: Connection, key: str) -> SourceStatus | None:
    row = connection.execute(_ONE, {"key": key}).first()
    return SourceStatus(*row) if row else None


def every(connection: Connection) -> tuple[SourceStatus, ...]:
    return tuple(SourceStatus(*row) for row in connection.execute(_ALL.order_by(source_status.c.id)))


def answered(connection: Connection, source: SourceStatus | str, at: datetime, received: int, refused: int) -> bool:
    """The source gave a good answer; True when it had not been good before."""
    key = source if isinstance(source, str) else source.id
    before = status(connection, key)
    now = replace(
        before or SourceStatus(key, key),
        quality=Quality.GOOD,
        taken_at=at,
        failing_since=None,
        error="",
        received=(before.received if before else 0) + received,
        quarantined=(before.quarantined if before else 0) + refused,
    )
    if isinstance(source, SourceStatus):
        now = replace(now, title=source.title, late_after_s=source.late_after_s)
    _write(connection, now)
    return before is None or before.quality is not Quality.GOOD


def mark(connection: Connection, said: SourceStatus, refused: int = 0) -> None:
    """Take over what is said of a source; its counts, to which ``refused`` adds, and its last good answer
    are the store's own.

    Announcing a source (``WAITING``) that has answered before changes neither its quality nor its error.
    """
    before = status(connection, said.id)
    if before is None:
        now = replace(said, quarantined=said.quarantined + refused)
    elif said.quality is Quality.WAITING:
        now = replace(before, title=said.title, late_after_s=said.late_after_s)
    else:
        now = replace(
            said,
            taken_at=said.taken_at or before.taken_at,
            received=before.received,
            quarantined=before.quarantined + refused,
        )
    _write(connection, now)


def is_late(source: SourceStatus, now: datetime) -> bool:
    return source.taken_at is not None and now - source.taken_at > timedelta(seconds=source.late_after_s)


def aged(source: SourceStatus, now: datetime) -> SourceStatus:
    """A good source that has not answered in time is stale, and says so."""
    if source.quality is Quality.GOOD and is_late(source, now):
        since = source.taken_at + timedelta(seconds=source.late_after_s) if source.taken_at else None
        error = f"超过 {source.late_after_s:g} 秒没有更新"
        return replace(source, quality=Quality.STALE, error=error, failing_since=since)
    return source


def cursor(connection: Connection, source: str) -> str:
    found = connection.execute(select(source_cursor.c.cursor).where(source_cursor.c.source == source)).scalar()
    return found or ""


def put_cursor(connection: Connection, source: str, value: str, at: datetime) -> None:
    if value:
        rows.upsert(connection, source_cursor, [{"source": source, "cursor": value, "at": at}])


def _write(connection: Connection, said: SourceStatus) -> None:
    rows.upsert(
        connection,
        source_status,
        [
            {
                "id": said.id,
                "title": said.title,
                "quality": said.quality,
                "taken_at": said.taken_at,
                "failing_since": said.failing_since,
                "error": said.error,
                "late_after_s": said.late_after_s,
                "quarantined": said.quarantined,
                "received": said.received,
            }
        ],
    )
