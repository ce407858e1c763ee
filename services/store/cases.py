"""Alerts as the log makes them: found, commanded, expired, and projected into a table to be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

from sqlalchemy import ColumnElement, Connection, bindparam, delete, or_, select, true
from sqlalchemy.sql.selectable import Select

from services.domain import chatter, incident, life
from services.domain.alert import Action, Alert, Command, Detection, Outcome, Work
from services.domain.event import Event
from services.domain.happening import Happening, HappeningKind
from services.domain.levels import LIMITS, Limits
from services.domain.officer import Officer
from services.domain.service_window import ServiceWindow
from services.domain.timebase import local
from services.store import codec, ledger, noise, outbox, rows
from services.store.errors import Unreadable
from services.store.naming import unnamed
from services.store.noise import NoiseControl, NoiseRules
from services.store.schema import alert as alert_table
from services.store.schema import alert_link, deadline

KEPT_AFTER_CLOSING = timedelta(hours=24)  # how long a closed alert stays in the topic
EXPIRED_AT_ONCE = 500  # deadlines in one transaction
_MANY = 500  # keys asked for in one query

_GONE = delete(deadline).where(deadline.c.alert_id == bindparam("id"))


@runtime_checkable
class Clears(Protocol):
    """What a rule says when the condition of an open alert is back to normal."""

    @property
    def key(self) -> str: ...

    @property
    def auto_close(self) -> bool: ...


Finding = Detection | Clears


class RuleRunner(Protocol):
    """The rules, as the store calls them: inside the transaction that stores the events."""

    def detections(self, events: Sequence[Event], reader: Connection) -> Sequence[Any]:
        """What the rules find in these events, in order: ``Detection`` and ``Clears``.

        ``events`` are new to the store. Through ``reader`` the tables of events are as they were
        before this batch, for seeding windows.
        """
        ...

    def forget(self) -> None:
        """The transaction failed: what was learned from its events did not happen."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What the site settles for all its alerts."""

    limits: Limits = LIMITS
    demo: bool = True  # stands on every alert raised
    noise: NoiseRules = NoiseRules()  # noqa: RUF009 frozen


TERMS = Terms()


class Docket:
    """One transaction's dealings with alerts: folds happenings in memory, ``write`` puts them down.

    A happening that would leave two open alerts with one key is refused. Children end with their parent.
    """

    def __init__(self, connection: Connection, at: datetime, terms: Terms = TERMS) -> None:
        self._connection = connection
        self._at = at
        self._terms = terms
        self._alerts: dict[str, Alert] = {}
        self._open: dict[str, str | None] = {}
        self._said: list[Happening] = []
        self._settled = 0  # how many of ``_said`` noise control has followed
        self.noise = NoiseControl(self, connection, at, terms.noise)

    def find(self, alert_id: str) -> Alert | None:
        if alert_id not in self._alerts:
            for alert in _read(self._connection, alert_table.c.id == alert_id):
                self._alerts[alert.id] = alert
        return self._alerts.get(alert_id)

    def load(self, alert_ids: Iterable[str]) -> None:
        """Load many alerts with few queries."""
        asked = [alert_id for alert_id in dict.fromkeys(alert_ids) if alert_id not in self._alerts]
        for start in range(0, len(asked), _MANY):
            self.take_in(_read(self._connection, alert_table.c.id.in_(asked[start : start + _MANY])))

    def open_with(self, key: str) -> Alert | None:
        if key not in self._open:
            self.load_open([key])
        found = self._open[key]
        return self._alerts[found] if found else None

    def load_open(self, keys: Iterable[str]) -> None:
        """Load the open alerts of many keys with few queries."""
        asked = [key for key in dict.fromkeys(keys) if key not in self._open]
        for start in range(0, len(asked), _MANY):
            part = asked[start : start + _MANY]
            self.take_in(_read(self._connection, alert_table.c.key.in_(part), alert_table.c.is_open == true()))
        for key in asked:
            self._open.setdefault(key, None)

    def known(self) -> Collection[Alert]:
        return tuple(self._alerts.values())

    def take_in(self, alerts: Iterable[Alert]) -> None:
        for read in alerts:
            alert = self._alerts.setdefault(read.id, read)
            if alert.is_open:
                self._open.setdefault(alert.key, alert.id)

    def add(self, happening: Happening | None) -> Alert | None:
        """Fold it in; None stays None. Raises Refusal when its key is open in another alert already."""
        if happening is None:
            return None
        before = self._alerts.get(happening.alert_id)
        after = life.evolve(before, happening)
        other = self.open_with(after.key)
        if after.is_open and other is not None and other.id != after.id:
            raise life.Refusal(f"同一对象已有未办结的预警 {other.id}")
        self._alerts[after.id] = after
        if after.is_open:
            self._open[after.key] = after.id
        elif other is not None and other.id == after.id:
            self._open[after.key] = None
        self._said.append(happening)
        if after.work is Work.CLOSED and after.children:
            self._end_children(after)
        return after

    def _end_children(self, parent: Alert) -> None:
        for child_id in parent.children:
            child = self.find(child_id)
            if child is not None:
                self.add(life.following(child, parent, self._at))

    def found(self, findings: Sequence[Finding]) -> tuple[Alert, ...]:
        """What rules found becomes new alerts, repeats and clearings. The alerts as they are now."""
        self.load_open(finding.key for finding in findings)
        for finding in findings:
            self.add(self._happening(finding))
        self.settle()
        return tuple(self._alerts[alert_id] for alert_id in dict.fromkeys(said.alert_id for said in self._said))

    def settle(self) -> None:
        """Let noise control follow what has happened."""
        said, self._settled = self._said[self._settled :], len(self._said)
        if said:
            self.noise.settle(said)

    def write(self) -> bool:
        """Log, projection and deadlines; True when anything was written."""
        self.settle()
        if not self._said:
            return False
        ledger.append(self._connection, [ledger.entry_of(said) for said in self._said])
        touched = dict.fromkeys(said.alert_id for said in self._said)
        project(self._connection, [self._alerts[alert_id] for alert_id in touched])
        noise.write_links(self._connection, self._said)
        outbox.write(self._connection, self._said, self._alerts)
        return True

    def _happening(self, finding: Finding) -> Happening | None:
        current = self.open_with(finding.key)
        if not isinstance(finding, Detection):
            return chatter.cleared(current, self._at, auto_close=finding.auto_close) if current else None
        limits, noise_limits, demo = self._terms.limits, self._terms.noise.limits, self._terms.demo
        if current is not None:
            again = life.raising(current, finding, self._at, current.id, limits=limits)
            return chatter.flapped(current, again, noise_limits) if again else None
        finding = replace(finding, links=incident.linked(finding), within=incident.around(finding))
        new_id, earlier = self._new_id(), self._previous(finding.key)
        previous_id = earlier.id if earlier else ""
        raised = life.raising(None, finding, self._at, new_id, previous_id, limits, demo=demo)
        return chatter.raised_again(earlier, raised, noise_limits) if raised else None

    def _new_id(self) -> str:
        """Numbered within its Shanghai day; the number goes on where the same day of last year ended."""
        day = f"YJ-{local(self._at):%m%d}"
        return f"{day}-{rows.take_numbers(self._connection, day):04d}"

    def _previous(self, key: str) -> Alert | None:
        earlier = [alert for alert in self._alerts.values() if alert.key == key]
        if earlier:
            return max(earlier, key=lambda alert: (alert.raised_at, alert.id))
        newest = select(alert_table.c.body).where(alert_table.c.key == key)
        newest = newest.order_by(alert_table.c.raised_at.desc(), alert_table.c.id.desc()).limit(1)
        body = self._connection.execute(newest).scalar()
        return codec.decode(Alert, body) if body is not None else None


def perform(connection: Connection, command: Command, officer: Officer, at: datetime, terms: Terms = TERMS) -> Outcome:
    """Decide an officer's command and write what it made happen. Nothing is written when it is refused."""
    docket = Docket(connection, at, terms)
    alert = docket.find(command.alert_id)
    if alert is None:
        return Outcome(command, None, f"没有编号为 {command.alert_id} 的预警")
    if why := unnamed(connection, alert, command):
        return Outcome(command, alert, why)
    parent = docket.find(command.parent_id or alert.parent_id)
    try:
        said = life.decide(alert, command, officer, at, terms.limits, parent)
        if command.action is Action.LINK:
            said = docket.noise.join(said, command.parent_id)
        after = docket.add(said)
        if parent is not None:
            docket.add(_other_side(said, parent, alert, officer, at))
    except life.Refusal as why:
        return Outcome(command, alert, why.reason_zh)
    docket.write()
    return Outcome(command, after)


def _other_side(said: Happening, parent: Alert, child: Alert, officer: Officer, at: datetime) -> Happening | None:
    """What a merge or its undoing is to the parent."""
    if said.kind is HappeningKind.MERGED:
        return life.absorbing(parent, child, officer, at)
    if said.kind in (HappeningKind.UNMERGED, HappeningKind.REOPENED):
        return life.parting(parent, child, officer, at)
    return None


def follow_windows(
    connection: Connection, windows: Iterable[ServiceWindow], at: datetime, terms: Terms = TERMS
) -> bool:
    """Hide and show alerts as these service windows now say; True when any moved."""
    docket = Docket(connection, at, terms)
    docket.noise.follow(windows)
    return docket.write()


def expire(connection: Connection, at: datetime, terms: Terms = TERMS) -> tuple[Alert, ...]:
    """Let passed deadlines happen, each once, the earliest first. The alerts as they are now.

    No more than ``EXPIRED_AT_ONCE``: after a long sleep officers get their turn in between. An alert
    that cannot be read stops no other's clock; its topic says that it cannot.
    """
    docket = Docket(connection, at, terms)
    due = select(deadline.c.alert_id, deadline.c.what).order_by(deadline.c.due_at, deadline.c.alert_id)
    due = due.where(deadline.c.due_at <= at, deadline.c.stream == ledger.ALERTS)
    passed = connection.execute(due).all()
    with suppress(Unreadable):
        docket.load(alert_id for alert_id, _ in passed[:EXPIRED_AT_ONCE])
    touched: dict[str, Alert] = {}
    left = EXPIRED_AT_ONCE
    for alert_id, what in passed:
        try:
            alert = docket.find(alert_id)
        except Unreadable:
            continue
        now = docket.add(life.expiring(alert, what, at, terms.limits)) if alert else None
        if now is not None:
            touched[alert_id] = now
            left -= 1
        if not left:
            break
    docket.write()
    return tuple(touched.values())


def project(connection: Connection, alerts: Sequence[Alert]) -> None:
    """Write the alerts as they are into the table to be read, and what will come to them by itself."""
    if not alerts:
        return
    # Ended ones first, or a key that was closed and raised again would be open twice for a moment.
    rows.upsert(connection, alert_table, [_row(alert) for alert in sorted(alerts, key=lambda alert: alert.is_open)])
    connection.execute(_GONE, [{"id": alert.id} for alert in alerts])
    dues = [
        {"stream": ledger.ALERTS, "alert_id": alert.id, "what": due.what, "due_at": due.due_at}
        for alert in alerts
        for due in life.dues(alert)
    ]
    rows.upsert(connection, deadline, dues)


def rebuild(connection: Connection) -> int:
    """Make the projection anew from the log alone. How many alerts it holds."""
    alerts: dict[str, Alert] = {}
    hung: list[Happening] = []
    for happening in ledger.read(connection):
        alerts[happening.alert_id] = life.evolve(alerts.get(happening.alert_id), happening)
        if happening.kind in noise.HANGING:
            hung.append(happening)
    connection.execute(delete(alert_link))
    noise.write_links(connection, hung)
    connection.execute(delete(deadline).where(deadline.c.stream == ledger.ALERTS))
    connection.execute(delete(alert_table))
    project(connection, tuple(alerts.values()))
    return len(alerts)


def read_one(connection: Connection, alert_id: str) -> Alert | None:
    return next(_read(connection, alert_table.c.id == alert_id), None)


def current(now: datetime) -> Select[Any, Any, Any]:
    """The rows of topic ``alerts``: the open ones and those ended lately, newest first."""
    shown = or_(alert_table.c.is_open == true(), alert_table.c.ended_at > now - KEPT_AFTER_CLOSING)
    return (
        select(alert_table.c.id, alert_table.c.version, alert_table.c.body)
        .where(shown)
        .order_by(alert_table.c.raised_at.desc(), alert_table.c.id.desc())
    )


def _read(connection: Connection, *where: ColumnElement[bool]) -> Iterator[Alert]:
    for (body,) in connection.execute(select(alert_table.c.body).where(*where)).all():
        yield codec.decode(Alert, body)


def _ended_at(alert: Alert) -> datetime | None:
    """When it was closed or merged away; None while it is open."""
    if alert.is_open:
        return None
    return alert.closed_at or max((when for _, when, _ in alert.steps), default=alert.raised_at)


def _row(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "key": alert.key,
        "is_open": alert.is_open,
        "rule_id": alert.rule_id,
        "scene": alert.scene,
        "level": alert.level,
        "department": alert.department,
        "ack": alert.ack,
        "work": alert.work,
        "subject_kind": alert.subject_kind,
        "subject_id": alert.subject_id,
        "grid_code": alert.grid_code,
        "raised_at": alert.raised_at,
        "ended_at": _ended_at(alert),
        "version": alert.version,
        "body": codec.encode(alert),
    }
