"""The monitor: what is late, silent, off its way, overloaded or sent in vain, and what it suggests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from services.collect.execution import Execution
from services.collect.overrides import statistics
from services.collect.plan_keeper import PlanKeeper
from services.domain.boat_proposals import straightly
from services.domain.boats import HandInState, Hold, Pollutant
from services.domain.dispatch_facts import Override, VesselAssigned
from services.domain.dispatch_plan import DispatchPlan, OfferKind
from services.domain.dispatch_settings import TERMS
from services.domain.dispatch_world import routes_now
from services.domain.execution import Seen, execution, lost_vessels, off_way_nm, silences, step_of, told_of
from services.domain.fleet import FLEET_DTYPE, Fleet
from services.store.events import past
from tests.unit.fleet_days import MINUTE, NOW, ONE, TWO, fill, fleet, hand_in, vessel, warehouse

NOBODY = Seen({}, {}, {})


def under_way(lon: float = 121.81, lat: float = 28.52, **more: Any):
    told = {"vessel_id": ONE, "vessel_name": "渔清 01", "eta": NOW + 30 * MINUTE, "window_to": NOW + 40 * MINUTE}
    return hand_in(6, lon, lat, HandInState.EN_ROUTE, **told | more)


def of(state, seen=NOBODY, vessel_id=ONE):
    return next(one for one in execution(state, straightly(state), seen) if one.vessel_id == vessel_id)


def planned(state, version=1):
    plan = DispatchPlan("JH-1", version, OfferKind.FEW, (), (), 0.0, NOW, "周*")
    return replace(state, plan=replace(plan, routes=routes_now(state, straightly(state))))


def test_that_a_vessel_that_will_be_24_minutes_late_is_told_and_a_new_plan_suggested():
    late = of(fleet(hand_ins=(under_way(eta=NOW + 64 * MINUTE),)))
    assert (late.next_number, late.late_min, late.suggestion) == ("06", 24, "建议重排：06 预计晚 24 分")


def test_that_a_vessel_in_time_suggests_nothing():
    assert of(fleet(hand_ins=(under_way(),))).suggestion == ""


def test_that_nobody_arrives_sooner_than_the_water_allows():
    far = under_way(lon=122.30, lat=28.90, eta=NOW + 5 * MINUTE)
    eta = of(fleet(hand_ins=(far,))).next_eta
    assert eta is not None
    assert eta > NOW + 2 * 60 * MINUTE


def test_that_drift_is_against_the_plan_in_force():
    state = planned(fleet(hand_ins=(under_way(),)))
    later = replace(state, hand_ins=(under_way(eta=NOW + 47 * MINUTE),))
    assert (of(state).drift_min, of(later).drift_min) == (0, 17)
    assert of(later).suggestion == "建议重排：06 比计划晚 17 分"


def test_that_drift_without_a_plan_is_unknown_and_not_zero():
    assert of(fleet(hand_ins=(under_way(),))).drift_min is None


def test_that_a_lost_vessel_names_what_waits_for_another():
    state = fleet(hand_ins=(under_way(), hand_in(9, 121.82, 28.53, HandInState.ASSIGNED, vessel_id=ONE)))
    found = of(state, Seen({ONE: 16}, {}, {}))
    assert found.suggestion == "建议重排：渔清 01 失联 16 分，06、09 待改派"


def test_that_a_vessel_off_the_way_it_set_out_on_is_told():
    state = fleet(vessels=(vessel(sog_kn=9.0),), hand_ins=(under_way(),))
    way = ((121.70, 28.50), (121.90, 28.50))
    on, off = (
        of(replace(state, vessels=(replace(state.vessels[0], lat=lat),)), Seen({}, {}, {ONE: way}))
        for lat in (28.505, 28.52)
    )
    assert (on.off_route_nm, off.off_route_nm) == (0.3, 1.2)
    assert (on.suggestion, off.suggestion) == ("", "建议重排：渔清 01 偏航 1.2 海里")


def test_that_a_vessel_that_lies_still_is_not_off_its_way():
    state = fleet(hand_ins=(under_way(),))
    assert of(state, Seen({}, {}, {ONE: ((122.0, 28.9), (122.1, 28.9))})).off_route_nm is None


@pytest.mark.parametrize(
    ("place", "way", "nm"),
    [
        ((121.0, 28.0), ((121.0, 28.1),), 6.0),
        ((121.0, 28.0), ((120.9, 28.1), (121.1, 28.1)), 6.0),
        ((121.2, 28.0), ((121.0, 28.0), (121.1, 28.0)), 5.3),
        ((121.0, 28.0), (), 0.0),
    ],
)
def test_that_a_place_is_measured_to_the_nearest_point_of_the_way(place, way, nm):
    assert off_way_nm(place, way) == pytest.approx(nm, abs=0.05)


def test_that_more_than_a_hold_takes_is_an_overload_whatever_the_others_have_free():
    heavy = vessel(holds=(Hold(Pollutant.OILY_WATER, 2.0, 2.3), Hold(Pollutant.GARBAGE, 0.5, 0.0)))
    found = of(fleet(vessels=(heavy,), hand_ins=()))
    assert (found.overload_t, found.suggestion) == (0.3, "建议重排：渔清 01 超载 0.30 t")


def test_that_a_hand_in_cancelled_under_way_is_told():
    state = planned(fleet(hand_ins=(under_way(),)))
    gone = replace(under_way(), state=HandInState.CANCELLED, vessel_id="", vessel_name="")
    assert of(replace(state, hand_ins=(gone,))).suggestion == "建议重排：06 已取消"


def test_that_a_warehouse_that_cannot_take_the_load_any_more_is_told():
    state = planned(fleet(hand_ins=(under_way(),)))
    full = replace(state, warehouses=(warehouse(level_pct=100.0),))
    assert of(state).suggestion == ""
    assert of(full).suggestion == "建议重排：海门云仓 收不下 渔清 01 所载"


def fixes(*ages_min: float, mmsi=(ONE, TWO)) -> Fleet:
    rows = np.zeros(len(ages_min), FLEET_DTYPE)
    rows["mmsi"] = [int(one) for one in mmsi[: len(ages_min)]]
    rows["at_ms"] = [int((NOW.timestamp() - age * 60) * 1000) for age in ages_min]
    return Fleet(rows)


def test_that_a_vessel_is_silent_since_its_newest_fix_and_one_never_heard_of_is_unknown():
    quiet = silences(fixes(0.5, mmsi=(TWO,)), fleet().vessels, NOW)
    assert quiet == {ONE: None, TWO: 0}
    quiet = silences(fixes(16, 0), fleet().vessels, NOW)
    assert quiet == {ONE: 16, TWO: 0}
    assert lost_vessels(quiet, 15) == (ONE,)


def test_that_nobody_is_called_silent_while_the_receivers_hear_nobody():
    assert silences(fixes(16, 3), fleet().vessels, NOW) == {}
    assert silences((), fleet().vessels, NOW) == {}


def test_that_the_rules_hear_of_a_step_and_not_of_every_minute():
    state = fleet(hand_ins=(under_way(),))
    steps = []
    for late in (18, 20, 21, 24, 26):
        told = told_of(of(replace(state, hand_ins=(under_way(eta=NOW + (40 + late) * MINUTE),))), state)
        assert told is not None
        steps.append(step_of(told))
    assert [a == b for a, b in pairwise(steps)] == [True, False, True, False]


class Deaf:
    """A planner that is never there."""

    job, is_ready = None, False

    def told(self):
        return []

    def stop(self):
        return None


def test_that_the_monitor_tells_a_lost_vessel_to_keeper_rules_and_screen_and_changes_nothing(store):
    fill(store, fleet(hand_ins=(under_way(),)))
    store.put_topic("fleet", fixes(17, 0), NOW)
    keeper = PlanKeeper(store, TERMS, Deaf())  # type: ignore[arg-type]
    watch = Execution(store, keeper)
    before = store.snapshot("hand_in_requests", NOW).records
    for second in (0, 5, 10):
        watch.tick(NOW + timedelta(seconds=second))
    found = {one.vessel_id: one for one in store.snapshot("execution", NOW).records}
    assert (found[ONE].silent_min, found[TWO].silent_min) == (17, 0)
    assert keeper.terms.lost == (ONE,)
    with store.read() as reader:
        told = [event.record for event in past(reader, "vessel_execution")]
    assert sorted((one.vessel_name, one.silent_min) for one in told) == [("渔清 01", 17), ("渔清 02", 0)]
    assert store.snapshot("hand_in_requests", NOW).records == before
    assert store.snapshot("dispatch_plan", NOW).records == ()


def test_that_overrides_are_counted_by_reason_and_vessel():
    assigned = [VesselAssigned("", f"SQ-{n}", f"{n}", ONE, "", 1, "", ()) for n in range(4)]
    moved = VesselAssigned("", "SQ-1", "1", TWO, ONE, 0, "故障", ())
    over = Override("", "SQ-3", "渔清 01", "渔清 02", 2, "船东熟识")
    found = statistics([*assigned, moved, over], 30)
    assert (found.assigned, found.overridden, found.followed) == (4, 1, 0.75)
    assert [(one.name, one.count) for one in found.by_reason] == [("船东熟识", 1)]
    assert statistics([], 30).followed is None


def test_that_a_distance_of_a_minute_ago_is_counted_from_then():
    far = under_way(lon=122.30, lat=28.90, eta=NOW + MINUTE)
    state = fleet(hand_ins=(far,))
    now, then = (of(state, replace(NOBODY, ways_at=at)).next_eta for at in (None, NOW - MINUTE))
    assert now is not None and then is not None
    assert now - then == MINUTE
