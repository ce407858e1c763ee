"""Why a request is in no boat's plan: found by trying it in every gap of every route.

The first limit that alone keeps it out is the reason, in the order a dispatcher can do something about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from services.planning.insertion import NEVER, Insertion, Tries
from services.planning.problem import Job, Problem, Reason, Solution, Unserved
from services.planning.schedule import Sailing, stops_of


def explained(problem: Problem, solution: Solution, sailing: Sailing | None = None) -> Solution:
    """The same plan with a reason for each request it leaves out. The plan must have passed the checker."""
    if not solution.unserved:
        return solution
    number = {job.id: j for j, job in enumerate(problem.requests)}
    out = [number[name] for name in solution.unserved]
    found = {j: reason for j in out if (reason := _never(problem, problem.requests[j]))}
    wanted = [j for j in out if j not in found]
    if wanted:
        insertion = Insertion(problem, sailing or Sailing(problem), stops_of(problem, solution), wanted)
        every = [tries for i in range(len(problem.boats)) if (tries := insertion.tries(i)).gaps]
        found |= {j: _why(problem, j, [_Try(t, k) for t in every if t.able[k]]) for k, j in enumerate(wanted)}
    return replace(solution, unserved={problem.requests[j].id: found[j] for j in out})


def _never(problem: Problem, job: Job) -> Unserved | None:
    """What keeps it out of every plan of this day."""
    if job.place in problem.unreachable:
        return Unserved(Reason.WATER, "水路不通，船到不了该处")
    may = [
        boat
        for boat in problem.boats
        if (job.boats is None or boat.id in job.boats) and job.pinned_boat in (None, boat.id)
    ]
    wanted = [c for c, kg in enumerate(job.amounts_kg) if kg]
    carriers = [boat for boat in may if all(boat.capacity_kg[c] for c in wanted)]
    if not carriers:
        names = "、".join(problem.commodities[c] for c in wanted)
        return Unserved(Reason.COMMODITY, f"没有可派的船能装{names}")
    for c in wanted:
        most = max(carriers, key=lambda boat: boat.capacity_kg[c])
        if job.amounts_kg[c] > most.capacity_kg[c]:
            text = f"有 {_tonnes(job.amounts_kg[c])}，最大的船 {most.id} 只能装 {_tonnes(most.capacity_kg[c])}"
            return Unserved(Reason.CAPACITY, f"{problem.commodities[c]}{text}", most.id)
        rooms = [depot.room_kg[c] for depot in problem.depots if depot.room_kg is not None]
        if len(rooms) == len(problem.depots) and job.amounts_kg[c] > max(rooms):
            return Unserved(Reason.DEPOT, f"各云仓都容不下 {problem.commodities[c]} {_tonnes(job.amounts_kg[c])}")
    return None


@dataclass(frozen=True, slots=True)
class _Try:
    """One request in all gaps of one boat."""

    tries: Tries
    k: int

    def row(self, name: str) -> NDArray[np.bool_]:
        return getattr(self.tries, name)[self.k]

    def cheapest(self, where: NDArray[np.bool_]) -> int:
        return int(np.where(where, self.tries.cost[self.k], NEVER).min(initial=NEVER))


def _why(problem: Problem, j: int, tries: Sequence[_Try]) -> Unserved:
    job = problem.requests[j]
    if not tries:  # one boat could hold each commodity, none all of them
        return Unserved(Reason.CAPACITY, "没有一条船能同时装下所报各类")
    if near := _nearest(problem, tries, "timely", "light", "roomy"):
        boat, cost = near
        return Unserved(
            Reason.WORTH, f"{boat} 可去，但要多航行 {_minutes(cost)}，超过其优先级所值 {_minutes(job.prize)}", boat
        )
    if near := _nearest(problem, tries, "timely", "roomy"):
        return Unserved(Reason.CAPACITY, f"赶得到的船余载不足，最近的是 {near[0]}", near[0])
    if near := _nearest(problem, tries, "timely"):
        return Unserved(Reason.DEPOT, f"赶得到的船要去的云仓余量不足，最近的是 {near[0]}", near[0])
    if job.windows and (near := _nearest(problem, tries, "anytime")):
        return _too_late(problem, job, tries, near[0])
    boat, _ = _nearest(problem, tries) or (problem.boats[tries[0].tries.boat].id, 0)
    return Unserved(Reason.SHIFT, f"各船班次内都排不下，最近的是 {boat}", boat)


def _too_late(problem: Problem, job: Job, tries: Sequence[_Try], nearest: str) -> Unserved:
    """Its windows alone keep it out: by how much the boat that is soonest free for it misses them."""
    late: list[tuple[int, str]] = []
    for one in tries:
        arrive = one.tries.arrive_s[one.k][one.row("anytime")]
        if arrive.size:
            late.append((int(arrive.min()) - job.windows[-1][1], problem.boats[one.tries.boat].id))
    by, boat = min(late, default=(0, nearest))
    text = f"{boat} 最早也要晚 {_minutes(by)} 才到" if by > 0 else f"各船在其时间窗内都有别的任务，最近的是 {nearest}"
    return Unserved(Reason.WINDOW, text, boat if by > 0 else nearest)


def _nearest(problem: Problem, tries: Sequence[_Try], *limits: str) -> tuple[str, int] | None:
    """The boat with the cheapest gap that passes these limits, and that cost."""
    best: tuple[int, int] | None = None
    for one in tries:
        where = np.ones(len(one.tries.gaps), bool)
        for limit in limits:
            where &= one.row(limit)
        if where.any() and (best is None or one.cheapest(where) < best[0]):
            best = one.cheapest(where), one.tries.boat
    return None if best is None else (problem.boats[best[1]].id, best[0])


def _tonnes(kg: int) -> str:
    return f"{kg / 1000:.2f} 吨"


def _minutes(seconds: int) -> str:
    return f"{max(1, round(seconds / 60))} 分钟"
