"""Runs the tests a rule file brings with it, on the online detector and on the definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from services.domain.alert import AlertLevel, Detection
from services.domain.condition import Sort, fields_of
from services.domain.definition import hits
from services.domain.detect import detector
from services.domain.detector import Detector, Listed, Outcome, Past
from services.domain.event import Event
from services.domain.kinds import Follow, WatchList
from services.domain.order import order
from services.domain.rule import Found, Rule, RuleTest
from services.domain.watchlist import WatchlistEntry

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # of a test event without a moment of its own
NOTHING_BEFORE = Past(lambda _key, _since: (), lambda _since: (), lambda: None)
FOREVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def failures(rule: Rule) -> tuple[str, ...]:
    """What the rule's own tests complain of, in Chinese; empty when they pass."""
    return tuple(complaint for test in rule.tests for complaint in _complaints(rule, test))


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule made of a test's events."""

    detections: Sequence[Detection]
    by_definition: int


def tried(rule: Rule, test: RuleTest) -> Trial:
    events = sorted(_events(rule, test), key=order)
    listed = _listed(rule, test)
    online = detector(rule, NOTHING_BEFORE, listed)
    said = [outcome for event in events for outcome in told(rule, online, event)]
    if test.looked_at is not None:
        said += online.due(test.looked_at)
    found = [rule.detection(hit) for hit in said if isinstance(hit, Found)]
    return Trial(found, len(hits(rule, events, listed, test.looked_at)))


def told(rule: Rule, online: Detector, event: Event) -> Sequence[Outcome]:
    """What one event makes a detector say."""
    detect = rule.detect
    answered: Sequence[Outcome] = ()
    if isinstance(detect, Follow) and event.kind == detect.event and detect.holds(event.record) is True:
        answered = online.then(event)
    if event.kind != rule.event:
        return answered
    if rule.matches(event.record) is True:
        return [*answered, *online.feed(event)] if answered else online.feed(event)
    if answered:
        return answered
    return online.good(event) if rule.clears is not None and rule.clears(event.record) is True else ()


def _complaints(rule: Rule, test: RuleTest) -> Iterator[str]:
    trial = tried(rule, test)
    count = len(trial.detections)
    if count != test.detections:
        yield f"{rule.file}: 自带测试“{test.name}”应检出 {test.detections} 次，实际 {count} 次"
    if count != trial.by_definition:
        yield f"{rule.file}: 自带测试“{test.name}”在线检出 {count} 次，按定义为 {trial.by_definition} 次"
    if test.level is not None and count and trial.detections[-1].level is not test.level:
        yield f"{rule.file}: 自带测试“{test.name}”级别应为 {test.level.name}，实际 {trial.detections[-1].level.name}"


def _events(rule: Rule, test: RuleTest) -> Iterator[Event]:
    """The test's events; ``times`` and ``every_hours`` spell a series. A column not named is NULL."""
    number = 0
    columns = [*rule.columns, *_then_columns(rule)]
    for given in test.events:
        first = given.get("occurred_at", NOON)
        kind = given.get("kind_of", rule.event)
        for i in range(given.get("times", 1)):
            at = first + timedelta(hours=given.get("every_hours", 1) * i)
            moments = {name: at for name, sort in rule.columns.items() if sort is Sort.TIME}
            record = SimpleNamespace(**{**dict.fromkeys(columns), **moments, **given})
            yield Event("test", f"{(number := number + 1):05d}", kind, at, record)


def _then_columns(rule: Rule) -> Sequence[str]:
    detect = rule.detect
    return [*detect.then_by, *fields_of(detect.then)] if isinstance(detect, Follow) else ()


def _listed(rule: Rule, test: RuleTest) -> Listed:
    entries: dict[str, list[WatchlistEntry]] = {}
    if isinstance(rule.detect, WatchList):
        for line in test.listed:
            entry = _entry(rule.detect.list, line)
            entries.setdefault(entry.value, []).append(entry)
    return lambda _list: entries


def _entry(name: str, line: Mapping[str, Any]) -> WatchlistEntry:
    return WatchlistEntry(
        "",
        name,
        line["value"],
        line.get("reason", ""),
        AlertLevel[line.get("level", "orange").upper()],
        line.get("owner", ""),
        line.get("valid_from", FOREVER[0]),
        line.get("valid_until", FOREVER[1]),
    )
