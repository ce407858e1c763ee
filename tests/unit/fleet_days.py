"""A small day of the collection fleet for tests of plans: two vessels, one warehouse, a few hand-ins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.domain.boat_proposals import propose, straight_ways, straightly
from services.domain.boats import (
    CollectionVessel,
    Compartment,
    HandInRequest,
    HandInState,
    Hold,
    Pollutant,
    StateAt,
    Warehouse,
)
from services.domain.dispatch_plan import Move, OfferKind, PlanOffer
from services.domain.dispatch_world import freed, route_now
from services.domain.fleet_state import FleetState, places_of, standing
from services.domain.hand_in_case import ReportFiled
from services.domain.insertion import best_insertion, calls_of
from services.domain.officer import ENGINE, Officer, Role

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ZHOU = Officer("zhou", "周海", Role.DISPATCHER)
WU = Officer("wu", "吴江", Role.DISPATCHER)
CADRE = Officer("lin", "林静", Role.COMMUNITY_CADRE)
ONE, TWO = "413300101", "413300102"


def vessel(
    mmsi: str = ONE, name: str = "渔清 01", lon: float = 121.80, lat: float = 28.50, **more: Any
) -> CollectionVessel:
    told: dict[str, Any] = {
        "speed_kn": 10.0,
        "wave_limit_m": 2.5,
        "crew": 4,
        "licence_until": NOW + timedelta(days=200),
        "holds": (Hold(Pollutant.OILY_WATER, 2.0, 0.2), Hold(Pollutant.GARBAGE, 0.5, 0.0)),
        "doing": "待命",
        "lon": lon,
        "lat": lat,
    }
    return CollectionVessel(id=mmsi, name=name, mmsi=int(mmsi), **told | more)


def hand_in(
    number: int, lon: float, lat: float, state: HandInState = HandInState.ACCEPTED, **more: Any
) -> HandInRequest:
    way = {
        HandInState.FILED: (HandInState.FILED,),
        HandInState.ACCEPTED: (HandInState.FILED, HandInState.ACCEPTED),
        HandInState.ASSIGNED: (HandInState.FILED, HandInState.ACCEPTED, HandInState.ASSIGNED),
        HandInState.EN_ROUTE: (HandInState.FILED, HandInState.ACCEPTED, HandInState.ASSIGNED, HandInState.EN_ROUTE),
    }[state]
    history = tuple(StateAt(one, NOW - (len(way) - turn) * MINUTE) for turn, one in enumerate(way))
    told: dict[str, Any] = {
        "boat_id": f"4124100{number:02d}",
        "vessel_no": f"浙椒渔 615{number:02d}",
        "pollutant": Pollutant.OILY_WATER,
        "est_t": 0.4,
        "place": "一江山锚地",
        "in_port": False,
        "channel": "zlb",
    }
    return HandInRequest(
        id=f"SQ-20261121-{number:02d}",
        number=f"{number:02d}",
        lon=lon,
        lat=lat,
        state=state,
        history=history,
        **told | more,
    )


def warehouse(ident: str = "YC-HM", name: str = "海门云仓", level_pct: float | None = 40.0) -> Warehouse:
    kinds = (Pollutant.OILY_WATER, Pollutant.GARBAGE)
    return Warehouse(ident, name, 121.70, 28.50, 2.0, tuple(Compartment(kind, 20.0, level_pct) for kind in kinds))


def fleet(**more: Any) -> FleetState:
    """渔清 01 near 07 and 08, 渔清 02 a little off; both hand-ins wait."""
    told: dict[str, Any] = {
        "vessels": (vessel(), vessel(TWO, "渔清 02", 121.90, 28.40)),
        "hand_ins": (hand_in(7, 121.81, 28.52), hand_in(8, 121.82, 28.55)),
        "warehouses": (warehouse(),),
    }
    return FleetState(now=NOW, **told | more)


def fill(store: Any, state: FleetState, at: datetime = NOW) -> None:
    """Put the day into a store as sources, keepers and planners would."""
    for one in state.hand_ins:
        assert store.perform(ReportFiled(request=one), ENGINE, at).done
    store.put_topic("collection_vessels", state.vessels, at)
    store.put_topic("warehouses", state.warehouses, at)
    store.put_topic("sea_ways", (straight_ways(tuple(places_of(state)), 1.12, at),), at)
    store.put_topic("proposals", propose(state, straightly(state)), at)


def read(store: Any, state: FleetState, at: datetime = NOW) -> FleetState:
    """The day as the store has it now."""
    plans = [one for one in store.snapshot("dispatch_plan", at).records if one.is_open]
    hand_ins = store.snapshot("hand_in_requests", at).records
    return replace(state, now=at, hand_ins=hand_ins, plan=plans[0] if plans else None)


def offer(state: FleetState, gives: Sequence[tuple[str, str]], ident: str = "o1", **more: Any) -> PlanOffer:
    """What a planner would offer that gives each (hand-in, vessel) in order."""
    after = state
    apart = straightly(state)
    for request_id, vessel_id in gives:
        after = freed(after, request_id)
        one, ship = after.hand_in(request_id), after.vessel(vessel_id)
        assert one is not None
        assert ship is not None
        found = best_insertion(standing(after, ship, apart), calls_of(after, vessel_id), one, after, apart)
        given = replace(one, state=HandInState.ASSIGNED, vessel_id=vessel_id, vessel_name=ship.name, eta=found.eta)
        after = replace(after, hand_ins=tuple(given if h.id == request_id else h for h in after.hand_ins))
    routes = tuple(route_now(after, ship.id, apart) for ship in state.vessels)
    moves = tuple(
        Move(was.id, was.number, was.vessel_name, now.vessel_name)
        for was, now in zip(state.hand_ins, after.hand_ins, strict=True)
        if was.vessel_id != now.vessel_id
    )
    told: dict[str, Any] = {
        "kind": OfferKind.FEW,
        "base_version": state.base_version,
        "why": "定时重排",
        "solver": "test",
        "seed": 1,
        "seconds": 0.1,
        "cost": 100.0,
        "greedy_cost": 150.0,
        "distance_nm": sum(route.distance_nm for route in routes),
        "served": len(gives),
        "unserved": (),
        "moved": sum(bool(move.from_vessel) for move in moves),
        "moves": moves,
        "routes": routes,
        "made_at": state.now,
        "base_id": state.plan.id if state.plan is not None else "",
        "checked": True,
    }
    return PlanOffer(id=ident, **told | more)
