"""The simulated year of meters: reproducible, modest, and with something planted for every rule."""

from __future__ import annotations

from datetime import datetime

from services.district.year_meters import year
from services.domain.timebase import SHANGHAI

START = datetime(2026, 1, 1, tzinfo=SHANGHAI)


def test_that_a_season_plants_something_for_every_rule() -> None:
    one = year(7, START, 120)
    assert {planted.rule_id for planted in one.planted} == {f"R-UTL-0{n}" for n in range(1, 7)}
    assert len(one.events) < 10_000
    assert len({(event.source, event.event_id) for event in one.events}) == len(one.events)
    assert all(event.occurred_at >= START for event in one.events)


def test_that_it_follows_from_its_seed() -> None:
    assert year(7, START, 12) == year(7, START, 12) != year(8, START, 12)
