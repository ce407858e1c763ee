"""Confirming an offer: everything that makes it unfit, and what it tells the hand-ins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from services.domain.boats import HandInRequest
from services.domain.deed import Refused, Said, World
from services.domain.dispatch_facts import PlanConfirmed, PlanReplaced
from services.domain.dispatch_plan import (
    NAME,
    OFFER_WORDS,
    ConfirmPlan,
    DispatchPlan,
    PlanOffer,
    PlanStop,
    StopKind,
    VesselRoute,
)
from services.domain.dispatch_world import fleet_state, with_past
from services.domain.fleet_state import FleetState
from services.domain.hand_in_case import NAME as HAND_IN
from services.domain.hand_in_case import HandInAssigned, HandInReassigned, why_not_assignable
from services.domain.timebase import local

FIVE = timedelta(minutes=5)


def confirmed(wish: ConfirmPlan, plan: DispatchPlan | None, at: datetime, world: World) -> Sequence[Said]:
    state = fleet_state(world, at)
    offer = _offer(wish, plan, world)
    if at - offer.made_at > timedelta(minutes=state.settings.valid_min):
        raise Refused(f"方案是 {local(offer.made_at):%H:%M} 的，船位已变，请重排后再确认")
    for route in offer.routes:
        for stop in route.stops:
            _require_unchanged(stop, route, offer, state)
    fact = PlanConfirmed(
        what=_what(offer),
        offer_id=offer.id,
        offer_kind=offer.kind,
        solver=offer.solver,
        seed=offer.seed,
        cost=offer.cost,
        routes=tuple(with_past(state, route) for route in offer.routes),
        unserved=offer.unserved,
        moved=offer.moved,
        parent=plan.id if plan is not None else "",
    )
    same = plan is not None and local(plan.confirmed_at).date() == local(at).date()
    plan_id = plan.id if plan is not None and same else ""
    told = list(_told(offer.routes, state, f"计划 {_what(offer)}", plan_id))
    if plan is None:
        return [Said(fact), *told]
    if same:
        return [Said(fact, case_id=plan.id), *told]
    return [Said(fact, stream=NAME), Said(PlanReplaced(_what(offer)), case_id=plan.id, stream=NAME), *told]


def _offer(wish: ConfirmPlan, plan: DispatchPlan | None, world: World) -> PlanOffer:
    offers: Sequence[PlanOffer] = world.topic("plan_offers")
    offer = next((one for one in offers if one.id == wish.offer_id), None)
    if offer is None:
        raise Refused("此方案已被新一轮替换，请看最新")
    if offer.refusal:
        raise Refused(offer.refusal)
    if not offer.checked:
        raise Refused("此方案未经校验，不能确认")
    version = plan.version if plan is not None else 0
    if offer.base_version != version or offer.base_id != (plan.id if plan is not None else ""):
        who = f"（{plan.changed_by} {plan.last_change}）" if plan is not None else ""
        raise Refused(f"方案按计划第 {offer.base_version} 版算出，现为第 {version} 版{who}，请重排后再确认")
    return offer


def _require_unchanged(stop: PlanStop, route: VesselRoute, offer: PlanOffer, state: FleetState) -> None:
    if stop.kind is not StopKind.COLLECT:
        return
    hand_in = state.hand_in(stop.request_id)
    if hand_in is None or not hand_in.is_open:
        word = hand_in.state_word if hand_in is not None else "不在"
        raise Refused(f"申请 {stop.number} 已{word}，请重排后再确认")
    if stop.committed:
        return
    why = why_not_assignable(hand_in)
    if why:
        raise Refused(f"{why}，请重排后再确认")
    if abs(hand_in.est_t - stop.mass_t) > 1e-6 or (hand_in.lon, hand_in.lat) != (stop.lon, stop.lat):
        raise Refused(f"申请 {stop.number} 的量或位置已变，请重排后再确认")
    before = next((m.from_vessel for m in offer.moves if m.request_id == stop.request_id), route.vessel_name)
    if hand_in.vessel_name not in (before, ""):
        raise Refused(f"申请 {stop.number} 已改由 {hand_in.vessel_name}，请重排后再确认")


def _told(routes: Sequence[VesselRoute], state: FleetState, why: str, plan_id: str) -> Iterator[Said]:
    for route in routes:
        for stop in route.stops:
            hand_in = state.hand_in(stop.request_id) if stop.kind is StopKind.COLLECT else None
            if hand_in is not None and not stop.committed and hand_in.vessel_id != route.vessel_id:
                yield told(hand_in, (route, stop), state, why, plan_id)


def told(hand_in: HandInRequest, call: tuple[VesselRoute, PlanStop], state: FleetState, why: str, plan_id: str) -> Said:
    """What its case is told: which vessel, when, and by when it was promised. ``plan_id`` is "" of a plan that
    has no number yet because this makes it."""
    route, stop = call
    window = hand_in.window_to or promised(stop.begin_at, state)
    given = (route.vessel_id, route.vessel_name, stop.begin_at, window, plan_id)
    fact = HandInReassigned(*given, reason=why) if hand_in.vessel_id else HandInAssigned(*given)
    return Said(fact, case_id=hand_in.id, stream=HAND_IN)


def promised(eta: datetime, state: FleetState) -> datetime:
    """The arrival and what is allowed beyond it, rounded up to five minutes."""
    by = eta + timedelta(minutes=state.settings.promise_min)
    past = timedelta(minutes=by.minute % 5, seconds=by.second, microseconds=by.microsecond)
    return by if not past else by - past + FIVE


def _what(offer: PlanOffer) -> str:
    return f"{OFFER_WORDS[offer.kind]} · {offer.served} 件 · 改派 {offer.moved}"
