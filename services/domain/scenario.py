"""What would be if: a changed copy of the fleet's state. The state it is made from stays as it is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from services.domain.boats import HandInRequest, HandInState, StateAt, Warehouse
from services.domain.dispatch_plan import PlanOffer, StopKind
from services.domain.dispatch_world import freed
from services.domain.fleet_state import FleetState, is_alongside
from services.domain.plan_ask_case import Measures, Scenario
from services.domain.route_timing import minutes

# Usual significant wave height of the open sea at each degree of wind, metres (WMO's scale).
WAVES_M = (0.0, 0.1, 0.2, 0.6, 1.0, 2.0, 3.0, 4.0, 5.5, 7.0, 9.0, 11.5, 14.0)


def changed(state: FleetState, scenario: Scenario, seed: int = 0) -> FleetState:
    """Vessels out give back what they have not begun to load; more wind brings its waves; new hand-ins are
    drawn from those of the last days, so that they have their mix and lie on water."""
    after = replace(state, lost=(*state.lost, *(v for v in scenario.vessels_out if v not in state.lost)))
    for hand_in in state.hand_ins:
        if hand_in.vessel_id in scenario.vessels_out and not is_alongside(hand_in):
            after = freed(after, hand_in.id) if hand_in.state in _GIVEN else after
    if scenario.wind_bft is not None:
        waves = max(state.wave_m or 0.0, WAVES_M[min(scenario.wind_bft, len(WAVES_M) - 1)])
        after = replace(after, wind_bft=scenario.wind_bft, wave_m=waves)
    if scenario.warehouses_full:
        full = tuple(_full(one) if one.id in scenario.warehouses_full else one for one in state.warehouses)
        after = replace(after, warehouses=full)
    return replace(after, hand_ins=(*after.hand_ins, *_extra(state, scenario.extra_requests, seed)))


_GIVEN = (HandInState.ASSIGNED, HandInState.EN_ROUTE)


def _full(warehouse: Warehouse) -> Warehouse:
    return replace(warehouse, compartments=tuple(replace(one, level_pct=100.0) for one in warehouse.compartments))


def _extra(state: FleetState, count: int, seed: int) -> tuple[HandInRequest, ...]:
    known = sorted(state.hand_ins, key=lambda one: one.id)
    if not known:
        return ()
    draw = random.Random(seed)
    found: list[HandInRequest] = []
    for number in range(1, count + 1):
        like = draw.choice(known)
        history = (StateAt(HandInState.FILED, state.now), StateAt(HandInState.ACCEPTED, state.now))
        found.append(
            HandInRequest(
                id=f"假设-{number:02d}",
                number=f"假{number:02d}",
                boat_id="",
                vessel_no="假设",
                pollutant=like.pollutant,
                est_t=round(like.est_t * draw.uniform(0.8, 1.2), 3),
                place=like.place,
                lon=like.lon,
                lat=like.lat,
                in_port=like.in_port,
                channel=like.channel,
                state=HandInState.ACCEPTED,
                history=history,
            )
        )
    return tuple(found)


def measures(offer: PlanOffer, state: FleetState) -> Measures:
    """What an offer comes to; committed stops count as served."""
    stops = [stop for route in offer.routes for stop in route.stops if stop.kind is StopKind.COLLECT]
    ends = [route.end_at for route in offer.routes if route.end_at is not None and route.stops]
    waits = [max(0.0, minutes(stop.begin_at - state.now)) for stop in stops]
    return Measures(
        served=len(stops),
        unserved=len(offer.unserved),
        overdue=sum(stop.late_min > 0 for stop in stops),
        mean_wait_min=round(sum(waits) / len(waits), 1) if waits else None,
        distance_nm=offer.distance_nm,
        cost=offer.cost,
        latest_end=max(ends, default=None),
    )


def none(_offers: Sequence[PlanOffer] = ()) -> Measures:
    """Of a plan that could not be made."""
    return Measures(0, 0, 0, None, 0.0, 0.0, None)
