"""When a boat is where: the clock of a sequence of stops, and the plan made of such sequences.

A stop is a whole number: ``j`` collects ``problem.requests[j]``, ``~d`` unloads at ``problem.depots[d]``.
Sailing takes metres / speed, rounded to whole seconds; a boat sails at once and waits where it arrives.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from services.planning.problem import METRES_PER_NM, Problem, Solution, Unserved, Visit, Window

Stops = tuple[int, ...]
Seconds = NDArray[np.int64]


class Sailing:
    """Seconds between all places at each boat's speed; boats of one speed share a matrix."""

    def __init__(self, problem: Problem) -> None:
        speeds = sorted({boat.speed_kn for boat in problem.boats})
        self.kinds = tuple(_seconds(problem, speed) for speed in speeds)
        self.kind_of = tuple(speeds.index(boat.speed_kn) for boat in problem.boats)
        self._rows: dict[int, list[list[int]]] = {}

    def seconds(self, boat: int) -> Seconds:
        return self.kinds[self.kind_of[boat]]

    def rows(self, boat: int) -> list[list[int]]:
        """The same as lists: ten times quicker to read one by one."""
        kind = self.kind_of[boat]
        if kind not in self._rows:
            self._rows[kind] = self.kinds[kind].tolist()
        return self._rows[kind]


def _seconds(problem: Problem, speed_kn: float) -> Seconds:
    return np.floor(problem.places_m * 3600 / (speed_kn * METRES_PER_NM) + 0.5).astype(np.int64)


def begin_at(windows: Sequence[Window], arrive_s: int) -> int | None:
    """The first moment from the arrival on that lies in a window; None when all have passed."""
    if not windows:
        return arrive_s
    return next((max(arrive_s, begin) for begin, end in windows if arrive_s <= end), None)


def timed(problem: Problem, sailing: Sailing, boat: int, stops: Iterable[int]) -> tuple[Visit, ...] | None:
    """The visits with their clock; None when a window is missed."""
    rows, place, clock = sailing.rows(boat), problem.boats[boat].start, problem.boats[boat].free_s
    visits = []
    for stop in stops:
        target = problem.requests[stop] if stop >= 0 else problem.depots[~stop]
        arrive = clock + rows[place][target.place]
        begin = begin_at(target.windows, arrive)
        if begin is None:
            return None
        clock = begin + (problem.requests[stop].service_s if stop >= 0 else problem.depots[~stop].unload_s)
        place = target.place
        visits.append(Visit("collect" if stop >= 0 else "unload", target.id, arrive, begin, clock))
    return tuple(visits)


def sailing_s(problem: Problem, sailing: Sailing, boat: int, stops: Iterable[int]) -> int:
    rows, place, total = sailing.rows(boat), problem.boats[boat].start, 0
    for stop in stops:
        there = problem.requests[stop].place if stop >= 0 else problem.depots[~stop].place
        total += rows[place][there]
        place = there
    return total


def planned(
    problem: Problem, sailing: Sailing, fleet: Sequence[Stops], solver: str = "", seed: int = 0
) -> Solution | None:
    """The plan of these sequences, one for each boat; None when one of them misses a window."""
    routes, cost, seconds, metres = [], 0, 0, 0
    for i, stops in enumerate(fleet):
        visits = timed(problem, sailing, i, stops)
        if visits is None:
            return None
        routes.append(visits)
        if stops:
            boat, sailed = problem.boats[i], sailing_s(problem, sailing, i, stops)
            seconds += sailed
            cost += sailed * boat.cost_per_s + boat.fixed_cost
            metres += _metres(problem, i, stops)
    served = {stop for stops in fleet for stop in stops if stop >= 0}
    left = [job for j, job in enumerate(problem.requests) if j not in served]
    return Solution(
        tuple(routes),
        {job.id: Unserved() for job in left},
        cost + sum(job.prize for job in left),
        seconds,
        metres,
        solver,
        seed,
    )


def stops_of(problem: Problem, solution: Solution) -> tuple[Stops, ...]:
    """The sequences of a plan, by the problem's numbers; what the problem does not know is left out."""
    jobs = {job.id: j for j, job in enumerate(problem.requests)}
    depots = {depot.id: ~d for d, depot in enumerate(problem.depots)}
    return tuple(
        tuple(known[v.ref] for v in route if v.ref in (known := jobs if v.kind == "collect" else depots))
        for route in solution.routes
    )


def _metres(problem: Problem, boat: int, stops: Stops) -> int:
    places = [problem.requests[s].place if s >= 0 else problem.depots[~s].place for s in stops]
    way = [problem.boats[boat].start, *places]
    return int(problem.places_m[way[:-1], way[1:]].sum())
