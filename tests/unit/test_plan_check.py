"""The judge of plans, and the quick plans it judges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from services.planning.check import Kind, check
from services.planning.greedy import greedy
from services.planning.insertion import Insertion
from services.planning.mend import filled, mended
from services.planning.problem import Boat, Problem, Reason, Solution, Unserved, Visit
from services.planning.reasons import explained
from services.planning.schedule import Sailing, planned, stops_of
from services.planning.validate import ProblemError, refusals, validated
from tests.planning_days import DAY_S, METRE_A_SECOND, days, line, small_day

modestly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def plan(problem: Problem, *fleet: tuple[int, ...]) -> Solution:
    found = planned(problem, Sailing(problem), fleet)
    assert found is not None
    return found


def kinds(problem: Problem, solution: Solution) -> set[Kind]:
    return {fault.kind for fault in check(problem, solution)}


@pytest.fixture
def good() -> Solution:
    return plan(small_day(), (0, 1, ~0, 2, ~0), (3, ~0))


def with_visit(solution: Solution, boat: int, position: int, **changed: object) -> Solution:
    route = list(solution.routes[boat])
    route[position] = replace(route[position], **changed)  # type: ignore[arg-type]
    return with_route(solution, boat, *route)


def with_route(solution: Solution, boat: int, *route: Visit) -> Solution:
    return replace(solution, routes=(*solution.routes[:boat], route, *solution.routes[boat + 1 :]))


def test_that_a_good_plan_passes(good):
    assert check(small_day(), good) == ()
    assert good.cost == 4000 + 6000 + 8000
    assert good.distance_m == 18_000


def test_that_a_visit_told_too_early_is_refused(good):
    assert kinds(small_day(), with_visit(good, 0, 1, arrive_s=1299)) == {Kind.CLOCK}


def test_that_work_before_arrival_is_refused(good):
    first = good.routes[0][0]
    early = with_visit(good, 0, 0, begin_s=first.begin_s - 10, leave_s=first.leave_s - 10)
    assert Kind.CLOCK in kinds(small_day(), early)


def test_that_a_shortened_service_is_refused(good):
    assert Kind.CLOCK in kinds(small_day(), with_visit(good, 0, 0, leave_s=good.routes[0][0].begin_s))


def test_that_a_missed_window_is_refused(good):
    day = small_day()
    narrow = replace(day, requests=(replace(day.requests[0], windows=((0, 500), (2000, 3000))), *day.requests[1:]))
    assert kinds(narrow, good) == {Kind.WINDOW}


def test_that_a_closed_depot_is_refused(good):
    day = small_day()
    assert Kind.WINDOW in kinds(replace(day, depots=(replace(day.depots[0], windows=((0, 100),)),)), good)


def test_that_too_much_on_board_is_refused():
    assert kinds(small_day(), plan(small_day(), (0, 1, 2, ~0), (3, ~0))) == {Kind.LOAD}


def test_that_what_is_on_board_at_the_start_counts():
    day = small_day()
    loaded = replace(day, boats=(replace(day.boats[0], load_kg=(300, 0)), day.boats[1]))
    assert kinds(loaded, plan(loaded, (0, 1, ~0, 2, ~0), (3, ~0))) == {Kind.LOAD}


def test_that_a_commodity_without_capacity_is_refused(good):
    day = small_day()
    unfit = replace(day, boats=(replace(day.boats[0], capacity_kg=(1000, 0)), day.boats[1]))
    assert kinds(unfit, good) == {Kind.LOAD}


def test_that_all_boats_together_must_fit_into_a_depot(good):
    day = small_day()
    full = replace(day, depots=(replace(day.depots[0], room_kg=(1599, 500)),))
    assert kinds(full, good) == {Kind.ROOM}


def test_that_overtime_is_refused(good):
    day = small_day()
    short = replace(day, boats=(replace(day.boats[0], duty_end_s=12_099), day.boats[1]))
    assert good.routes[0][-1].leave_s == 12_100
    assert kinds(short, good) == {Kind.DUTY}


def test_that_a_pinned_request_on_another_boat_is_refused():
    assert kinds(small_day(), plan(small_day(), (0, 3, ~0), (1, 2, ~0))) == {Kind.PIN}


def test_that_a_request_done_twice_or_lost_is_refused(good):
    day = small_day()
    assert Kind.ONCE in kinds(day, plan(day, (0, 1, ~0, 2, ~0), (0, 3, ~0)))
    assert kinds(day, with_route(good, 1)) >= {Kind.ONCE}
    assert kinds(day, replace(good, unserved={"S1": Unserved()})) >= {Kind.ONCE}


def test_that_a_required_request_may_not_be_left_out():
    day = small_day()
    strict = replace(day, requests=(replace(day.requests[0], required=True), *day.requests[1:]))
    assert kinds(strict, plan(strict, (1, ~0, 2, ~0), (3, ~0))) == {Kind.ONCE}


def test_that_a_route_ends_by_unloading_where_the_boat_may_end(good):
    day = small_day()
    assert Kind.END in kinds(day, with_route(good, 1, *good.routes[1][:-1]))
    other = replace(day, places_m=line(0, 1000, 2000, 3000, 4000, 9000))
    other = replace(other, depots=(*day.depots, replace(day.depots[0], id="远仓", place=5)))
    assert kinds(other, plan(other, (0, 1, ~0, 2, ~0), (3, ~1))) == {Kind.END}


def test_that_too_many_unloadings_are_refused(good):
    day = small_day()
    assert kinds(replace(day, boats=(replace(day.boats[0], max_trips=1), day.boats[1])), good) == {Kind.TRIPS}


def test_that_a_place_no_water_leads_to_is_refused(good):
    assert kinds(replace(small_day(), unreachable=frozenset({1})), good) == {Kind.WATER}


def test_that_a_false_cost_is_refused(good):
    assert kinds(small_day(), replace(good, cost=good.cost - 1)) == {Kind.COST}


def test_that_strange_visits_and_fleets_are_refused(good):
    assert kinds(small_day(), with_visit(good, 0, 0, ref="没有")) == {Kind.FORM}
    assert kinds(small_day(), replace(good, routes=good.routes[:1])) == {Kind.FORM}


@modestly
@given(days())
def test_that_every_quick_plan_passes(day):
    assert refusals(day) == ()
    sailing = Sailing(day)
    first = greedy(day, sailing)
    assert check(day, first) == ()
    full = planned(day, sailing, filled(day, sailing, [()] * len(day.boats)))
    assert full is not None and check(day, full) == ()
    if len(day.boats) > 1:
        fewer = replace(day, boats=tuple(replace(b, free_s=b.free_s + 900) for b in day.boats))
        changed = planned(fewer, Sailing(fewer), mended(fewer, Sailing(fewer), stops_of(day, first)))
        assert changed is not None and check(fewer, changed) == ()


@modestly
@given(days())
def test_that_every_request_left_out_has_its_reason(day):
    plan = explained(day, greedy(day))
    assert check(day, plan) == ()
    assert all(left.text and left.reason is not Reason.UNKNOWN for left in plan.unserved.values())


@modestly
@given(days())
def test_that_a_request_put_in_by_hand_passes_wherever_insertion_says_so(day):
    sailing = Sailing(day)
    stops = stops_of(day, greedy(day, sailing))
    out = [j for j in range(len(day.requests)) if all(j not in route for route in stops)]
    insertion = Insertion(day, sailing, stops, out)
    for boat in range(len(day.boats)):
        tries = insertion.tries(boat)
        for k, j in enumerate(insertion.wanted):
            for g, gap in enumerate(tries.gaps):
                more = (j,) if gap.end is None else (j, ~gap.end)
                route = (*stops[boat][: gap.position], *more, *stops[boat][gap.position :])
                put = planned(day, sailing, (*stops[:boat], route, *stops[boat + 1 :]))
                assert (put is not None and check(day, put) == ()) == bool(tries.good[k, g])


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        (Reason.WATER, {"unreachable": frozenset({4})}),
        (Reason.COMMODITY, {"capacity_kg": (1000, 0)}),
        (Reason.CAPACITY, {"amounts_kg": (1200, 10)}),
        (Reason.DEPOT, {"room_kg": (5000, 9)}),
        (Reason.WINDOW, {"windows": ((0, 3_000),)}),
        (Reason.SHIFT, {"duty_end_s": 8_800}),
        (Reason.WORTH, {"prize": 7_999}),
    ],
)
def test_that_the_reason_is_the_limit_that_keeps_it_out(reason, change):
    day = small_day()
    job = {key: change[key] for key in ("amounts_kg", "windows", "prize") if key in change}
    boat = {key: change[key] for key in ("capacity_kg", "duty_end_s") if key in change}
    room = {"room_kg": change["room_kg"]} if "room_kg" in change else {}
    last = replace(day.requests[3], pinned_boat=None, **job)
    day = replace(
        day,
        boats=(replace(day.boats[0], **boat),),
        depots=(replace(day.depots[0], **room),),
        requests=(last,),
        unreachable=change.get("unreachable", frozenset()),
    )
    left = explained(day, plan(day, ())).unserved["S4"]
    assert left.reason is reason, left.text


def test_that_a_request_too_big_for_what_is_left_on_board_lacks_capacity():
    day = small_day()
    day = replace(day, boats=(replace(day.boats[0], max_trips=1),), requests=day.requests[:3])
    left = explained(day, plan(day, (0, 1, ~0))).unserved["S3"]
    assert left.reason is Reason.CAPACITY and left.boat == "甲"


def test_that_an_unfit_problem_says_why_in_chinese():
    day = small_day()
    wrong = replace(
        day,
        boats=(replace(day.boats[0], load_kg=(2000, 0), ends=(3,)), replace(day.boats[1], speed_kn=0.0)),
        requests=(replace(day.requests[0], windows=((5, 9), (3, 4))), replace(day.requests[1], amounts_kg=(1,))),
    )
    found = "；".join(refusals(wrong))
    assert all(word in found for word in ("在船量超过载量", "收船点不是云仓", "航速", "时间窗重叠", "应有 2 类"))
    with pytest.raises(ProblemError, match="距离矩阵有负数"):
        validated(replace(day, places_m=day.places_m - 1))
    with pytest.raises(ProblemError, match="过大"):
        validated(replace(day, places_m=day.places_m + np.int64(2) ** 44 * (1 - np.eye(5, dtype=np.int64))))


def test_that_greedy_unloads_between_two_trips_when_the_boat_is_full():
    boat = Boat("甲", METRE_A_SECOND, (1000, 100), (700, 0), 0, 0, DAY_S, (0,), max_trips=3)
    day = replace(small_day(), boats=(boat,), requests=small_day().requests[:3])
    assert stops_of(day, greedy(day)) == ((~0, 0, 1, ~0, 2, ~0),)
