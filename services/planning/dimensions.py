"""The loads a solver is told of: commodities anyone hands in, and who may take what as loads of their own.

A boat list takes one more load. The pins of any number of boats take a few: a boat may carry a pinned request
only if it has a capacity for all of that request's loads, and no boat's set of loads holds another's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb

from services.planning.problem import Job, Problem


class Dimensions:
    """First the commodities, then the boat lists, then the pins."""

    def __init__(self, problem: Problem, jobs: Sequence[int]) -> None:
        self.problem = problem
        wanted = [problem.requests[j] for j in jobs]
        self.commodities = [c for c in range(len(problem.commodities)) if any(job.amounts_kg[c] for job in wanted)]
        self.lists = sorted({job.boats for job in wanted if job.boats is not None}, key=sorted)
        pinned = sorted({job.pinned_boat for job in wanted if job.pinned_boat})
        self.bits = next(k for k in range(bool(pinned), len(pinned) + 1) if comb(k, (k + 1) // 2) >= len(pinned))
        self.sets = dict(zip(pinned, combinations(range(self.bits), (self.bits + 1) // 2), strict=False))
        self.most = len(jobs) + 1

    def of_job(self, job: Job) -> list[int]:
        return [
            *(job.amounts_kg[c] for c in self.commodities),
            *(int(job.boats == names) for names in self.lists),
            *(int(bit in self.sets.get(job.pinned_boat or "", ())) for bit in range(self.bits)),
        ]

    def of_boat(self, i: int) -> list[int]:
        boat = self.problem.boats[i]
        return [
            *(boat.capacity_kg[c] for c in self.commodities),
            *(self.most * (boat.id in names) for names in self.lists),
            *(self.most * (bit in self.sets.get(boat.id, ())) for bit in range(self.bits)),
        ]

    def on_board(self, i: int) -> list[int]:
        boat = self.problem.boats[i]
        return [*(boat.load_kg[c] for c in self.commodities), *[0] * (len(self.lists) + self.bits)]
