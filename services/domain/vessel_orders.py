"""What the bureau and its vessels are told: the plan in force and what was done at a desk, as one wanted state.

Said whole each time, so that saying it twice changes nothing and a lost answer loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.domain.boats import HandInRequest, HandInState, StateAt
from services.domain.dispatch_plan import DispatchPlan, StopKind, VesselRoute
from services.domain.hand_in_case import DESK, DESK_CHANNELS, MOVABLE

_S = HandInState
_OVER_FOR_VESSEL = frozenset({_S.REJECTED, _S.CANCELLED, _S.NO_SHOW})


def orders_for(plan: DispatchPlan | None, cases: Sequence[HandInRequest]) -> Mapping[str, Any]:
    """``vessels`` lists for each vessel of the plan what it is to do, in order; a vessel that is not listed
    keeps to what it has. ``filed``, ``accepted`` and ``ended`` are what officers did that the bureau did not."""
    by_id = {case.id: case for case in cases}
    routes = plan.routes if plan is not None and plan.is_open else ()
    return {
        "plan": plan.id if plan is not None else "",
        "version": plan.version if plan is not None else 0,
        "vessels": [{"mmsi": int(r.vessel_id), "stops": list(_stops(r, by_id))} for r in routes if r.vessel_id],
        "filed": [_filing(case) for case in cases if case.channel in DESK_CHANNELS and _desk(case, _S.FILED)],
        "accepted": sorted(case.id for case in cases if _desk(case, _S.ACCEPTED)),
        "ended": [_end(case) for case in cases if case.state in _OVER_FOR_VESSEL and _desk(case, case.state)],
    }


def _stops(route: VesselRoute, by_id: Mapping[str, HandInRequest]) -> Iterator[Mapping[str, Any]]:
    """Its stops that are still its own, then what the bureau gave it beside the plan."""
    for stop in route.stops:
        if stop.kind is StopKind.UNLOAD:
            yield {"kind": "unload", "warehouse": stop.warehouse_id}
        elif _is_for(route.vessel_id, by_id.get(stop.request_id)):
            yield {"kind": "collect", "id": stop.request_id, "window_to": _stamp(by_id, stop.request_id)}
    planned = set(route.request_ids)
    beside = (c for c in by_id.values() if c.vessel_id == route.vessel_id and c.state in MOVABLE)
    for case in sorted(beside, key=_assigned_at):
        if case.id not in planned:
            yield {"kind": "collect", "id": case.id, "window_to": _stamp(by_id, case.id)}


def _is_for(vessel_id: str, case: HandInRequest | None) -> bool:
    """Of one that is no longer among the cases the vessel knows more than we."""
    return case is None or case.vessel_id == vessel_id


def _stamp(by_id: Mapping[str, HandInRequest], case_id: str) -> float | None:
    case = by_id.get(case_id)
    return case.window_to.timestamp() if case is not None and case.window_to is not None else None


def _assigned_at(case: HandInRequest) -> datetime:
    return _last(case.history, _S.ASSIGNED).at


def _last(history: Iterable[StateAt], state: HandInState) -> StateAt:
    return [step for step in history if step.state is state][-1]


def _desk(case: HandInRequest, state: HandInState) -> bool:
    """Whether it came to that state, the last time, by what was done at a desk."""
    steps = [step for step in case.history if step.state is state]
    return bool(steps) and steps[-1].told == DESK


def _filing(case: HandInRequest) -> Mapping[str, Any]:
    return {
        "id": case.id,
        "number": case.number,
        "mmsi": int(case.boat_id),
        "vessel_no": case.vessel_no,
        "pollutant": case.pollutant.value,
        "est_t": case.est_t,
        "place": case.place,
        "lon": case.lon,
        "lat": case.lat,
        "in_port": case.in_port,
        "channel": case.channel,
        "filed_at": case.filed_at.timestamp(),
        "window_to": case.window_to.timestamp() if case.window_to is not None else None,
    }


def _end(case: HandInRequest) -> Mapping[str, Any]:
    step = _last(case.history, case.state)
    return {"id": case.id, "state": case.state.value, "at": step.at.timestamp(), "reason": case.reason}
