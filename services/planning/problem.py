"""A day of the collection fleet in whole numbers: places, boats, depots and requests, and a plan for it.

Kilograms, metres and seconds; the clock of a problem is its own (its user puts it on a date). A window is the
span in which a service may begin, both ends included; no window means any time. A capacity or a room of 0
means that this commodity may not be carried or is not accepted: nothing is forbidden by a huge distance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Window = tuple[int, int]
Amounts = tuple[int, ...]
Metres = NDArray[np.int64]

METRES_PER_NM = 1852
LARGEST = 100_000_000  # no distance, time or mass of a problem is larger; solvers overflow long after


@dataclass(frozen=True, slots=True)
class Boat:
    """A vessel from the end of what it is committed to: ``start``, ``free_s`` and ``load_kg`` are those of
    that moment. It ends, if it sails at all, by unloading at a depot whose place is in ``ends``."""

    id: str
    speed_kn: float
    capacity_kg: Amounts
    load_kg: Amounts
    start: int  # place
    free_s: int
    duty_end_s: int
    ends: tuple[int, ...]  # places
    max_trips: int = 8  # unloadings, the last one included
    committed: tuple[str, ...] = ()  # requests it does first; they are not among the problem's
    fixed_cost: int = 0  # once, when it sails
    cost_per_s: int = 1  # of sailing


@dataclass(frozen=True, slots=True)
class Depot:
    """A warehouse: a boat that unloads there leaves everything it carries."""

    id: str
    place: int
    room_kg: Amounts | None = None  # for the whole plan, all boats together; None: no limit
    unload_s: int = 0
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One hand-in to collect. Leaving it out costs its prize, unless it is ``required``."""

    id: str
    place: int
    amounts_kg: Amounts
    windows: tuple[Window, ...] = ()
    service_s: int = 0
    prize: int = 0  # in the unit of cost: seconds of sailing
    boats: frozenset[str] | None = None  # the only ones that may; None: any that can carry it
    pinned_boat: str | None = None
    required: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Everything a plan depends on; services.planning.validate says what makes it unfit."""

    places_m: Metres  # n × n over water, whole metres
    boats: tuple[Boat, ...]
    depots: tuple[Depot, ...]
    requests: tuple[Job, ...]
    commodities: tuple[str, ...]
    now_s: int = 0
    unreachable: frozenset[int] = frozenset()  # places no boat can reach over water


class Reason(StrEnum):
    """Why a request is not in a plan."""

    WATER = "water"
    COMMODITY = "commodity"
    CAPACITY = "capacity"
    DEPOT = "depot"
    WINDOW = "window"
    SHIFT = "shift"
    WORTH = "worth"  # possible, but it costs more than it is worth
    UNKNOWN = "unknown"  # not looked into yet: services.planning.reasons


@dataclass(frozen=True, slots=True)
class Unserved:
    """``text`` says it to the dispatcher, with the nearest boat and by how much it fails."""

    reason: Reason = Reason.UNKNOWN
    text: str = ""
    boat: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A stop: ``ref`` is the request collected or the depot unloaded at."""

    kind: Literal["collect", "unload"]
    ref: str
    arrive_s: int
    begin_s: int
    leave_s: int


@dataclass(frozen=True, slots=True)
class Solution:
    """A plan: ``routes[i]`` is that of ``problem.boats[i]``, empty when it stays where it is.

    ``cost`` is sailing seconds × ``cost_per_s`` and fixed costs of all boats, and the prizes of what is left out.
    """

    routes: tuple[tuple[Visit, ...], ...]
    unserved: Mapping[str, Unserved]
    cost: int
    sailing_s: int = 0
    distance_m: int = 0
    solver: str = ""
    seed: int = 0
    seconds: float = field(default=0.0, compare=False)

    @property
    def served(self) -> dict[str, int]:
        """Request → index of the boat that collects it."""
        return {v.ref: i for i, route in enumerate(self.routes) for v in route if v.kind == "collect"}

    def named(self, solver: str, seed: int = 0, seconds: float = 0.0) -> Solution:
        return replace(self, solver=solver, seed=seed, seconds=seconds)


def allowed_boats(problem: Problem, job: Job) -> tuple[int, ...]:
    """The boats that may take it at all: pin, list, and a capacity for each of its commodities."""
    return tuple(
        i
        for i, boat in enumerate(problem.boats)
        if (job.pinned_boat is None or boat.id == job.pinned_boat)
        and (job.boats is None or boat.id in job.boats)
        and all(a <= c for a, c in zip(job.amounts_kg, boat.capacity_kg, strict=True))
    )
