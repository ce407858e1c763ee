"""Searches side by side, their processes, and what happens to those that hang or lie."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from services.planning.check import check
from services.planning.crew import Crew
from services.planning.greedy import greedy
from services.planning.lane import run
from services.planning.mend import fleet_of
from services.planning.messages import Found, Lane
from services.planning.problem import Problem, Solution
from services.planning.pyvrp_model import Model
from services.planning.race import Terms, race
from services.planning.schedule import Sailing, planned
from services.planning.validate import ProblemError
from tests.planning_days import days, small_day

STEADY = Terms(budget_s=8.0, seed=7, iterations=60)
HANGING = """
import sys, time
sys.path.insert(0, ".")
from services.planning.messages import Told, write
write(sys.stdout.buffer, Told(race=0))
while True: time.sleep(60)
"""
LYING = """
import pickle, sys
from services.planning.messages import HEAD, Found, Told, write
write(sys.stdout.buffer, Told(race=0))
while head := sys.stdin.buffer.read(HEAD.size):
    task = pickle.loads(sys.stdin.buffer.read(HEAD.unpack(head)[0]))
    write(sys.stdout.buffer, Told(task.race, Found(((0, 1, 2, ~0), (3, ~0)), task.lane)))
    write(sys.stdout.buffer, Told(task.race, iterations=1))
"""


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    with Crew(2) as found:
        assert found.wait_ready(9.0)
        yield found


def told(day: Problem, lane: Lane, standing: tuple[tuple[int, ...], ...] | None = None) -> list[Solution]:
    """What a lane tells, as plans."""
    found: list[Found] = []
    run(day, standing, lane, found.append)
    plans = [planned(day, Sailing(day), one.fleet) for one in found]
    return [one for one in plans if one is not None]


def by_boat(day: Problem, plan: Solution) -> dict[str, tuple]:
    return {boat.id: route for boat, route in zip(day.boats, plan.routes, strict=True)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days())
def test_that_whatever_the_search_tells_passes_the_checker(day):
    for start in ("insertion", "random"):
        for plan in told(day, Lane("best", start, 1, iterations=12)):
            assert check(day, plan) == ()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days())
def test_that_a_search_from_a_plan_in_force_passes_the_checker(day):
    standing = fleet_of(day, by_boat(day, greedy(day)))
    found = told(day, Lane("few", "standing", 1, move_cost=500, iterations=12), standing)
    assert found
    assert all(check(day, plan) == () for plan in found)


def test_that_the_race_finds_the_best_plan_of_a_small_day(crew):
    answer = race(small_day(), crew, STEADY)
    assert check(small_day(), answer.best) == ()
    assert answer.best.cost == 2 * 2000 + 2 * 4000
    assert answer.best.served["S4"] == 1
    assert answer.few is None and not answer.refused and not answer.late


def test_that_the_same_seed_and_iterations_give_the_same_plan(crew):
    day = small_day()
    first, second = race(day, crew, STEADY), race(day, crew, STEADY)
    assert first.best == second.best
    assert first.iterations == second.iterations == 2 * 60


def test_that_better_plans_are_told_as_they_come_and_always_checked(crew):
    heard: list[tuple[str, Solution]] = []
    answer = race(small_day(), crew, STEADY, on_better=lambda kind, plan: heard.append((kind, plan)))
    assert heard[0][0] == "greedy"
    costs = [plan.cost for kind, plan in heard if kind == "best"]
    assert costs == sorted(costs, reverse=True) and costs[-1] == answer.best.cost
    assert all(check(small_day(), plan) == () for _, plan in heard)


def test_that_after_a_failure_few_keeps_requests_with_their_boats(crew):
    day = small_day()
    day = replace(day, requests=tuple(replace(job, pinned_boat=None) for job in day.requests))
    before = planned(day, Sailing(day), ((0, 2, ~0), (1, 3, ~0)))
    assert before is not None
    new = replace(day.requests[0], id="S5")
    changed = replace(day, requests=(*day.requests, new))
    answer = race(changed, crew, STEADY, standing=by_boat(day, before))
    assert answer.few is not None and check(changed, answer.few) == ()
    assert answer.few_moves == () and answer.unaffected == 4
    assert "S5" in answer.few.served
    assert answer.best.cost <= answer.few.cost


def test_that_a_lost_boat_gives_its_requests_to_the_others(crew):
    day = small_day()
    day = replace(day, requests=tuple(replace(job, pinned_boat=None) for job in day.requests))
    before = planned(day, Sailing(day), ((0, 2, ~0), (1, 3, ~0)))
    assert before is not None
    left = replace(day, boats=day.boats[:1])
    answer = race(left, crew, STEADY, standing=by_boat(day, before))
    assert answer.few is not None and answer.unaffected == 2
    assert answer.few_moves == ()


def test_that_a_solver_that_hangs_is_killed_and_the_first_plan_stays():
    day = small_day()
    with Crew(2, (sys.executable, "-c", HANGING)) as hanging:
        assert hanging.wait_ready(9.0)
        began = time.monotonic()
        answer = race(day, hanging, Terms(budget_s=0.4))
        assert time.monotonic() - began < 1.0
        assert answer.late == 2
        assert answer.best == answer.greedy and check(day, answer.best) == ()
        assert hanging.wait_ready(9.0)
        again = race(day, hanging, Terms(budget_s=0.4), standing=by_boat(day, answer.best))
        assert again.late == 2 and again.few is not None and not again.few_moves


def test_that_a_solver_that_lies_is_refused_and_counted():
    with Crew(2, (sys.executable, "-c", LYING)) as lying:
        assert lying.wait_ready(9.0)
        answer = race(small_day(), lying, Terms(budget_s=8.0, iterations=1))
    assert answer.refused == {"load": 2}
    assert answer.best == answer.greedy


def test_that_a_worker_that_breaks_is_told_in_the_log_and_replaced(caplog):
    with Crew(1, (sys.executable, "-S", "-c", "raise SystemExit('坏了')")) as broken:
        process = broken._workers[0].process
        process.wait()
        answer = race(small_day(), broken, Terms(budget_s=0.4))
    assert answer.best == answer.greedy and not answer.late
    assert "规划进程自行结束：坏了" in caplog.text
    caplog.clear()


def test_that_no_process_outlives_its_crew():
    with Crew(2, (sys.executable, "-S", "-c", "while True: pass")) as short:
        processes = [worker.process for worker in short._workers]
        assert all(process.poll() is None for process in processes)
    assert all(process.poll() is not None for process in processes)


def test_that_an_unfit_problem_starts_nothing(crew):
    with pytest.raises(ProblemError):
        race(replace(small_day(), depots=()), crew, STEADY)
    assert not crew.busy


def test_that_without_a_boat_or_after_hours_the_plan_is_empty_and_says_why():
    for boats in ((), tuple(replace(boat, free_s=50_000) for boat in small_day().boats)):
        jobs = tuple(replace(job, pinned_boat=None) for job in small_day().requests)
        day = replace(small_day(), boats=boats, requests=jobs)
        plans = told(day, Lane("best", "random", 1, iterations=5)) + told(
            day, Lane("best", "insertion", 1, iterations=5)
        )
        assert all(check(day, plan) == () and len(plan.unserved) == 4 for plan in plans)


def test_that_a_search_starts_from_the_very_plan_it_is_given():
    """Also where a request is begun in its second window."""
    day = small_day()
    later = replace(day.requests[0], windows=((0, 10), (5_000, 9_000)))
    day = replace(day, requests=(later, *[replace(job, pinned_boat=None) for job in day.requests[1:]]))
    standing = ((0, 1, ~0), (2, 3, ~0))
    model = Model(day, Sailing(day))
    start = model.solution(standing)
    assert start.is_feasible()
    assert model.routes(start) == tuple(stops[:-1] for stops in standing)


def test_that_a_full_depot_makes_the_search_look_elsewhere():
    """Two depots side by side, the nearer one with room for half of what is handed in."""
    day = small_day()
    near, far = replace(day.depots[0], room_kg=(800, 500)), replace(day.depots[0], id="远仓", place=1)
    jobs = tuple(replace(job, pinned_boat=None, windows=()) for job in day.requests)
    boats = tuple(replace(boat, ends=(0, 1)) for boat in day.boats)
    tight = replace(day, depots=(near, far), requests=jobs, boats=boats)
    best = min(told(tight, Lane("best", "random", 3, iterations=60)), key=lambda plan: plan.cost)
    assert check(tight, best) == () and not best.unserved


def test_that_a_depot_without_room_is_not_gone_to():
    day = small_day()
    full, far = replace(day.depots[0], room_kg=(0, 500)), replace(day.depots[0], id="远仓", place=1)
    boats = tuple(replace(boat, ends=(0, 1)) for boat in day.boats)
    shut = replace(day, depots=(full, far), boats=boats)
    found = told(shut, Lane("best", "insertion", 3, iterations=30))
    assert {visit.ref for route in found[-1].routes for visit in route if visit.kind == "unload"} == {"远仓"}
