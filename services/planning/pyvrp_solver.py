"""The search: PyVRP's local search in our own loop, so that it ends in time and tells what it finds.

The loop is iterated local search that goes on from a worse solution only while that is not much worse than the
best one (record-to-record travel, Dueck 1993), and less and less so towards the deadline: a search of five
seconds must know that it has five. docs/planning.md has what this gains over PyVRP's own loop.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

from pyvrp import PenaltyManager, PenaltyParams, RandomNumberGenerator, Solution
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.search import OPERATORS, LocalSearch, NeighbourhoodParams, PerturbationManager, compute_neighbours

from services.planning.pyvrp_model import Model


@dataclass(frozen=True, slots=True)
class Effort:
    """How long a search goes on: from ``since`` to ``until`` on time.monotonic(), and not longer than
    ``iterations``, of which ``done`` are behind it."""

    seed: int = 0
    since: float = 0.0
    until: float | None = None
    iterations: int | None = None
    done: int = 0
    neighbours: int = 50  # of a request that a move looks at
    worse: float = 0.05  # than the best, as a share of its cost, falling to 0

    def spent(self, done: int) -> float:
        """How much of it is used, from 0 to 1."""
        by_time = 0.0
        if self.until is not None:
            by_time = (time.monotonic() - self.since) / max(self.until - self.since, 1e-9)
        by_count = 0.0 if self.iterations is None else done / max(self.iterations, 1)
        return min(max(by_time, by_count), 1.0)


Found = Callable[[Solution, float], bool]  # a best solution, how much of the effort is spent: whether to stop


def search(model: Model, effort: Effort, found: Found, start: Solution | None = None) -> int:
    """Tells every best solution as it is found, the first one included; returns the iterations done by now."""
    data = model.data
    if data is None:
        return effort.done
    rng = RandomNumberGenerator(seed=effort.seed)
    local = LocalSearch(
        data,
        rng,
        compute_neighbours(data, NeighbourhoodParams(num_neighbours=effort.neighbours)),
        PerturbationManager(),
    )
    for operator in OPERATORS:
        if operator.supports(data):
            local.add_operator(operator(data))
    params = PenaltyParams()
    penalties = PenaltyManager(params.midpoint_penalties(data), params)
    if start is None:
        start = local(Solution.make_random(data, rng), penalties.max_cost_evaluator(), exhaustive=True)
    if start.is_feasible():
        found(start, effort.spent(effort.done))
    with warnings.catch_warnings():  # a room or a duty that cannot be kept is the checker's to say
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        return _iterate(local, penalties, start, effort, found)


def _iterate(local: LocalSearch, penalties: PenaltyManager, start: Solution, effort: Effort, found: Found) -> int:
    best = current = start
    done, stop = effort.done, False
    while not stop and (spent := effort.spent(done)) < 1.0:
        done += 1
        price = penalties.cost_evaluator()
        tried = local(current, price, exhaustive=False)
        penalties.register(tried)
        if price.cost(tried) < price.cost(best):
            best = tried
            stop = found(best, spent)
        cost = price.penalised_cost(tried)
        worse = effort.worse * (1.0 - spent) ** 2
        if cost < price.penalised_cost(current) or cost < price.penalised_cost(best) * (1.0 + worse):
            current = tried
    return done
