"""The simulated year of people follows from its arguments and plants cases of every rule of the family."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.district.truth import Year
from services.district.year_people import year
from services.domain.timebase import SHANGHAI

START = datetime(2026, 1, 1, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def quarter() -> Year:
    return year(7, START, 120)


def test_that_the_same_seed_tells_the_same_year_and_another_seed_another(quarter: Year) -> None:
    assert year(7, START, 120) == quarter
    assert year(8, START, 120).events != quarter.events


def test_that_every_rule_of_the_family_has_cases_to_find(quarter: Year) -> None:
    planted = {one.rule_id for one in (*quarter.planted, *year(8, START, 365).planted)}
    assert planted == {
        *(f"R-POP-0{n}" for n in range(1, 8)), "R-POP-07N", *(f"R-RNT-0{n}" for n in range(1, 7)),
    }  # fmt: skip


def test_that_nothing_happens_outside_the_year_and_no_event_has_two_numbers(quarter: Year) -> None:
    moments = [event.occurred_at for event in quarter.events]
    assert START - timedelta(hours=2) <= min(moments) <= max(moments) < START + timedelta(days=120)
    assert len({event.event_id for event in quarter.events}) == len(quarter.events)


def test_that_nobody_is_named_and_people_are_pseudonyms(quarter: Year) -> None:
    people = {e.record.person_id for e in quarter.events if e.kind == "gate_passage"}
    assert len(people) > 100
    assert all(who.startswith(("XQ", "protected")) for who in people)
    assert not any(e.record.known_as for e in quarter.events if e.kind == "gate_passage")
