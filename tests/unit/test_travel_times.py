"""Are legs told right from sightings, learnt once, and told by distance where too few were seen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.calibration import Score, calibration, scored
from services.domain.intercept_settings import Hours, InterceptSettings, intercept_from
from services.domain.travel_legs import LEFT as GONE
from services.domain.travel_legs import Legs, Sightings, legs
from services.domain.travel_table import LEFT, LegKey, Spot, TravelTable, apart_km, count_legs
from services.domain.travel_time import EDGES, Basis, by_distance, counted, hour_class, hour_classes, learnt

SETTINGS = InterceptSettings()
NOT_FAST = np.zeros((4, 4))
SPOTS = {
    "a": Spot("a", "甲", 121.40, 28.66),
    "b": Spot("b", "乙", 121.43, 28.66),  # 2.9 km east
    "c": Spot("c", "丙", 121.37, 28.66),  # as far west
}


def sightings(*rows: tuple[int, float, int]) -> Sightings:
    """Plate, second, place; and every 10 s some other plate, so that somebody listens."""
    others = [(1000 + n, 10.0 * n, 3) for n in range(400)]
    every = [*rows, *others]
    return Sightings(
        np.array([row[0] for row in every], np.int64),
        np.array([row[1] for row in every], float),
        np.array([row[2] for row in every], np.int64),
        np.zeros(len(every), np.int64),
    )


def told(found: Legs) -> list[tuple[int, int, float]]:
    here, there, took = found.here.tolist(), found.there.tolist(), found.took_s.tolist()
    return [row for row in zip(here, there, took, strict=True) if row[0] != 3]


def table(*counted_legs: tuple[str, str, str, list[float]], **more: Any) -> TravelTable:
    """(from, direction, to, seconds) in the class 平峰."""
    made = TravelTable(SPOTS, InterceptSettings(**more))
    for here, direction, there, seconds in counted_legs:
        made = made.plus({LegKey(here, direction, "平峰", there): counted(np.array(seconds))})
    return made


def test_that_a_leg_ends_at_the_next_place_and_a_vehicle_not_seen_again_has_left() -> None:
    found = legs(sightings((1, 100, 0), (1, 400, 1), (1, 900, 2)), 0, 2000, 1000, NOT_FAST)
    assert told(found) == [(0, 1, 300.0), (1, 2, 500.0), (2, GONE, 0.0)]


def test_that_a_vehicle_seen_again_after_the_horizon_has_left() -> None:
    assert told(legs(sightings((1, 100, 0), (1, 1200, 1)), 0, 1000, 1000, NOT_FAST)) == [(0, GONE, 0.0)]


def test_that_one_passage_told_twice_is_one_sighting() -> None:
    found = legs(sightings((1, 100, 0), (1, 101, 0), (1, 400, 1)), 0, 1000, 1000, NOT_FAST)
    assert told(found) == [(0, 1, 300.0), (1, GONE, 0.0)]


def test_that_two_vehicles_under_one_plate_teach_nothing() -> None:
    too_fast = np.full((4, 4), 120.0)
    assert told(legs(sightings((1, 100, 0), (1, 160, 1)), 0, 1000, 1000, too_fast)) == [(1, GONE, 0.0)]


def test_that_nothing_is_learnt_of_a_time_in_which_nobody_listened() -> None:
    seen = sightings((1, 100, 0), (1, 400, 1), (2, 600, 0))
    cut = seen.where((seen.at_s < 700) | (seen.at_s > 800))
    assert told(legs(cut, 0, 1000, 1000, NOT_FAST)) == [(0, 1, 300.0)], "what ended before the cut was heard to end"


def test_that_only_legs_begun_within_the_slice_are_told_so_that_none_is_told_twice() -> None:
    seen = sightings((1, 100, 0), (1, 400, 1), (1, 900, 2))
    first, second = legs(seen, 0, 400, 1000, NOT_FAST), legs(seen, 400, 2000, 1000, NOT_FAST)
    assert told(first) + told(second) == told(legs(seen, 0, 2000, 1000, NOT_FAST))


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3000), st.integers(0, 2)), max_size=25))
@settings(max_examples=40)
def test_that_every_sighting_begins_at_most_one_leg_and_ends_at_most_one(rows: list[tuple[int, int, int]]) -> None:
    found = legs(sightings(*[(p, float(s), w) for p, s, w in rows]), 0, 3500, 400, NOT_FAST)
    assert len(told(found)) <= len(rows)
    assert all(took <= 400 for _, _, took in told(found))


def test_that_counts_stand_by_day_direction_and_class_of_hours() -> None:
    at = datetime(2026, 11, 20, 0, 30, tzinfo=UTC).timestamp()  # Friday 08:30 in Shanghai
    found = Legs(*(np.array(v) for v in ([0, 0, 0], [1, 1, 1], [at, at, at], [1, 1, GONE], [300.0, 310.0, 0.0])))
    ((day, counts),) = count_legs(found, ("a", "b"), ("", "东"), SETTINGS).items()
    assert day == 20777
    by_key = {key: int(value.sum()) for key, value in counts.items()}
    assert by_key == {LegKey("a", "东", "早高峰", "b"): 2, LegKey("a", "东", "早高峰", LEFT): 1}


@pytest.mark.parametrize(
    ("day", "hour", "name"),
    [(20, 23, "夜间"), (20, 3, "夜间"), (20, 7, "早高峰"), (20, 9, "平峰"), (20, 18, "晚高峰"), (21, 8, "周末")],
)
def test_that_each_hour_has_its_class(day: int, hour: int, name: str) -> None:
    moment = datetime.fromisoformat(f"2026-11-{day}T{hour:02d}:00:00+08:00")
    assert SETTINGS.classes[hour_class(moment.timestamp(), SETTINGS)] == name


def test_that_classes_tell_a_moment_as_their_own_hours_do() -> None:
    plain = InterceptSettings(weekend="")
    moments = np.arange(0, 86_400, 600.0) + datetime(2026, 11, 18, 16, tzinfo=UTC).timestamp()
    found = hour_classes(moments, plain)
    for number, at in zip(found.tolist(), moments.tolist(), strict=True):
        hour = (at + 8 * 3600) % 86_400 / 3600
        assert plain.hours[number - 1].holds(hour) if number else not any(one.holds(hour) for one in plain.hours)


@given(st.lists(st.floats(20, 3000), min_size=30, max_size=200), st.floats(0.05, 0.95))
@settings(max_examples=40)
def test_that_a_learnt_quantile_is_that_of_the_sample_to_a_bin(sample: list[float], q: float) -> None:
    got = learnt(counted(np.array(sample)), Basis.HOURS).quantile(q)
    low, high = np.quantile(sample, q, method="lower"), np.quantile(sample, q, method="higher")
    assert low / 1.1 - 1 <= got <= high * 1.1 + 1


def test_that_what_is_not_arrived_yet_arrives_later() -> None:
    spread = learnt(counted(np.array([100.0] * 50 + [400.0] * 50)), Basis.HOURS)
    assert spread.quantile(0.5, elapsed_s=0) < 120
    assert 370 < spread.quantile(0.2, elapsed_s=200) < 440
    assert spread.passed(200) == pytest.approx(0.5)
    assert spread.quantile(0.5, elapsed_s=5000) == 5000, "never before now"


def test_that_a_thin_leg_is_told_by_distance_and_says_so() -> None:
    thin = table(("a", "东", "b", [300.0] * 19)).spread("a", "b", "平峰")
    assert (thin.basis, thin.n) == (Basis.DISTANCE, 19)
    km = apart_km(SPOTS["a"], SPOTS["b"])
    slow, fast = SETTINGS.kmh
    assert thin.quantile(1.0) == pytest.approx(km * SETTINGS.road_factor / slow * 3600, rel=0.1)
    assert thin.quantile(0.001) == pytest.approx(km * SETTINGS.road_factor / fast * 3600, rel=0.1)


def test_that_another_hour_helps_out_before_distance_does() -> None:
    known = table(("a", "东", "b", [300.0] * 40))
    assert known.spread("a", "b", "平峰").basis is Basis.HOURS
    night = known.spread("a", "b", "夜间")
    assert (night.basis, night.n) == (Basis.ALL_HOURS, 40)


@given(st.floats(0.05, 20))
@settings(max_examples=30)
def test_that_distance_gives_a_distribution_at_any_length(km: float) -> None:
    cdf = by_distance(round(km, 3), 0, SETTINGS).cdf
    assert cdf[0] == 0 and cdf[-1] == 1 and (np.diff(cdf) >= 0).all() and len(cdf) == len(EDGES)


def test_that_chances_sum_to_one_and_what_was_seen_outweighs_what_was_assumed() -> None:
    known = table(("a", "东", "b", [300.0] * 300), ("a", "东", LEFT, [0.0] * 100))
    for direction in ("东", "西", "", None):
        assert sum(known.onward("a", direction, "平峰").chances.values()) == pytest.approx(1)
    chances = known.onward("a", "东", "平峰").chances
    assert chances["b"] == pytest.approx(0.75, abs=0.02)
    assert chances["c"] < 0.01


def test_that_without_any_passage_the_way_ahead_is_likelier_than_the_way_back() -> None:
    chances = table().onward("a", "东", "平峰").chances
    assert chances["b"] == pytest.approx(1 - SETTINGS.leaves)
    assert chances["c"] == pytest.approx(0, abs=1e-9)
    both = table().onward("a", "", "平峰").chances
    assert both["b"] == pytest.approx(both["c"])


def test_that_a_direction_never_seen_goes_where_others_go_as_far_as_it_is_ahead() -> None:
    known = table(("a", "北", "b", [300.0] * 200), ("a", "北", "c", [300.0] * 200), ("a", "北", LEFT, [0.0] * 100))
    chances = known.onward("a", "东", "平峰").chances
    assert chances["b"] == pytest.approx(0.8, abs=0.02)
    assert chances[LEFT] == pytest.approx(0.2, abs=0.02)


def test_that_a_right_prediction_scores_right_and_a_score_adds_up() -> None:
    known = table(("a", "东", "b", list(np.linspace(200, 400, 600))), ("a", "东", LEFT, [0.0] * 400))
    ended = {
        LegKey("a", "东", "平峰", "b"): counted(np.linspace(200, 400, 60)),
        LegKey("a", "东", "平峰", LEFT): counted(np.zeros(40)),
    }
    score = scored(known, ended)
    now = datetime(2026, 11, 21, tzinfo=UTC)
    one = calibration(score, known, now)
    assert one.coverage == pytest.approx(0.6, abs=0.03)
    assert one.error is not None and one.error < 0.02
    assert [slot.n for slot in one.slots] == [100, 100]
    two = calibration(score.plus(score), known, now)
    assert (two.legs, two.coverage, two.brier) == (200, one.coverage, one.brier)


def test_that_nothing_scored_is_unknown_not_zero() -> None:
    empty = calibration(Score(), table(), datetime(2026, 11, 21, tzinfo=UTC))
    assert (empty.coverage, empty.brier, empty.error, empty.slots) == (None, None, None, ())


@pytest.mark.parametrize(
    ("given_", "why"),
    [
        ({"kmph": 3}, "不认识的键"),
        ({"days": 1.5}, "整数"),
        ({"horizon_min": 0}, "1 到 60"),
        ({"kmh": [60, 20]}, "先慢后快"),
        ({"rules": "R-CKP-08"}, "列表"),
        ({"least_level": "purple"}, "red"),
        ({"hours": {"夜间": [22, 22]}}, "两头不同"),
        ({"hours": {"夜间": 22}}, "夜间 = "),
        ({"confidence": True}, "须为数"),
    ],
)
def test_that_a_wrong_setting_is_named(given_: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match="interception") as told_:
        intercept_from(given_)
    assert why in str(told_.value)


def test_that_settings_are_read() -> None:
    read = intercept_from({"hours": {"通宵": [0, 5]}, "weekend": "", "margin_min": 3, "kmh": [15, 45]})
    assert (read.hours, read.classes, read.margin_s) == ((Hours("通宵", 0, 5),), ("平峰", "通宵"), 180)
