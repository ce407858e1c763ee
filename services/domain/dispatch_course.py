"""派船: the plan in force and everything a dispatcher may do to it. Stream ``dispatch_plan``.

One plan is in force; its version decides between two who change it at once: one wins, the other is told
who and what. Whatever gives a hand-in another vessel is told to its case in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.dispatch_choice import assigned_by_hand, merged, reordered, with_lock
from services.domain.dispatch_confirm import confirmed
from services.domain.dispatch_facts import (
    Override,
    PlanConfirmed,
    PlanReplaced,
    RouteReordered,
    StopLocked,
    StopUnlocked,
    VesselAssigned,
)
from services.domain.dispatch_plan import (
    NAME,
    AssignVessel,
    ConfirmPlan,
    DispatchPlan,
    LockStop,
    OfferKind,
    ReassignVessel,
    ReorderRoute,
    UnlockStop,
)
from services.domain.dispatch_world import plan_in_force
from services.domain.masked import mask_name
from services.domain.officer import Officer, Role
from services.domain.roles import DUTY_UP
from services.domain.timebase import local

DISPATCHERS = DUTY_UP | {Role.DISPATCHER}


def may_dispatch(officer: Officer) -> bool:
    return officer.role in DISPATCHERS


def decide(_case: DispatchPlan | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if not may_dispatch(officer):
        raise Refused("须调度员或值班人员")
    plan = plan_in_force(world)
    _require_current(plan, wish)
    match wish:
        case ConfirmPlan():
            return confirmed(wish, plan, at, world)
        case AssignVessel() | ReassignVessel():
            return assigned_by_hand(wish, at, world)
        case ReorderRoute():
            return reordered(wish, at, world)
        case LockStop(request_id=request_id):
            return _lock(plan, request_id, locked=True)
        case UnlockStop(request_id=request_id):
            return _lock(plan, request_id, locked=False)
        case _:
            raise Refused("不认识的派船动作")


def _require_current(plan: DispatchPlan | None, wish: Wish) -> None:
    if plan is None:
        if wish.case_id or wish.expected_version:
            raise Refused("此计划已了结，请看最新")
        return
    if wish.case_id not in ("", plan.id):
        raise Refused(f"计划已换为 {plan.id}，请看最新")
    if wish.expected_version != plan.version:
        when = f"{local(plan.changed_at or plan.confirmed_at):%H:%M}"
        raise Refused(f"{plan.changed_by} {when} 已先更新：{plan.last_change}，请看最新")


def _lock(plan: DispatchPlan | None, request_id: str, *, locked: bool) -> Sequence[Said]:
    if plan is None:
        raise Refused("尚无生效计划")
    found = [(r, s) for r in plan.routes for s in r.stops if s.request_id == request_id]
    if not found:
        raise Refused("生效计划里没有这件申请")
    route, stop = found[0]
    if stop.locked == locked:
        raise Refused("已锁定" if locked else "未锁定")
    what = f"{'锁定' if locked else '解锁'} {stop.number} · {route.vessel_name}"
    fact = StopLocked(what, request_id) if locked else StopUnlocked(what, request_id)
    return [Said(fact, case_id=plan.id)]


# ------------------------------------------------------------------------------------------- evolve


def evolve(plan: DispatchPlan | None, deed: Deed) -> DispatchPlan:
    fact = deed.fact
    if isinstance(fact, PlanConfirmed):
        return _confirmed(plan, fact, deed)
    by = mask_name(deed.officer_name)
    if plan is None:
        assert isinstance(fact, VesselAssigned | RouteReordered)
        plan = DispatchPlan(deed.case_id, 0, OfferKind.GREEDY, (), (), 0.0, deed.at, by)
    changed = replace(plan, version=deed.version)
    if isinstance(fact, Override):
        return changed
    changed = replace(changed, changed_at=deed.at, changed_by=by, last_change=fact.what)
    match fact:
        case VesselAssigned(request_id=request_id, routes=routes):
            unserved = tuple(one for one in plan.unserved if one.request_id != request_id)
            return replace(changed, routes=merged(plan.routes, routes), unserved=unserved)
        case RouteReordered(routes=routes):
            return replace(changed, routes=merged(plan.routes, routes))
        case StopLocked(request_id=request_id):
            return replace(changed, routes=with_lock(plan.routes, request_id, locked=True))
        case StopUnlocked(request_id=request_id):
            return replace(changed, routes=with_lock(plan.routes, request_id, locked=False))
        case PlanReplaced():
            return replace(changed, is_open=False)
    raise TypeError(f"no fact of a plan: {fact!r}")


def _confirmed(plan: DispatchPlan | None, fact: PlanConfirmed, deed: Deed) -> DispatchPlan:
    by = mask_name(deed.officer_name)
    return DispatchPlan(
        id=deed.case_id,
        version=deed.version,
        offer_kind=fact.offer_kind,
        routes=fact.routes,
        unserved=fact.unserved,
        cost=fact.cost,
        confirmed_at=deed.at,
        confirmed_by=by,
        parent=plan.parent if plan is not None else fact.parent,
        changed_at=deed.at,
        changed_by=by,
        last_change=f"确认{fact.what}",
        offer_id=fact.offer_id,
    )


STREAM = Stream(
    name=NAME,
    prefix="JH",
    topic="dispatch_plan",
    case=DispatchPlan,
    facts=(
        PlanConfirmed,
        PlanReplaced,
        VesselAssigned,
        Override,
        RouteReordered,
        StopLocked,
        StopUnlocked,
    ),
    wishes=(ConfirmPlan, AssignVessel, ReassignVessel, ReorderRoute, LockStop, UnlockStop),
    decide=decide,
    evolve=evolve,
    shown_for=timedelta(hours=48),
)
