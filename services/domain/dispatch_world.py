"""The fleet as a decision finds it in the store, and the routes in force from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.domain.boats import HandInRequest, HandInState, SeaWeather
from services.domain.deed import World
from services.domain.dispatch_plan import NAME, DispatchPlan, PlanStop, StopKind, VesselRoute
from services.domain.dispatch_settings import TERMS, TOPIC, DispatchTerms
from services.domain.fleet_state import FleetState, assigned, is_alongside, standing
from services.domain.insertion import calls_of
from services.domain.route_timing import NotPossible, laid_out
from services.domain.sea_ways import Apart, apart_of

UNDER_WAY = (HandInState.ASSIGNED, HandInState.EN_ROUTE)


def plan_in_force(world: World) -> DispatchPlan | None:
    return next(iter(world.cases(NAME)), None)


def fleet_state(world: World, at: datetime) -> FleetState:
    terms: DispatchTerms = next(iter(world.topic(TOPIC)), TERMS)
    weather: SeaWeather | None = next(iter(world.topic("sea_weather")), None)
    return FleetState(
        now=at,
        vessels=tuple(world.topic("collection_vessels")),
        hand_ins=tuple(world.topic("hand_in_requests")),
        warehouses=tuple(world.topic("warehouses")),
        fleet_plans=tuple(world.topic("fleet_plans")),
        plan=plan_in_force(world),
        wave_m=weather.wave_m if weather else None,
        wind_bft=weather.wind_bft if weather else None,
        lost=terms.lost,
        settings=terms.settings,
        weights=terms.weights,
    )


def sea_apart(world: World) -> Apart:
    return apart_of(world.topic("sea_ways"))


def freed(state: FleetState, request_id: str) -> FleetState:
    """As if this hand-in waited for a vessel again."""
    hand_ins = tuple(
        replace(one, state=HandInState.REASSIGNED, vessel_id="", vessel_name="", eta=None)
        if one.id == request_id
        else one
        for one in state.hand_ins
    )
    return replace(state, hand_ins=hand_ins)


def routes_now(state: FleetState, apart: Apart) -> tuple[VesselRoute, ...]:
    """What every vessel has been given, laid out from now; one that cannot be laid out keeps its plan."""
    return tuple(route_now(state, vessel.id, apart) for vessel in state.vessels)


def route_now(state: FleetState, vessel_id: str, apart: Apart) -> VesselRoute:
    vessel = state.vessel(vessel_id)
    assert vessel is not None
    stands = standing(state, vessel, apart)
    try:
        return laid_out(stands, calls_of(state, vessel_id), state, apart)
    except NotPossible:
        known = state.plan.route(vessel_id) if state.plan is not None else None
        mine = {one.id for one in assigned(state, vessel_id)}
        left = tuple(stop for stop in known.stops if stop.request_id in mine) if known else ()
        return VesselRoute(vessel_id, vessel.name, (*stands.committed, *left))


def with_past(state: FleetState, route: VesselRoute) -> VesselRoute:
    """``route`` behind what the plan in force says was done before it, so that planned and actual can be
    compared to the end of the day."""
    known = state.plan.route(route.vessel_id) if state.plan is not None else None
    ahead = set(route.request_ids)
    past = [stop for stop in (known.stops if known else ()) if _is_past(state, stop) and stop.request_id not in ahead]
    return replace(route, stops=(*past, *route.stops))


def _is_past(state: FleetState, stop: PlanStop) -> bool:
    if stop.kind is StopKind.UNLOAD:
        return stop.leave_at <= state.now
    one = state.hand_in(stop.request_id)
    return one is not None and one.reached(HandInState.SIGNED) is not None


def still_to_do(state: FleetState, route: VesselRoute) -> tuple[PlanStop, ...]:
    """The stops of a route in force that are not done."""
    return tuple(stop for stop in route.stops if not _is_over(state, stop))


def _is_over(state: FleetState, stop: PlanStop) -> bool:
    if stop.kind is StopKind.UNLOAD:
        return stop.leave_at <= state.now
    one = state.hand_in(stop.request_id)
    return one is None or not (one.state in UNDER_WAY or is_alongside(one))


def is_under_way(hand_in: HandInRequest) -> bool:
    return hand_in.state in UNDER_WAY


def named(routes: Sequence[VesselRoute], vessel_id: str) -> str:
    return next((route.vessel_name for route in routes if route.vessel_id == vessel_id), "")
