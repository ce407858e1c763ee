"""Changes by hand to the plan in force: assign, re-assign, re-order. Each is timed by what the world knows now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.domain.boats import CollectionVessel, HandInRequest, Proposal
from services.domain.deed import Refused, Said, World
from services.domain.dispatch_confirm import told
from services.domain.dispatch_facts import Override, RouteReordered, VesselAssigned
from services.domain.dispatch_plan import AssignVessel, ReassignVessel, ReorderRoute, VesselRoute
from services.domain.dispatch_world import fleet_state, freed, route_now, routes_now, sea_apart, with_past
from services.domain.fleet_state import FleetState, refusal, standing
from services.domain.hand_in_case import MOVABLE, why_not_assignable
from services.domain.insertion import Insertion, best_insertion, calls_of
from services.domain.route_timing import NotPossible, laid_out
from services.domain.sea_ways import Apart


def assigned_by_hand(wish: AssignVessel | ReassignVessel, at: datetime, world: World) -> Sequence[Said]:
    state, apart = fleet_state(world, at), sea_apart(world)
    hand_in = _hand_in(wish, state)
    vessel = _vessel(wish.vessel_id, state)
    choice = _Choice.of(hand_in, vessel, wish.reason.strip(), world)
    if isinstance(wish, ReassignVessel) and not choice.reason:
        raise Refused("改派须写明理由")
    if choice.is_override and not choice.reason:
        raise Refused(f"首选是 {choice.proposed}，另选须写明理由")
    after = freed(state, hand_in.id)
    found = _fitted(after, vessel, hand_in, apart)
    routes = _changed_routes(state, after, found, hand_in, apart)
    arrow = f"{hand_in.number} → {vessel.name}"
    what = f"改派 {arrow}" if hand_in.vessel_id else f"派 {arrow}"
    fact = VesselAssigned(
        what, hand_in.id, hand_in.number, vessel.id, hand_in.vessel_id, choice.rank, choice.reason, routes
    )
    stop = next(stop for stop in found.route.stops if stop.request_id == hand_in.id)
    plan_id = state.plan.id if state.plan is not None else ""
    said = [_said(fact, state), told(hand_in, (found.route, stop), state, choice.reason or "改派", plan_id)]
    return [*said, choice.override(what, state)] if choice.is_override else said


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which vessel was proposed first and which was taken."""

    request_id: str
    chosen: str
    proposed: str  # name; "" where nothing was proposed
    rank: int
    reason: str

    @classmethod
    def of(cls, hand_in: HandInRequest, vessel: CollectionVessel, reason: str, world: World) -> _Choice:
        offers: Sequence[Proposal] = [one for one in world.topic("proposals") if one.request_id == hand_in.id]
        first = next((one.vessel_name for one in offers if one.rank == 1), "")
        rank = next((one.rank for one in offers if one.vessel_id == vessel.id), 0)
        return cls(hand_in.id, vessel.name, first, rank, reason)

    @property
    def is_override(self) -> bool:
        return bool(self.proposed) and self.proposed != self.chosen

    def override(self, what: str, state: FleetState) -> Said:
        fact = Override(what, self.request_id, self.proposed, self.chosen, self.rank, self.reason)
        return Said(fact, case_id=state.plan.id if state.plan is not None else "")


def _hand_in(wish: AssignVessel | ReassignVessel, state: FleetState) -> HandInRequest:
    hand_in = state.hand_in(wish.request_id)
    why = why_not_assignable(hand_in)
    if hand_in is None or why:
        raise Refused(why)
    if isinstance(wish, AssignVessel) and hand_in.state in MOVABLE:
        raise Refused(f"申请 {hand_in.number} 已派 {hand_in.vessel_name}，请用改派")
    if isinstance(wish, ReassignVessel):
        if hand_in.state not in MOVABLE:
            raise Refused(f"申请 {hand_in.number} 尚未派船，请用派船")
        if hand_in.vessel_id == wish.vessel_id:
            raise Refused(f"申请 {hand_in.number} 已由 {hand_in.vessel_name} 收集")
        if hand_in.id in state.locked:
            raise Refused(f"申请 {hand_in.number} 已锁定，先解锁")
    return hand_in


def _vessel(vessel_id: str, state: FleetState) -> CollectionVessel:
    vessel = state.vessel(vessel_id)
    if vessel is None:
        raise Refused("没有这艘收集船")
    return vessel


def _fitted(after: FleetState, vessel: CollectionVessel, hand_in: HandInRequest, apart: Apart) -> Insertion:
    why = refusal(after, vessel, hand_in)
    if why:
        raise Refused(f"{vessel.name} 不能去：{why}")
    if apart(vessel.id, vessel.id) is None or apart(hand_in.id, hand_in.id) is None:
        raise Refused("水上航程还在计算，请稍候再派")
    stands = standing(after, vessel, apart)
    try:
        return best_insertion(stands, calls_of(after, vessel.id), hand_in, after, apart)
    except NotPossible as reason:
        raise Refused(f"{vessel.name} 不能去：{reason.text}") from reason


def _changed_routes(
    state: FleetState, after: FleetState, found: Insertion, hand_in: HandInRequest, apart: Apart
) -> tuple[VesselRoute, ...]:
    """Of the vessel that takes it and the one that loses it; of all where no plan is in force yet."""
    if state.plan is None:
        others = [route for route in routes_now(after, apart) if route.vessel_id != found.route.vessel_id]
        return (*others, found.route)
    routes = [found.route]
    if hand_in.vessel_id and state.vessel(hand_in.vessel_id) is not None:
        routes.append(route_now(after, hand_in.vessel_id, apart))
    return tuple(with_past(state, route) for route in routes)


def reordered(wish: ReorderRoute, at: datetime, world: World) -> Sequence[Said]:
    state, apart = fleet_state(world, at), sea_apart(world)
    vessel = _vessel(wish.vessel_id, state)
    calls = calls_of(state, vessel.id)
    by_id = {call.hand_in.id: call for call in calls}
    if sorted(by_id) != sorted(wish.request_ids):
        raise Refused(f"{vessel.name} 未开始的申请已变，请看最新")
    for index, call in enumerate(calls):
        if call.locked and wish.request_ids[index] != call.hand_in.id:
            raise Refused(f"申请 {call.hand_in.number} 已锁定，先解锁")
    order = [by_id[request_id] for request_id in wish.request_ids]
    if order == calls:
        raise Refused("次序未变")
    try:
        route = laid_out(standing(state, vessel, apart), order, state, apart)
    except NotPossible as reason:
        raise Refused(f"{vessel.name} 不能照此次序：{reason.text}") from reason
    numbers = "、".join(call.hand_in.number for call in order)
    others = routes_now(state, apart) if state.plan is None else ()
    routes = (*(one for one in others if one.vessel_id != vessel.id), with_past(state, route))
    return [_said(RouteReordered(f"{vessel.name} 次序 {numbers}", wish.reason.strip(), routes), state)]


def _said(fact: VesselAssigned | RouteReordered, state: FleetState) -> Said:
    return Said(fact, case_id=state.plan.id if state.plan is not None else "")


def merged(before: tuple[VesselRoute, ...], changed: tuple[VesselRoute, ...]) -> tuple[VesselRoute, ...]:
    """Routes by vessel, the changed ones in place of what was."""
    fresh = {route.vessel_id: route for route in changed}
    kept = [fresh.pop(route.vessel_id, route) for route in before]
    return (*kept, *fresh.values())


def with_lock(routes: tuple[VesselRoute, ...], request_id: str, *, locked: bool) -> tuple[VesselRoute, ...]:
    return tuple(
        replace(
            route,
            stops=tuple(replace(s, locked=locked) if s.request_id == request_id else s for s in route.stops),
        )
        for route in routes
    )
