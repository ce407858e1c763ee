"""What one worker does in a race: one model, one seed, one start, and every improvement told as a fleet.

This is all of the planning that runs outside the process that asked for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from services.planning.mend import filled, homes_of, mended
from services.planning.prices import free, raised
from services.planning.problem import Problem
from services.planning.pyvrp_model import Home, Model, PyvrpSolution
from services.planning.pyvrp_solver import Effort, search
from services.planning.rooms import Ends
from services.planning.schedule import Sailing, Stops, planned

TELL_EVERY_S = 0.2
REVIEW_EVERY = 0.15  # of the effort: how soon a plan over some room makes the depots dearer
LAST_REVIEW = 0.8
TELL_SHARE = 20  # a plan takes some milliseconds to finish: at most a twentieth of the search

Aim = Literal["few", "best"]
Start = Literal["standing", "insertion", "random"]
Fleet = tuple[Stops, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """``move_cost`` is what taking one request to another boat must at least save."""

    aim: Aim
    start: Start
    seed: int
    move_cost: int = 0
    until: float | None = None  # time.monotonic()
    iterations: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """``fleet`` by the problem's numbers, not yet checked by anyone."""

    fleet: Fleet
    lane: Lane
    iterations: int = 0


def run(problem: Problem, standing: Fleet | None, lane: Lane, tell: Callable[[Found], None]) -> int:
    """Searches until the lane's end and tells every improvement; returns the iterations done."""
    sailing, since = Sailing(problem), time.monotonic()
    teller = _Teller(problem, sailing, lane, homes_of(standing or ()), tell)
    fleet = _start(problem, sailing, standing, lane)
    if fleet is not None:
        teller.fleet(fleet)
    home = Home(teller.homes, lane.move_cost) if lane.aim == "few" else None
    done, prices = 0, free(problem)
    while True:
        teller.model = Model(problem, sailing, home, prices)
        start = None if fleet is None else teller.model.solution(fleet)
        effort = Effort(lane.seed, since, lane.until, lane.iterations, done)
        done = search(teller.model, effort, teller.solution, start if start and start.is_complete() else None)
        teller.rest()
        if teller.over is None:
            return done
        dearer = raised(problem, teller.ends, teller.over, prices)
        if dearer is None or effort.spent(done) >= 1.0:
            return done
        prices, fleet, teller.over = dearer, teller.best or fleet, None


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
        self.over: Fleet | None = None  # why the search was stopped: closed routes over some room
        self._review = REVIEW_EVERY
        self._waiting: PyvrpSolution | None = None
        self._next = 0.0
        self._cost: int | None = None

    def solution(self, solution: PyvrpSolution, spent: float) -> bool:
        """Whether the search is to stop, because its plan does not fit into the depots."""
        self._waiting = solution
        if time.monotonic() >= self._next:
            self.rest()
        if spent < self._review or spent > LAST_REVIEW:
            return False
        self._review = spent + REVIEW_EVERY
        closed = self._closed(solution)
        if raised(self.problem, self.ends, closed, free(self.problem)) is None:
            return False
        self.over = closed
        return True

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
        cost = plan.cost
        if self.lane.aim == "few":
            served = homes_of(fleet)
            cost += self.lane.move_cost * sum(served.get(j, boat) != boat for j, boat in self.homes.items())
        if self._cost is None or cost < self._cost:
            self._cost, self.best = cost, fleet
            self._tell(Found(fleet, self.lane))
