"""Generated dispatch days: our race beside greedy, OR-Tools and VROOM, and the re-plan after a boat fails."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from statistics import fmean
from typing import Any

from benchmarks import plan_peers
from benchmarks.plan_generated import Distances, day
from services.planning.check import check
from services.planning.crew import Crew
from services.planning.problem import Problem, Solution
from services.planning.race import Answer, Terms, race

BOATS = {50: 5, 150: 10, 300: 20, 500: 30}
REPLAN_S = 2.0
LONG_S = 60.0
NEW_REQUESTS = 5


def compared(
    crew: Crew, seconds: float, seeds: int, sizes: str, *, peers: bool, long: bool, distances: Distances | None = None
) -> int:
    for size in map(int, sizes.split(",")):
        ratios: dict[str, list[float]] = defaultdict(list)
        for seed in range(1, seeds + 1):
            for line in _day(crew, size, seed, seconds, peers=peers, long=long, distances=distances):
                print(json.dumps(line, ensure_ascii=False), flush=True)
                for key, value in line.items():
                    if key.startswith("ours/") or key in ("moved_share", "seconds_replan"):
                        ratios[key].append(value)
        means = {key: [round(fmean(found), 3), round(max(found), 3)] for key, found in ratios.items()}
        print(json.dumps({"requests": size, "boats": BOATS.get(size, size // 15), "mean_and_worst": means}), flush=True)
    return 0


def _day(
    crew: Crew, size: int, seed: int, seconds: float, *, peers: bool, long: bool, distances: Distances | None
) -> Iterator[dict[str, Any]]:
    problem = day(size + NEW_REQUESTS, BOATS.get(size, max(1, size // 15)), seed, distances)
    today = replace(problem, requests=problem.requests[:size])
    name = f"{size}x{len(problem.boats)}-{seed}"
    began = time.perf_counter()
    answer = race(today, crew, Terms(budget_s=seconds, seed=seed))
    ours = answer.best
    yield _line(name, "ours", time.perf_counter() - began, today, ours)
    yield {
        "instance": name,
        "solver": "greedy",
        "cost": answer.greedy.cost,
        "ours/greedy": ours.cost / answer.greedy.cost,
    }
    for peer, solve in (plan_peers.installed() if peers else {}).items():
        began = time.perf_counter()
        plan = solve(today, seconds)
        line = _line(name, peer, time.perf_counter() - began, today, plan)
        yield line | ({f"ours/{peer}": ours.cost / plan.cost} if plan is not None else {})
    if long:
        better = race(today, crew, Terms(budget_s=LONG_S, seed=seed + 100)).best
        yield _line(name, "ours 60 s", LONG_S, today, better) | {"ours/long": ours.cost / better.cost}
    yield _replanned(crew, problem, ours, name)


def _line(name: str, solver: str, seconds: float, problem: Problem, plan: Solution | None) -> dict[str, Any]:
    if plan is None:
        return {"instance": name, "solver": solver, "seconds": round(seconds, 2), "cost": None}
    faults = check(problem, plan)
    return {
        "instance": name,
        "solver": solver,
        "seconds": round(seconds, 2),
        "cost": plan.cost,
        "served": len(plan.served),
        **({"refused": faults[0].text} if faults else {}),
    }


def _replanned(crew: Crew, problem: Problem, plan: Solution, name: str) -> dict[str, Any]:
    """The busiest boat fails at the start of the day and five requests more come in."""
    busiest = max(range(len(problem.boats)), key=lambda i: len(plan.routes[i]))
    standing = {boat.id: route for boat, route in zip(problem.boats, plan.routes, strict=True)}
    left = replace(problem, boats=tuple(b for i, b in enumerate(problem.boats) if i != busiest))
    began = time.perf_counter()
    answer: Answer = race(left, crew, Terms(budget_s=REPLAN_S), standing)
    seconds = time.perf_counter() - began
    few = answer.few or answer.best
    return {
        "instance": name,
        "solver": "replan",
        "seconds_replan": round(seconds, 2),
        "few": few.cost,
        "best": answer.best.cost,
        "unaffected": answer.unaffected,
        "moved_share": len(answer.few_moves) / max(1, answer.unaffected),
        "moved_best": len(answer.best_moves),
    }
