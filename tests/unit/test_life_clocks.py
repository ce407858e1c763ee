"""Do limits keep to working days and hours?"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.alert import AlertLevel, Step
from services.domain.levels import LIMITS, Limit, Limits, WorkCalendar
from services.domain.timebase import SHANGHAI

CALENDAR = WorkCalendar()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026; the 20th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "days", "due"),
    [
        (at(20, 14), 1, at(23, 17, 30)),
        (at(20, 23), 1, at(23, 17, 30)),
        (at(21, 14, 32), 3, at(25, 17, 30)),
        (at(23, 0), 1, at(24, 17, 30)),
    ],
)
def test_that_working_days_end_at_closing_and_skip_the_week_end(moment: datetime, days: int, due: datetime) -> None:
    assert CALENDAR.after_days(moment, days) == due


@pytest.mark.parametrize(
    ("moment", "hours", "due"),
    [
        (at(20, 9), 4, at(20, 13)),
        (at(20, 16, 30), 4, at(23, 11, 30)),
        (at(20, 3), 1, at(20, 9, 30)),
        (at(21, 12), 1, at(23, 9, 30)),
        (at(20, 13, 30), 4, at(20, 17, 30)),
    ],
)
def test_that_working_hours_run_only_while_the_office_is_open(moment: datetime, hours: int, due: datetime) -> None:
    assert CALENDAR.after_hours(moment, timedelta(hours=hours)) == due


def test_that_holidays_are_skipped_and_worked_week_ends_count() -> None:
    calendar = WorkCalendar(frozenset({date(2026, 11, 23)}), frozenset({date(2026, 11, 21)}))
    assert calendar.after_days(at(20, 14), 1) == at(21, 17, 30)
    assert calendar.after_days(at(21, 14), 1) == at(24, 17, 30)


@given(st.integers(0, 60 * 24 * 30), st.integers(1, 60 * 40))
def test_that_working_time_adds_up(start_min: int, span_min: int) -> None:
    """Going on from where half the span ended comes to the same end."""
    moment = at(1, 0) + timedelta(minutes=start_min)
    span, half = timedelta(minutes=span_min), timedelta(minutes=span_min // 2)
    assert CALENDAR.after_hours(CALENDAR.after_hours(moment, half), span - half) == CALENDAR.after_hours(moment, span)


def test_that_a_worse_level_never_has_more_time() -> None:
    for step in Step:
        dues = [LIMITS.clock(level, step, at(20, 10)).due_at for level in AlertLevel]
        assert dues == sorted(dues, reverse=True)


def test_that_a_site_may_hand_in_its_own_limits() -> None:
    quick = dict(LIMITS.levels)
    red = quick[AlertLevel.RED]
    quick[AlertLevel.RED] = type(red)({**red.limits, Step.ACK: Limit(timedelta(seconds=30))}, red.ladder)
    clock = Limits(levels=quick).clock(AlertLevel.RED, Step.ACK, at(20, 10))
    assert clock.due_at - at(20, 10) == timedelta(seconds=30)
    assert clock.started_at == at(20, 10)
