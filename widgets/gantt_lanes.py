"""The vessels of 船队计划, each with its day, its plan and what is wrong with it; and what each thing is called."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.domain.boats import HandInRequest, Leg, LegKind
from services.domain.dispatch_plan import DispatchPlan, PlanStop, StopKind
from services.domain.execution_state import ExecutionState
from services.domain.timebase import local
from widgets.gantt_frame import Lane
from widgets.plan_faults import Fault, faults_of

LEG_WORDS = {
    LegKind.SAIL: "航行",
    LegKind.COLLECT: "靠帮收集",
    LegKind.UNLOAD: "入仓",
    LegKind.BARRED: "停航",
    LegKind.IDLE: "待命",
}
DRIFT_TOLD = 5  # minutes below which a vessel keeps to its plan


def lanes(records: Callable[[str], Any], plan: DispatchPlan | None, now: datetime) -> list[Lane]:
    """Every vessel of the register, the reports and the plan, by name."""
    vessels = {vessel.id: vessel for vessel in records("collection_vessels")}
    days = {day.id: day for day in records("fleet_plans")}
    routes = {route.vessel_id: route for route in plan.routes} if plan is not None else {}
    states = {state.vessel_id: state for state in records("execution")}
    requests = {request.id: request for request in records("hand_in_requests")}
    names = {
        **{i: route.vessel_name for i, route in routes.items()},
        **{i: day.name for i, day in days.items()},
        **{i: vessel.name for i, vessel in vessels.items()},
    }
    found = []
    for one, name in sorted(names.items(), key=lambda pair: (pair[1], pair[0])):
        route, vessel, day = routes.get(one), vessels.get(one), days.get(one)
        faults = faults_of(route, vessel, day, requests, now) if route is not None else {}
        found.append(Lane(one, name, day, route, vessel, states.get(one), faults))
    return found


def doing(lane: Lane) -> str:
    """Below the name: what is out of the ordinary first, then what it does."""
    if told := troubles(lane.state):
        return told[0]
    if lane.day is not None:
        return f"{lane.day.doing}  余 {lane.day.spare_t:.2f} t"
    return lane.vessel.doing if lane.vessel is not None else ""


def troubles(state: ExecutionState | None) -> list[str]:
    """``失联 16 分``, ``晚 12 分``, ``偏航 1.3 nm``, ``超载 0.20 t``; empty when it keeps to its plan."""
    if state is None:
        return []
    said = []
    if state.suggestion and state.silent_min:
        said.append(f"失联 {state.silent_min} 分")
    if state.off_route_nm is not None and state.off_route_nm >= 1.0:
        said.append(f"偏航 {state.off_route_nm:.1f} nm")
    if state.overload_t > 0.005:
        said.append(f"超载 {state.overload_t:.2f} t")
    if state.drift_min is not None and abs(state.drift_min) >= DRIFT_TOLD:
        said.append(f"{'晚' if state.drift_min > 0 else '早'} {abs(state.drift_min)} 分")
    return said


def words_of_lane(lane: Lane) -> str:
    lines = [lane.name]
    if lane.day is not None:
        lines.append(f"{lane.day.doing}，余舱 {lane.day.spare_t:.2f} t")
    lines += troubles(lane.state)
    if lane.state is not None and lane.state.suggestion:
        lines.append(lane.state.suggestion)
    if lane.route is not None and lane.route.end_at is not None:
        lines.append(
            f"计划 {len(lane.stops)} 站，{lane.route.distance_nm:.1f} nm，收班 {local(lane.route.end_at):%H:%M}"
        )
    return "\n".join(lines)


def words_of_stop(lane: Lane, stop: PlanStop, request: HandInRequest | None, fault: Fault | None) -> str:
    """Everything there is to say of a planned stop."""
    times = f"{local(stop.begin_at):%H:%M}–{local(stop.leave_at):%H:%M}"
    if stop.kind is StopKind.UNLOAD:
        lines = [f"计划 {lane.name} 在{stop.place}入仓 {stop.mass_t:.2f} t", times]
    else:
        lines = [f"计划 {lane.name} 收 {stop.number} · {stop.place} · {stop.mass_t:.2f} t", times]
        if request is not None:
            lines.append(f"{request.vessel_no} {request.pollutant_word} · {request.state_word}")
        if stop.window_to is not None:
            lines.append(f"承诺 {local(stop.window_to):%H:%M} 前")
    waited = round((stop.begin_at - stop.arrive_at).total_seconds() / 60)
    lines += [f"到达 {local(stop.arrive_at):%H:%M}，等时窗 {waited} 分"] if waited > 0 else []
    lines += ["已锁定"] if stop.locked else []
    lines += [fault.words] if fault is not None else []
    return "\n".join(lines)


def words_of_leg(lane: Lane, leg: Leg) -> str:
    about = f" {leg.number}" if leg.number else ""
    note = f"\n{leg.note}" if leg.note else ""
    return f"{lane.name} {LEG_WORDS[leg.kind]}{about}\n{local(leg.begin):%H:%M}–{local(leg.end):%H:%M}{note}"
