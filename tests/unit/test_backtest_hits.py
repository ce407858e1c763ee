"""What DuckDB finds is what the definition says, on any events: NULLs, NaN, ties and doubles of a moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.alert import AlertLevel
from services.domain.definition import hits
from services.domain.event import Event
from services.domain.passage import Passage
from services.domain.watchlist import WatchlistEntry
from services.history.archive import columns_of, make_table, ordered, put_chunk
from services.history.dialect import condition, holds
from services.history.hits import hits_sql
from services.history.replay import replayed
from services.history.run import put_lists
from services.history.version import Version, version_of
from services.store.events import event_table, typed_columns

START = datetime(2026, 11, 1, 15, 30, tzinfo=UTC)  # half an hour before a Shanghai midnight
BASE: dict[str, Any] = {
    "id": "R-X",
    "version": 1,
    "title": "x",
    "text": "x",
    "event": "passage",
    "scene": "checkpoints",
    "key": "{plate_no}",
    "level": "blue",
    "subject_kind": "passage",
    "subject_id": "{passage_id}",
    "subject": "x",
    "wall_subject": "x",
    "place": "x",
    "privacy": "x",
    "tests": [{"name": "x", "events": [], "detections": 0}],
}
BY = ["plate_no"]
BAD, GOOD = "opacity_pct > 50", "opacity_pct < 30"

maybe = st.none() | st.sampled_from([0.0, 29.9, 30.0, 40.0, 50.0, 50.5, 80.0, float("nan")])
passages = st.builds(
    lambda minute, plate, opacity, speed, lon, lat, lane: (minute, plate, opacity, speed, lon, lat, lane),
    st.integers(0, 4 * 24 * 60) | st.integers(0, 12) | st.sampled_from([30, 60, 24 * 60, 24 * 60 + 30]),
    st.none() | st.sampled_from(["A", "B", "C"]),
    maybe,
    st.none() | st.sampled_from([0.0, 10.0, 60.5]),
    st.none() | st.sampled_from([121.40, 121.42, 121.90]),
    st.none() | st.sampled_from([28.60, 28.70]),
    st.integers(0, 3),
)
batches = st.lists(passages, max_size=40)


def events_of(batch: Sequence[tuple[Any, ...]]) -> list[Event]:
    """Two sources whose ids interleave, so that a tie of moments is broken by both names."""
    made = []
    for i, (minute, plate, opacity, speed, lon, lat, lane) in enumerate(batch):
        at = START + timedelta(minutes=minute)
        name = f"{(i * 7) % 40:02d}"
        record = Passage(
            passage_id=name,
            checkpoint_id="c",
            device_id="d",
            passed_at=at,
            plate_no=plate,
            opacity_pct=opacity,
            speed_kmh=speed,
            lon=lon,
            lat=lat,
            lane=lane,
            has_plate=plate is not None,
        )
        made.append(Event("ab"[i % 2], name, "passage", at, record))
    return made


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        yield connection


def fill(duck: duckdb.DuckDBPyConnection, events: list[Event]) -> None:
    spec = event_table("passage")
    columns = columns_of(spec)
    said, values = typed_columns(spec, events, list(range(len(events))))
    by_name = dict(zip(said, values, strict=True))
    by_name |= {
        "_seq": by_name["seq"],
        "_at": by_name["passed_at"],
        "_source": [e.source for e in events],
        "_id": [e.event_id for e in events],
    }
    duck.execute("DROP TABLE IF EXISTS events")
    make_table(duck, "arrived", columns)
    if events:
        put_chunk(duck, "arrived", columns, [by_name[c.name] for c in columns])
    duck.execute(f"CREATE TABLE events AS {ordered('arrived')}")


def rule(**said: Any) -> Version:
    return version_of({**BASE, **said}, "x.toml")


def found(duck: duckdb.DuckDBPyConnection, version: Version, events: list[Event]) -> set[tuple[str, str]]:
    fill(duck, events)
    sql = hits_sql(version)
    assert sql is not None
    rows = duck.execute(f'SELECT "_seq" FROM ({sql})').fetchall()
    assert len(rows) == len(set(rows))
    return {(events[seq].source, events[seq].event_id) for (seq,) in rows}


def moment(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def no_lists(_name: str) -> dict[str, list[WatchlistEntry]]:
    return {}


WINDOWED = {
    "attribute": {"kind": "attribute"},
    "frequency": {"kind": "frequency", "by": BY, "at_least": 3, "within_days": 1},
    "frequency on days": {"kind": "frequency", "by": BY, "at_least": 3, "within_days": 2, "different_days": 2},
    "frequency on three days": {"kind": "frequency", "by": BY, "at_least": 1, "within_days": 3, "different_days": 3},
    "frequency by two": {"kind": "frequency", "by": ["plate_no", "lane"], "at_least": 2, "within_days": 1},
    "frequency with a gap": {"kind": "frequency", "by": BY, "at_least": 2, "within_days": 1, "gap_minutes": 60},
    "first seen": {"kind": "first_seen", "by": BY, "within_days": 1},
    "rise": {
        "kind": "rate", "by": BY, "column": "speed_kmh", "direction": "rise", "move": 10, "within_minutes": 60,
    },
    "fall": {
        "kind": "rate", "by": BY, "column": "opacity_pct", "direction": "fall", "move": 0.5, "within_minutes": 60,
    },
    "either": {
        "kind": "rate", "by": BY, "column": "opacity_pct", "direction": "either", "move": 20, "within_minutes": 1440,
    },
    "travel": {
        "kind": "impossible_travel", "by": BY, "over_kmh": 100, "min_km": 2, "within_minutes": 60,
        "place_column": "checkpoint_name",
    },
}  # fmt: skip


@pytest.mark.parametrize("where", ["opacity_pct > 30 OR opacity_pct IS NULL", "lane <> 2"])
@pytest.mark.parametrize("kind", WINDOWED)
@settings(max_examples=40)
@given(batch=batches)
def test_that_the_sql_of_a_kind_hits_what_its_definition_says(duck, kind, where, batch):
    version = rule(where=where, unless="speed_kmh = 60.5", detect=WINDOWED[kind])
    events = events_of(batch)
    assert found(duck, version, events) == hits(version.rule, events, no_lists)


@pytest.mark.parametrize(("hold", "release"), [(0, 0), (5, 0), (60, 30), (0, 60)])
@settings(max_examples=40)
@given(batch=batches)
def test_that_a_threshold_in_sql_holds_and_releases_as_its_definition_says(duck, hold, release, batch):
    detect = {"kind": "threshold", "by": BY, "hold_minutes": hold, "release_minutes": release}
    version = rule(where=BAD, clear=GOOD, detect=detect)
    events = events_of(batch)
    assert found(duck, version, events) == hits(version.rule, events, no_lists)


@settings(max_examples=40)
@given(batch=batches, others=st.integers(1, 3))
def test_that_an_absence_in_sql_is_told_where_the_clock_would_have_told_it(duck, batch, others):
    """Asked after each event as it came, the definition tells these silences and no others."""
    detect = {"kind": "absence", "by": BY, "within_minutes": 60, "others": others}
    version = rule(where="lane < 3", detect=detect)
    events = sorted(events_of(batch), key=lambda e: (e.occurred_at, e.source, e.event_id))
    now = START + timedelta(days=30)
    told = {name for end in range(1, len(events) + 1) for name in hits(version.rule, events[:end], no_lists, now)}
    assert found(duck, version, events) == told


@settings(max_examples=40)
@given(
    batch=batches,
    entries=st.lists(
        st.tuples(
            st.sampled_from("ABC"),
            st.integers(0, 300),
            st.integers(0, 300),
            st.sampled_from([(), ("c",), ("x",), ("x", "c")]),
        )
    ),
)
def test_that_a_watch_list_in_sql_speaks_only_while_and_where_an_entry_is_valid(duck, batch, entries):
    listed = [
        WatchlistEntry("", "cars", value, "", AlertLevel.BLUE, "", moment(first), moment(end), places)
        for value, first, end, places in entries
    ]
    put_lists(duck, listed)
    version = rule(where="lane < 3", detect={"kind": "watchlist", "list": "cars", "match": "plate_no"})
    by_value: dict[str, list[WatchlistEntry]] = {}
    for entry in listed:
        by_value.setdefault(entry.value, []).append(entry)
    events = events_of(batch)
    assert found(duck, version, events) == hits(version.rule, events, lambda _name: by_value)


@pytest.mark.parametrize("kind", ["frequency on days", "rise"])
@settings(max_examples=40)
@given(batch=batches)
def test_that_a_replay_through_the_detector_hits_the_same(duck, kind, batch):
    version = rule(where="lane <> 2", detect=WINDOWED[kind])
    events = events_of(batch)
    wanted = found(duck, version, events)
    assert {(events[n].source, events[n].event_id) for n, _ in replayed(duck, version.rule, no_lists)} == wanted


CONDITIONS = (
    "opacity_pct / lane > 20",
    "opacity_pct / (lane - 1) * 0.1 <= 4.05 OR NOT has_plate",
    "NOT (opacity_pct > 30 AND speed_kmh < 50)",
    "plate_no IN ('A', 'B') AND opacity_pct BETWEEN 29.9 AND 50",
    "plate_no LIKE '_' OR plate_no IS NULL",
    "0.1 + 0.2 = 0.3",
    "opacity_pct IN (29.9, 80) OR -speed_kmh < -10",
    "plate_no > 'A' AND lane / 2 = 1.5",
    "plate_no LIKE 'a%'",
    "has_plate = TRUE AND 30 <= opacity_pct",
)


@pytest.mark.parametrize("where", CONDITIONS)
@settings(max_examples=40)
@given(batch=batches)
def test_that_a_condition_is_true_of_the_same_rows(duck, where, batch):
    version = rule(where=where, detect={"kind": "attribute"})
    events = events_of(batch)
    assert found(duck, version, events) == {
        (e.source, e.event_id) for e in events if version.rule.matches(e.record) is True
    }


def test_that_unless_takes_out_only_what_is_known_to_be_true():
    assert holds("a > 1", "b = 2") == '("a" > 1) IS TRUE AND ("b" = 2) IS NOT TRUE'
    assert condition("a / b > 0.5") == '(CAST("a" AS DOUBLE) / NULLIF("b", 0) > 0.5e0)'
