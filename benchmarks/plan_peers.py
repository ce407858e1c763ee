"""The planner's peers on the same problem: OR-Tools and VROOM, with fair defaults, checked by our checker.

Both are told what they can be told: OR-Tools unloads at copies of the depots, VROOM takes each request as a
shipment to its nearest depot. Neither knows the rooms of depots; their plans are mended as our solver's are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from services.planning.problem import Problem, Solution, allowed_boats
from services.planning.rooms import ended
from services.planning.schedule import Sailing, Stops, planned

FOREVER = 400_000_000


def installed() -> dict[str, Callable[[Problem, float], Solution | None]]:
    """The peers of this machine by name."""
    every = {"ortools": ("ortools", ortools), "vroom": ("vroom", vroom)}
    return {name: solve for name, (module, solve) in every.items() if find_spec(module)}


def _closed(problem: Problem, sailing: Sailing, fleet: list[Stops], solver: str) -> Solution | None:
    return planned(problem, sailing, ended(problem, sailing, fleet), solver)


# -- OR-Tools


def ortools(problem: Problem, seconds: float) -> Solution | None:
    """PARALLEL_CHEAPEST_INSERTION, then guided local search until the time is over."""
    return _Ortools(problem).solved(seconds)


class _Ortools:
    """Nodes: requests, copies of each depot to unload at, then for each boat its start and its end."""

    def __init__(self, problem: Problem) -> None:
        pywrapcp: Any = import_module("ortools.constraint_solver.pywrapcp")

        self.problem, self.sailing = problem, Sailing(problem)
        boats = range(len(problem.boats))
        copies = max(1, len(boats)) if any(boat.max_trips > 1 for boat in problem.boats) else 0
        self.jobs = len(problem.requests)
        self.reloads = [d for d in range(len(problem.depots)) for _ in range(copies)]
        first = self.jobs + len(self.reloads)
        self.starts, self.ends = [first + i for i in boats], [first + len(boats) + i for i in boats]
        self.size = first + 2 * len(boats)
        self.manager = pywrapcp.RoutingIndexManager(self.size, len(boats), self.starts, self.ends)
        self.model = pywrapcp.RoutingModel(self.manager)
        self._times()
        self._loads()
        for j, job in enumerate(problem.requests):
            node = self.manager.NodeToIndex(j)
            if not job.required:
                self.model.AddDisjunction([node], job.prize)
            if job.boats is not None or job.pinned_boat is not None:
                self.model.SetAllowedVehiclesForIndex(list(allowed_boats(problem, job)), node)
        for r in range(len(self.reloads)):
            self.model.AddDisjunction([self.manager.NodeToIndex(self.jobs + r)], 0)

    def _places(self) -> list[int]:
        problem = self.problem
        return [
            *(job.place for job in problem.requests),
            *(problem.depots[d].place for d in self.reloads),
            *(boat.start for boat in problem.boats),
            *(boat.ends[0] for boat in problem.boats),
        ]

    def _matrices(self, boat: int) -> tuple[np.ndarray, np.ndarray]:
        """Sailing and time, the end being the nearest depot it may end at, unloading included."""
        problem, places = self.problem, self._places()
        seconds = self.sailing.seconds(boat)
        sail = seconds[np.ix_(places, places)].copy()
        ends = [depot for depot in problem.depots if depot.place in problem.boats[boat].ends]
        home = seconds[np.ix_(places, [depot.place for depot in ends])]
        sail[:, self.ends] = home.min(axis=1)[:, None]
        service = np.zeros(self.size, np.int64)
        service[: self.jobs] = [job.service_s for job in problem.requests]
        service[self.jobs : self.jobs + len(self.reloads)] = [problem.depots[d].unload_s for d in self.reloads]
        time = sail + service[:, None]
        time[:, self.ends] += np.array([depot.unload_s for depot in ends])[home.argmin(axis=1)][:, None]
        return sail, time

    def _times(self) -> None:
        problem, model = self.problem, self.model
        kinds: dict[object, tuple[int, int]] = {}
        passes = []
        for i, boat in enumerate(problem.boats):
            key = (boat.speed_kn, boat.cost_per_s, boat.ends)
            if key not in kinds:
                sail, time = self._matrices(i)
                kinds[key] = (
                    model.RegisterTransitMatrix((sail * boat.cost_per_s).tolist()),
                    model.RegisterTransitMatrix(time.tolist()),
                )
            model.SetArcCostEvaluatorOfVehicle(kinds[key][0], i)
            model.SetFixedCostOfVehicle(boat.fixed_cost, i)
            passes.append(kinds[key][1])
        horizon = max(boat.duty_end_s for boat in problem.boats)
        model.AddDimensionWithVehicleTransits(passes, horizon, horizon, False, "time")
        clock = model.GetDimensionOrDie("time")
        for i, boat in enumerate(problem.boats):
            clock.CumulVar(model.Start(i)).SetRange(boat.free_s, max(boat.free_s, boat.duty_end_s))
            clock.CumulVar(model.End(i)).SetRange(0, max(boat.free_s, boat.duty_end_s))
        for j, job in enumerate(problem.requests):
            if job.windows:
                when = clock.CumulVar(self.manager.NodeToIndex(j))
                when.SetRange(job.windows[0][0], job.windows[-1][1])
                for before, after in zip(job.windows, job.windows[1:], strict=False):
                    when.RemoveInterval(before[1] + 1, after[0] - 1)

    def _loads(self) -> None:
        problem, model = self.problem, self.model
        for c, name in enumerate(problem.commodities):
            capacities = [boat.capacity_kg[c] for boat in problem.boats]
            most = max(capacities, default=0)
            amounts = [job.amounts_kg[c] for job in problem.requests]
            change = [*amounts, *[-most] * len(self.reloads), *[0] * (2 * len(problem.boats))]
            transit = model.RegisterUnaryTransitVector(change)
            model.AddDimensionWithVehicleCapacity(transit, most, capacities, False, name)
            load = model.GetDimensionOrDie(name)
            for i, boat in enumerate(problem.boats):
                load.CumulVar(model.Start(i)).SetValue(boat.load_kg[c])
                load.SlackVar(model.Start(i)).SetValue(0)
            for j in range(self.jobs):
                load.SlackVar(self.manager.NodeToIndex(j)).SetValue(0)

    def solved(self, seconds: float) -> Solution | None:
        pywrapcp: Any = import_module("ortools.constraint_solver.pywrapcp")
        enums: Any = import_module("ortools.constraint_solver.routing_enums_pb2")
        params = pywrapcp.DefaultRoutingSearchParameters()
        params.first_solution_strategy = enums.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
        params.local_search_metaheuristic = enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        params.time_limit.FromMilliseconds(int(seconds * 1000))
        found = self.model.SolveWithParameters(params)
        if found is None:
            return None
        fleet: list[Stops] = []
        for i in range(len(self.problem.boats)):
            stops, at = [], found.Value(self.model.NextVar(self.model.Start(i)))
            while not self.model.IsEnd(at):
                node = self.manager.IndexToNode(at)
                stops.append(node if node < self.jobs else ~self.reloads[node - self.jobs])
                at = found.Value(self.model.NextVar(at))
            fleet.append(tuple(stops))
        return _closed(self.problem, self.sailing, fleet, "ortools")


# -- VROOM


def vroom(problem: Problem, seconds: float) -> Solution | None:
    """Exploration level 5, two threads. It may overrun its time (#1196)."""
    library: Any = import_module("vroom")
    sailing, day = Sailing(problem), library.Input()
    for kind, matrix in enumerate(sailing.kinds):
        day.set_durations_matrix(f"{kind}", matrix)
    home = next(iter(problem.depots))
    several = any(boat.max_trips > 1 for boat in problem.boats) or len(problem.depots) > 1
    for i, boat in enumerate(problem.boats):
        end = None if several else home.place
        costs = library.vehicle.VehicleCosts(fixed=boat.fixed_cost, per_hour=3600 * boat.cost_per_s)
        unloading = 0 if several else home.unload_s
        day.add_vehicle(
            library.Vehicle(
                i,
                boat.start,
                end,
                f"{sailing.kind_of[i]}",
                list(boat.capacity_kg),
                {i + 1},
                library.TimeWindow(boat.free_s, max(boat.free_s, boat.duty_end_s - unloading)),
                costs=costs,
            )
        )
    top = max((job.prize for job in problem.requests), default=0) or 1
    for j, job in enumerate(problem.requests):
        windows = [library.TimeWindow(*window) for window in job.windows]
        priority = 100 if job.required else min(100, round(100 * job.prize / top))
        if several:
            pick = library.ShipmentStep(j, job.place, 0, job.service_s, windows)
            day.add_shipment(
                pick, _drop(library, problem, j, job.place), library.Amount(job.amounts_kg), priority=priority
            )
        else:
            day.add_job(
                library.Job(
                    j,
                    job.place,
                    0,
                    job.service_s,
                    pickup=library.Amount(job.amounts_kg),
                    priority=priority,
                    time_windows=windows,
                )
            )
    for i, boat in enumerate(problem.boats):
        if several and any(boat.load_kg):  # what is on board, as a shipment only this boat may take
            number = len(problem.requests) + i
            pick = library.ShipmentStep(number, boat.start)
            day.add_shipment(
                pick, _drop(library, problem, number, boat.start), library.Amount(boat.load_kg), {i + 1}, 100
            )
    answer = day.solve(5, 2, timedelta(seconds=seconds))
    fleet = _vroom_fleet(problem, answer, several=several)
    return _closed(problem, sailing, fleet, "vroom")


def _drop(library: Any, problem: Problem, number: int, place: int) -> Any:
    depot = min(problem.depots, key=lambda depot: problem.places_m[place, depot.place])
    return library.ShipmentStep(number, depot.place, depot.unload_s, 0)


def _vroom_fleet(problem: Problem, answer: Any, *, several: bool) -> list[Stops]:
    """Its steps as ours; steps at one depot after another are one unloading."""
    at = {depot.place: ~d for d, depot in enumerate(problem.depots)}
    fleet: list[list[int]] = [[] for _ in problem.boats]
    rows = answer._routes_numpy()
    for vehicle, kind, place, number in zip(
        rows["vehicle_id"], rows["type"].astype("U9"), rows["location_index"], rows["id"], strict=True
    ):
        stops = fleet[int(vehicle)]
        if kind in ("job", "pickup") and int(number) < len(problem.requests):
            stops.append(int(number))
        elif kind == "delivery" and (not stops or stops[-1] != at[int(place)]):
            stops.append(at[int(place)])
    return [tuple(stops) for stops in fleet]
