"""The plan of the first moment: each request in turn to the boat that can be there soonest.

Most precious first, then the one that must begin soonest. A boat always keeps a depot booked, with room
for all it carries and within its duty hours, so every plan made here can be sailed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.planning.problem import LARGEST, Job, Problem, Solution, Window, allowed_boats
from services.planning.schedule import Sailing, planned

NEVER = 4 * LARGEST
NO_LIMIT = 2**60

Clocks = NDArray[np.int64]


def greedy(problem: Problem, sailing: Sailing | None = None) -> Solution:
    sailing = sailing or Sailing(problem)
    fleet = _Fleet(problem, sailing)
    for j in _order(problem):
        fleet.take(j)
    plan = planned(problem, sailing, fleet.routes(), "greedy")
    assert plan is not None, "the fleet only takes what it reaches in time"
    return plan


def _order(problem: Problem) -> list[int]:
    def key(j: int) -> tuple[bool, bool, int, int, int]:
        job = problem.requests[j]
        return not job.pinned_boat, not job.required, -job.prize, job.windows[-1][1] if job.windows else NEVER, j

    return sorted((j for j, job in enumerate(problem.requests) if job.place not in problem.unreachable), key=key)


@dataclass(frozen=True, slots=True)
class _Step:
    """For each boat: when it could begin, where it would unload before (−1: nowhere), where after it."""

    begin_s: Clocks
    before: Clocks
    booked: Clocks


class _Fleet:
    """Where each boat stands at the end of what it has taken."""

    def __init__(self, problem: Problem, sailing: Sailing) -> None:
        self.problem, boats = problem, problem.boats
        self.kind = np.array(sailing.kind_of, int)
        self.matrices = np.stack(sailing.kinds) if boats else np.zeros((1, *problem.places_m.shape), np.int64)
        self.place = np.array([b.start for b in boats], int)
        self.clock = np.array([b.free_s for b in boats], np.int64)
        self.duty_end = np.array([b.duty_end_s for b in boats], np.int64)
        width = (len(boats), len(problem.commodities))
        self.load = np.array([b.load_kg for b in boats], np.int64).reshape(width)
        self.capacity = np.array([b.capacity_kg for b in boats], np.int64).reshape(width)
        self.trips_left = np.array([b.max_trips for b in boats], int)
        self.room = np.array(
            [d.room_kg or (NO_LIMIT,) * len(problem.commodities) for d in problem.depots], np.int64
        ).reshape(len(problem.depots), -1)
        self.may_end = np.array([[d.place in b.ends for d in problem.depots] for b in boats], bool)
        self.booked = np.full(len(boats), -1)
        self.stops: list[list[int]] = [[] for _ in boats]

    def take(self, j: int) -> None:
        """Give it to the boat that can begin soonest, if there is one."""
        job = self.problem.requests[j]
        able = np.zeros(len(self.stops), bool)
        able[list(allowed_boats(self.problem, job))] = True
        if not able.any():
            return
        step = self._step(job, able)
        boat = int(step.begin_s.argmin())
        if step.begin_s[boat] < NEVER:
            self._append(boat, j, step)

    def routes(self) -> list[tuple[int, ...]]:
        return [(*stops, ~int(end)) if stops else () for stops, end in zip(self.stops, self.booked, strict=True)]

    def _step(self, job: Job, able: NDArray[np.bool_]) -> _Step:
        amounts = np.array(job.amounts_kg, np.int64)
        best, before, booked = self._then(job, able, self.place, self.clock, self.load + amounts, -1)
        for d, depot in enumerate(self.problem.depots):
            can = able & (self.trips_left > 1) & self._fits(d, self.load) & self.load.any(axis=1)
            clock = _begin(depot.windows, self.clock + self._to(self.place, depot.place)) + depot.unload_s
            there = np.full(len(self.place), depot.place)
            load = np.broadcast_to(amounts, self.load.shape)
            via, _, end = self._then(job, can, there, clock, load, d)
            better = via < best
            best, booked = np.where(better, via, best), np.where(better, end, booked)
            before = np.where(better, d, before)
        return _Step(best, before, booked)

    def _then(
        self, job: Job, able: NDArray[np.bool_], place: NDArray[np.int_], clock: Clocks, load: Clocks, before: int
    ) -> tuple[Clocks, Clocks, Clocks]:
        """When each boat begins, coming from ``place``, and at which depot it can end afterwards."""
        begin = _begin(job.windows, clock + self._to(place, job.place))
        leave = begin + job.service_s
        fits = able & (load <= self.capacity).all(axis=1)
        home, booked = np.full(len(begin), NEVER), np.full(len(begin), -1)
        for d, depot in enumerate(self.problem.depots):
            way = self.matrices[self.kind, job.place, depot.place]
            end = _begin(depot.windows, leave + way) + depot.unload_s
            spent = self.load if before == d else np.zeros_like(self.load)  # this room goes before
            good = self.may_end[:, d] & self._fits(d, load + spent) & (end <= self.duty_end) & (end < home)
            home, booked = np.where(good, end, home), np.where(good, d, booked)
        return np.where(fits & (home < NEVER), begin, NEVER), np.full(len(begin), before), booked

    def _append(self, boat: int, j: int, step: _Step) -> None:
        job, before = self.problem.requests[j], int(step.before[boat])
        if before >= 0:
            self.stops[boat].append(~before)
            self.room[before] -= self.load[boat]
            self.load[boat] = 0
            self.trips_left[boat] -= 1
        self.stops[boat].append(j)
        self.load[boat] += np.array(job.amounts_kg, np.int64)
        self.place[boat], self.clock[boat] = job.place, step.begin_s[boat] + job.service_s
        self.booked[boat] = step.booked[boat]

    def _to(self, place: NDArray[np.int_], there: int) -> Clocks:
        return self.matrices[self.kind, place, there]

    def _fits(self, d: int, load: Clocks) -> NDArray[np.bool_]:
        """Whether the depot has room for it beside what all other boats have booked there."""
        here = (self.booked == d)[:, None] * self.load
        return (load + here.sum(axis=0) - here <= self.room[d]).all(axis=1)


def _begin(windows: tuple[Window, ...], arrive: Clocks) -> Clocks:
    """For each arrival the first moment in a window; NEVER (or later) when all have passed."""
    if not windows:
        return arrive
    best = np.full(len(arrive), NEVER)
    for begin, end in windows:
        best = np.where(arrive <= end, np.minimum(best, np.maximum(arrive, begin)), best)
    return best
