"""The search: PyVRP's local search in our own loop, so that it ends in time and tells what it finds.

The loop is iterated local search with late acceptance (Burke and Bykov 2017) as in PyVRP's own, and stops
within one iteration of its deadline.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from pyvrp import PenaltyManager, PenaltyParams, RandomNumberGenerator, Solution
from pyvrp.search import OPERATORS, LocalSearch, NeighbourhoodParams, PerturbationManager, compute_neighbours

from services.planning.pyvrp_model import Model

HISTORY = 300


@dataclass(frozen=True, slots=True)
class Effort:
    """How long a search goes on: until ``until`` on time.monotonic(), and not longer than ``iterations``."""

    seed: int = 0
    until: float | None = None
    iterations: int | None = None

    def is_over(self, done: int) -> bool:
        late = self.until is not None and time.monotonic() >= self.until
        return late or (self.iterations is not None and done >= self.iterations)


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
    return _iterate(local, penalties, start, effort, found)


def _iterate(
    local: LocalSearch, penalties: PenaltyManager, start: Solution, effort: Effort, found: Callable[[Solution], None]
) -> int:
    best = current = start
    history: list[Solution | None] = [None] * HISTORY
    done = 0
    while not effort.is_over(done):
        done += 1
        price = penalties.cost_evaluator()
        tried = local(current, price, exhaustive=False)
        penalties.register(tried)
        if price.cost(tried) < price.cost(best):
            best, tried = tried, local(tried, price, exhaustive=True)
            best = tried if price.cost(tried) < price.cost(best) else best
            found(best)
        late = history[done % HISTORY]
        late_cost = price.penalised_cost(late or start)
        tried_cost, current_cost = price.penalised_cost(tried), price.penalised_cost(current)
        if tried_cost < late_cost or tried_cost < current_cost:
            current, current_cost = tried, tried_cost
        if late is None or current_cost < late_cost:
            history[done % HISTORY] = current
    return done
