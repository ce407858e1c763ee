"""The plan of the first moment: each request in turn to the boat that can be there soonest.

The one that must begin soonest first, of equals the most precious. A boat always keeps a depot booked, with room
for all it carries and within its duty hours, so every plan made here can be sailed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.planning.problem import LARGEST, Job, Problem, Solution, Window, allowed_boats
from services.planning.schedule import Sailing, planned

NEVER = 4 * LARGEST
NO_LIMIT = 2**60

Clocks = NDArray[np.int64]
Mask = NDArray[np.bool_]


def greedy(problem: Problem, sailing: Sailing | None = None) -> Solution:
    sailing = sailing or Sailing(problem)
    fleet = _Fleet(problem, sailing)
    for j in _order(problem):
        fleet.take(j)
    plan = planned(problem, sailing, fleet.routes(), "greedy")
    assert plan is not None, "the fleet only takes what it reaches in time"
    return plan


def _order(problem: Problem) -> list[int]:
    end_of_day = max((boat.duty_end_s for boat in problem.boats), default=0)

    def key(j: int) -> tuple[bool, bool, int, int, int]:
        job = problem.requests[j]
        return not job.pinned_boat, not job.required, job.windows[0][1] if job.windows else end_of_day, -job.prize, j

    return sorted((j for j, job in enumerate(problem.requests) if job.place not in problem.unreachable), key=key)


class _Fleet:
    """Where each boat stands at the end of what it has taken.

    For a request every boat has ``1 + depots`` ways there: at once, or by unloading at a depot first; and from
    there as many ways home as there are depots. All are tried together, as way × boat × depot.
    """

    def __init__(self, problem: Problem, sailing: Sailing) -> None:
        self.problem, boats = problem, problem.boats
        self.kind = np.array(sailing.kind_of, int)
        self.matrices = np.stack(sailing.kinds) if boats else np.zeros((1, *problem.places_m.shape), np.int64)
        self.place = np.array([b.start for b in boats], int)
        self.clock = np.array([b.free_s for b in boats], np.int64)
        self.duty_end = np.array([b.duty_end_s for b in boats], np.int64)
        width, depots = (len(boats), len(problem.commodities)), problem.depots
        self.load = np.array([b.load_kg for b in boats], np.int64).reshape(width)
        self.capacity = np.array([b.capacity_kg for b in boats], np.int64).reshape(width)
        self.trips_left = np.array([b.max_trips for b in boats], int)
        self.depot_place = np.array([d.place for d in depots], int)
        self.unload_s = np.array([d.unload_s for d in depots], np.int64)
        self.room = np.array([d.room_kg or (NO_LIMIT,) * width[1] for d in depots], np.int64).reshape(len(depots), -1)
        self.may_end = np.array([[d.place in b.ends for d in depots] for b in boats], bool).reshape(-1, len(depots))
        self.booked = np.full(len(boats), -1)
        self.stops: list[list[int]] = [[] for _ in boats]

    def take(self, j: int) -> None:
        """Give it to the boat that can begin soonest, if there is one."""
        job = self.problem.requests[j]
        able = np.zeros(len(self.stops), bool)
        able[list(allowed_boats(self.problem, job))] = True
        if able.any():
            begin, booked = self._ways(job, able)
            way, boat = (int(x) for x in np.unravel_index(begin.argmin(), begin.shape))
            if begin[way, boat] < NEVER:
                self._append(boat, j, way - 1, int(begin[way, boat]), int(booked[way, boat]))

    def routes(self) -> list[tuple[int, ...]]:
        return [(*stops, ~int(end)) if stops else () for stops, end in zip(self.stops, self.booked, strict=True)]

    def _ways(self, job: Job, able: Mask) -> tuple[Clocks, Clocks]:
        """For each way × boat when it could begin (NEVER: it cannot) and the depot it would end at."""
        amounts = np.array(job.amounts_kg, np.int64)
        free = self._free()
        unloaded = self._at_depots(self.place, self.clock)
        can = able & (self.trips_left > 1) & self.load.any(axis=1)
        can = can[:, None] & np.all(self.load[:, None, :] <= free, axis=2)
        from_depot = np.where(can, unloaded + self.matrices[self.kind[:, None], self.depot_place, job.place], NEVER)
        at_once = self.clock + self.matrices[self.kind, self.place, job.place]
        arrive = np.concatenate([np.where(able, at_once, NEVER)[None], from_depot.T])
        begin = _begin(job.windows, arrive)
        load = np.concatenate(
            [(self.load + amounts)[None], np.broadcast_to(amounts, (len(self.room), *self.load.shape))]
        )
        home = self._at_depots(np.full(len(able), job.place), begin + job.service_s)
        good = self.may_end & self._roomy(load, free) & (home <= self.duty_end[:, None])
        good &= np.all(load <= self.capacity, axis=2)[:, :, None]
        home = np.where(good, home, NEVER)
        return np.where(home.min(axis=2) < NEVER, begin, NEVER), home.argmin(axis=2)

    def _at_depots(self, place: NDArray[np.int_], clock: Clocks) -> Clocks:
        """… × boat × depot: when it would have unloaded there."""
        arrive = clock[..., None] + self.matrices[self.kind[:, None], place[:, None], self.depot_place]
        begin = [_begin(depot.windows, arrive[..., d]) for d, depot in enumerate(self.problem.depots)]
        return np.stack(begin, axis=-1) + self.unload_s

    def _free(self) -> Clocks:
        """Boat × depot × commodity: the room beside what all other boats have booked."""
        here = (self.booked[:, None] == np.arange(len(self.room)))[:, :, None] * self.load[:, None, :]
        return self.room - here.sum(axis=0) + here

    def _roomy(self, load: Clocks, free: Clocks) -> Mask:
        """Way × boat × depot: whether the depot has room for the load in the end, after what a way unloads there."""
        fits = np.asarray((load[:, :, None, :] <= free).all(axis=3))
        for d in range(len(self.room)):
            fits[1 + d, :, d] = np.all(load[1 + d] + self.load <= free[:, d], axis=1)
        return fits

    def _append(self, boat: int, j: int, before: int, begin_s: int, booked: int) -> None:
        job = self.problem.requests[j]
        if before >= 0:
            self.stops[boat].append(~before)
            self.room[before] -= self.load[boat]
            self.load[boat] = 0
            self.trips_left[boat] -= 1
        self.stops[boat].append(j)
        self.load[boat] += np.array(job.amounts_kg, np.int64)
        self.place[boat], self.clock[boat] = job.place, begin_s + job.service_s
        self.booked[boat] = booked


def _begin(windows: tuple[Window, ...], arrive: Clocks) -> Clocks:
    """For each arrival the first moment in a window; NEVER (or later) when all have passed."""
    if not windows:
        return arrive
    best = np.full(arrive.shape, NEVER)
    for begin, end in windows:
        best = np.where(arrive <= end, np.minimum(best, np.maximum(arrive, begin)), best)
    return best
