"""Runs the rules over what arrives, inside the transaction that stores it."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, false, select

from services.domain.alert import Detection
from services.domain.condition import Sort, columns_of
from services.domain.detect import Detector, Key, Seed, detector
from services.domain.event import Event
from services.domain.rule import Clearing, Frequency, Rule, WatchList
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
        self._by_kind: dict[str, list[tuple[Rule, Detector]]] = {}
        for rule in rules:
            armed = (rule, detector(rule, self._seed_for(rule), self._listed))
            self._by_kind.setdefault(rule.event, []).append(armed)

    def detections(self, events: Sequence[Event], reader: Connection) -> Sequence[Detection | Clearing]:
        """What the rules find in these events, each rule's findings in the order of the events.

        Through ``reader`` the store is as it was before these events.
        """
        found: list[Detection | Clearing] = []
        self._reader = reader
        try:
            for kind, some in _by_kind(events).items():
                for rule, online in self._by_kind.get(kind, ()):
                    if isinstance(rule.detect, WatchList):
                        self._renew_lists(reader)
                    found += self._run(rule, online, some)
        finally:
            self._reader = None
        return found

    def forget(self) -> None:
        """The transaction failed: windows are seeded again from what the store really has."""
        self._lists_number = -1
        for armed in self._by_kind.values():
            for _, online in armed:
                online.forget()

    def _run(self, rule: Rule, online: Detector, events: Sequence[Event]) -> Iterator[Detection | Clearing]:
        matches, clears = rule.matches, rule.clears
        for event in events:
            try:
                if matches(event.record) is True:
                    for hit in online.feed(event):
                        detection = rule.detection(hit)
                        if self._is_fresh(rule, detection) and not self._is_quiet(rule, detection):
                            yield detection
                elif clears is not None and clears(event.record) is True:
                    yield rule.clearing(event.record)
            except _ODD_RECORD:
                if rule.id not in self._odd:
                    self._odd.add(rule.id)
                    log.exception("rule %s v%d left out event %s", rule.id, rule.version, event.event_id)

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

    def _seed_for(self, rule: Rule) -> Seed:
        def seed(key: Key, since: datetime) -> Iterator[Event]:
            assert isinstance(rule.detect, Frequency)
            return self._history(rule, dict(zip(rule.detect.by, key, strict=True)), since)

        return seed

    def _history(self, rule: Rule, equal: Mapping[str, object], since: datetime) -> Iterator[Event]:
        """The stored events of one key that met the rule's condition: one query on an index."""
        if self._reader is None:
            return
        spec = event_table(rule.event)
        table = spec.table
        query = (
            select(table, inbox.c.source.label("of_source"), inbox.c.event_id.label("of_event"))
            .join(inbox, inbox.c.seq == table.c.seq)
            .where(table.c.occurred_at >= since, *(table.c[name] == value for name, value in equal.items()))
        )
        for row in self._reader.execute(query).mappings():
            record = spec.record(**{name: row[name] for name in rule.columns})
            if rule.matches(record) is True:
                yield Event(row["of_source"], row["of_event"], rule.event, row["occurred_at"], record)

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
