"""How the fleet keeps to the plan in force: pure, from what is known at one moment.

A vessel's own arrival counts before one worked out here, but nobody arrives sooner than the water allows at
full speed. What cannot be known (no plan, no fix, a receiver that is down) is None and raises nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import cos, hypot, radians

from services.domain.boats import CollectionVessel, HandInState
from services.domain.dispatch_plan import PlanStop, Point, StopKind, VesselRoute
from services.domain.dispatch_world import route_now, still_to_do
from services.domain.execution_events import VesselExecution
from services.domain.execution_state import ExecutionState
from services.domain.fleet import Fleet
from services.domain.fleet_state import FleetState, is_alongside, reported_eta, takes
from services.domain.plan_stops import late_min
from services.domain.sea_ways import METRES_IN_NM, Apart

SUGGEST = "建议重排："
FEED_QUIET = timedelta(minutes=2)  # nobody at all has been heard of: the receiver is down, not the vessels
NM_IN_DEGREE = 60.0
UNDER_WAY_KN = 0.5
STEP_MIN, STEP_NM, STEP_T = 5, 0.5, 0.1  # what is told the rules again


@dataclass(frozen=True, slots=True)
class Seen:
    """What the monitor remembers or is told beside the fleet's state, by vessel id."""

    silent_min: Mapping[str, int | None]
    tracks: Mapping[str, tuple[Point, ...]]  # ways from here
    courses: Mapping[str, tuple[Point, ...]]  # the way it had when it set out for its next stop
    ways_at: datetime | None = None  # when the vessels were where the distances are from; None: now


def silences(
    fleet: Fleet | Sequence[object], vessels: Iterable[CollectionVessel], now: datetime
) -> dict[str, int | None]:
    """Minutes since each vessel's newest fix; None for one never heard of, and for all while the receivers hear
    nobody."""
    if not isinstance(fleet, Fleet) or not len(fleet):
        return {}
    newest = datetime.fromtimestamp(int(fleet.rows["at_ms"].max()) / 1000, now.tzinfo)
    if now - newest > FEED_QUIET:
        return {}
    fixes = {vessel.id: fleet.find(vessel.mmsi) for vessel in vessels}
    return {
        vessel_id: max(0, int((now - fix.at) / timedelta(minutes=1))) if fix is not None else None
        for vessel_id, fix in fixes.items()
    }


def lost_vessels(silent_min: Mapping[str, int | None], limit_min: float) -> tuple[str, ...]:
    return tuple(
        sorted(vessel_id for vessel_id, quiet in silent_min.items() if quiet is not None and quiet >= limit_min)
    )


def execution(state: FleetState, apart: Apart, seen: Seen) -> tuple[ExecutionState, ...]:
    return tuple(_of_vessel(vessel, state, apart, seen) for vessel in state.vessels)


def _of_vessel(vessel: CollectionVessel, state: FleetState, apart: Apart, seen: Seen) -> ExecutionState:
    route = route_now(state, vessel.id, apart)
    stop = next_stop(state, route)
    alongside = next((one.number for one in state.hand_ins if one.vessel_id == vessel.id and is_alongside(one)), "")
    eta = _eta(vessel, stop, state, (apart, seen.ways_at or state.now)) if stop is not None else None
    planned = _planned(state, vessel.id, stop)
    drift = round((eta - planned) / timedelta(minutes=1)) if eta is not None and planned is not None else None
    course = seen.courses.get(vessel.id, ())
    off = off_way_nm((vessel.lon, vessel.lat), course) if course and vessel.sog_kn > UNDER_WAY_KN else None
    found = ExecutionState(
        vessel_id=vessel.id,
        drift_min=drift,
        off_route_nm=None if off is None else round(off, 2),
        silent_min=seen.silent_min.get(vessel.id),
        overload_t=round(sum(max(0.0, hold.load_t - hold.capacity_t) for hold in vessel.holds), 3),
        next_number=stop.number if stop is not None else "",
        next_eta=eta,
        planned_eta=planned,
        vessel_name=vessel.name,
        late_min=late_min(eta, stop.window_to) if eta is not None and stop is not None else 0,
        arrived=alongside,
        way=seen.tracks.get(vessel.id, ()),
    )
    return _suggested(found, vessel, state, route)


def next_stop(state: FleetState, route: VesselRoute) -> PlanStop | None:
    """The collection the vessel is under way to or will turn to; what it lies alongside of is over."""
    for stop in route.stops:
        one = state.hand_in(stop.request_id) if stop.kind is StopKind.COLLECT else None
        if one is not None and not is_alongside(one):
            return stop
    return None


def _eta(vessel: CollectionVessel, stop: PlanStop, state: FleetState, known: tuple[Apart, datetime]) -> datetime:
    apart, since = known
    hand_in = state.hand_in(stop.request_id)
    assert hand_in is not None
    reported = reported_eta(vessel, hand_in)
    if hand_in.state is not HandInState.EN_ROUTE:
        return reported or stop.begin_at
    metres = apart(vessel.id, hand_in.id)
    soonest = since + timedelta(hours=(metres or 0.0) / METRES_IN_NM / max(0.1, vessel.speed_kn))
    return max(reported or stop.begin_at, soonest)


def _planned(state: FleetState, vessel_id: str, stop: PlanStop | None) -> datetime | None:
    route = state.plan.route(vessel_id) if state.plan is not None and state.plan.is_open else None
    if stop is None or route is None:
        return None
    return next((one.begin_at for one in route.stops if one.request_id == stop.request_id), None)


# --------------------------------------------------------------------------------------- suggestions


def _suggested(
    found: ExecutionState, vessel: CollectionVessel, state: FleetState, route: VesselRoute
) -> ExecutionState:
    reasons = list(_reasons(found, vessel, state, route))
    return replace(found, suggestion=SUGGEST + "；".join(reasons)) if reasons else found


def _reasons(found: ExecutionState, vessel: CollectionVessel, state: FleetState, route: VesselRoute) -> Iterable[str]:
    settings = state.settings
    todo = "、".join(stop.number for stop in route.stops if stop.kind is StopKind.COLLECT)
    if found.silent_min is not None and found.silent_min >= settings.lost_min:
        yield f"{vessel.name} 失联 {found.silent_min} 分" + (f"，{todo} 待改派" if todo else "")
    if found.late_min > settings.grace_min:
        yield f"{found.next_number} 预计晚 {found.late_min} 分"
    elif found.drift_min is not None and found.drift_min > settings.drift_min:
        yield f"{found.next_number} 比计划晚 {found.drift_min} 分"
    if found.off_route_nm is not None and found.off_route_nm > settings.off_route_nm:
        yield f"{vessel.name} 偏航 {found.off_route_nm:.1f} 海里"
    if found.overload_t > 0:
        yield f"{vessel.name} 超载 {found.overload_t:.2f} t"
    yield from _gone(vessel, state)
    yield from _full(vessel, state)


def _gone(vessel: CollectionVessel, state: FleetState) -> Iterable[str]:
    """A hand-in that was called off while the vessel is still under way to it."""
    plan = state.plan.route(vessel.id) if state.plan is not None and state.plan.is_open else None
    planned = {stop.request_id for stop in plan.stops} if plan is not None else set()
    for one in state.hand_ins:
        off = one.state in (HandInState.CANCELLED, HandInState.NO_SHOW, HandInState.REJECTED)
        if off and (one.id in planned or (vessel.next_request == one.number and bool(vessel.next_request))):
            yield f"{one.number} 已{one.state_word}"


def _full(vessel: CollectionVessel, state: FleetState) -> Iterable[str]:
    """The warehouse the plan sends it to has no room for what it carries."""
    plan = state.plan.route(vessel.id) if state.plan is not None and state.plan.is_open else None
    if plan is None:
        return
    stop = next((one for one in still_to_do(state, plan) if one.kind is StopKind.UNLOAD), None)
    warehouse = next((one for one in state.warehouses if stop is not None and one.id == stop.warehouse_id), None)
    load = {hold.pollutant: hold.load_t for hold in vessel.holds}
    if warehouse is not None and not takes(warehouse, load, 1.0):
        yield f"{warehouse.name} 收不下 {vessel.name} 所载"


# ------------------------------------------------------------------------------------------ geometry


def off_way_nm(place: Point, way: Sequence[Point]) -> float:
    """From a place to the nearest point of a way, nautical miles; in the plane, good to a part in a thousand
    over the distances that count."""
    here = _plane(place, place[1])
    corners = [_plane(corner, place[1]) for corner in way]
    if len(corners) == 1:
        return hypot(corners[0][0] - here[0], corners[0][1] - here[1])
    return min((_to_leg(here, a, b) for a, b in pairwise(corners)), default=0.0)


def _plane(place: Point, lat: float) -> Point:
    return place[0] * NM_IN_DEGREE * cos(radians(lat)), place[1] * NM_IN_DEGREE


def _to_leg(here: Point, a: Point, b: Point) -> float:
    along = (b[0] - a[0], b[1] - a[1])
    length = along[0] ** 2 + along[1] ** 2
    share = 0.0 if not length else ((here[0] - a[0]) * along[0] + (here[1] - a[1]) * along[1]) / length
    share = min(1.0, max(0.0, share))
    return hypot(here[0] - a[0] - share * along[0], here[1] - a[1] - share * along[1])


# -------------------------------------------------------------------------------------------- events


def told_of(found: ExecutionState, state: FleetState) -> VesselExecution | None:
    """What the rules are told; None for a vessel that is gone."""
    vessel = state.vessel(found.vessel_id)
    if vessel is None:
        return None
    mine = [one for one in state.hand_ins if one.vessel_id == vessel.id and one.number == found.next_number]
    hand_in = next((one for one in mine if one.is_open), None)
    return VesselExecution(
        vessel_id=vessel.id,
        vessel_name=vessel.name,
        request_id=hand_in.id if hand_in is not None else "",
        number=found.next_number,
        place=hand_in.place if hand_in is not None else "海上",
        late_min=found.late_min,
        drift_min=found.drift_min or 0,
        silent_min=found.silent_min or 0,
        off_route_nm=found.off_route_nm or 0.0,
        overload_t=found.overload_t,
        at=state.now,
        lon=vessel.lon,
        lat=vessel.lat,
    )


def step_of(told: VesselExecution) -> tuple[object, ...]:
    """Two that have the same step are not told apart: five minutes, half a mile, a tenth of a tonne; the steps
    end where the limits lie (20 minutes is one step, 21 the next; 10 minutes of silence begin one)."""
    return (
        told.request_id,
        -(-told.late_min // STEP_MIN),
        told.silent_min // STEP_MIN,
        -(-round(told.off_route_nm * 100) // round(STEP_NM * 100)),
        -(-round(told.overload_t * 100) // round(STEP_T * 100)),
    )
