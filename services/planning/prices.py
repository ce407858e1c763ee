"""What room in the depots costs while searching, so that the search itself keeps away from what is full.

A depot over its room gets a toll in seconds of sailing; a commodity for which all depots together lack room
takes from each request's prize by its mass, as much as the requests that must stay out are worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.planning.problem import Job, Problem
from services.planning.rooms import Ends
from services.planning.schedule import Stops

FIRST_TOLL_S = 600
GROWTH = 1.6
MAIN_SHARE = 0.2  # of the requests: a commodity so common decides where boats unload


@dataclass(frozen=True, slots=True)
class Prices:
    tolls_s: tuple[int, ...]  # by depot
    per_tonne: tuple[int, ...]  # by commodity, in the unit of cost

    def prize(self, job: Job) -> int:
        if job.required or job.pinned_boat:
            return job.prize
        return max(0, job.prize - sum(kg * p for kg, p in zip(job.amounts_kg, self.per_tonne, strict=True)) // 1000)


def free(problem: Problem) -> Prices:
    return Prices((0,) * len(problem.depots), (0,) * len(problem.commodities))


def full_for(problem: Problem) -> tuple[bool, ...]:
    """For each depot whether it has no room for even one request of a commodity many hand in."""
    full = []
    for depot in problem.depots:
        rooms = depot.room_kg or ()
        full.append(
            any(
                len(kg) > MAIN_SHARE * len(problem.requests) and room < min(kg)
                for c, room in enumerate(rooms)
                if (kg := [job.amounts_kg[c] for job in problem.requests if job.amounts_kg[c]])
            )
        )
    return tuple(full) if not all(full) else (False,) * len(full)


def raised(problem: Problem, ends: Ends, closed: Sequence[Stops], prices: Prices) -> Prices | None:
    """The prices after a plan whose routes are closed but over some room; None when it keeps all rooms."""
    landed = ends.landed(closed)
    over = [max(k - r for k, r in zip(kg, room, strict=True)) > 0 for kg, room in zip(landed, ends.rooms, strict=True)]
    if not any(over):
        return None
    per_tonne = list(prices.per_tonne)
    for c in range(len(problem.commodities)):
        excess = sum(kg[c] for kg in landed) - sum(room[c] for room in ends.rooms)
        if excess > 0:
            per_tonne[c] = max(_worth_of(problem, closed, c, excess), round(per_tonne[c] * GROWTH))
    tolls = tuple(
        max(FIRST_TOLL_S, round(toll * GROWTH)) if is_over and not all(over) else toll
        for toll, is_over in zip(prices.tolls_s, over, strict=True)
    )
    return replace(prices, tolls_s=tolls, per_tonne=tuple(per_tonne))


def _worth_of(problem: Problem, fleet: Sequence[Stops], c: int, excess_kg: int) -> int:
    """Prize per tonne of the dearest of the cheapest served requests that make up the excess."""
    served = [problem.requests[stop] for stops in fleet for stop in stops if stop >= 0]
    worth = sorted((1000 * job.prize // job.amounts_kg[c], job.amounts_kg[c]) for job in served if job.amounts_kg[c])
    for per_tonne, kg in worth:
        excess_kg -= kg
        if excess_kg <= 0:
            return per_tonne + 1
    return 0
