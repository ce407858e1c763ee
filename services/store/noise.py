"""Noise control inside the transaction: what the happenings of a docket make happen to other alerts.

Chatter, service windows, suppression and incidents are settled after everything a batch raised has
been folded in, from the alerts as they are then, so the order within a batch changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, or_, select, true

from services.domain import chatter, incident, life
from services.domain.alert import Alert, Visibility
from services.domain.finding import by_engine
from services.domain.happening import Happening, HappeningKind
from services.domain.noise import NOISE, NoiseLimits
from services.domain.service_window import NAME as WINDOWS
from services.domain.service_window import RULE, ServiceWindow
from services.domain.suppression import Suppression, lasts, may_be_suppressed, things
from services.domain.timebase import local
from services.store import casework, codec, rows
from services.store.schema import alert as alert_table
from services.store.schema import alert_link

_MANY = 500
_NEWS = (HappeningKind.RAISED, HappeningKind.REPEATED)


@dataclass(frozen=True, slots=True)
class NoiseRules:
    """The noise control of one site."""

    limits: NoiseLimits = NOISE
    suppression: Suppression = field(default_factory=Suppression)


class Dealings(Protocol):
    """What noise control needs of a docket."""

    def find(self, alert_id: str) -> Alert | None: ...

    def known(self) -> Collection[Alert]:
        """Every alert the transaction has in hand, as it is now."""
        ...

    def take_in(self, alerts: Iterable[Alert]) -> None:
        """Alerts read from the store; those in hand already stay as they are now."""
        ...

    def add(self, happening: Happening | None) -> Alert | None: ...


class NoiseControl:
    """One transaction's noise control around a docket."""

    def __init__(self, docket: Dealings, connection: Connection, at: datetime, rules: NoiseRules) -> None:
        self._docket, self._connection, self._at = docket, connection, at
        self._rules, self._limits = rules, rules.limits

    def settle(self, said: Sequence[Happening]) -> None:
        """Let happen what follows from ``said``."""
        touched = list(dict.fromkeys(h.alert_id for h in said))
        raised = list(dict.fromkeys(h.alert_id for h in said if h.kind is HappeningKind.RAISED))
        news = list(dict.fromkeys(h.alert_id for h in said if h.kind in _NEWS))
        self._load(touched, raised, news)
        for alert in self._now(news):
            self._docket.add(chatter.chattering(alert, self._at, self._limits))
        if raised:
            self._take_out(self._now(raised), self._windows())
            self._suppress(self._now(raised))
        self._release([alert for alert in self._now(touched) if not lasts(alert)])
        self._thread([alert for alert in self._now(news) if alert.links and not alert.unlinked])

    def join(self, said: Happening, other_id: str) -> Happening:
        """The link an officer asked for, in the incident of the other alert; both get one when it has none."""
        alert, other = self._docket.find(said.alert_id), self._docket.find(other_id)
        if alert is None or other is None:
            raise life.Refusal(f"没有编号为 {other_id} 的预警")
        if alert.incident_id and alert.incident_id == other.incident_id:
            raise life.Refusal("已在同一事件")
        incident_id = other.incident_id or alert.incident_id or self._new_incident()
        if other.incident_id != incident_id:
            mine = replace(said, incident_id=incident_id, parent_id=alert.id)
            self._docket.add(replace(mine, alert_id=other.id, version=other.version + 1))
        return replace(said, incident_id=incident_id)

    def follow(self, windows: Iterable[ServiceWindow]) -> None:
        """Service windows have changed: what they cover goes out of sight, what they covered comes back."""
        for window in windows:
            name = f"{window.subject_kind}:{window.subject_id}"
            if window.holds:
                covered = alert_table.c.rule_id == window.subject_id
                found = self._read(covered) if window.subject_kind == RULE else self._hanging_on([name])
                self._docket.take_in(found)
                self._take_out(self._now([alert.id for alert in found]), [window])
            elif not window.is_open:
                found = self._hanging_on([f"window:{window.id}"])
                self._docket.take_in(found)
                self._bring_back([a for a in self._now([a.id for a in found]) if a.suppressed_by == window.id])

    # ------------------------------------------------------------------------------------ private

    def _load(self, touched: Sequence[str], raised: Sequence[str], news: Sequence[str]) -> None:
        """Every alert that may matter to these, with few queries."""
        links = {link for alert in self._now(news) for link in alert.links}
        for alert in self._now(raised):
            graph = self._rules.suppression
            for edge in (*graph.of_rule(alert.rule_id), *graph.by_cause(alert.rule_id)):
                links |= things(alert, edge.on)
        links |= {f"cause:{alert.id}" for alert in self._now(touched) if not lasts(alert)}
        self._docket.take_in(self._hanging_on(sorted(links)))

    def _take_out(self, alerts: Iterable[Alert], windows: Sequence[ServiceWindow]) -> None:
        for alert in alerts:
            window = next((w for w in windows if w.covers(alert, self._limits.life_safety)), None)
            if window is not None and alert.is_open and alert.visibility is Visibility.VISIBLE:
                self._say(HappeningKind.TAKEN_OUT, alert, text=window.id, until=window.ends_at)

    def _bring_back(self, alerts: Iterable[Alert]) -> None:
        windows = self._windows()
        for alert in alerts:
            shown = self._docket.add(life.showing(alert, self._at))
            if shown is not None:
                self._take_out([shown], windows)

    def _suppress(self, raised: Sequence[Alert]) -> None:
        """A new alert may be the cause of those in sight, or the consequence of one."""
        graph, new = self._rules.suppression, {alert.id for alert in raised}
        if not graph.edges:
            return
        every = sorted(self._docket.known(), key=lambda alert: (alert.occurred_at, alert.key))
        by_thing: dict[str, list[Alert]] = {}
        for cause in every:
            for edge in graph.by_cause(cause.rule_id) if lasts(cause) else ():
                for thing in things(cause, edge.on):
                    by_thing.setdefault(thing, []).append(cause)
        for alert in every:
            if not may_be_suppressed(alert):
                continue
            near = (cause for link in (*alert.links, *alert.within) for cause in by_thing.get(link, ()))
            causes = [c for c in near if (c.id in new or alert.id in new) and graph.why(c, alert)]
            if causes:
                cause = min(causes, key=lambda c: (c.occurred_at, c.key))
                self._say(HappeningKind.SUPPRESSED, alert, text=cause.id)

    def _release(self, ended: Sequence[Alert]) -> None:
        """What these kept quiet is shown, or has another cause."""
        gone = {alert.id for alert in ended}
        for alert in sorted(self._docket.known(), key=lambda a: (a.occurred_at, a.key)):
            if alert.visibility is Visibility.SUPPRESSED and alert.suppressed_by in gone:
                shown = self._docket.add(life.showing(alert, self._at))
                if shown is not None:
                    self._docket.take_in(self._hanging_on(sorted({*shown.links, *shown.within})))
                    self._suppress([shown])

    def _thread(self, news: Sequence[Alert]) -> None:
        """Put what belongs together into one incident; two that turn out to be one become one."""
        if not news:
            return
        asked = {link for alert in news for link in alert.links}
        pool = [a for a in self._docket.known() if self._is_young(a) and asked & set(a.links)]
        new = {alert.id for alert in news}
        for members in incident.threads(pool, self._limits.link_window):
            if len(members) > 1 and any(alert.id in new for alert in members):
                self._join(members)

    def _join(self, members: Sequence[Alert]) -> None:
        incidents = sorted({alert.incident_id for alert in members if alert.incident_id})
        incident_id = incidents[0] if incidents else self._new_incident()
        if len(incidents) > 1:
            others = self._hanging_on([f"incident:{one}" for one in incidents[1:]])
            self._docket.take_in(others)
            known = {alert.id for alert in members}
            members = (*members, *(a for a in self._now([o.id for o in others]) if a.id not in known))
        for alert in members:
            if alert.incident_id != incident_id and not alert.unlinked and (alert.incident_id or alert.is_open):
                nearest = min((a for a in members if a.id != alert.id), key=lambda a: _nearness(alert, a))
                why = alert.linked_why or incident.why_linked(alert, nearest)
                self._say(HappeningKind.LINKED, alert, incident_id=incident_id, text=why, parent_id=nearest.id)

    def _is_young(self, alert: Alert) -> bool:
        """Whether a new alert may still belong to it."""
        ended = alert.closed_at
        return alert.is_open or (ended is not None and ended > self._at - self._limits.link_window)

    def _say(self, kind: HappeningKind, alert: Alert, **fields: Any) -> None:
        self._docket.add(by_engine(kind, alert.id, alert.version + 1, self._at, **fields))

    def _now(self, alert_ids: Iterable[str]) -> list[Alert]:
        return [alert for alert_id in alert_ids if (alert := self._docket.find(alert_id)) is not None]

    def _new_incident(self) -> str:
        day = f"SJ-{local(self._at):%m%d}"
        return f"{day}-{rows.take_numbers(self._connection, day):03d}"

    def _windows(self) -> tuple[ServiceWindow, ...]:
        return casework.open_by_id(self._connection, WINDOWS)

    def _hanging_on(self, links: Sequence[str]) -> list[Alert]:
        """The alerts that hang on any of these and are open or ended within the link window."""
        found: dict[str, Alert] = {}
        for start in range(0, len(links), _MANY):
            hang = select(alert_link.c.alert_id).where(alert_link.c.link.in_(links[start : start + _MANY]))
            found |= {alert.id: alert for alert in self._read(alert_table.c.id.in_(hang))}
        return list(found.values())

    def _read(self, where: Any) -> list[Alert]:
        since = self._at - self._limits.link_window
        young = or_(alert_table.c.is_open == true(), alert_table.c.ended_at > since)
        bodies = self._connection.execute(select(alert_table.c.body).where(where, young)).scalars()
        return [codec.decode(Alert, body) for body in bodies]


def _nearness(alert: Alert, other: Alert) -> tuple[bool, Any, datetime, str]:
    shared = bool(set(alert.links) & set(other.links))
    return not shared, incident.gap(alert, other), other.occurred_at, other.key


# The happenings that say what an alert hangs on.
HANGING = frozenset({HappeningKind.RAISED, HappeningKind.SUPPRESSED, HappeningKind.TAKEN_OUT, HappeningKind.LINKED})


def write_links(connection: Connection, said: Iterable[Happening]) -> None:
    """Put down what alerts hang on since these happened."""
    found: dict[tuple[str, str], datetime] = {}
    for happening in said:
        for link in _links(happening):
            found[link, happening.alert_id] = happening.at
    values = [{"link": link, "alert_id": alert_id, "at": at} for (link, alert_id), at in found.items()]
    rows.upsert(connection, alert_link, values)


def _links(happening: Happening) -> Sequence[str]:
    match happening.kind:
        case HappeningKind.RAISED if happening.detection is not None:
            return sorted({*happening.detection.links, *happening.detection.within})
        case HappeningKind.SUPPRESSED:
            return [f"cause:{happening.text}"]
        case HappeningKind.TAKEN_OUT:
            return [f"window:{happening.text}"]
        case HappeningKind.LINKED:
            return [f"incident:{happening.incident_id}"]
        case _:
            return ()


def incident_members(connection: Connection, incident_id: str) -> tuple[Alert, ...]:
    """The alerts of one incident, by their beginning; empty when there is none of that number."""
    hang = select(alert_link.c.alert_id).where(alert_link.c.link == f"incident:{incident_id}")
    bodies = connection.execute(select(alert_table.c.body).where(alert_table.c.id.in_(hang))).scalars()
    members = [alert for alert in codec.decode_all(Alert, bodies) if alert.incident_id == incident_id]
    return tuple(sorted(members, key=lambda alert: (alert.occurred_at, alert.id)))
