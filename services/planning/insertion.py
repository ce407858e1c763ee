"""Requests put into routes that stand: the quickest mend of a plan, moving nothing that is in it.

For each boat all requests and all gaps of its route are tried at once. A gap carries when the boat can leave
the stop before it and the latest it may arrive at the stop after it, so that one sum decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.planning.problem import LARGEST, Problem, Window, allowed_boats
from services.planning.schedule import Sailing, Stops, begin_at

NO_LIMIT = 2**60
NEVER = 4 * LARGEST
Grid = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Gap:
    """Between two stops, or before a new last unloading at ``end`` (then ``there`` is that depot's place)."""

    position: int
    here: int
    there: int
    leave_s: int
    latest_s: int  # arrival at ``there``
    joined_s: int  # sailing the gap takes now
    load: tuple[int, ...]  # of the whole trip, without the new request
    depot: int  # where the trip is unloaded
    end: int | None = None
    fixed: int = 0


@dataclass(frozen=True, slots=True)
class Tries:
    """For each request × gap of a boat: what it would cost, and which limits let it pass."""

    boat: int
    gaps: tuple[Gap, ...]
    cost: Grid
    able: Mask  # request only
    timely: Mask
    anytime: Mask  # would be in time if the request had no windows
    light: Mask
    roomy: Mask
    arrive_s: Grid

    @property
    def good(self) -> Mask:
        return self.able[:, None] & self.timely & self.light & self.roomy


class Insertion:
    """Works on a fleet of closed routes; ``wanted`` are the requests looked at."""

    def __init__(self, problem: Problem, sailing: Sailing, fleet: Sequence[Stops], wanted: Iterable[int]) -> None:
        self.problem, self.sailing, self.fleet = problem, sailing, list(fleet)
        self.wanted = [j for j in wanted if problem.requests[j].place not in problem.unreachable]
        jobs = [problem.requests[j] for j in self.wanted]
        width = len(problem.commodities)
        self.places = np.array([job.place for job in jobs], int)
        self.service = np.array([job.service_s for job in jobs], np.int64)
        self.amounts = np.array([job.amounts_kg for job in jobs], np.int64).reshape(len(jobs), width)
        self.able = np.zeros((len(problem.boats), len(jobs)), bool)
        for k, job in enumerate(jobs):
            self.able[list(allowed_boats(problem, job)), k] = True
        most = max((len(job.windows) for job in jobs), default=1) or 1
        spans: list[list[Window]] = [[*job.windows] or [(0, NEVER)] for job in jobs]
        self.spans = np.array([s + [(0, -1)] * (most - len(s)) for s in spans], np.int64).reshape(len(jobs), most, 2)
        self.room = np.array([d.room_kg or (NO_LIMIT,) * width for d in problem.depots], np.int64)
        self.room = self.room.reshape(len(problem.depots), width)
        for i, stops in enumerate(self.fleet):
            self._land(i, stops, -1)

    def _land(self, boat: int, stops: Stops, sign: int) -> None:
        load = np.array(self.problem.boats[boat].load_kg, np.int64)
        for stop in stops:
            if stop >= 0:
                load = load + np.array(self.problem.requests[stop].amounts_kg, np.int64)
            else:
                self.room[~stop] += sign * load
                load = np.zeros_like(load)

    def tries(self, boat: int) -> Tries:
        gaps = tuple(self._gaps(boat))
        seconds = self.sailing.seconds(boat)
        here, there = np.array([g.here for g in gaps], int), np.array([g.there for g in gaps], int)
        to, on = seconds[here[None, :], self.places[:, None]], seconds[self.places[:, None], there[None, :]]
        arrive = np.array([g.leave_s for g in gaps], np.int64) + to
        latest = np.array([g.latest_s for g in gaps], np.int64)
        begin = self._begin(arrive)
        joined = np.array([g.joined_s for g in gaps], np.int64)
        fixed = np.array([g.fixed for g in gaps], np.int64)
        load = np.array([g.load for g in gaps], np.int64).reshape(len(gaps), -1)
        room = self.room[[g.depot for g in gaps]].reshape(len(gaps), -1)
        new = np.array([g.end is not None and not self.fleet[boat] for g in gaps], bool)
        brought = self.amounts[:, None, :] + np.where(new[:, None], load, 0)[None]  # a boat at rest brings all it has
        capacity = np.array(self.problem.boats[boat].capacity_kg, np.int64)
        return Tries(
            boat,
            gaps,
            (to + on - joined) * self.problem.boats[boat].cost_per_s + fixed,
            self.able[boat],
            begin + self.service[:, None] + on <= latest,
            arrive + self.service[:, None] + on <= latest,
            np.all(load[None] + self.amounts[:, None, :] <= capacity, axis=2),
            np.all(brought <= room[None], axis=2),
            arrive,
        )

    def _begin(self, arrive: Grid) -> Grid:
        best = np.full(arrive.shape, NEVER)
        for k in range(self.spans.shape[1]):
            begin, end = self.spans[:, k, 0][:, None], self.spans[:, k, 1][:, None]
            best = np.where(arrive <= end, np.minimum(best, np.maximum(arrive, begin)), best)
        return best

    def _gaps(self, boat: int) -> Iterable[Gap]:
        problem, stops, me = self.problem, self.fleet[boat], self.problem.boats[boat]
        rows = self.sailing.rows(boat)
        place, clock, load = me.start, me.free_s, me.load_kg
        latest, trips = self._latest(boat, stops), self._trips(boat, stops)
        for position, stop in enumerate(stops):
            total, depot = trips[position]
            target = problem.requests[stop] if stop >= 0 else problem.depots[~stop]
            yield Gap(position, place, target.place, clock, latest[position], rows[place][target.place], total, depot)
            begin = begin_at(target.windows, clock + rows[place][target.place])
            assert begin is not None, "the routes stand"
            clock = begin + (problem.requests[stop].service_s if stop >= 0 else problem.depots[~stop].unload_s)
            place = target.place
            load = load if stop >= 0 else (0,) * len(load)
        if sum(stop < 0 for stop in stops) < me.max_trips:
            for d, depot in enumerate(problem.depots):
                if depot.place in me.ends:
                    last = _latest_in(depot.windows, me.duty_end_s - depot.unload_s)
                    fixed = 0 if stops else me.fixed_cost
                    yield Gap(len(stops), place, depot.place, clock, last, 0, load, d, d, fixed)

    def _latest(self, boat: int, stops: Stops) -> list[int]:
        """For each stop the latest arrival with which all that follows is still in time."""
        rows, bound, found = self.sailing.rows(boat), self.problem.boats[boat].duty_end_s, []
        after = None
        for stop in reversed(stops):
            target = self.problem.requests[stop] if stop >= 0 else self.problem.depots[~stop]
            takes = self.problem.requests[stop].service_s if stop >= 0 else self.problem.depots[~stop].unload_s
            bound -= takes + (rows[target.place][after] if after is not None else 0)
            bound = _latest_in(target.windows, bound)
            found.append(bound)
            after = target.place
        return found[::-1]

    def _trips(self, boat: int, stops: Stops) -> list[tuple[tuple[int, ...], int]]:
        """For each stop the load its trip brings and the depot it brings it to."""
        load, begin, found = list(self.problem.boats[boat].load_kg), 0, []
        for position, stop in enumerate(stops):
            if stop >= 0:
                load = [a + b for a, b in zip(load, self.problem.requests[stop].amounts_kg, strict=True)]
            else:
                found += [(tuple(load), ~stop)] * (position + 1 - begin)
                load, begin = [0] * len(load), position + 1
        return found

    # -- putting in

    def put_in(self, homes: Mapping[int, int] | None = None, away: int = 0) -> list[Stops]:
        """The fleet with every wanted request that fits and is worth it, the most worth first. A request
        with a home (request → boat) costs ``away`` more elsewhere."""
        if not self.wanted or not self.fleet:
            return self.fleet
        prize = np.array([self._prize(j) for j in self.wanted], np.int64)
        away_from = np.full((len(self.fleet), len(self.wanted)), 0)
        for k, j in enumerate(self.wanted):
            if homes and j in homes:
                away_from[:, k] = away
                away_from[homes[j], k] = 0
        best = [self._best(i) for i in range(len(self.fleet))]
        open_ = np.ones(len(self.wanted), bool)
        while True:
            gain = np.where(open_, prize - np.stack([cost for cost, _, _ in best]) - away_from, -1)
            boat, k = (int(x) for x in np.unravel_index(gain.argmax(), gain.shape))
            if gain[boat, k] <= 0:
                return self.fleet
            _, gaps, tries = best[boat]
            gap = tries.gaps[int(gaps[k])]
            if not self._fits(boat, k, gap):
                best[boat] = self._best(boat)
                continue
            self._put(boat, self.wanted[k], gap)
            open_[k] = False
            best[boat] = self._best(boat)

    def _fits(self, boat: int, k: int, gap: Gap) -> bool:
        """Other boats may have taken the room since this gap was looked at."""
        rests = gap.end is not None and not self.fleet[boat]
        brought = self.amounts[k] + (np.array(gap.load, np.int64) if rests else 0)
        return bool((brought <= self.room[gap.depot]).all())

    def _prize(self, j: int) -> int:
        job = self.problem.requests[j]
        return LARGEST if job.required or job.pinned_boat else job.prize

    def _best(self, boat: int) -> tuple[Grid, Grid, Tries]:
        tries = self.tries(boat)
        if not tries.gaps:
            never = np.full(len(self.wanted), NEVER)
            return never, np.zeros(len(self.wanted), np.int64), tries
        cost = np.where(tries.good, tries.cost, NEVER)
        gap = cost.argmin(axis=1)
        return cost[np.arange(len(gap)), gap], gap, tries

    def _put(self, boat: int, j: int, gap: Gap) -> None:
        stops = self.fleet[boat]
        self._land(boat, stops, 1)
        more = (j,) if gap.end is None else (j, ~gap.end)
        self.fleet[boat] = (*stops[: gap.position], *more, *stops[gap.position :])
        self._land(boat, self.fleet[boat], -1)


def _latest_in(windows: Sequence[Window], bound: int) -> int:
    """The latest moment not after ``bound`` that lies in a window; −1 when there is none."""
    if not windows:
        return bound
    return max((min(end, bound) for begin, end in windows if begin <= bound), default=-1)
