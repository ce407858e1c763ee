"""The clocks of cameras, told by the vehicles that several of them saw."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.district.roads_network import ROADS
from services.domain.camera_clock import Drift, Seconds, doubted, drifts, half_difference, trusted

EDGES = sorted({(min(a, b), max(a, b)) for road in ROADS.values() for a, b in pairwise(road)})
NAMES = sorted({name for edge in EDGES for name in edge})


def traffic(
    ahead: dict[str, float], vehicles: int = 4000, seed: int = 1, slower: dict[tuple[str, str], float] | None = None
) -> dict[tuple[str, str], Seconds]:
    """What the cameras' clocks say of vehicles both ways on the demo district's roads: 28 to 52 km/h, one
    in ten stops on its way. ``slower`` adds seconds in one direction."""
    chance = np.random.default_rng(seed)
    found: dict[tuple[str, str], Seconds] = {}
    for n, edge in enumerate(EDGES):
        km = 1.5 + n % 5 * 0.6
        took = km * 3600 / chance.uniform(28, 52, (2, vehicles // 2))
        took += np.where(chance.random(took.shape) < 0.1, chance.uniform(0, 900, took.shape), 0)
        took[0] += (slower or {}).get(edge, 0.0)
        drift = ahead.get(edge[1], 0.0) - ahead.get(edge[0], 0.0)
        each = np.concatenate([took[0] + drift, drift - took[1]])
        chance.shuffle(each)
        found[edge] = each
    return found


def arriving(ahead: dict[str, float], late: dict[str, float] | None = None) -> dict[str, float]:
    return {name: ahead.get(name, 0.0) - 0.4 - (late or {}).get(name, 0.0) for name in NAMES}


def test_that_a_clock_some_seconds_fast_is_found_among_right_ones():
    ahead = {"洪家": 3.0}
    found = drifts(traffic(ahead), arriving(ahead))
    assert found.keys() == set(NAMES)
    assert [name for name in NAMES if found[name].beyond(1.0)] == ["洪家"]
    assert found["洪家"].ahead_s == pytest.approx(3.0, abs=1.0)


def test_that_the_error_that_is_said_is_the_error_that_is_made():
    ahead = {name: float(n % 3) - 1 for n, name in enumerate(NAMES)}
    off: list[float] = []
    for seed in range(6):
        found = drifts(traffic(ahead, 2000, seed), {})
        off += [(found[name].ahead_s - ahead[name]) / found[name].error_s for name in NAMES]
    assert 0.5 < float(np.sqrt(np.mean(np.square(off)))) < 1.5


@pytest.mark.parametrize("minutes", [10, -10])
def test_that_a_clock_ten_minutes_off_is_told_to_the_second(minutes):
    ahead = {"三甲": 60.0 * minutes}
    found = drifts(traffic(ahead), arriving(ahead))
    assert found["三甲"].ahead_s == pytest.approx(60 * minutes, abs=2)
    assert [trusted(found[name], 10) for name in ("三甲", "洪家")] == [False, True]


def test_that_passages_that_come_late_are_no_slow_clock():
    found = drifts(traffic({}), arriving({}, late={"三甲": 600.0}))
    assert found["三甲"].ahead_s == pytest.approx(0.0, abs=1.5)
    assert trusted(found["三甲"], 10)


def test_that_a_lone_camera_is_fast_when_it_reports_what_has_not_happened_yet():
    found = drifts({}, {"a": 600.0, "b": -0.5, "c": -0.4, "d": -600.0})
    assert found.keys() == {"a"}, "a late passage of a lone camera may be a slow way as well"
    assert trusted(found["a"], 10) is False
    assert trusted(found.get("d"), 10) is None


def test_that_odd_arrivals_are_doubted_until_a_drift_is_known():
    arrivals = {"a": -600.0, "b": -0.5, "c": -0.4}
    assert doubted(arrivals, {}) == {"a"}
    assert not doubted(arrivals, {"a": Drift(0.1, 0.3, 500)})
    assert not doubted({"b": -0.5, "c": -0.4}, {})


def test_that_two_clocks_alone_tell_nobody_which_is_right():
    edge = EDGES[0]
    assert drifts({edge: traffic({edge[0]: 5.0})[edge]}, {}) == {}


def test_that_all_clocks_fast_show_where_passages_arrive_before_they_happen():
    ahead = dict.fromkeys(NAMES, 7.0)
    found = drifts(traffic(ahead), arriving(ahead))
    assert all(6 < drift.ahead_s < 8 for drift in found.values())


def test_that_a_road_slower_one_way_makes_the_error_larger_not_the_drift_sure():
    fair = drifts(traffic({}), {})
    jam = drifts(traffic({}, slower={("前所", "章安"): 0.0, EDGES[3]: 40.0}), {})
    assert max(d.error_s for d in jam.values()) > 3 * max(d.error_s for d in fair.values())
    assert not any(drift.beyond(1.0) for name, drift in jam.items() if name not in EDGES[3])


def test_that_few_vehicles_tell_nothing():
    assert drifts(traffic({"洪家": 3.0}, vehicles=60), {}) == {}


@given(st.floats(-30, 30), st.integers(0, 2**32 - 1))
def test_that_half_the_difference_follows_the_shift(by_s, seed):
    took = np.random.default_rng(seed).uniform(100, 200, (2, 400))
    still, error = half_difference(took[0], took[1])
    moved, same = half_difference(took[0] + by_s, took[1] - by_s)
    assert moved == pytest.approx(still + by_s, abs=1e-6)
    assert error == pytest.approx(same, abs=1e-6) and error > 0


@pytest.mark.parametrize(
    ("ahead_s", "error_s", "said"), [(9.0, 0.2, True), (11.0, 0.2, False), (10.2, 0.4, None), (-600.0, 5.0, False)]
)
def test_that_trust_is_said_only_for_sure(ahead_s, error_s, said):
    assert trusted(Drift(ahead_s, error_s), 10) is said
    assert trusted(None, 10) is None
