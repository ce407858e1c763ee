"""The fleet as it stands: what a plan, a proposal and a change by hand all start from.

Nothing here changes anything; what-if questions get another ``FleetState``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.boats import (
    HAND_IN_ORDER,
    CollectionVessel,
    FleetPlan,
    HandInRequest,
    HandInState,
    LegKind,
    Pollutant,
    Warehouse,
)
from services.domain.dispatch_plan import DispatchPlan, PlanStop
from services.domain.dispatch_settings import DISPATCH, WEIGHTS, DispatchSettings, ProposalWeights
from services.domain.plan_stops import collection
from services.domain.sea_ways import METRES_IN_NM, Apart

ACCEPTED_WAITING = (HandInState.ACCEPTED, HandInState.REASSIGNED, HandInState.NO_SHOW)
_ALONGSIDE = HAND_IN_ORDER[HAND_IN_ORDER.index(HandInState.ALONGSIDE) : HAND_IN_ORDER.index(HandInState.SIGNED)]
ALONGSIDE = frozenset(_ALONGSIDE)  # the vessel lies alongside: it cannot be moved
BEFORE_WEIGHING = (HandInState.EN_ROUTE, HandInState.ALONGSIDE, HandInState.COLLECTING)
Loads = Mapping[Pollutant, float]  # tonnes


@dataclass(frozen=True, slots=True)
class FleetState:
    """``lost`` are ids of vessels that cannot be counted on: silent too long, or out in a what-if."""

    now: datetime
    vessels: tuple[CollectionVessel, ...] = ()
    hand_ins: tuple[HandInRequest, ...] = ()
    warehouses: tuple[Warehouse, ...] = ()
    fleet_plans: tuple[FleetPlan, ...] = ()
    plan: DispatchPlan | None = None
    wave_m: float | None = None
    wind_bft: int | None = None
    lost: tuple[str, ...] = ()
    settings: DispatchSettings = DISPATCH
    weights: ProposalWeights = WEIGHTS

    def hand_in(self, request_id: str) -> HandInRequest | None:
        return next((one for one in self.hand_ins if one.id == request_id), None)

    def vessel(self, vessel_id: str) -> CollectionVessel | None:
        return next((one for one in self.vessels if one.id == vessel_id), None)

    @property
    def base_version(self) -> int:
        return self.plan.version if self.plan is not None and self.plan.is_open else 0

    @property
    def locked(self) -> frozenset[str]:
        """Hand-ins a dispatcher has locked to vessel and order."""
        routes = self.plan.routes if self.plan is not None and self.plan.is_open else ()
        return frozenset(stop.request_id for route in routes for stop in route.stops if stop.locked)


def is_alongside(hand_in: HandInRequest) -> bool:
    """A dispute about the weight at the boat keeps the vessel there; one at the warehouse does not."""
    disputed = hand_in.state is HandInState.DISPUTED and hand_in.reached(HandInState.SIGNED) is None
    return disputed or hand_in.state in ALONGSIDE


def waiting(state: FleetState) -> list[HandInRequest]:
    """Accepted and without a vessel, longest waiting first."""
    found = (one for one in state.hand_ins if one.state in ACCEPTED_WAITING)
    return sorted(found, key=lambda one: (one.filed_at, one.id))


def assigned(state: FleetState, vessel_id: str) -> list[HandInRequest]:
    """Given to the vessel and not begun, in the order of the plan in force; then by arrival."""
    mine = [r for r in state.hand_ins if r.vessel_id == vessel_id and r.state is HandInState.ASSIGNED]
    route = state.plan.route(vessel_id) if state.plan is not None and state.plan.is_open else None
    order = {request_id: index for index, request_id in enumerate(route.request_ids if route else ())}
    last = len(order)
    return sorted(mine, key=lambda r: (order.get(r.id, last), r.eta or state.now + timedelta(days=1), r.id))


@dataclass(frozen=True, slots=True)
class Standing:
    """A vessel from the end of what it has begun: when it is free, at which place, with what on board.

    ``committed`` are the stops it is at or under way to, ``speed_kn`` what it makes in this wind.
    """

    vessel: CollectionVessel
    free_at: datetime
    place: str
    load_t: Loads
    committed: tuple[PlanStop, ...]
    speed_kn: float

    def sailing(self, metres: float) -> timedelta:
        return timedelta(hours=metres / METRES_IN_NM / self.speed_kn)


def standing(state: FleetState, vessel: CollectionVessel, apart: Apart) -> Standing:
    """Where no water is known to lead to what it is under way to, its own arrival stands."""
    speed = max(0.1, vessel.speed_kn * state.settings.pace(state.wind_bft))
    free, place = state.now + state.settings.ready, vessel.id
    load = {hold.pollutant: hold.load_t for hold in vessel.holds}
    unloading = _leg_now(state, vessel.id, LegKind.UNLOAD)
    if unloading is not None:
        free, load = max(state.now, unloading), dict.fromkeys(load, 0.0)
    stops: list[PlanStop] = []
    for hand_in in _begun(state, vessel.id):
        arrive = _arrival(state, vessel, hand_in, stops, speed, apart, place, free)
        planned_end = _leg_now(state, vessel.id, LegKind.COLLECT, hand_in.number)
        leave = max(state.now, planned_end or arrive + state.settings.collecting)
        stops.append(collection(hand_in, arrive, arrive, leave, committed=True))
        free, place = leave, hand_in.id
        if hand_in.state in BEFORE_WEIGHING:
            load[hand_in.pollutant] = load.get(hand_in.pollutant, 0.0) + hand_in.est_t
    return Standing(vessel, free, place, load, tuple(stops), speed)


def _begun(state: FleetState, vessel_id: str) -> list[HandInRequest]:
    """What lies alongside first, then what it is under way to."""
    mine = [r for r in state.hand_ins if r.vessel_id == vessel_id]
    there = [r for r in mine if is_alongside(r)]
    bound = sorted(
        (r for r in mine if r.state is HandInState.EN_ROUTE), key=lambda r: (r.eta or r.history[-1].at, r.id)
    )
    return [*there, *bound]


def _arrival(
    state: FleetState,
    vessel: CollectionVessel,
    hand_in: HandInRequest,
    before: list[PlanStop],
    speed_kn: float,
    apart: Apart,
    place: str,
    free: datetime,
) -> datetime:
    alongside = hand_in.reached(HandInState.ALONGSIDE)
    if alongside is not None:
        return alongside
    reported = reported_eta(vessel, hand_in)
    if reported is not None and reported >= state.now:
        return reported
    metres = apart(place, hand_in.id)
    if metres is None:
        return state.now
    since = free if before else state.now
    return since + timedelta(hours=metres / METRES_IN_NM / speed_kn)


def reported_eta(vessel: CollectionVessel, hand_in: HandInRequest) -> datetime | None:
    """What the vessel itself says, else what was said of the hand-in last."""
    if vessel.next_request == hand_in.number and vessel.next_eta is not None:
        return vessel.next_eta
    return hand_in.eta


def _leg_now(state: FleetState, vessel_id: str, kind: LegKind, number: str = "") -> datetime | None:
    """The end of the leg of this kind the vessel reports it is in."""
    for plan in state.fleet_plans:
        if plan.id == vessel_id:
            for leg in plan.legs:
                if leg.kind is kind and leg.begin <= state.now < leg.end and leg.number in (number, ""):
                    return leg.end
    return None


def refusal(state: FleetState, vessel: CollectionVessel, hand_in: HandInRequest) -> str:
    """Why this vessel may not go for it at all, whatever its route; "" when it may."""
    if vessel.id in state.lost:
        return "失联或停航"
    if vessel.licence_until <= state.now:
        return "许可已过期"
    if not hand_in.in_port:
        if state.wind_bft is not None and state.wind_bft >= state.settings.wind_limit_bft:
            return f"风 {state.wind_bft} 级，不出港收集"
        if state.wave_m is not None and state.wave_m > vessel.wave_limit_m:
            return f"浪 {state.wave_m:.1f} m 超其上限 {vessel.wave_limit_m:.1f} m"
    hold = vessel.hold(hand_in.pollutant)
    if hold is None or hold.capacity_t <= 0:
        return f"不能装{hand_in.pollutant_word}"
    need = hand_in.est_t * state.settings.margin
    if hold.capacity_t < need:
        return f"舱容 {hold.capacity_t:.2f} t 不足 {need:.2f} t"
    return ""


def room_t(warehouse: Warehouse, pollutant: Pollutant, fill_limit: float) -> float:
    """What a compartment may still take in a plan; nothing where its gauge is silent."""
    for one in warehouse.compartments:
        if one.pollutant is pollutant:
            return 0.0 if one.level_pct is None else max(0.0, one.capacity_t * (fill_limit - one.level_pct / 100))
    return 0.0


def takes(warehouse: Warehouse, load_t: Loads, fill_limit: float) -> bool:
    """Whether it has room for everything on board."""
    return all(room_t(warehouse, kind, fill_limit) >= mass for kind, mass in load_t.items() if mass > 0.001)


def places_of(state: FleetState) -> Iterable[tuple[str, tuple[float, float]]]:
    """Every place a plan may lead through: vessels, warehouses, hand-ins not yet collected."""
    for vessel in state.vessels:
        yield vessel.id, (vessel.lon, vessel.lat)
    for warehouse in state.warehouses:
        yield warehouse.id, (warehouse.lon, warehouse.lat)
    open_states = {HandInState.FILED, *ACCEPTED_WAITING, HandInState.ASSIGNED, HandInState.EN_ROUTE}
    for hand_in in state.hand_ins:
        if hand_in.state in open_states or is_alongside(hand_in):
            yield hand_in.id, (hand_in.lon, hand_in.lat)
