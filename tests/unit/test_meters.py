"""What a counter has counted, from readings that run backwards, jump, roll over, repeat and come late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.meter_settings import MeterSettings, meters_from
from services.domain.meters import LOOK_BACK, Ability, Counted, Judged, Mark, course

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
WATER = Ability(5.0, 20.0)


def counted(slot: float, value: float, number: int = 0, serial: str = "", name: str = "") -> Counted:
    number = number or round(slot * 10) + 1
    return Counted(number, name or f"r{number}", NOON + slot * HALF_HOUR, value, serial)


def judged(*reports: Counted, fresh: set[int] | None = None, ability: Ability = WATER) -> list[Judged]:
    return course(reports, {r.number for r in reports} if fresh is None else fresh, ability)


def told(*reports: Counted) -> list[float | None]:
    return [one.used for one in judged(*reports) if not one.refused]


def reasons(*reports: Counted) -> list[str]:
    return [one.refused for one in judged(*reports)]


def test_that_use_is_what_the_counter_moved_and_over_how_long() -> None:
    one = judged(counted(0, 100.0), counted(1, 100.25))[1]
    assert (one.used, one.minutes, one.mark) == (0.25, 30.0, Mark.NONE)


def test_that_what_a_first_reading_used_is_unknown_not_zero() -> None:
    one = judged(counted(0, 100.0))[0]
    assert one.used is None
    assert one.mark is Mark.FIRST


def test_that_a_reading_that_runs_backwards_is_refused_and_the_next_counts_from_the_last_good_one() -> None:
    found = judged(counted(0, 100.0), counted(1, 55.0), counted(2, 100.5))
    assert [one.refused for one in found] == ["", "meter_ran_backwards", ""]
    assert "倒走" in found[1].detail
    assert (found[2].used, found[2].minutes) == (0.5, 60.0)


def test_that_an_impossible_jump_is_refused_and_counts_nothing() -> None:
    found = judged(counted(0, 100.0), counted(1, 5100.0), counted(2, 100.5))
    assert [one.refused for one in found] == ["", "impossible_jump", ""]
    assert found[2].used == 0.5


def test_that_two_readings_prove_a_new_level_and_the_step_counts_nothing() -> None:
    found = judged(counted(0, 100.0), counted(1, 5100.0), counted(2, 5100.2), counted(3, 5100.3))
    assert [one.refused for one in found] == ["", "impossible_jump", "", ""]
    assert (found[2].mark, found[2].used, found[2].minutes) == (Mark.LEVEL, 0.2, 30.0)
    assert found[3].used == 0.1


def test_that_a_meter_with_a_new_serial_is_used_from_its_start_at_once() -> None:
    one = judged(counted(0, 812.4, serial="A"), counted(1, 0.12, serial="B"))[1]
    assert (one.mark, one.used) == (Mark.REPLACED, 0.12)


def test_that_a_new_serial_that_starts_high_used_an_unknown_amount() -> None:
    one = judged(counted(0, 812.4, serial="A"), counted(1, 430.0, serial="B"))[1]
    assert (one.mark, one.used) == (Mark.REPLACED, None)


def test_that_a_start_from_zero_without_a_serial_needs_a_second_reading() -> None:
    found = judged(counted(0, 812.4), counted(1, 0.1), counted(2, 0.25))
    assert [one.refused for one in found] == ["", "meter_ran_backwards", ""]
    assert (found[2].mark, found[2].used) == (Mark.REPLACED, 0.15)


def test_that_one_zero_of_a_disturbed_device_is_no_new_meter() -> None:
    found = judged(counted(0, 812.4), counted(1, 0.0), counted(2, 812.5), counted(3, 812.6))
    assert [one.refused for one in found] == ["", "meter_ran_backwards", "", ""]
    assert [one.used for one in found[2:]] == [0.1, 0.1]


@pytest.mark.parametrize("end", [1e4, 1e5, 1e6])
def test_that_a_counter_that_rolls_over_goes_on(end: float) -> None:
    one = judged(counted(0, end - 0.4), counted(1, 0.3))[1]
    assert (one.mark, one.used) == (Mark.ROLLED_OVER, 0.7)


def test_that_the_same_report_once_more_is_a_repeat_that_uses_nothing() -> None:
    found = judged(counted(0, 100.0), counted(1, 100.2, 5, name="x"), counted(1, 100.2, 6, name="x"))
    assert [one.mark for one in found] == [Mark.FIRST, Mark.NONE, Mark.REPEAT]
    assert found[2].used is None


def test_that_the_same_moment_told_again_is_refused() -> None:
    assert reasons(counted(0, 100.0), counted(1, 100.2, 5), counted(1, 100.2, 6))[2] == "repeated_reading"
    assert reasons(counted(0, 100.0), counted(1, 100.2, 5), counted(1, 100.3, 6))[2] == "two_values"


def test_that_reports_of_one_page_are_counted_in_the_order_of_time() -> None:
    assert told(counted(0, 100.0, 1), counted(2, 100.5, 2), counted(1, 100.2, 3)) == [None, 0.2, 0.3]


def test_that_a_late_reading_uses_nothing_again_and_the_next_counts_from_the_newest() -> None:
    before, after, late, then = counted(0, 100.0, 1), counted(2, 100.5, 2), counted(1, 100.2, 3), counted(3, 100.6, 4)
    assert judged(before, after, fresh={2})[0].used == 0.5
    found = judged(before, after, late, then, fresh={3, 4})
    assert [(one.mark, one.used) for one in found] == [(Mark.LATE, None), (Mark.NONE, 0.1)]


def test_that_a_late_reading_after_only_a_refused_one_still_counts() -> None:
    found = judged(counted(0, 100.0, 1), counted(3, 9000.0, 2), counted(1, 100.2, 3), fresh={3})
    assert [(one.mark, one.used) for one in found] == [(Mark.NONE, 0.2)]


def test_that_a_reading_above_the_one_after_it_is_the_odd_one() -> None:
    found = judged(counted(0, 100.0), counted(1, 102.0), counted(2, 100.2))
    assert [one.refused for one in found] == ["", "out_of_line", ""]
    assert found[2].used == 0.2


def test_that_a_long_silence_is_one_interval_with_its_length() -> None:
    one = judged(counted(0, 100.0), counted(48, 100.6))[1]
    assert (one.used, one.minutes) == (0.6, 1440.0)


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.floats(0, 2.0), min_size=3, max_size=24),
    order=st.randoms(use_true_random=False),
    cuts=st.lists(st.integers(1, 23), max_size=4),
)
def test_that_in_any_order_and_any_pages_each_interval_is_told_once(steps: list[float], order, cuts) -> None:
    """What is told adds up to what the counter moved between the first and the newest reading that were told."""
    values = [100.0]
    for step in steps:
        values.append(round(values[-1] + step, 3))
    arrivals = list(range(1, len(values)))
    order.shuffle(arrivals)
    rows = [counted(slot, values[slot], number + 1) for number, slot in enumerate([0, *arrivals])]
    total, start = 0.0, 0
    for end in sorted({*(c for c in cuts if c < len(rows)), len(rows)}):
        for one in course(rows[:end], {row.number for row in rows[start:end]}, WATER):
            assert not one.refused
            total += one.used or 0.0
        start = end
    assert total == pytest.approx(values[-1] - values[0], abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["good", "good", "good", "low", "high"]), min_size=8, max_size=30))
def test_that_a_few_readings_back_are_enough_to_judge_the_next(kinds: list[str]) -> None:
    """A stray reading now and then: the last good one is judged the same from six readings back as from all."""
    rows, strays = [], 0
    for i, kind in enumerate(["good", "good", *kinds, "good", "good", "good"]):
        stray = kind != "good" and i - strays > 3
        strays = i if stray else strays
        rows.append(counted(i, (50.0 if kind == "low" else 5e5) if stray else 100.0 + 0.1 * i, i + 1))
    last = {rows[-1].number}
    assert course(rows, last, WATER) == course(rows[-1 - LOOK_BACK :], last, WATER)


def test_that_a_main_may_count_more_than_a_household() -> None:
    house, main = MeterSettings().ability("water", is_main=False), MeterSettings().ability("water", is_main=True)
    step = (counted(0, 100.0), counted(1, 160.0))
    assert judged(*step, ability=house)[1].refused == "impossible_jump"
    assert judged(*step, ability=main)[1].used == 60.0


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ({"water": 1}, "water_m3h"),
        ({"water_m3h": 0}, "water_m3h"),
        ({"outage_meters": 1.5}, "整数"),
        ({"at_hour": 25}, "at_hour"),
    ],
)
def test_that_settings_that_cannot_be_used_are_named(table: dict[str, float], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        meters_from(table)
