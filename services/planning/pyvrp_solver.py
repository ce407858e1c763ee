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

WORSE = 0.05  # of the best cost, at the beginning


@dataclass(frozen=True, slots=True)
class Effort:
    """How long a search goes on: until ``until`` on time.monotonic(), and not longer than ``iterations``."""

    seed: int = 0
    until: float | None = None
    iterations: int | None = None

    def spent(self, done: int, began: float) -> float:
        """How much of it is used, from 0 to 1."""
        by_time = 0.0 if self.until is None else (time.monotonic() - began) / max(self.until - began, 1e-9)
        by_count = 0.0 if self.iterations is None else done / max(self.iterations, 1)
        return min(max(by_time, by_count), 1.0)


def search(model: Model, effort: Effort, found: Callable[[Solution], None], start: Solution | None = None) -> int:
    """Tells every best solution as it is found, the first one included; returns the iterations done."""
    data = model.data
    rng = RandomNumberGenerator(seed=effort.seed)
    local = LocalSearch(data, rng, compute_neighbours(data, NeighbourhoodParams()), PerturbationManager())
    for operator in OPERATORS:
        if operator.supports(data):
            local.add_operator(operator(data))
    params = PenaltyParams()
    penalties = PenaltyManager(params.midpoint_penalties(data), params)
    if start is None:
        start = local(Solution.make_random(data, rng), penalties.max_cost_evaluator(), exhaustive=True)
    if start.is_feasible():
        found(start)
    with warnings.catch_warnings():  # a room or a duty that cannot be kept is the checker's to say
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        return _iterate(local, penalties, start, effort, found)


def _iterate(
    local: LocalSearch, penalties: PenaltyManager, start: Solution, effort: Effort, found: Callable[[Solution], None]
) -> int:
    best = current = start
    done, began = 0, time.monotonic()
    while (spent := effort.spent(done, began)) < 1.0:
        done += 1
        price = penalties.cost_evaluator()
        tried = local(current, price, exhaustive=False)
        penalties.register(tried)
        if price.cost(tried) < price.cost(best):
            best = tried
            found(best)
        cost = price.penalised_cost(tried)
        worse = WORSE * (1.0 - spent) ** 2
        if cost < price.penalised_cost(current) or cost < price.penalised_cost(best) * (1.0 + worse):
            current = tried
    return done
