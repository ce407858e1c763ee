"""A plan in force made fit for a changed day: what still stands stays, the rest is put in where it costs least."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.planning.insertion import Insertion
from services.planning.problem import Problem, Visit, allowed_boats
from services.planning.rooms import Ends
from services.planning.schedule import Sailing, Stops

Standing = Mapping[str, Sequence[Visit]]  # boat → its visits in the plan in force


def fleet_of(problem: Problem, standing: Standing) -> tuple[Stops, ...]:
    """The sequences of a plan in force for today's boats; what the problem does not know is left out."""
    jobs = {job.id: j for j, job in enumerate(problem.requests)}
    depots = {depot.id: ~d for d, depot in enumerate(problem.depots)}
    return tuple(
        tuple(
            known[visit.ref]
            for visit in standing.get(boat.id, ())
            if visit.ref in (known := jobs if visit.kind == "collect" else depots)
        )
        for boat in problem.boats
    )


def homes_of(fleet: Sequence[Stops]) -> dict[int, int]:
    """Request → boat, for the requests whose boat is still there: the unaffected ones."""
    return {stop: boat for boat, stops in enumerate(fleet) for stop in stops if stop >= 0}


def mended(problem: Problem, sailing: Sailing, fleet: Sequence[Stops], away: int = 0) -> tuple[Stops, ...]:
    """Routes that can be sailed: those of ``fleet`` without what no longer fits, and everything else that is
    worth it put in. Taking a request to another boat than the one it has in ``fleet`` costs ``away`` more."""
    ends = Ends(problem, sailing)
    seen: set[int] = set()
    routes = [_standing(problem, ends, boat, stops, seen) for boat, stops in enumerate(fleet)]
    routes = ends.within_rooms([ends.closed(boat, stops) for boat, stops in enumerate(routes)])
    return filled(problem, sailing, routes, homes_of(fleet), away)


def filled(
    problem: Problem,
    sailing: Sailing,
    routes: Sequence[Stops],
    homes: Mapping[int, int] | None = None,
    away: int = 0,
) -> tuple[Stops, ...]:
    """With every request that is still out, fits and is worth it."""
    served = {stop for stops in routes for stop in stops if stop >= 0}
    out = [j for j in range(len(problem.requests)) if j not in served]
    return tuple(Insertion(problem, sailing, routes, out).put_in(homes, away)) if out else tuple(routes)


def _standing(problem: Problem, ends: Ends, boat: int, stops: Stops, seen: set[int]) -> Stops:
    """The stops, in their order, that this boat can still do and end in time."""
    me, kept, trips = problem.boats[boat], [], 1
    load = list(me.load_kg)
    for stop in stops:
        if stop < 0:
            if trips < me.max_trips and ends.closed(boat, (*kept, stop), shorten=False):
                kept.append(stop)
                load, trips = [0] * len(load), trips + 1
            continue
        more = [on + kg for on, kg in zip(load, problem.requests[stop].amounts_kg, strict=True)]
        fits = all(kg <= most for kg, most in zip(more, me.capacity_kg, strict=True))
        job = problem.requests[stop]
        may = stop not in seen and boat in allowed_boats(problem, job) and job.place not in problem.unreachable
        if fits and may and ends.closed(boat, (*kept, stop), shorten=False):
            kept.append(stop)
            seen.add(stop)
            load = more
    return ends.trimmed(boat, tuple(kept))
