"""Snapshots as consoles get them: decoded once for each change, and honest about their age."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from services.domain.alert import Alert
from services.domain.deed import Stream
from services.domain.fleet import Fleet
from services.domain.scope import OUTSIDE, Scope
from services.domain.snapshot import Quality, Snapshot, SourceStatus
from services.store import cases, casework, codec, scoping, sources, states
from services.store.errors import Unreadable
from services.store.schema import alert as alert_table
from services.store.schema import fleet as fleet_table
from services.store.streams import OF_TOPIC

log = logging.getLogger(__name__)

OTHER_VERSION = "库中的记录由另一版本的程序写入，读不出"
NOBODY_ANSWERS = "没有数据源在更新，预警可能不全"
OFTEN_S = 600.0  # sources late after at most so long tell whether anybody is looking


class Snapshots:
    """Remembers what it decoded last, so that a poll that moved no record costs no decoding, and
    records that did not change are the same objects as before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._decoded: dict[str, tuple[int, Sequence[Any]]] = {}
        self._alerts: dict[str, Alert] = {}
        self._said: set[str] = set()

    def of(self, connection: Connection, topic: str, now: datetime, scope: Scope | None = None) -> Snapshot[Any]:
        """With a scope: nothing that it does not see."""
        if not scoping.may_read(scope, topic):
            return Snapshot(topic, error=OUTSIDE)
        with self._lock:
            if topic == "alerts":
                return self._of_alerts(connection, now, scope)
            if topic in OF_TOPIC:
                return self._of_stream(connection, OF_TOPIC[topic], now, scope)
            if topic == "sources":
                return Snapshot(
                    topic, tuple(sources.aged(s, now) for s in sources.every(connection)), now, Quality.GOOD
                )
            return self._of_state(connection, topic, now)

    def _of_state(self, connection: Connection, topic: str, now: datetime) -> Snapshot[Any]:
        held = states.holding(connection, topic)
        if held is None:
            return Snapshot(topic)
        source = sources.status(connection, held.source) if held.source else None
        if held.taken_at is None:
            return Snapshot(topic, error=source.error if source else "")
        try:
            records = self._records(connection, topic, held.content)
        except (Unreadable, ValueError) as why:
            self._say_once(topic, why)
            return Snapshot(topic, (), held.taken_at, Quality.STALE, OTHER_VERSION)
        if source is not None:
            aged = sources.aged(replace(source, taken_at=held.taken_at), now)
            if aged.quality is Quality.STALE:
                return Snapshot(topic, records, held.taken_at, Quality.STALE, aged.error)
        return Snapshot(topic, records, held.taken_at, Quality.GOOD)

    def _records(self, connection: Connection, topic: str, content: int) -> Sequence[Any]:
        known = self._decoded.get(topic)
        if known is not None and known[0] == content:
            return known[1]
        if topic == "fleet":
            records: Sequence[Any] = Fleet.from_bytes(connection.execute(select(fleet_table.c.blob)).scalar_one())
        else:
            records = states.read(connection, topic)
        self._decoded[topic] = (content, records)
        return records

    def _of_alerts(self, connection: Connection, now: datetime, scope: Scope | None) -> Snapshot[Alert]:
        shown: dict[str, Alert] = {}
        unread = 0
        for alert_id, version, body in connection.execute(
            cases.current(now).where(scoping.condition(scope, alert_table))
        ):
            known = self._alerts.get(alert_id)
            try:
                shown[alert_id] = known if known and known.version == version else codec.decode(Alert, body)
            except Unreadable as why:
                self._say_once(alert_id, why)
                unread += 1
        if scope is not None and not scope.is_whole:
            shown = {alert_id: alert for alert_id, alert in shown.items() if scope.sees(alert)}
        self._alerts = shown
        taken_at, error = _watched(sources.every(connection), now)
        error = f"{unread} 条预警读不出，由另一版本的程序写入" if unread else error
        return Snapshot("alerts", tuple(shown.values()), taken_at, Quality.STALE if error else Quality.GOOD, error)

    def _of_stream(self, connection: Connection, stream: Stream, now: datetime, scope: Scope | None) -> Snapshot[Any]:
        try:
            shown = scoping.seen(scope, stream, casework.shown(connection, stream, now))
            return Snapshot(stream.topic, shown, now, Quality.GOOD)
        except Unreadable as why:
            self._say_once(stream.topic, why)
            return Snapshot(stream.topic, (), now, Quality.STALE, OTHER_VERSION)

    def _say_once(self, what: str, why: Exception) -> None:
        if what not in self._said:
            self._said.add(what)
            log.warning("%s cannot be read: %s", what, why)


def _watched(every: Sequence[SourceStatus], now: datetime) -> tuple[datetime, str]:
    """When the rules last saw anything, and what is wrong if they see nothing now.

    A register that is asked once a day says nothing about whether anybody is looking.
    """
    answered = [s.taken_at for s in every if s.taken_at is not None]
    if not answered:
        return now, ""
    frequent = [s for s in every if s.late_after_s <= OFTEN_S] or every
    blind = all(sources.aged(s, now).quality is not Quality.GOOD for s in frequent)
    return max(answered), NOBODY_ANSWERS if blind else ""
