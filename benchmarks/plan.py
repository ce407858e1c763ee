"""Our planner beside OR-Tools and VROOM: ``python -m benchmarks.plan FILE…`` or ``--days``.

Each instance and solver is one JSON line {instance, solver, seconds, cost, gap}; gap in percent of the best
known cost: ``--best COST`` (one file) or ``--best NAME=COST``, else a .sol file beside, else a small table.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import plan_days, plan_peers
from benchmarks.plan_files import CONVENTIONS, BadFileError, Instance, read
from benchmarks.plan_generated import over_water
from services.planning.check import check
from services.planning.crew import Crew
from services.planning.problem import Problem, Solution
from services.planning.race import NoPlanError, Terms, race

PEERS = ("ortools", "vroom")


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    if not asked.files and not asked.days:
        print("给出实例文件，或 --days", file=sys.stderr)
        return 2
    print(json.dumps({"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 2), "seconds": asked.seconds}))
    with Crew(asked.workers) as crew:
        crew.wait_ready(10.0)
        if asked.days:
            water = over_water(asked.water) if asked.water else None
            return plan_days.compared(
                crew, asked.seconds, asked.seeds, asked.sizes, peers=asked.peers, long=asked.long, distances=water
            )
        return _files(crew, asked)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.plan", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="Solomon/Gehring–Homberger .txt, CVRPLIB or HVRP .vrp")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--best", action="append", default=[], metavar="[NAME=]COST")
    parser.add_argument("--convention", choices=sorted(CONVENTIONS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    parser.add_argument("--days", action="store_true", help="generated dispatch days")
    parser.add_argument("--long", action="store_true", help="with --days: a race of 60 s as well")
    parser.add_argument("--water", type=Path, metavar="CACHE", help="with --days: ways over water, graph kept in CACHE")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sizes", default="50,150,300,500", help="with --days: requests of a day")
    return parser


def _files(crew: Crew, asked: argparse.Namespace) -> int:
    bad, gaps = 0, {}
    for path in asked.files:
        try:
            instance = read(path, asked.convention, _best(asked.best, path, len(asked.files)))
        except BadFileError as error:
            print(json.dumps({"instance": str(path), "error": str(error)}, ensure_ascii=False))
            bad += 1
            continue
        for name, solve in solvers(crew, asked.seed, peers=asked.peers).items():
            line = measured(instance, name, solve, asked.seconds)
            gaps.setdefault(name, []).append(line.get("gap"))
            print(json.dumps(line, ensure_ascii=False), flush=True)
    for name in [] if not asked.peers else PEERS:
        if name not in plan_peers.installed():
            print(json.dumps({"solver": name, "skipped": "not installed: uv sync --group bench"}))
    _means(gaps)
    return 1 if bad else 0


def _best(told: Sequence[str], path: Path, files: int) -> float | None:
    for text in told:
        name, _, cost = text.rpartition("=")
        try:
            value = float(cost)
        except ValueError as error:
            raise SystemExit(f"--best {text}：应为 COST 或 NAME=COST") from error
        if name == path.stem or (not name and files == 1):
            return value
    return None


def _means(gaps: dict[str, list[float | None]]) -> None:
    for name, found in gaps.items():
        known = [gap for gap in found if gap is not None]
        if len(known) > 1:
            print(json.dumps({"mean_gap": round(sum(known) / len(known), 3), "solver": name, "instances": len(known)}))


def solvers(crew: Crew, seed: int, *, peers: bool) -> dict[str, Callable[[Problem, float], Solution | None]]:
    def ours(problem: Problem, seconds: float) -> Solution | None:
        try:
            return race(problem, crew, Terms(budget_s=seconds, seed=seed)).best
        except NoPlanError:
            return None

    return {"ours": ours, **(plan_peers.installed() if peers else {})}


def measured(
    instance: Instance, name: str, solve: Callable[[Problem, float], Solution | None], seconds: float
) -> dict[str, object]:
    """One run; a plan our checker refuses is told as such and has no cost."""
    began = time.perf_counter()
    plan = solve(instance.problem, seconds)
    line: dict[str, object] = {
        "instance": instance.name,
        "convention": instance.convention,
        "solver": name,
        "seconds": round(time.perf_counter() - began, 2),
        "cost": None,
        "gap": None,
    }
    if plan is None:
        return line | {"error": "没有可行方案"}
    if faults := check(instance.problem, plan):
        return line | {"error": f"校核不通过：{faults[0].text}"}
    cost = plan.cost / instance.scale
    gap = None if not instance.best else round(100 * (cost / instance.best - 1), 3)
    return line | {"cost": round(cost, 3), "gap": gap, "routes": sum(map(bool, plan.routes))}


if __name__ == "__main__":
    raise SystemExit(main())
