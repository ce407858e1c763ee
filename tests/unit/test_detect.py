"""Do the online detectors find what the definition says, in whatever order events come?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.alert import AlertLevel
from services.domain.condition import columns_of
from services.domain.definition import hits
from services.domain.detect import detector
from services.domain.detector import Outcome, Past, Seed
from services.domain.event import Event
from services.domain.rule import Found, Rule
from services.domain.rule_file import rule_from
from services.domain.watchlist import WatchlistEntry

START = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)  # 20:00 in Shanghai


@dataclass(frozen=True, slots=True)
class Visit:
    who: str | None
    place: str
    known: int = 0


def rule(**detect: object) -> Rule:
    table = {
        "id": "R-1",
        "version": 1,
        "title": "来访 {count} 次",
        "text": "来访",
        "event": "visit",
        "scene": "community",
        "where": "known = 0",
        "detect": detect,
        "level": "entry" if detect["kind"] == "watchlist" else "yellow",
        "key": "{who}|{place}",
        "subject": "{place}",
        "wall_subject": "{place}",
        "subject_kind": "estate",
        "subject_id": "{place}",
        "place": "{place}",
        "privacy": "测试",
        "tests": [],
    }
    return rule_from(table, "R-1.toml", {"visit": columns_of(Visit)})


def often(at_least: int = 3, within_days: int = 2, different_days: int = 1) -> Rule:
    return rule(
        kind="frequency",
        by=["who", "place"],
        at_least=at_least,
        within_days=within_days,
        different_days=different_days,
    )


def visit(number: int, hours: float, who: str | None = "甲", place: str = "东", known: int = 0) -> Event:
    return Event("gate", str(number), "visit", START + timedelta(hours=hours), Visit(who, place, known))


def nothing_before(_key: object, _since: datetime) -> Sequence[Event]:
    return ()


def nobody_listed(_list: str) -> Mapping[str, Sequence[WatchlistEntry]]:
    return {}


def past(seed: Seed = nothing_before) -> Past:
    return Past(seed, lambda _since: (), lambda: START + timedelta(days=3650))  # a store that must be asked


def found(some: Rule, events: Sequence[Event], seed: Seed = nothing_before, listed=nobody_listed) -> list[Found]:
    online = detector(some, past(seed), listed)
    said = [hit for event in events if some.matches(event.record) is True for hit in online.feed(event)]
    return [hit for hit in said if isinstance(hit, Found)]


def names(some: Sequence[Outcome]) -> list[str]:
    return [hit.event.event_id for hit in some]


# --------------------------------------------------------------------------------------- by examples


def test_that_the_nth_event_in_the_window_is_the_first_hit() -> None:
    events = [visit(i, i) for i in range(4)]
    assert names(found(often(3), events)) == ["2", "3"]


def test_that_an_event_exactly_one_window_old_no_longer_counts() -> None:
    just_out = [visit(0, 0), visit(1, 1), visit(2, 48)]
    just_in = [visit(0, 0.01), visit(1, 1), visit(2, 48)]
    assert names(found(often(3, within_days=2), just_out)) == []
    assert names(found(often(3, within_days=2), just_in)) == ["2"]


def test_that_different_days_are_days_of_shanghai() -> None:
    before_and_after_midnight = [visit(0, 0), visit(1, 3.9), visit(2, 4.1)]  # 20:00, 23:54, 00:06
    assert names(found(often(3, different_days=2), before_and_after_midnight)) == ["2"]
    assert names(found(often(3, different_days=3), before_and_after_midnight)) == []


def test_that_keys_are_counted_apart_and_a_missing_key_is_never_counted() -> None:
    apart = [visit(0, 0), visit(1, 1, place="西"), visit(2, 2, who="乙")]
    nameless = [visit(i, i, who=None) for i in range(5)]
    assert found(often(2), [*apart, *nameless]) == []


def test_that_a_hit_tells_its_window() -> None:
    (hit,) = found(often(3, within_days=2), [visit(0, 0), visit(1, 40), visit(2, 50), visit(3, 60)])
    assert hit.figures == {
        "count": 3,
        "days": 2,
        "first_at": START + timedelta(hours=40),
        "last_at": START + timedelta(hours=60),
    }
    assert hit.event_ids == ("1", "2", "3")


def test_that_a_late_event_can_make_a_hit_of_the_one_after_it() -> None:
    late = [visit(0, 0), visit(2, 2), visit(1, 1)]
    assert names(found(often(3), late)) == ["2"]


def test_that_a_window_is_seeded_from_the_store_once_and_old_hits_are_not_told_again() -> None:
    asked: list[tuple[object, datetime]] = []

    def seed(key: object, since: datetime) -> Sequence[Event]:
        asked.append((key, since))
        return [visit(i, i) for i in range(3)]

    assert names(found(often(3), [visit(3, 3), visit(4, 4)], seed)) == ["3", "4"]
    assert asked == [(("甲", "东"), START + timedelta(hours=3) - timedelta(days=4))]


def test_that_what_is_forgotten_is_seeded_again() -> None:
    online = detector(often(2), past(), nobody_listed)
    assert not online.feed(visit(0, 0))
    online.forget()
    assert not online.feed(visit(1, 1))
    assert len(online.feed(visit(2, 2))) == 1


def entry(level: AlertLevel, begin: float, end: float, reason: str = "协查") -> WatchlistEntry:
    hour = timedelta(hours=1)
    return WatchlistEntry("1", "people", "甲", reason, level, "公安", START + begin * hour, START + end * hour)


def test_that_an_entry_speaks_while_it_is_valid_and_the_highest_speaks_first() -> None:
    entries = {"甲": [entry(AlertLevel.ORANGE, 0, 10), entry(AlertLevel.RED, 2, 4, "紧急")]}
    watch = rule(kind="watchlist", list="people", match="who")
    some = found(watch, [visit(0, -1), visit(1, 0), visit(2, 2), visit(3, 4), visit(4, 10)], listed=lambda _: entries)
    assert [(hit.event.event_id, hit.level) for hit in some] == [
        ("1", AlertLevel.ORANGE),
        ("2", AlertLevel.RED),
        ("3", AlertLevel.ORANGE),
    ]
    assert some[1].figures["listed_reason"] == "紧急"
    assert watch.detection(some[1]).level is AlertLevel.RED


# ------------------------------------------------------------------------------ against the definition

VISITS = st.lists(
    st.builds(
        lambda hours, who, place, known: (hours, who, place, known),
        st.integers(0, 40 * 4).map(lambda quarters: quarters / 4),
        st.sampled_from(["甲", "乙", None]),
        st.sampled_from(["东", "西"]),
        st.sampled_from([0, 0, 0, 1]),
    ),
    max_size=25,
)
RULES = st.builds(often, st.integers(1, 4), st.integers(1, 2), st.integers(1, 3))


@settings(max_examples=300, deadline=None)
@given(some=RULES, visits=VISITS, data=st.data())
def test_that_online_hits_are_those_of_the_definition_in_any_order_and_with_doubles(
    some: Rule, visits: list[tuple[float, str | None, str, int]], data: st.DataObject
) -> None:
    events = [visit(i, *what) for i, what in enumerate(visits)]
    doubles = data.draw(st.lists(st.sampled_from(events), max_size=5)) if events else []
    sent = data.draw(st.permutations([*events, *doubles]))
    told = names(found(some, sent))
    assert len(told) == len(set(told))
    assert {("gate", name) for name in told} == hits(some, events, nobody_listed)


@settings(max_examples=150, deadline=None)
@given(some=RULES, visits=VISITS, data=st.data())
def test_that_a_restart_between_any_two_events_finds_the_same(
    some: Rule, visits: list[tuple[float, str | None, str, int]], data: st.DataObject
) -> None:
    events = data.draw(st.permutations([visit(i, *what) for i, what in enumerate(visits)]))
    restarts = data.draw(st.sets(st.integers(0, len(events))))
    stored: list[Event] = []

    def seed(key: tuple[object, ...], since: datetime) -> list[Event]:
        return [
            event
            for event in stored
            if (event.record.who, event.record.place) == key
            and event.occurred_at >= since
            and some.matches(event.record) is True
        ]

    online = detector(some, past(seed), nobody_listed)
    told: list[str] = []
    for i, event in enumerate(events):
        if i in restarts:
            online.forget()
        if some.matches(event.record) is True:
            told += names(online.feed(event))
        stored.append(event)
    assert sorted(told) == sorted(name for _, name in hits(some, events, nobody_listed))


@pytest.mark.parametrize("kind", ["attribute", "watchlist"])
def test_that_a_rule_over_single_events_finds_what_the_definition_says(kind: str) -> None:
    some = rule(kind="attribute") if kind == "attribute" else rule(kind="watchlist", list="people", match="who")
    listed = lambda _: {"甲": [entry(AlertLevel.RED, 1, 3)]}  # noqa: E731
    events = [visit(i, i, known=i % 2) for i in range(6)]
    assert {("gate", name) for name in names(found(some, events, listed=listed))} == hits(some, events, listed)
