"""How full a warehouse is, as events: known levels only, once while they stand still."""

from datetime import UTC, datetime, timedelta

from services.domain.boats import Compartment, Pollutant, Warehouse
from services.sources.boats_events import levels

NOON = datetime(2026, 11, 21, 4, 1, tzinfo=UTC)


def house(*level_pct: float | None) -> Warehouse:
    holds = tuple(
        Compartment(pollutant, 40.0, level, None) for pollutant, level in zip(Pollutant, level_pct, strict=False)
    )
    return Warehouse("YC-DC", "大陈云仓", 121.9, 28.46, 2.0, holds)


def test_that_an_unknown_level_is_no_event():
    [event] = levels(house(None, 36.0), NOON)
    assert (event.record.pollutant, event.record.level_pct) == ("SEWAGE", 36.0)


def test_that_a_level_that_stands_still_is_the_same_event_within_ten_minutes():
    ids = [next(iter(levels(house(95.6), NOON + timedelta(minutes=m)))).event_id for m in (0, 5, 10)]
    assert ids[0] == ids[1] != ids[2]


def test_that_a_tenth_of_a_percent_is_a_new_event():
    assert next(iter(levels(house(95.6), NOON))).event_id != next(iter(levels(house(95.7), NOON))).event_id
