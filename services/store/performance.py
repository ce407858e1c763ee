"""The courses of alerts as the store's log tells them, followed entry by entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select, true
from sqlalchemy.sql.selectable import Select

from services.domain.course import Course, Entry, follow
from services.domain.performance import FLOOD_LEAD
from services.domain.yardstick import LONGEST
from services.store import codec
from services.store.ledger import ALERTS
from services.store.schema import alert as alert_table
from services.store.schema import case_event

KEPT = LONGEST + FLOOD_LEAD
_IN_PARTS = {"yield_per": 1000}
_ENTRIES = select(case_event.c.body).where(case_event.c.stream == ALERTS)
_BY_ALERT = (case_event.c.case_id, case_event.c.version)  # an index has them in this order: nothing is sorted


class Courses:
    """Every open alert, and those to which anything happened within ``kept``.

    The first ``read`` asks for their whole logs by the indexes on alerts; each later one only for what
    was written since, so that a hundred thousand alerts cost no more than the newest ten.
    """

    def __init__(self, kept: timedelta = KEPT) -> None:
        self._kept = kept
        self._seq: int | None = None
        self._courses: dict[str, Course] = {}
        self._dropped_at: datetime | None = None

    def read(self, connection: Connection, now: datetime) -> tuple[Course, ...]:
        newest = connection.execute(select(func.max(case_event.c.seq))).scalar() or 0
        if self._seq is None:
            of_interest = case_event.c.case_id.in_(_still_of_interest(now - self._kept))
            self._follow(_told(connection, _ENTRIES.where(of_interest).order_by(*_BY_ALERT)))
        elif newest > self._seq:
            fresh = list(_told(connection, _ENTRIES.where(case_event.c.seq > self._seq).order_by(case_event.c.seq)))
            lost = {e.alert_id for e in fresh if e.alert_id not in self._courses and e.version > 1}
            begun = {e.alert_id for e in fresh if e.version == 1}
            for alert_id in lost - begun:  # dropped long ago and opened again
                fresh = [e for e in fresh if e.alert_id != alert_id]
                self._follow(_told(connection, _ENTRIES.where(case_event.c.case_id == alert_id).order_by(*_BY_ALERT)))
            self._follow(fresh)
        self._seq = newest
        self._drop(now)
        return tuple(self._courses.values())

    def _follow(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            after = follow(self._courses.get(entry.alert_id), entry)
            if after is not None:
                self._courses[entry.alert_id] = after

    def _drop(self, now: datetime) -> None:
        """Let go once an hour of the ended ones to which nothing happened for ``kept``."""
        if self._dropped_at is not None and self._dropped_at <= now < self._dropped_at + timedelta(hours=1):
            return
        self._dropped_at = now
        since = now - self._kept
        self._courses = {i: c for i, c in self._courses.items() if c.is_open or c.last_at >= since}


def _still_of_interest(since: datetime) -> Select[Any]:
    lately = or_(alert_table.c.raised_at >= since, alert_table.c.ended_at >= since)
    return select(alert_table.c.id).where(or_(alert_table.c.is_open == true(), lately))


def _told(connection: Connection, query: Select[Any]) -> Iterator[Entry]:
    with connection.execute(query, execution_options=_IN_PARTS) as told:
        for part in told.partitions():
            yield from codec.decode_all(Entry, (body for (body,) in part))
