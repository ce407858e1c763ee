"""A solver's answer as an offer: stops with moments, ways over water, who moves, who is left out and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from services.domain.boats import POLLUTANT_WORDS
from services.domain.dispatch_plan import (
    UNSERVED_WORDS,
    Move,
    OfferKind,
    PlanOffer,
    PlanStop,
    Point,
    StopKind,
    Unserved,
    UnservedReason,
    VesselRoute,
)
from services.domain.fleet_state import Standing
from services.domain.plan_stops import collection, unloading
from services.domain.route_timing import NotPossible, laid_out
from services.domain.sea_ways import METRES_IN_NM
from services.planning.dispatch_problem import Posed
from services.planning.problem import Reason, Solution, Visit

Way = Callable[[Point, Point], tuple[Point, ...] | None]
_REASONS = {
    Reason.WATER: UnservedReason.WATER,
    Reason.COMMODITY: UnservedReason.COMMODITY,
    Reason.CAPACITY: UnservedReason.CAPACITY,
    Reason.DEPOT: UnservedReason.DEPOT,
    Reason.WINDOW: UnservedReason.WINDOW,
    Reason.SHIFT: UnservedReason.SHIFT,
    Reason.WORTH: UnservedReason.WORTH,
    Reason.UNKNOWN: UnservedReason.WORTH,
}


@dataclass(frozen=True, slots=True)
class Made:
    """How an offer came about."""

    kind: OfferKind
    ident: str
    why: str
    greedy_cost: float
    seconds: float


def offer_of(posed: Posed, solution: Solution, way: Way, made: Made) -> PlanOffer:
    """``solution`` has passed the checker."""
    state, routes = posed.state, _routes(posed, solution, way)
    moves = tuple(_moves(posed, routes))
    stops = [stop for route in routes for stop in route.stops if stop.kind is StopKind.COLLECT]
    return PlanOffer(
        id=made.ident,
        kind=made.kind,
        base_version=state.base_version,
        why=made.why,
        solver=solution.solver,
        seed=solution.seed,
        seconds=round(made.seconds, 2),
        cost=float(solution.cost),
        greedy_cost=made.greedy_cost,
        distance_nm=round(sum(route.distance_nm for route in routes), 1),
        served=sum(not stop.committed for stop in stops),
        unserved=(*posed.hopeless, *(_unserved(posed, ref, why) for ref, why in solution.unserved.items())),
        moved=sum(bool(move.from_vessel) for move in moves),
        moves=moves,
        routes=routes,
        made_at=state.now,
        base_id=state.plan.id if state.plan is not None and state.base_version else "",
        late=sum(stop.late_min > 0 for stop in stops),
        checked=True,
        straight=posed.straight,
    )


def _routes(posed: Posed, solution: Solution, way: Way) -> tuple[VesselRoute, ...]:
    """Of every vessel of the fleet, empty for those that stay where they are."""
    sailing = [_route(posed, stands, visits, way) for stands, visits in zip(posed.stands, solution.routes, strict=True)]
    named = {route.vessel_id for route in sailing}
    return (*sailing, *(VesselRoute(one.id, one.name) for one in posed.state.vessels if one.id not in named))


def refused(posed_at: datetime, base: tuple[str, int], made: Made, why: str) -> PlanOffer:
    """What stands where an offer should be."""
    return PlanOffer(
        id=made.ident,
        kind=made.kind,
        base_version=base[1],
        why=made.why,
        solver="",
        seed=0,
        seconds=round(made.seconds, 2),
        cost=0.0,
        greedy_cost=made.greedy_cost,
        distance_nm=0.0,
        served=0,
        unserved=(),
        moved=0,
        moves=(),
        routes=(),
        made_at=posed_at,
        refusal=why,
        base_id=base[0],
    )


def _route(posed: Posed, stands: Standing, visits: Sequence[Visit], way: Way) -> VesselRoute:
    if not visits:
        return _homeward(posed, stands, way)
    spots = dict(zip(posed.ids, posed.spots, strict=True))
    depots = {one.id: one for one in posed.state.warehouses}
    carried = sum(stands.load_t.values())
    stops: list[PlanStop] = list(stands.committed)
    for visit in visits:
        if visit.kind == "collect":
            hand_in = posed.jobs[visit.ref]
            carried += hand_in.est_t
            locked = hand_in.id in posed.state.locked
            stops.append(collection(hand_in, *_times(posed, visit), locked=locked))
        else:
            stops.append(unloading(depots[visit.ref], *_times(posed, visit), carried))
            carried = 0.0
    chain = [(stands.vessel.lon, stands.vessel.lat), *(spots[_place(stop)] for stop in stops)]
    end = stops[-1].leave_at if stops else None
    nm = _distance(posed, stands, visits)
    return VesselRoute(stands.vessel.id, stands.vessel.name, tuple(stops), drawn(chain, way), nm, stands.free_at, end)


def _homeward(posed: Posed, stands: Standing, way: Way) -> VesselRoute:
    """Of a vessel that gets nothing new: what it has begun, and then unloading."""
    vessel = stands.vessel
    try:
        route = laid_out(stands, (), posed.state, posed.apart)
    except NotPossible:
        route = VesselRoute(vessel.id, vessel.name, stands.committed, begin_at=stands.free_at)
    chain = [(vessel.lon, vessel.lat), *((stop.lon, stop.lat) for stop in route.stops)]
    return replace(route, way=drawn(chain, way) if route.stops else ())


def drawn(chain: Sequence[Point], way: Way) -> tuple[Point, ...]:
    """Over water from each to the next; nothing for a leg nobody can draw."""
    found: list[Point] = []
    for here, there in pairwise(chain):
        leg = way(here, there) if here != there else None
        found.extend(leg[1:] if leg and found and found[-1] == leg[0] else leg or ())
    return tuple((round(lon, 5), round(lat, 5)) for lon, lat in found)


def _distance(posed: Posed, stands: Standing, visits: Sequence[Visit]) -> float:
    index = {place: number for number, place in enumerate(posed.ids)}
    places = [index[stands.place], *(index[visit.ref] for visit in visits)]
    metres = sum(int(posed.problem.places_m[a, b]) for a, b in pairwise(places))
    return round(metres / METRES_IN_NM, 2)


def _place(stop: PlanStop) -> str:
    return stop.request_id if stop.kind is StopKind.COLLECT else stop.warehouse_id


def _times(posed: Posed, visit: Visit) -> tuple[datetime, datetime, datetime]:
    """It arrives, begins, leaves."""
    arrive, begin, leave = (timedelta(seconds=s) for s in (visit.arrive_s, visit.begin_s, visit.leave_s))
    return posed.state.now + arrive, posed.state.now + begin, posed.state.now + leave


def _moves(posed: Posed, routes: Sequence[VesselRoute]) -> list[Move]:
    found: list[Move] = []
    for route in routes:
        for stop in route.stops:
            hand_in = posed.jobs.get(stop.request_id)
            if hand_in is not None and hand_in.vessel_id != route.vessel_id:
                found.append(Move(hand_in.id, hand_in.number, hand_in.vessel_name, route.vessel_name))
    return found


def _unserved(posed: Posed, ref: str, why: object) -> Unserved:
    hand_in = posed.jobs[ref]
    reason = _REASONS.get(getattr(why, "reason", Reason.UNKNOWN), UnservedReason.WORTH)
    text = getattr(why, "text", "") or UNSERVED_WORDS[reason]
    for stands in posed.stands:
        text = text.replace(stands.vessel.id, stands.vessel.name)
    for kind, word in POLLUTANT_WORDS.items():
        text = text.replace(kind.value, word)
    return Unserved(ref, hand_in.number, reason, text.replace(",", "，"))
