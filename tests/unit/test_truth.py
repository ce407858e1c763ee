"""The truth of a simulated year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.district.truth import Planted, Year, ordered
from services.domain.event import Event

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_that_a_case_ends_after_it_begins() -> None:
    with pytest.raises(ValueError, match="R-ELD-02 W1"):
        Planted("R-ELD-02", "W1", NOON, NOON - HOUR)


def test_that_a_case_holds_from_its_first_to_its_last_moment() -> None:
    case = Planted("R-ELD-02", "W1", NOON, NOON + HOUR)
    moments = (NOON - HOUR, NOON, NOON + HOUR, NOON + 2 * HOUR)
    assert [case.holds_at(moment) for moment in moments] == [False, True, True, False]


def test_that_events_come_in_by_time() -> None:
    late, early = (Event("year", name, "kind", NOON + wait, None) for name, wait in (("a", HOUR), ("b", 0 * HOUR)))
    assert ordered(Year((late, early), ())) == [early, late]
