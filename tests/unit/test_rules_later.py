"""Do bands, fences and expiries go on in a store, over restarts and on both databases, as if nothing had happened?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from services.collect.rules import RuleRunner, rules_from_texts
from services.domain.alert import Condition
from services.domain.event import Batch, Event
from services.domain.passage import Passage, PersonEvent
from services.domain.rule import Rule
from services.store.store import Store
from tests.unit.test_rules_reload import RULE

MONDAY = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def rule(where: str, detect: str) -> Rule:
    text = RULE.replace("speed_kmh > 80", where).replace('{ kind = "attribute" }', detect)
    return rules_from_texts({"R-T-1.toml": text[: text.index("[[tests]]")] + "tests = []\n"})[0]


def write_anew(store: Store, some: Rule) -> RuleRunner:
    runner = RuleRunner([some])
    store.use_rules(runner)
    return runner


def passage(number: int, at: datetime, **fields: Any) -> Event:
    given = {"checkpoint_name": "椒江二桥", "plate_no": "浙J11111", "lane": 1, **fields}
    return Event("viid", f"p{number:05d}", "passage", at, Passage(f"p{number:05d}", "c1", "d1", at, **given))


def person(number: int, at: datetime, checkpoint: str = "c1") -> Event:
    return Event("viid", f"q{number}", "person_event", at, PersonEvent(f"q{number}", "d1", at, checkpoint))


def take(store: Store, *events: Event) -> list[str]:
    at = max(event.occurred_at for event in events)
    return [alert.title for alert in store.take(Batch(events=events), "viid", at).alerts]


def due(store: Store, runner: RuleRunner, now: datetime) -> int:
    return len(store.report(lambda reader: runner.due(now, reader), now))


BUSY = '{ kind = "band", by = ["checkpoint_id"], direction = "high", spread = 2, least_samples = 3, least_move = 1 }'


def test_that_a_band_learns_from_the_store_after_a_restart(store: Store) -> None:
    some = rule("lane = 1", BUSY)
    write_anew(store, some)
    for week, count in enumerate((3, 4, 5, 4)):
        at = MONDAY + timedelta(weeks=week)
        assert take(store, *(passage(100 * week + i, at + i * MINUTE) for i in range(count))) == []
    now = MONDAY + timedelta(weeks=4)
    told = []
    for i in range(8):
        write_anew(store, some)
        told.append(len(take(store, passage(900 + i, now + i * MINUTE), passage(950 + i, now + i * MINUTE, lane=2))))
    assert told == [0, 0, 0, 0, 0, 1, 0, 0]


def test_that_a_history_of_weeks_in_one_batch_is_judged_as_in_many(sqlite_store: Store) -> None:
    events = [
        passage(100 * week + i, MONDAY + timedelta(weeks=week) + i * MINUTE)
        for week, count in enumerate((3, 4, 5, 4, 9))
        for i in range(count)
    ]
    write_anew(sqlite_store, rule("lane = 1", BUSY))
    (alert,) = sqlite_store.take(Batch(events=events), "viid", events[-1].occurred_at).alerts
    assert alert.occurred_at == MONDAY + timedelta(weeks=4) + 5 * MINUTE


FENCE = (
    '{ kind = "geofence", by = ["plate_no"], crossing = "dwell", dwell_minutes = 10, areas = ['
    '{ name = "油库", outline = [[121.0, 28.0], [121.1, 28.0], [121.1, 28.1], [121.0, 28.1]] }] }'
)


def test_that_a_stay_goes_on_over_restarts_and_leaving_returns_to_normal(store: Store) -> None:
    some = rule("plate_no <> ''", FENCE)
    touched: list[int] = []
    for i, lon in enumerate((120.9, 121.05, 121.05, 121.05, 120.9)):
        write_anew(store, some)
        touched.append(len(take(store, passage(i, MONDAY + 5 * i * MINUTE, lon=lon, lat=28.05))))
    assert touched == [0, 0, 0, 1, 1]
    (alert,) = store.snapshot("alerts", MONDAY).records
    assert alert.condition is Condition.RTN


EXPIRY = (
    '{ kind = "expiry", by = ["checkpoint_id"], then = "person_id <> \'\'", then_event = "person_event", '
    "within_minutes = 15, grace_minutes = 1 }"
)


def test_that_an_expiry_runs_on_over_restarts_is_told_once_and_ends_with_a_late_answer(store: Store) -> None:
    some = rule("lane = 1", EXPIRY)
    write_anew(store, some)
    assert take(store, passage(1, MONDAY)) == []
    runner = write_anew(store, some)
    assert due(store, runner, MONDAY + 15 * MINUTE) == 0
    runner = write_anew(store, some)
    assert due(store, runner, MONDAY + 16 * MINUTE) == 1
    for minutes in (17, 600):
        assert due(store, write_anew(store, some), MONDAY + minutes * MINUTE) == 0
    runner = write_anew(store, some)
    take(store, person(1, MONDAY + 601 * MINUTE))
    due(store, runner, MONDAY + 602 * MINUTE)
    (alert,) = store.snapshot("alerts", MONDAY + 601 * MINUTE).records
    assert (alert.condition, alert.count) == (Condition.RTN, 1)


def test_that_an_answer_before_or_after_a_restart_keeps_an_expiry_from_being_told(store: Store) -> None:
    some = rule("lane = 1", EXPIRY)
    write_anew(store, some)
    take(store, passage(1, MONDAY), person(1, MONDAY + 5 * MINUTE))
    assert due(store, write_anew(store, some), MONDAY + 60 * MINUTE) == 0
    take(store, passage(2, MONDAY + 70 * MINUTE))
    write_anew(store, some)
    take(store, person(2, MONDAY + 75 * MINUTE, "c2"), person(3, MONDAY + 80 * MINUTE))
    assert due(store, write_anew(store, some), MONDAY + 200 * MINUTE) == 0


def test_that_one_odd_answer_is_left_out_and_the_others_count(sqlite_store: Store, caplog: Any) -> None:
    wrong: Sequence[Any] = (5, "6")
    odd = [passage(10 + i, MONDAY + MINUTE, speed_kmh=speed) for i, speed in enumerate(wrong)]
    some = rule("lane = 2", '{ kind = "sequence", by = ["plate_no"], then = "speed_kmh > 1", within_minutes = 5 }')
    runner = RuleRunner([some])
    with sqlite_store.read() as reader:
        found = runner.detections([passage(1, MONDAY, lane=2), *odd], reader)
    assert len(found) == 1
    assert "left out" in caplog.text
