"""What falls by its track, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.falling import FLOOR_M, G_MS2, Fall, Track, fall_of


def dropped(points: int, *, power: float = 2.0) -> Track:
    """Down 800 thousandths; ``power`` 2 speeds up evenly, 1 keeps its speed."""
    return [(500, round(100 + 800 * (k / (points - 1)) ** power)) for k in range(points)]


def seconds_for(floors: float) -> float:
    return (2 * floors * FLOOR_M / G_MS2) ** 0.5


@given(st.floats(2.1, 15), st.integers(6, 25))
def test_that_what_is_let_go_speeds_up_by_g(floors: float, points: int) -> None:
    fall = fall_of(dropped(points), floors, seconds_for(floors))
    assert fall.acceleration_ms2 == pytest.approx(G_MS2, rel=0.02)
    assert fall.looks_like == ""


def test_that_the_moon_would_be_told_from_the_earth() -> None:
    slow = fall_of(dropped(9), 4, seconds_for(4) * (9.81 / 1.62) ** 0.5)
    assert slow.acceleration_ms2 == pytest.approx(1.62, rel=0.02)


@pytest.mark.parametrize("track", [dropped(4), [], [(0, 0)]])
def test_that_too_few_points_say_nothing(track: Track) -> None:
    assert fall_of(track, 4, 1.5) == Fall(None, "")


@pytest.mark.parametrize("seconds", [None, 0.0, -1.0, 0.05])
def test_that_without_a_duration_the_speed_is_unknown_and_the_shape_is_not(seconds: float | None) -> None:
    assert fall_of(dropped(9), 4, seconds) == Fall(None, "")
    rising = [(100 + 90 * k, 700 - 50 * k) for k in range(8)]
    assert fall_of(rising, 3, seconds).looks_like == "bird"


@pytest.mark.parametrize(
    ("track", "like"),
    [
        ([(100 + 90 * k, 600 - 40 * k) for k in range(8)], "bird"),
        ([(100 + 100 * k, 300 + 40 * k) for k in range(8)], "bird"),
        ([(500 + (45 if k % 2 else -45), 400 + 3 * k) for k in range(9)], "laundry"),
        (dropped(10, power=1.0), "leaf"),
        ([(500 + (40 if k % 2 else -40), 100 + 85 * k) for k in range(10)], "leaf"),
    ],
)
def test_that_birds_laundry_and_leaves_are_told(track: Track, like: str) -> None:
    assert fall_of(track, 4, 4.0).looks_like == like


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), max_size=30), st.floats(0, 30), st.floats(0, 60))
def test_that_any_track_has_an_answer(track: Track, floors: float, seconds: float) -> None:
    assert fall_of(track, floors, seconds).looks_like in ("", "bird", "laundry", "leaf")
