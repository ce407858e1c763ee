"""A problem in PyVRP's words, and its routes back in ours.

Each request is a location, an activity of pick-up; each boat a vehicle type with its own start. A boat ends at
a depot that is not there: the way to it is the way to the nearest of the boat's ``ends`` and the time to unload.
Compatibility is a capacity of 0 (services.planning.dimensions). Rooms are not modelled here:
services.planning.prices makes full depots dear, and services.planning.rooms mends what is over all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pyvrp import (
    Activity,
    ActivityType,
    Client,
    ClientGroup,
    Location,
    ProblemData,
    Route,
    Solution,
    VehicleType,
)
from pyvrp import Depot as PyvrpDepot

from services.planning.dimensions import Dimensions
from services.planning.prices import Prices, free, full_for
from services.planning.problem import Job, Problem, Window, allowed_boats
from services.planning.schedule import Sailing, Stops, timed

FOREVER = 400_000_000
PIN_PRIZE = 1_000_000  # a pinned request is left out only when it cannot be done
PyvrpSolution = Solution
Matrix = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Home:
    """Where requests are by the plan in force (request → boat), and what moving one or leaving it out costs."""

    boats: Mapping[int, int]
    penalty: int


class Model:
    """``data`` for the solver, None where no boat may sail, and the way there and back."""

    def __init__(
        self, problem: Problem, sailing: Sailing, home: Home | None = None, prices: Prices | None = None
    ) -> None:
        self.problem, self.sailing = problem, sailing
        self.prices = prices or free(problem)
        self.full = full_for(problem)
        self.jobs = [
            j
            for j, job in enumerate(problem.requests)
            if job.place not in problem.unreachable and allowed_boats(problem, job)
        ]
        self.clients = [(j, w) for j in self.jobs for w in (problem.requests[j].windows or ((0, FOREVER),))]
        self.client_of: dict[int, list[tuple[int, Window]]] = {}
        for c, (j, window) in enumerate(self.clients):
            self.client_of.setdefault(j, []).append((c, window))
        self.end_sets = sorted({self._ends(i) for i in range(len(problem.boats))})
        self.types = self._types(apart=home is not None)
        self.data = self._data(home) if self.types else None

    def _ends(self, i: int) -> tuple[int, ...]:
        """Indexes of the depots this boat may end at, without full ones where it has another."""
        may = [d for d, depot in enumerate(self.problem.depots) if depot.place in self.problem.boats[i].ends]
        return tuple(d for d in may if not self.full[d]) or tuple(may)

    def _types(self, *, apart: bool) -> list[list[int]]:
        """Boats that differ in nothing a plan could see are one vehicle type, unless each is to be known."""
        able = [i for i in range(len(self.problem.boats)) if self._may_sail(i)]
        if apart:
            return [[i] for i in able]
        special = {name for j in self.jobs for name in _named(self.problem.requests[j])}
        found: dict[object, list[int]] = {}
        for i in able:
            boat = self.problem.boats[i]
            same = replace(boat, id=boat.id if boat.id in special else "", committed=())
            found.setdefault(same, []).append(i)
        return list(found.values())

    def _may_sail(self, i: int) -> bool:
        """Whether it is free before its duty ends and the last of its depots closes."""
        boat, depots = self.problem.boats[i], (self.problem.depots[d] for d in self._ends(i))
        closing = max(depot.windows[-1][1] if depot.windows else FOREVER for depot in depots)
        return boat.free_s <= min(boat.duty_end_s, closing)

    # -- to PyVRP

    def _data(self, home: Home | None) -> ProblemData:
        problem = self.problem
        dims = Dimensions(problem, self.jobs)
        profiles, profile_of = self._profiles(home)
        count = len(self.jobs) + len(problem.depots) + len(problem.boats) + len(self.end_sets)
        return ProblemData(
            [Location(0, 0) for _ in range(count)],
            self._clients(dims, home),
            self._depots(),
            [self._vehicle(boats, dims, profile_of[boats[0]]) for boats in self.types],
            [distance for distance, _ in profiles],
            [duration for _, duration in profiles],
            [ClientGroup(group, problem.requests[j].required) for j, group in self._groups().items()],
        )

    def _groups(self) -> dict[int, list[int]]:
        return {j: [c for c, _ in found] for j, found in self.client_of.items() if len(found) > 1}

    def _clients(self, dims: Dimensions, home: Home | None) -> list[Client]:
        groups = {j: g for g, j in enumerate(self._groups())}
        at = {j: k for k, j in enumerate(self.jobs)}
        stays = dict.fromkeys(home.boats, home.penalty) if home else {}
        clients = []
        for j, (early, late) in self.clients:
            job = self.problem.requests[j]
            clients.append(
                Client(
                    at[j],
                    pickup=dims.of_job(job),
                    service_duration=job.service_s,
                    tw_early=early,
                    tw_late=late,
                    prize=self.prices.prize(job) + (PIN_PRIZE if job.pinned_boat else 0) + stays.get(j, 0),
                    required=job.required and j not in groups,
                    group=groups.get(j),
                )
            )
        return clients

    def _depots(self) -> list[PyvrpDepot]:
        """The warehouses, then the boats' starts, then the ends."""
        problem, first = self.problem, len(self.jobs)
        found = []
        for d, depot in enumerate(problem.depots):
            early, late = (depot.windows[0][0], depot.windows[-1][1]) if depot.windows else (0, FOREVER)
            found.append(PyvrpDepot(first + d, early, late, depot.unload_s))
        found += [PyvrpDepot(first + len(found) + i) for i in range(len(problem.boats))]
        for ends in self.end_sets:
            hours = [
                (problem.depots[d].windows[0][0], problem.depots[d].windows[-1][1] + problem.depots[d].unload_s)
                if problem.depots[d].windows
                else (0, FOREVER)
                for d in ends
            ]
            found.append(PyvrpDepot(first + len(found), 0, max(late for _, late in hours)))
        return found

    def _vehicle(self, boats: Sequence[int], dims: Dimensions, profile: int) -> VehicleType:
        i = boats[0]
        boat, warehouses = self.problem.boats[i], len(self.problem.depots)
        return VehicleType(
            len(boats),
            capacity=dims.of_boat(i),
            start_depot=warehouses + i,
            end_depot=warehouses + len(self.problem.boats) + self.end_sets.index(self._ends(i)),
            fixed_cost=boat.fixed_cost,
            tw_early=boat.free_s,
            tw_late=max(boat.duty_end_s, boat.free_s),
            unit_distance_cost=boat.cost_per_s,
            profile=profile,
            initial_load=dims.on_board(i),
            reload_depots=[d for d in range(warehouses) if not self.full[d]] if boat.max_trips > 1 else [],
            max_reloads=boat.max_trips - 1,
        )

    def _profiles(self, home: Home | None) -> tuple[list[tuple[Matrix, Matrix]], list[int]]:
        """Distance and duration of each kind of boat, or of each boat where staying at home counts."""
        kinds = [self._matrices(kind) for kind in self.sailing.kinds]
        if home is None:
            return kinds, list(self.sailing.kind_of)
        profiles = []
        for i, kind in enumerate(self.sailing.kind_of):
            distance = kinds[kind][0].copy()
            away = [k for k, j in enumerate(self.jobs) if home.boats.get(j, i) != i]
            distance[:, away] += home.penalty // max(1, self.problem.boats[i].cost_per_s)
            np.fill_diagonal(distance, 0)
            profiles.append((distance, kinds[kind][1]))
        return profiles, list(range(len(profiles)))

    def _matrices(self, seconds: Matrix) -> tuple[Matrix, Matrix]:
        problem = self.problem
        depots = [depot.place for depot in problem.depots]
        places = [problem.requests[j].place for j in self.jobs] + depots + [boat.start for boat in problem.boats]
        size, extra = len(places), len(self.end_sets)
        distance = np.zeros((size + extra, size + extra), np.int64)
        distance[:size, :size] = seconds[np.ix_(places, places)]
        duration = distance.copy()
        tolls, first = np.array(self.prices.tolls_s, np.int64), len(self.jobs)
        distance[:first, first : first + len(depots)] += tolls
        for e, ends in enumerate(self.end_sets):
            home = seconds[np.ix_(places, [depots[d] for d in ends])]
            dear = home + tolls[list(ends)]
            nearest = dear.argmin(axis=1)
            distance[:size, size + e] = dear.min(axis=1)
            unload = np.array([problem.depots[d].unload_s for d in ends], np.int64)
            duration[:size, size + e] = home[np.arange(size), nearest] + unload[nearest]
        return distance, duration

    # -- and back

    @property
    def _solved(self) -> ProblemData:
        if self.data is None:
            raise ValueError("no boat may sail")
        return self.data

    def routes(self, solution: Solution) -> tuple[Stops, ...]:
        """Our sequences, each but the empty ones without its last unloading, which is still to be chosen."""
        fleet: list[Stops] = [()] * len(self.problem.boats)
        free = [list(boats) for boats in self.types]
        for route in solution.routes():
            middle = list(route)[1:-1]
            fleet[free[route.vehicle_type()].pop(0)] = tuple(
                self.clients[a.idx][0] if a.is_client() else ~a.idx for a in middle
            )
        return tuple(fleet)

    def solution(self, fleet: Sequence[Stops]) -> Solution:
        """Of sequences that end with an unloading; requests the model leaves out are dropped."""
        routes = []
        for kind, boats in enumerate(self.types):
            for boat in boats:
                if activities := self._activities(boat, fleet[boat]):
                    routes.append(Route(self._solved, activities, kind))
        return Solution(self._solved, routes)

    def _activities(self, boat: int, stops: Stops) -> list[Activity]:
        """Each request by the client of the window it is begun in."""
        visits = timed(self.problem, self.sailing, boat, stops) or ()
        found = []
        for stop, visit in zip(stops[:-1], visits, strict=False):
            if stop < 0:
                found.append(Activity(ActivityType.DEPOT, ~stop))
            for client, (early, late) in self.client_of.get(stop, ()):
                if early <= visit.begin_s <= late:
                    found.append(Activity(ActivityType.CLIENT, client))
        return found


def _named(job: Job) -> frozenset[str]:
    """Boats that a pin or a list tells from others."""
    return (job.boats or frozenset()) | ({job.pinned_boat} if job.pinned_boat else frozenset())
