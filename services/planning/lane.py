"""What one worker does in a race: one model, one seed, one start, and every improvement told as a fleet.

This is all of the planning that runs outside the process that asked for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from services.planning.mend import filled, homes_of, mended
from services.planning.problem import Problem
from services.planning.pyvrp_model import Home, Model, PyvrpSolution
from services.planning.pyvrp_solver import Effort, search
from services.planning.rooms import ended
from services.planning.schedule import Sailing, Stops, planned

TELL_EVERY_S = 0.2
TELL_SHARE = 20  # a plan takes some milliseconds to finish: at most a twentieth of the search

Aim = Literal["few", "best"]
Start = Literal["standing", "insertion", "random"]
Fleet = tuple[Stops, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """``end`` as in Model; ``move_cost`` is what taking one request to another boat must at least save."""

    aim: Aim
    start: Start
    seed: int
    end: int | None = None
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
    sailing = Sailing(problem)
    teller = _Teller(problem, sailing, lane, homes_of(standing or ()), tell)
    fleet = _start(problem, sailing, standing, lane)
    if fleet is not None:
        teller.fleet(fleet)
    home = Home(teller.homes, lane.move_cost) if lane.aim == "few" else None
    model = Model(problem, sailing, lane.end, home)
    teller.model = model
    start = model.solution(fleet) if fleet is not None else None
    if start is not None and not start.is_complete():
        start = None
    done = search(model, Effort(lane.seed, lane.until, lane.iterations), teller.solution, start)
    teller.rest()
    return done


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
        self.model: Model | None = None
        self._waiting: PyvrpSolution | None = None
        self._next = 0.0
        self._cost: int | None = None

    def solution(self, solution: PyvrpSolution) -> None:
        self._waiting = solution
        if time.monotonic() >= self._next:
            self.rest()

    def rest(self) -> None:
        """Tell what is still waiting."""
        if self._waiting is None or self.model is None:
            return
        began = time.monotonic()
        fleet = ended(self.problem, self.sailing, self.model.routes(self._waiting))
        self._waiting = None
        few = self.lane.aim == "few"
        self.fleet(
            filled(self.problem, self.sailing, fleet, self.homes if few else None, self.lane.move_cost if few else 0)
        )
        now = time.monotonic()
        self._next = now + max(TELL_EVERY_S, TELL_SHARE * (now - began))

    def fleet(self, fleet: Fleet) -> None:
        plan = planned(self.problem, self.sailing, fleet)
        if plan is None:
            return
        cost = plan.cost
        if self.lane.aim == "few":
            served = homes_of(fleet)
            cost += self.lane.move_cost * sum(served.get(j, boat) != boat for j, boat in self.homes.items())
        if self._cost is None or cost < self._cost:
            self._cost = cost
            self._tell(Found(fleet, self.lane))
