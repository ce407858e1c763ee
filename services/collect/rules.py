"""Runs the rules over what arrives, inside the transaction that stores it."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, false, func, select

from services.domain.alert import Detection
from services.domain.condition import Sort, columns_of
from services.domain.detect import detector
from services.domain.detector import Detector, Key, Outcome, Past
from services.domain.event import Event
from services.domain.kinds import Absence, FirstSeen, WatchList
from services.domain.rule import Clearing, Excuse, Found, Rule
from services.domain.rule_check import failures
from services.domain.rule_file import RuleError, rule_from
from services.domain.watchlist import WatchlistEntry
from services.store import states
from services.store.events import event_table
from services.store.schema import EVENT_TABLES, inbox
from services.store.schema import alert as alert_table

log = logging.getLogger(__name__)

WATCHLIST = "watchlist"  # the topic

# What a record that is not as its type says can make of a checked condition or text.
_ODD_RECORD = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)

Lists = Mapping[str, Mapping[str, Sequence[WatchlistEntry]]]


def read_rules(folder: Path, override: Path | None = None) -> tuple[Rule, ...]:
    """Every rule file of ``folder``; a file of the same name in ``override`` takes its place, others add.

    Raises RuleError for a file that cannot be read, used, or that fails its own tests.
    """
    files = {file.name: file for place in (folder, override) if place for file in sorted(place.glob("*.toml"))}
    columns = event_columns()
    rules = tuple(_read(file, columns) for file in files.values())
    seen: dict[str, str] = {}
    for rule in rules:
        if rule.id in seen:
            raise RuleError(f"{rule.file}: id：{rule.id} 已用于 {seen[rule.id]}")
        seen[rule.id] = rule.file
    return rules


def event_columns() -> Mapping[str, Mapping[str, Sort]]:
    """What a rule may name, for each kind of event the store knows."""
    return {kind: columns_of(spec.record) for kind, spec in EVENT_TABLES.items()}


def _read(file: Path, columns: Mapping[str, Mapping[str, Sort]]) -> Rule:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as why:
        raise RuleError(f"{file.name}: 读不到规则文件：{why.strerror}") from why
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise RuleError(f"{file.name}: 不是有效的 TOML：{why}") from why
    rule = rule_from(table, file.name, columns)
    complaints = failures(rule)
    if complaints:
        raise RuleError("；".join(complaints))
    return rule


class RuleRunner:
    """The rules with what they remember. Called by one writer at a time.

    A rule that cannot digest a record is left out for that record and said once in the log; the
    others and the record itself go on.

    ``now`` tells how old an event is when it comes; without it (replay) every event is fresh.
    """

    def __init__(self, rules: Iterable[Rule], now: Callable[[], datetime] | None = None) -> None:
        self._now = now
        self._reader: Connection | None = None
        self._lists: Lists = {}
        self._lists_number = -1
        self._odd: set[str] = set()
        self._excused: dict[str, tuple[int, frozenset[object]]] = {}
        self._by_kind: dict[str, list[tuple[Rule, Detector]]] = {}
        for rule in rules:
            armed = (rule, detector(rule, self._past_of(rule), self._listed))
            self._by_kind.setdefault(rule.event, []).append(armed)

    def detections(self, events: Sequence[Event], reader: Connection) -> Sequence[Detection | Clearing]:
        """What the rules find in these events, each rule's findings in the order of the events.

        Through ``reader`` the store is as it was before these events.
        """
        found: list[Detection | Clearing] = []
        with self._reading(reader):
            for kind, some in _by_kind(events).items():
                for rule, online in self._by_kind.get(kind, ()):
                    if isinstance(rule.detect, WatchList):
                        self._renew_lists(reader)
                    found += self._run(rule, online, some)
        return found

    def due(self, now: datetime, reader: Connection) -> Sequence[Detection]:
        """What the rules find because time has passed. For the store to call, as ``detections``."""
        with self._reading(reader):
            return [
                detection
                for armed in self._by_kind.values()
                for rule, online in armed
                for hit in online.due(now)
                if (detection := self._said(rule, hit)) is not None
            ]

    @property
    def waits(self) -> bool:
        """Whether any rule finds something by the clock."""
        return any(isinstance(rule.detect, Absence) for armed in self._by_kind.values() for rule, _ in armed)

    def forget(self) -> None:
        """The transaction failed: windows are seeded again from what the store really has."""
        self._lists_number = -1
        self._excused.clear()
        for armed in self._by_kind.values():
            for _, online in armed:
                online.forget()

    @contextmanager
    def _reading(self, reader: Connection) -> Iterator[None]:
        self._reader = reader
        try:
            yield
        finally:
            self._reader = None

    def _run(self, rule: Rule, online: Detector, events: Sequence[Event]) -> Iterator[Detection | Clearing]:
        matches, clears = rule.matches, rule.clears
        for event in events:
            try:
                if matches(event.record) is True:
                    yield from self._worded(rule, online.feed(event))
                elif clears is not None and clears(event.record) is True:
                    yield from self._worded(rule, online.good(event))
            except _ODD_RECORD:
                if rule.id not in self._odd:
                    self._odd.add(rule.id)
                    log.exception("rule %s v%d left out event %s", rule.id, rule.version, event.event_id)

    def _worded(self, rule: Rule, outcomes: Iterable[Outcome]) -> Iterator[Detection | Clearing]:
        for outcome in outcomes:
            if not isinstance(outcome, Found):
                yield rule.clearing(outcome.event.record)
            elif (detection := self._said(rule, outcome)) is not None:
                yield detection

    def _said(self, rule: Rule, hit: Found) -> Detection | None:
        """The hit in words; None when the rule keeps quiet about it."""
        if rule.excuse is not None and self._is_excused(rule.id, rule.excuse, hit):
            return None
        detection = rule.detection(hit)
        if not self._is_fresh(rule, detection) or self._is_quiet(rule, detection):
            return None
        return None if self._was_told(rule, detection) or self._is_learning(rule, detection) else detection

    def _is_fresh(self, rule: Rule, detection: Detection) -> bool:
        """Whether it is lately enough to be somebody's task: a backlog is history, not an alert."""
        return rule.fresh is None or self._now is None or detection.occurred_at > self._now() - rule.fresh

    def _is_quiet(self, rule: Rule, detection: Detection) -> bool:
        """Whether an alert of this key was closed so lately that the rule says nothing yet."""
        if not rule.quiet or self._reader is None:
            return False
        closed = select(alert_table.c.id).where(
            alert_table.c.key == detection.key,
            alert_table.c.is_open == false(),
            alert_table.c.ended_at > detection.occurred_at - rule.quiet,
        )
        return self._reader.execute(closed.limit(1)).first() is not None

    def _was_told(self, rule: Rule, detection: Detection) -> bool:
        """Whether this very silence was told before a restart."""
        if not isinstance(rule.detect, Absence) or self._reader is None:
            return False
        raised = select(alert_table.c.id).where(
            alert_table.c.key == detection.key, alert_table.c.raised_at >= detection.occurred_at
        )
        return self._reader.execute(raised.limit(1)).first() is not None

    def _is_learning(self, rule: Rule, detection: Detection) -> bool:
        """Whether the feed is too young to call anything new."""
        if not isinstance(rule.detect, FirstSeen) or self._reader is None:
            return False
        table = event_table(rule.event).table
        older = select(table.c.seq).where(table.c.occurred_at <= detection.occurred_at - rule.detect.within)
        return self._reader.execute(older.limit(1)).first() is None

    def _is_excused(self, rule_id: str, excuse: Excuse, hit: Found) -> bool:
        """Whether a record of the excuse's topic speaks for it. Until that topic has been filled once
        nobody knows, and a lasting hit can wait: it is told again."""
        if self._reader is None:
            return False
        held = states.holding(self._reader, excuse.topic)
        if held is None or held.taken_at is None:
            return True
        number, excused = self._excused.get(rule_id, (-1, frozenset()))
        if number != held.content:
            records = states.read(self._reader, excuse.topic)
            excused = frozenset(getattr(record, excuse.match) for record in records if excuse.holds(record) is True)
            self._excused[rule_id] = held.content, excused
        return getattr(hit.event.record, excuse.of) in excused

    def _past_of(self, rule: Rule) -> Past:
        by = getattr(rule.detect, "by", ())

        def seed(key: Key, since: datetime) -> Iterator[Event]:
            return self._history(rule, dict(zip(by, key, strict=True)), since)

        return Past(seed, lambda since: self._latest(rule, by, since), lambda: self._newest(rule))

    def _history(self, rule: Rule, equal: Mapping[str, object], since: datetime) -> Iterator[Event]:
        """The stored events of one key that met ``where`` or ``clear``, newest first: one query on an index."""
        if self._reader is None:
            return
        spec = event_table(rule.event)
        table = spec.table
        query = (
            select(table, inbox.c.source.label("of_source"), inbox.c.event_id.label("of_event"))
            .join(inbox, inbox.c.seq == table.c.seq)
            .where(table.c.occurred_at >= since, *(table.c[name] == value for name, value in equal.items()))
            .order_by(table.c.occurred_at.desc())
        )
        clears = rule.clears
        for row in self._reader.execute(query).mappings():
            record = spec.record(**{name: row[name] for name in rule.columns})
            if rule.matches(record) is True or (clears is not None and clears(record) is True):
                yield Event(row["of_source"], row["of_event"], rule.event, row["occurred_at"], record)

    def _latest(self, rule: Rule, by: Sequence[str], since: datetime) -> Iterator[Event]:
        """The newest stored event that met ``where`` of each key heard since then."""
        if self._reader is None:
            return
        table = event_table(rule.event).table
        columns = [table.c[name] for name in by]
        heard = select(*columns).where(table.c.occurred_at >= since, *(c.is_not(None) for c in columns)).distinct()
        for key in self._reader.execute(heard).all():
            newest = next(self._history(rule, dict(zip(by, key, strict=True)), since), None)
            if newest is not None:
                yield newest

    def _newest(self, rule: Rule) -> datetime | None:
        table = event_table(rule.event).table
        return None if self._reader is None else self._reader.execute(select(func.max(table.c.occurred_at))).scalar()

    def _listed(self, name: str) -> Mapping[str, Sequence[WatchlistEntry]]:
        return self._lists.get(name, {})

    def _renew_lists(self, reader: Connection) -> None:
        """Read the watch lists again when they have changed; asking costs one look at one row."""
        held = states.holding(reader, WATCHLIST)
        number = held.content if held else 0
        if number == self._lists_number:
            return
        lists: dict[str, dict[str, list[WatchlistEntry]]] = {}
        for entry in states.read(reader, WATCHLIST) if held else ():
            lists.setdefault(entry.list, {}).setdefault(entry.value, []).append(entry)
        self._lists, self._lists_number = lists, number


def _by_kind(events: Sequence[Event]) -> Mapping[str, Sequence[Event]]:
    sorted_events: dict[str, list[Event]] = {}
    for event in events:
        sorted_events.setdefault(event.kind, []).append(event)
    return sorted_events
