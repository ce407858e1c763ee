"""What one worker does in a race: one model, one seed, one start, and every improvement told as a fleet.

This is all of the planning that runs outside the process that asked for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from services.planning.mend import filled, homes_of, mended
from services.planning.messages import Fleet, Found, Lane
from services.planning.prices import free, raised
from services.planning.problem import Problem
from services.planning.pyvrp_model import Home, Model, PyvrpSolution
from services.planning.pyvrp_solver import Effort, search
from services.planning.rooms import Ends
from services.planning.schedule import Sailing, planned

TELL_EVERY_S = 0.2
REVIEW_EVERY = 0.15  # of the effort: how soon a plan over some room makes the depots dearer
LAST_REVIEW = 0.8
DEARER = 3  # a move, after a plan that moves too many
TELL_SHARE = 20  # a plan takes some milliseconds to finish: at most a twentieth of the search


def run(problem: Problem, standing: Fleet | None, lane: Lane, tell: Callable[[Found], None]) -> int:
    """Searches until the lane's end and tells every improvement; returns the iterations done."""
    sailing, since = Sailing(problem), time.monotonic()
    teller = _Teller(problem, sailing, lane, homes_of(standing or ()), tell)
    fleet = _start(problem, sailing, standing, lane)
    if fleet is not None:
        teller.fleet(fleet)
    done, prices, move_cost = 0, free(problem), lane.move_cost
    while True:
        home = Home(teller.homes, move_cost) if lane.aim == "few" else None
        teller.model = Model(problem, sailing, home, prices)
        start = None if fleet is None or teller.model.data is None else teller.model.solution(fleet)
        effort = Effort(lane.seed, since, lane.until, lane.iterations, done, lane.neighbours, lane.worse)
        done = search(teller.model, effort, teller.solution, start if start and start.is_complete() else None)
        teller.rest()
        over, teller.over = teller.over, None
        if over is None or effort.spent(done) >= 1.0:
            return done
        prices = raised(problem, teller.ends, over, prices) or prices
        move_cost = DEARER * move_cost if teller.moved(over) > lane.most_moved else move_cost
        fleet = teller.best or fleet


def _start(problem: Problem, sailing: Sailing, standing: Fleet | None, lane: Lane) -> Fleet | None:
    if lane.start == "standing" and standing is not None:
        return mended(problem, sailing, standing, lane.move_cost if lane.aim == "few" else 0)
    if lane.start == "random":
        return None
    return filled(problem, sailing, [()] * len(problem.boats))


class _Teller:
    """Makes whole plans of what the search finds, and tells those that are better, not too often."""

    def __init__(
        self,
        problem: Problem,
        sailing: Sailing,
        lane: Lane,
        homes: dict[int, int],
        tell: Callable[[Found], None],
    ) -> None:
        self.problem, self.sailing, self.lane, self.homes, self._tell = problem, sailing, lane, homes, tell
        self.ends = Ends(problem, sailing)
        self.model: Model | None = None
        self.best: Fleet | None = None  # of what was told
        self.over: Fleet | None = None  # why the search was stopped: over some room, or too many moved
        self._review = REVIEW_EVERY
        self._waiting: PyvrpSolution | None = None
        self._next = 0.0
        self._cost: int | None = None

    def solution(self, solution: PyvrpSolution, spent: float) -> bool:
        """Whether the search is to stop: its plan does not fit into the depots or moves too many requests."""
        assert self.model is not None
        if self.lane.aim == "best" or self.moved(self.model.routes(solution)) <= self.lane.most_moved:
            self._waiting = solution
        if time.monotonic() >= self._next:
            self.rest()
        if spent < self._review or spent > LAST_REVIEW:
            return False
        self._review = spent + REVIEW_EVERY
        closed = self._closed(solution)
        fits = raised(self.problem, self.ends, closed, free(self.problem)) is None
        if fits and self.moved(closed) <= self.lane.most_moved:
            return False
        self.over = closed
        return True

    def moved(self, fleet: Fleet) -> int:
        """Requests no longer with their boat, where that counts."""
        if self.lane.aim != "few":
            return 0
        served = homes_of(fleet)
        return sum(served.get(j) != boat for j, boat in self.homes.items())

    def rest(self) -> None:
        """Tell what is still waiting."""
        if self._waiting is None:
            return
        began = time.monotonic()
        fleet = tuple(self.ends.within_rooms(list(self._closed(self._waiting))))
        self._waiting = None
        few = self.lane.aim == "few"
        self.fleet(
            filled(self.problem, self.sailing, fleet, self.homes if few else None, self.lane.move_cost if few else 0)
        )
        now = time.monotonic()
        self._next = now + max(TELL_EVERY_S, TELL_SHARE * (now - began))

    def _closed(self, solution: PyvrpSolution) -> Fleet:
        assert self.model is not None
        return tuple(
            self.ends.closed(boat, self.ends.trimmed(boat, stops))
            for boat, stops in enumerate(self.model.routes(solution))
        )

    def fleet(self, fleet: Fleet) -> None:
        plan = planned(self.problem, self.sailing, fleet)
        if plan is None:
            return
        moved = self.moved(fleet)
        if self.lane.aim == "few" and moved > self.lane.most_moved and self.best is not None:
            return
        cost = plan.cost + self.lane.move_cost * moved
        if self._cost is None or cost < self._cost:
            self._cost, self.best = cost, fleet
            self._tell(Found(fleet, self.lane))
