"""When a rule keeps quiet about a hit: excused, told before, too old, just closed, too young to know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, false, select

from services.collect import held
from services.domain.alert import Detection
from services.domain.kinds import Absence, FirstSeen, Follow
from services.domain.rule import Excuse, Found, Rule
from services.store import states
from services.store.events import event_table
from services.store.schema import alert as alert_table


class Quiet:
    """Asks the store in the transaction under way. ``now`` None (replay): every event is fresh."""

    def __init__(self, now: Callable[[], datetime] | None) -> None:
        self._now = now
        self._excused: dict[str, tuple[int, frozenset[object]]] = {}

    def forget(self) -> None:
        self._excused.clear()

    def about(self, rule: Rule, hit: Found, reader: Connection | None) -> bool:
        """Before it is put into words."""
        return rule.excuse is not None and reader is not None and self._is_excused(rule.id, rule.excuse, hit, reader)

    def of(self, rule: Rule, detection: Detection, reader: Connection | None) -> str:
        """Why nothing is told of a finding; '' when it is."""
        if rule.fresh is not None and self._now is not None and detection.occurred_at <= self._now() - rule.fresh:
            return held.OLD  # a backlog is history, not an alert
        if reader is None:
            return ""
        if _was_closed_lately(rule, detection, reader):
            return held.QUIET
        if _was_told(rule, detection, reader):
            return held.TOLD
        return held.LEARNING if _is_learning(rule, detection, reader) else ""

    def _is_excused(self, rule_id: str, excuse: Excuse, hit: Found, reader: Connection) -> bool:
        """Whether a record of the excuse's topic speaks for it. Until that topic has been filled once
        nobody knows, and a lasting hit can wait: it is told again."""
        topic = states.holding(reader, excuse.topic)
        if topic is None or topic.taken_at is None:
            return True
        number, excused = self._excused.get(rule_id, (-1, frozenset()))
        if number != topic.content:
            records = states.read(reader, excuse.topic)
            excused = frozenset(getattr(record, excuse.match) for record in records if excuse.holds(record) is True)
            self._excused[rule_id] = topic.content, excused
        return getattr(hit.event.record, excuse.of) in excused


def _was_closed_lately(rule: Rule, detection: Detection, reader: Connection) -> bool:
    if not rule.quiet:
        return False
    closed = select(alert_table.c.id).where(
        alert_table.c.key == detection.key,
        alert_table.c.is_open == false(),
        alert_table.c.ended_at > detection.occurred_at - rule.quiet,
    )
    return reader.execute(closed.limit(1)).first() is not None


def _was_told(rule: Rule, detection: Detection, reader: Connection) -> bool:
    """Whether this very silence, or this very expiry, was told before a restart."""
    detect = rule.detect
    if not (isinstance(detect, Absence) or (isinstance(detect, Follow) and detect.expires)):
        return False
    raised = select(alert_table.c.id).where(
        alert_table.c.key == detection.key, alert_table.c.raised_at >= detection.occurred_at
    )
    return reader.execute(raised.limit(1)).first() is not None


def _is_learning(rule: Rule, detection: Detection, reader: Connection) -> bool:
    """Whether the feed is too young to call anything new."""
    if not isinstance(rule.detect, FirstSeen):
        return False
    table = event_table(rule.event).table
    older = select(table.c.seq).where(table.c.occurred_at <= detection.occurred_at - rule.detect.within)
    return reader.execute(older.limit(1)).first() is None
