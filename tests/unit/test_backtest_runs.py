"""Do DuckDB and the definition agree on events in a row, chains, trips and counts at different places?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings

from services.domain.definition import hits
from services.history.replay import replayed
from tests.unit.test_backtest_hits import BAD, BY, GOOD, batches, events_of, fill, found, no_lists, rule

OUT, BACK = "lane < 2", "lane >= 1 AND speed_kmh > 0"
TRIPS: dict[str, Any] = {
    "kind": "trips", "by": BY, "out": OUT, "back": BACK, "longest_minutes": 60, "at_least": 2, "within_days": 1,
}  # fmt: skip
KINDS: dict[str, dict[str, Any]] = {
    "at different places": {
        "kind": "frequency", "by": ["lane"], "at_least": 2, "within_minutes": 90,
        "different": {"column": "plate_no", "at_least": 2},
    },
    "at different places on days with a gap": {
        "kind": "frequency", "by": ["lane"], "at_least": 1, "within_days": 2, "different_days": 2, "gap_minutes": 60,
        "different": {"column": "plate_no", "at_least": 2},
    },
    "chain": {"kind": "chain", "by": BY, "gap_minutes": 10, "hold_minutes": 12},
    "long chain": {"kind": "chain", "by": ["lane"], "gap_minutes": 600, "hold_minutes": 1500},
    "trips": TRIPS,
    "one trip to another place": {
        **TRIPS, "by": ["lane"], "out": "speed_kmh >= 0", "back": "speed_kmh >= 0", "at_least": 1,
        "place_column": "plate_no", "places": "different",
    },
    "trips on one route": {
        **TRIPS, "by": ["lane"], "out": "speed_kmh >= 0", "back": "speed_kmh >= 0", "place_column": "plate_no",
        "same_route": True, "longest_minutes": 1440, "within_days": 3,
    },
    "trips back to the place": {**TRIPS, "place_column": "plate_no", "places": "same"},
}  # fmt: skip


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        yield connection


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(batch=batches)
def test_that_the_sql_of_what_comes_one_after_another_hits_what_its_definition_says(duck, kind, batch):
    version = rule(where="opacity_pct > 29 OR opacity_pct IS NULL", unless="lane = 3", detect=KINDS[kind])
    events = events_of(batch)
    wanted = hits(version.rule, events, no_lists)
    assert found(duck, version, events) == wanted


@pytest.mark.parametrize(("at_least", "different_days"), [(2, 1), (3, 2)])
@settings(max_examples=25, deadline=None)
@given(batch=batches)
def test_that_a_row_in_sql_ends_with_a_clean_reading_as_its_definition_says(duck, at_least, different_days, batch):
    detect = {
        "kind": "consecutive", "by": BY, "at_least": at_least, "within_days": 3, "different_days": different_days,
    }  # fmt: skip
    version = rule(where=BAD, clear=GOOD, detect=detect)
    events = events_of(batch)
    assert found(duck, version, events) == hits(version.rule, events, no_lists)


@settings(max_examples=20, deadline=None)
@given(batch=batches)
def test_that_a_replay_of_a_row_through_the_detector_hits_the_same(duck, batch):
    detect = {"kind": "consecutive", "by": BY, "at_least": 2, "within_days": 1}
    version = rule(where=BAD, clear=GOOD, detect=detect)
    events = events_of(batch)
    fill(duck, events)
    told = {(events[n].source, events[n].event_id) for n, _ in replayed(duck, version.rule, no_lists)}
    assert told == hits(version.rule, events, no_lists)
