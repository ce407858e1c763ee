"""A vessel's day laid out, and where a hand-in goes into it without trying every place."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from services.domain import insertion
from services.domain.boat_proposals import straightly
from services.domain.boats import Hold, Pollutant
from services.domain.dispatch_plan import StopKind, UnservedReason
from services.domain.fleet_state import FleetState, standing
from services.domain.insertion import best_insertion
from services.domain.route_timing import Call, NotPossible, laid_out
from tests.unit.fleet_days import fleet, hand_in, vessel, warehouse

BIG = vessel(holds=(Hold(Pollutant.OILY_WATER, 50.0, 0.0),))


def long_day(seed: int, count: int = 14) -> tuple[FleetState, list[Call]]:
    draw = random.Random(seed)
    calls = [hand_in(n, draw.uniform(121.7, 121.9), draw.uniform(28.4, 28.6)) for n in range(1, count + 1)]
    state = fleet(vessels=(BIG,), hand_ins=tuple(calls))
    return state, [Call(one) for one in calls[1:]]


@pytest.mark.parametrize("seed", range(6))
def test_that_the_positions_tried_hold_one_as_good_as_the_best_of_all(seed, monkeypatch):
    state, calls = long_day(seed)
    apart = straightly(state)
    stands = standing(state, BIG, apart)
    found = best_insertion(stands, calls, state.hand_ins[0], state, apart)
    monkeypatch.setattr(insertion, "TRIED", 100)
    best = best_insertion(stands, calls, state.hand_ins[0], state, apart)
    assert found.cost <= best.cost + 0.05


def test_that_a_route_ends_by_unloading_and_unloads_before_what_does_not_fit():
    state, calls = long_day(1)
    small = vessel(holds=(Hold(Pollutant.OILY_WATER, 1.0, 0.3),))
    state = replace(state, vessels=(small,))
    route = laid_out(standing(state, small, straightly(state)), calls[:3], state, straightly(state))
    kinds = [stop.kind for stop in route.stops]
    assert kinds == [StopKind.COLLECT, StopKind.UNLOAD, StopKind.COLLECT, StopKind.COLLECT, StopKind.UNLOAD]
    assert route.stops[1].mass_t == pytest.approx(0.7)
    assert route.end_at == route.stops[-1].leave_at


def test_that_a_gauge_that_is_silent_is_no_room():
    state, calls = long_day(1)
    state = replace(state, warehouses=(warehouse(level_pct=None),))
    with pytest.raises(NotPossible) as why:
        laid_out(standing(state, BIG, straightly(state)), calls[:1], state, straightly(state))
    assert why.value.reason is UnservedReason.DEPOT


def test_that_a_window_that_opens_later_is_waited_for():
    state, calls = long_day(1)
    late = replace(calls[0].hand_in, window_from=state.now.replace(hour=9))
    route = laid_out(standing(state, BIG, straightly(state)), [Call(late)], state, straightly(state))
    assert route.stops[0].begin_at == late.window_from
    assert route.stops[0].arrive_at < route.stops[0].begin_at


def test_that_wind_slows_every_vessel():
    state, calls = long_day(1)
    windy = replace(state, wind_bft=6)
    calm, slow = (laid_out(standing(s, BIG, straightly(s)), calls[:1], s, straightly(s)) for s in (state, windy))
    assert calm.stops[0].arrive_at < slow.stops[0].arrive_at
