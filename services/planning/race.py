"""The best plan a few seconds can find: several searches side by side, judged by the checker as they come.

The plan of the first moment stands at once. Each worker searches in its own way and tells what it finds; what
the checker refuses is dropped and counted. Who is late at the deadline is not waited for and killed; the last
checked plan stays. After a change of the day both answers are given: ``few`` keeps requests with their boats,
``best`` does not.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from services.planning.check import check
from services.planning.crew import Crew
from services.planning.greedy import greedy
from services.planning.mend import Standing, fleet_of, homes_of, mended
from services.planning.messages import Fleet, Lane, Start, Told
from services.planning.problem import Problem, Solution
from services.planning.reasons import explained
from services.planning.schedule import Sailing, planned
from services.planning.validate import validated

STARTS: tuple[Start, ...] = ("insertion", "insertion", "random")
STARTS_ALL: tuple[Start, ...] = ("random", "insertion")  # where no request may be left out
NEIGHBOURS = (50, 30)
WORSE = (0.05,)  # of the best cost; prizes are most of it
WORSE_ALL = (0.01, 0.05)
STARTS_SHORT: tuple[Start, ...] = ("standing", "standing", "insertion", "random")
SHORT_S = 3.0  # a search from nothing needs longer to come as far as the plan in force
MOST_MOVED = 0.10  # of the unaffected requests, in the answer with few changes
MOVE_COST_S = 1_800  # sailing a change of boat must save
CLOSING_S = 0.10  # kept for the last check and the reasons,
CLOSING_EACH_S = 0.0006  # and this for each request
STOPPING_S = 0.10  # a search ends this much before it would be killed

OnBetter = Callable[[str, Solution], None]  # ("greedy" | "few" | "best", a checked plan)


class NoPlanError(RuntimeError):
    """Nothing the checker passes: only where a request is required and no boat can take it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a race may take and how the answer with few changes is weighed."""

    budget_s: float = 5.0
    seed: int = 0
    iterations: int | None = None  # for the same answer every time; the budget then only ends what hangs
    most_moved: float = MOST_MOVED
    move_cost_s: int = MOVE_COST_S


@dataclass(frozen=True, slots=True)
class Moved:
    """A request of the plan in force that another boat takes now; ``to_boat`` empty: it is left out."""

    request: str
    from_boat: str
    to_boat: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Every plan in it has passed the checker. ``few`` only where a plan was in force."""

    greedy: Solution
    best: Solution
    few: Solution | None
    best_moves: tuple[Moved, ...]
    few_moves: tuple[Moved, ...]
    unaffected: int  # requests of the plan in force whose boat is still there
    refused: Mapping[str, int]  # plans the checker dropped, by its first reason
    late: int  # workers that had not finished at the deadline; those that were not just starting are killed
    iterations: int
    seconds: float


def race(
    problem: Problem,
    crew: Crew,
    terms: Terms | None = None,
    standing: Standing | None = None,
    on_better: OnBetter | None = None,
) -> Answer:
    """Raises ProblemError before anything is started. Ends within the budget; only the calling thread
    hears of better plans."""
    terms, began = terms or Terms(), time.monotonic()
    fleet = None if standing is None else fleet_of(validated(problem), standing)
    closing = CLOSING_S + CLOSING_EACH_S * len(validated(problem).requests)
    until = began + max(0.5 * terms.budget_s, terms.budget_s - closing)
    judge, iterations = _Judge(problem, fleet, terms, on_better), 0
    try:
        crew.set_off(
            problem, fleet, lanes(problem, terms, crew.size, until, None if fleet is None else len(judge.homes))
        )
        judge.first()
        for told in crew.listen(until):
            iterations += told.iterations
            judge.hear(told)
        return judge.answer(crew.late, iterations, began)
    finally:
        crew.kill_late()
        crew.restore()


def lanes(problem: Problem, terms: Terms, size: int, until: float, unaffected: int | None) -> list[Lane]:
    """Who searches what: the first keeps requests with their boats when a plan is in force with so many
    unaffected ones."""
    stop = None if terms.iterations is not None else until - STOPPING_S
    every = all(job.required for job in problem.requests)
    starts, worse = (STARTS_ALL, WORSE_ALL) if every else (STARTS, WORSE)
    if unaffected is not None and terms.budget_s <= SHORT_S:
        starts = STARTS_SHORT
    found = [
        Lane(
            "best",
            starts[number % len(starts)],
            terms.seed * 101 + number,
            until=stop,
            iterations=terms.iterations,
            neighbours=50 if every else NEIGHBOURS[number % len(NEIGHBOURS)],
            worse=worse[number % len(worse)],
        )
        for number in range(size)
    ]
    if unaffected is not None:
        few = replace(found[0], aim="few", start="standing", move_cost=terms.move_cost_s)
        found[0] = replace(few, most_moved=int(terms.most_moved * unaffected))
    return found


class _Judge:
    """Holds the best checked plans; of equal ones that of the lower seed, so that their order is no matter."""

    def __init__(self, problem: Problem, standing: Fleet | None, terms: Terms, on_better: OnBetter | None) -> None:
        self.problem, self.standing, self.terms, self.on_better = problem, standing, terms, on_better
        self.sailing = Sailing(problem)
        self.homes = homes_of(standing or ())
        self.plans: dict[str, Solution] = {}
        self.rank: dict[str, tuple[int, int]] = {}
        self.refused: Counter[str] = Counter()

    def first(self) -> None:
        """The plan in force as it still stands, and the plan of the first moment; they must pass as any other."""
        if self.standing is not None:
            self._keep_standing(self.standing)
        plan = greedy(self.problem, self.sailing)
        if self._passes(plan):
            self._take("greedy", plan, (plan.cost, 0))
            self._consider(plan)

    def hear(self, told: Told) -> None:
        if told.found is None:
            return
        seed = told.found.lane.seed
        plan = planned(self.problem, self.sailing, told.found.fleet, "pyvrp", seed)
        if plan is None:
            self.refused["clock"] += 1
        elif self._passes(plan):
            self._consider(plan)

    def answer(self, late: int, iterations: int, began: float) -> Answer:
        if "best" not in self.plans:
            raise NoPlanError("没有一个方案通过校核：" + "、".join(f"{k} {n} 次" for k, n in self.refused.items()))
        told = self._explained()
        few = told.get("few")
        return Answer(
            told.get("greedy", told["best"]),
            told["best"],
            few,
            self.moves(told["best"]),
            self.moves(few) if few else (),
            len(self.homes),
            dict(self.refused),
            late,
            iterations,
            time.monotonic() - began,
        )

    def _explained(self) -> dict[str, Solution]:
        """Each plan with its reasons, worked out once where two are the same. A re-plan has no time for the
        reasons of the greedy plan, which nobody is offered then."""
        done: dict[int, Solution] = {}
        for kind, plan in self.plans.items():
            if id(plan) not in done and (kind != "greedy" or self.standing is None):
                done[id(plan)] = explained(self.problem, plan, self.sailing)
        return {kind: done.get(id(plan), plan) for kind, plan in self.plans.items()}

    def moves(self, plan: Solution) -> tuple[Moved, ...]:
        """Unaffected requests that are no longer with their boat."""
        boats, served = self.problem.boats, plan.served
        found = []
        for j, home in self.homes.items():
            name = self.problem.requests[j].id
            now = served.get(name)
            if now != home:
                found.append(Moved(name, boats[home].id, "" if now is None else boats[now].id))
        return tuple(found)

    def _passes(self, plan: Solution) -> bool:
        faults = check(self.problem, plan)
        if faults:
            self.refused[faults[0].kind] += 1
        return not faults

    def _consider(self, plan: Solution) -> None:
        self._take("best", plan, (plan.cost, plan.seed))
        if self.standing is not None:
            moved = len(self.moves(plan))
            if moved <= self.terms.most_moved * len(self.homes):
                self._take("few", plan, (plan.cost + self.terms.move_cost_s * moved, plan.seed))

    def _take(self, kind: str, plan: Solution, rank: tuple[int, int]) -> None:
        if kind not in self.rank or rank < self.rank[kind]:
            self.plans[kind], self.rank[kind] = plan, rank
            if self.on_better is not None:
                self.on_better(kind, plan)

    def _keep_standing(self, standing: Fleet) -> None:
        fleet = mended(self.problem, self.sailing, standing, self.terms.move_cost_s)
        plan = planned(self.problem, self.sailing, fleet, "mended")
        if plan is not None and self._passes(plan):
            self._consider(plan)
