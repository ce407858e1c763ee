"""The judge of every plan: recomputes it from the problem alone and says what is wrong with it.

It shares no arithmetic with what makes plans (no import but the records), so that one mistake cannot hide
itself. Nothing leaves the race before it has passed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import floor

from services.planning.problem import Boat, Depot, Job, Problem, Solution, Visit


class Kind(StrEnum):
    FORM = "form"  # routes do not fit the fleet, or something unknown is visited
    ONCE = "once"
    CLOCK = "clock"
    WINDOW = "window"
    LOAD = "load"
    ROOM = "room"
    DUTY = "duty"
    PIN = "pin"
    END = "end"
    TRIPS = "trips"
    WATER = "water"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Fault:
    kind: Kind
    text: str


def check(problem: Problem, solution: Solution) -> tuple[Fault, ...]:
    """Everything wrong with the plan; empty when it can be sailed and costs what it says."""
    if len(solution.routes) != len(problem.boats):
        return (Fault(Kind.FORM, f"方案有 {len(solution.routes)} 条航线，船队有 {len(problem.boats)} 条船"),)
    book = _Book(problem)
    unknown = tuple(_unknown(book, solution))
    if unknown:
        return unknown
    return (
        *_each_once(problem, solution),
        *(
            fault
            for boat, route in zip(problem.boats, solution.routes, strict=True)
            for fault in _sail(book, boat, route)
        ),
        *_room(book),
        *_cost(problem, solution, book.cost),
    )


class _Book:
    """The problem by name, and what is counted while the routes are sailed."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.jobs = {job.id: job for job in problem.requests}
        self.depots = {depot.id: depot for depot in problem.depots}
        self.landed: dict[str, list[int]] = {d.id: [0] * len(problem.commodities) for d in problem.depots}
        self.cost = 0

    def place(self, visit: Visit) -> int:
        return self.jobs[visit.ref].place if visit.kind == "collect" else self.depots[visit.ref].place

    def seconds(self, boat: Boat, a: int, b: int) -> int:
        return floor(int(self.problem.places_m[a, b]) * 3600 / (boat.speed_kn * 1852) + 0.5)


def _unknown(book: _Book, solution: Solution) -> Iterator[Fault]:
    for route in solution.routes:
        for visit in route:
            if visit.kind not in ("collect", "unload"):
                yield Fault(Kind.FORM, f"未知的停靠：{visit.kind}")
            elif visit.ref not in (book.jobs if visit.kind == "collect" else book.depots):
                yield Fault(Kind.FORM, f"{visit.ref} 不在本次任务中")


def _each_once(problem: Problem, solution: Solution) -> Iterator[Fault]:
    visits = Counter(v.ref for route in solution.routes for v in route if v.kind == "collect")
    for job in problem.requests:
        times = visits[job.id] + (job.id in solution.unserved)
        if times != 1:
            yield Fault(Kind.ONCE, f"申请 {job.id} 应恰好出现一次，实为 {times} 次")
        if job.required and job.id in solution.unserved:
            yield Fault(Kind.ONCE, f"申请 {job.id} 必须安排，方案未安排")
    for name in solution.unserved.keys() - {job.id for job in problem.requests}:
        yield Fault(Kind.FORM, f"{name} 不在本次任务中")


def _sail(book: _Book, boat: Boat, route: Sequence[Visit]) -> Iterator[Fault]:
    clock, place, load, trips = boat.free_s, boat.start, list(boat.load_kg), 0
    for visit in route:
        there = book.place(visit)
        seconds = book.seconds(boat, place, there)
        book.cost += seconds * boat.cost_per_s
        yield from _clock(boat, visit, clock + seconds)
        if visit.kind == "collect":
            job = book.jobs[visit.ref]
            yield from _collect(book, boat, job, visit, load)
        else:
            depot = book.depots[visit.ref]
            yield from _unload(boat, depot, visit)
            landed = book.landed[depot.id]
            landed[:] = [kg + on for kg, on in zip(landed, load, strict=True)]
            load, trips = [0] * len(load), trips + 1
        clock, place = visit.leave_s, there
    if route:
        book.cost += boat.fixed_cost
        yield from _end(book, boat, route, clock, trips)


def _clock(boat: Boat, visit: Visit, arrive_s: int) -> Iterator[Fault]:
    if visit.arrive_s != arrive_s:
        yield Fault(Kind.CLOCK, f"{boat.id} 到 {visit.ref} 应为 {arrive_s} 秒，方案写 {visit.arrive_s} 秒")
    if visit.begin_s < visit.arrive_s:
        yield Fault(Kind.CLOCK, f"{boat.id} 在 {visit.ref} 未到先作业")


def _collect(book: _Book, boat: Boat, job: Job, visit: Visit, load: list[int]) -> Iterator[Fault]:
    """Also takes the amounts on board."""
    if visit.leave_s != visit.begin_s + job.service_s:
        yield Fault(Kind.CLOCK, f"{boat.id} 在 {job.id} 的作业时间应为 {job.service_s} 秒")
    if job.windows and not any(a <= visit.begin_s <= b for a, b in job.windows):
        yield Fault(Kind.WINDOW, f"{boat.id} 在 {job.id} 的开始时刻 {visit.begin_s} 不在时间窗内")
    if job.place in book.problem.unreachable:
        yield Fault(Kind.WATER, f"{job.id} 水路不通")
    if (job.pinned_boat and job.pinned_boat != boat.id) or (job.boats is not None and boat.id not in job.boats):
        yield Fault(Kind.PIN, f"{job.id} 不得由 {boat.id} 承运")
    for c, kg in enumerate(job.amounts_kg):
        load[c] += kg
        if load[c] > boat.capacity_kg[c]:
            name = book.problem.commodities[c]
            yield Fault(Kind.LOAD, f"{boat.id} 在 {job.id} 后载 {name} {load[c]} 千克，载量 {boat.capacity_kg[c]} 千克")


def _unload(boat: Boat, depot: Depot, visit: Visit) -> Iterator[Fault]:
    if visit.leave_s != visit.begin_s + depot.unload_s:
        yield Fault(Kind.CLOCK, f"{boat.id} 在 {depot.id} 的卸货时间应为 {depot.unload_s} 秒")
    if depot.windows and not any(a <= visit.begin_s <= b for a, b in depot.windows):
        yield Fault(Kind.WINDOW, f"{boat.id} 在 {depot.id} 的卸货时刻 {visit.begin_s} 不在开放时间内")


def _end(book: _Book, boat: Boat, route: Sequence[Visit], clock: int, trips: int) -> Iterator[Fault]:
    last = route[-1]
    if last.kind != "unload" or book.depots[last.ref].place not in boat.ends:
        yield Fault(Kind.END, f"{boat.id} 的航线应在可收船的云仓卸货结束")
    if clock > boat.duty_end_s:
        yield Fault(Kind.DUTY, f"{boat.id} 结束于 {clock} 秒，班次到 {boat.duty_end_s} 秒")
    if trips > boat.max_trips:
        yield Fault(Kind.TRIPS, f"{boat.id} 卸货 {trips} 次，最多 {boat.max_trips} 次")


def _room(book: _Book) -> Iterator[Fault]:
    for depot in book.problem.depots:
        if depot.room_kg is None:
            continue
        for name, kg, room in zip(book.problem.commodities, book.landed[depot.id], depot.room_kg, strict=True):
            if kg > room:
                yield Fault(Kind.ROOM, f"{depot.id} 的 {name} 将入 {kg} 千克，余量 {room} 千克")


def _cost(problem: Problem, solution: Solution, sailed: int) -> Iterator[Fault]:
    cost = sailed + sum(job.prize for job in problem.requests if job.id in solution.unserved)
    if cost != solution.cost:
        yield Fault(Kind.COST, f"方案费用应为 {cost}，方案写 {solution.cost}")
