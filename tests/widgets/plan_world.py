"""A day at sea made by hand: vessels, hand-ins, the plan in force, offers, a what-if. Seven hours ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from services.domain.boats import (
    CollectionVessel,
    Compartment,
    FishingBoat,
    FleetPlan,
    HandInRequest,
    HandInState,
    Hold,
    Leg,
    LegKind,
    Pollutant,
    Proposal,
    StateAt,
    Warehouse,
)
from services.domain.dispatch_plan import (
    DispatchPlan,
    Move,
    OfferKind,
    OverrideCount,
    OverrideStatistics,
    PlanOffer,
    PlanStop,
    StopKind,
    Unserved,
    UnservedReason,
    VesselRoute,
)
from services.domain.execution_state import ExecutionState
from services.domain.masked import Masked, mask_phone
from services.domain.officer import Officer, Role
from services.domain.plan_ask_case import AskState, Measures, PlanAsk, Scenario, WhatIf

NOW = datetime(2026, 11, 21, 6, 32, 7, tzinfo=UTC)
DISPATCHER = Officer("d1", "林海", Role.DISPATCHER)
ANALYST = Officer("n1", "周研", Role.ANALYST)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def vessel(at: int, **fields: Any) -> CollectionVessel:
    holds = (Hold(Pollutant.OILY_WATER, 2.0, 0.3), Hold(Pollutant.GARBAGE, 1.0, 0.1))
    given: dict[str, Any] = {
        "id": f"4131{at:05d}", "name": f"渔清 {at:02d}", "mmsi": 413100000 + at, "speed_kn": 9.0, "wave_limit_m": 2.0,
        "crew": 4, "licence_until": NOW + timedelta(days=90), "holds": holds, "doing": "前往",
        "lon": 121.85, "lat": 28.48,
    }  # fmt: skip
    return CollectionVessel(**{**given, **fields})


def request(number: int, state: HandInState = HandInState.ACCEPTED, **fields: Any) -> HandInRequest:
    given: dict[str, Any] = {
        "id": f"SQ-20261121-{number:02d}", "number": f"{number:02d}", "boat_id": "412000007",
        "vessel_no": "浙椒渔 61027", "pollutant": Pollutant.OILY_WATER, "est_t": 0.42, "place": "下大陈锚地",
        "lon": 121.8 + number / 300, "lat": 28.5 + number / 400, "in_port": False, "channel": "zlb", "state": state,
        "history": (StateAt(state, NOW - minutes(20)),),
    }  # fmt: skip
    return HandInRequest(**{**given, **fields})


def stop(number: int, begin: float, **fields: Any) -> PlanStop:
    at = NOW + minutes(begin)
    given: dict[str, Any] = {
        "kind": StopKind.COLLECT, "request_id": f"SQ-20261121-{number:02d}", "number": f"{number:02d}",
        "warehouse_id": "",
        "place": "大陈", "lon": 121.8 + number / 300, "lat": 28.5 + number / 400, "arrive_at": at, "begin_at": at,
        "leave_at": at + minutes(22), "mass_t": 0.4, "window_to": at + minutes(90),
    }  # fmt: skip
    return PlanStop(**{**given, **fields})


def unload(begin: float, place: str = "海门云仓") -> PlanStop:
    at = NOW + minutes(begin)
    return PlanStop(StopKind.UNLOAD, "", "", "YC-HM", place, 121.45, 28.68, at, at, at + minutes(30), 1.2)


def route(at: int, *stops: PlanStop) -> VesselRoute:
    end = stops[-1].leave_at if stops else None
    return VesselRoute(
        f"4131{at:05d}", f"渔清 {at:02d}", stops, distance_nm=18.4, begin_at=NOW - minutes(90), end_at=end
    )


def day(at: int, *legs: Leg) -> FleetPlan:
    return FleetPlan(f"4131{at:05d}", f"渔清 {at:02d}", "前往 07", 1.36, legs)


def done(number: int, begin: float, length: float = 25) -> tuple[Leg, Leg]:
    at = NOW + minutes(begin)
    return (
        Leg(LegKind.SAIL, at - minutes(35), at, f"{number:02d}"),
        Leg(LegKind.COLLECT, at, at + minutes(length), f"{number:02d}"),
    )


def plan(*routes: VesselRoute, version: int = 12, **fields: Any) -> DispatchPlan:
    given: dict[str, Any] = {
        "id": "JH-261121-001", "version": version, "offer_kind": OfferKind.FEW, "routes": routes, "unserved": (),
        "cost": 61_240.0, "confirmed_at": NOW - minutes(72), "confirmed_by": "王*",
    }  # fmt: skip
    return DispatchPlan(**{**given, **fields})


def offer(kind: OfferKind, **fields: Any) -> PlanOffer:
    moves = (
        Move("SQ-20261121-07", "07", "渔清 01", "渔清 03"),
        Move("SQ-20261121-12", "12", "", "渔清 02"),
        Move("SQ-20261121-15", "15", "渔清 02", "渔清 04"),
    )
    left = (
        Unserved("SQ-20261121-21", "21", UnservedReason.WINDOW, "最早 渔清 04 17:52 到，晚于承诺 16:30"),
        Unserved("SQ-20261121-22", "22", UnservedReason.CAPACITY, ""),
    )
    given: dict[str, Any] = {
        "id": f"{kind.value}-1", "kind": kind, "base_version": 12, "why": "渔清 02 失联", "solver": "PyVRP", "seed": 7,
        "seconds": 1.9, "cost": 58_310.0 if kind is OfferKind.BEST else 59_902.0, "greedy_cost": 96_400.0,
        "distance_nm": 142.6, "served": 38, "unserved": left, "moved": 2, "moves": moves,
        "routes": (route(1, stop(7, 40)),), "made_at": NOW - minutes(3), "base_id": "JH-261121-001", "late": 1,
    }  # fmt: skip
    return PlanOffer(**{**given, **fields})


def proposals(request_id: str = "SQ-20261121-07", barred: int = 2) -> tuple[Proposal, ...]:
    way = ((121.6, 28.6), (121.7, 28.55), (121.9, 28.46))
    ranked = tuple(
        Proposal(
            f"{request_id}/{at}", request_id, request_id[-2:], at, f"4131{at:05d}", f"渔清 {at:02d}",
            NOW + minutes(14 + 14 * at), 14 + 14 * at, 1.6 - at / 5, 2.1 * at, "无" if at == 1 else "06 +9 分",
            0.16 + 0.15 * at, (0.1 * at, 0.03, 0.05, 0.02, 0.03), way, 4.7 * at, "", "最先到，不改动他单",
        )
        for at in (1, 2, 3)
    )  # fmt: skip
    refused = tuple(
        Proposal(
            f"{request_id}/{at}", request_id, request_id[-2:], 0, f"4131{at:05d}", f"渔清 {at:02d}",
            refusal="浪 1.4 m 超其上限 1.2 m",
        )
        for at in range(4, 4 + barred)
    )  # fmt: skip
    return (*ranked, *refused)


def execution(at: int, **fields: Any) -> ExecutionState:
    given: dict[str, Any] = {"vessel_id": f"4131{at:05d}", "vessel_name": f"渔清 {at:02d}", "drift_min": 0}
    return ExecutionState(**{**given, **fields})


SILENT = execution(2, silent_min=16, drift_min=None, suggestion="建议重排：渔清 02 失联 16 分，06、09 待改派")


def measures(**fields: Any) -> Measures:
    given: dict[str, Any] = {
        "served": 38, "unserved": 2, "overdue": 1, "mean_wait_min": 74.0, "distance_nm": 142.6, "cost": 58_310.0,
        "latest_end": NOW + minutes(300),
    }  # fmt: skip
    return Measures(**{**given, **fields})


def what_if(ask_id: str = "TY-261121-002", **fields: Any) -> WhatIf:
    given: dict[str, Any] = {
        "id": "w1", "ask_id": ask_id, "scenario": Scenario(("413100002",), 7), "base": measures(),
        "changed": measures(served=33, unserved=7, overdue=4, mean_wait_min=103.0, distance_nm=131.2, cost=88_120.0,
                            latest_end=NOW + minutes(362)),
        "offer": offer(OfferKind.BEST), "made_at": NOW - minutes(2), "words": "渔清 02 停航 · 风 7 级",
    }  # fmt: skip
    return WhatIf(**{**given, **fields})


def ask(state: AskState = AskState.WAITING, **fields: Any) -> PlanAsk:
    given: dict[str, Any] = {
        "id": "TY-261121-001", "version": 1, "state": state, "asked_at": NOW - timedelta(seconds=4), "asked_by": "王*",
        "what": "重排", "why": "渔清 02 失联",
    }  # fmt: skip
    return PlanAsk(**{**given, **fields})


STATISTICS = OverrideStatistics(
    "overrides", 30, 41, 3, 38 / 41, (OverrideCount("就近有他船", 2), OverrideCount("船东指定", 1)), (), ()
)
BOAT = FishingBoat(
    "412000007", "浙椒渔 61027", 412000007, "", 30.0, 200.0, "拖网", "大陈", Masked("陈海"),
    Masked("13812345678", mask_phone("13812345678")), 2.0,
)  # fmt: skip
ROOMY = (Compartment(Pollutant.OILY_WATER, 40.0, 35.0), Compartment(Pollutant.GARBAGE, 10.0, 20.0))
HOUSES = tuple(
    Warehouse(f"YC-{key}", name, 121.45, 28.68, 2.0, ROOMY)
    for key, name in (("HM", "海门云仓"), ("QS", "前所云仓"), ("DC", "大陈云仓"))
)


def fleet(count: int) -> dict[str, tuple[Any, ...]]:
    """``count`` vessels with a day behind them and one ahead; two hand-ins wait."""
    vessels = tuple(vessel(at) for at in range(1, count + 1))
    days, routes, requests = [], [], [request(7), request(9, est_t=0.6)]
    for at in range(1, count + 1):
        base, shift = 10 + 4 * at, (at * 17) % 50
        days.append(day(at, *done(base, -200 + shift), *done(base + 1, -60 + shift / 3)))
        stops = [
            stop(base + 1, -70 + shift / 3),
            stop(base + 2, 35 + shift),
            stop(base + 3, 95 + shift, late_min=14 if at % 4 == 2 else 0),
            unload(150 + shift),
        ]
        routes.append(route(at, *stops))
        bound = HandInState.EN_ROUTE if at % 2 == 0 else HandInState.ASSIGNED
        states = (HandInState.STORED, HandInState.COLLECTING, bound, HandInState.ASSIGNED)
        mine = {"vessel_id": f"4131{at:05d}", "vessel_name": f"渔清 {at:02d}", "window_to": NOW + minutes(240)}
        requests += [request(base + step, state, **mine) for step, state in enumerate(states)]
    return {
        "collection_vessels": vessels, "fleet_plans": tuple(days), "dispatch_plan": (plan(*routes),),
        "hand_in_requests": tuple(requests), "proposals": proposals(barred=max(0, count - 3)), "warehouses": HOUSES,
        "boat_register": (BOAT,), "override_statistics": (STATISTICS,), "alerts": (), "execution": (),
        "plan_offers": (offer(OfferKind.GREEDY, made_at=NOW - minutes(4)), offer(OfferKind.FEW), offer(OfferKind.BEST)),
        "plan_asks": (), "what_ifs": (what_if(),),
        "sea_ways": (),
    }  # fmt: skip
