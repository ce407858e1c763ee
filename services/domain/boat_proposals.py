"""Which collection vessel for a waiting hand-in: feasible ones ranked by a cost that explains itself.

Distances are great-circle lines times ``WINDING``; every screen that shows them says 直线估算. The
optimiser over water routes replaces this, not the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt

from services.domain.boats import (
    COST_PARTS,
    WAITING_FOR_VESSEL,
    CollectionVessel,
    FleetPlan,
    HandInRequest,
    LegKind,
    Proposal,
    Warehouse,
)

EARTH_NM = 3440.065
WINDING = 1.12  # a way over water against the straight line
MARGIN = 1.2  # of an estimate, in room on board
READY = timedelta(minutes=2)  # from the order to way on
WORST_ETA_MIN, WORST_DETOUR_NM, WORST_DELAY_MIN = 120.0, 15.0, 60.0
SHOWN = 3

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a ranking looks at."""

    vessels: Sequence[CollectionVessel]
    plans: Sequence[FleetPlan]
    warehouses: Sequence[Warehouse]
    requests: Sequence[HandInRequest]
    wave_m: float | None
    now: datetime


def nautical_miles(a: Place, b: Place) -> float:
    """Great circle."""
    lon_a, lat_a, lon_b, lat_b = map(radians, (*a, *b))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_NM * asin(sqrt(half))


def waiting(requests: Sequence[HandInRequest]) -> list[HandInRequest]:
    """Those without a vessel, longest waiting first."""
    return sorted((r for r in requests if r.state in WAITING_FOR_VESSEL), key=lambda r: r.filed_at)


def propose(scene: Scene) -> tuple[Proposal, ...]:
    """For each waiting hand-in the best three vessels, then those that cannot go, with the reason."""
    return tuple(p for request in waiting(scene.requests) for p in rank(request, scene))


def rank(request: HandInRequest, scene: Scene) -> list[Proposal]:
    offers = [_offer(request, vessel, scene) for vessel in scene.vessels]
    good = sorted((o for o in offers if not o.refusal), key=lambda o: (o.cost, o.vessel_name))
    ranked = [replace(o, rank=i, reason=_reason(i, o, good)) for i, o in enumerate(good[:SHOWN], 1)]
    return [*ranked, *sorted((o for o in offers if o.refusal), key=lambda o: o.vessel_name)]


def _offer(request: HandInRequest, vessel: CollectionVessel, scene: Scene) -> Proposal:
    hold = vessel.hold(request.pollutant)
    spare, need = (hold.spare_t if hold else 0.0), request.est_t * MARGIN
    blank = Proposal(f"{request.id}/{vessel.id}", request.id, request.number, 0, vessel.id, vessel.name, spare_t=spare)
    if vessel.licence_until <= scene.now:
        return replace(blank, refusal="许可已过期")
    if scene.wave_m is not None and scene.wave_m > vessel.wave_limit_m and not request.in_port:
        return replace(blank, refusal=f"浪 {scene.wave_m:.1f} m 超其上限 {vessel.wave_limit_m:.1f} m")
    if spare < need:
        return replace(blank, refusal=f"余舱 {spare:.2f} t 不足 {need:.2f} t")
    at, goal = (vessel.lon, vessel.lat), (request.lon, request.lat)
    distance = nautical_miles(at, goal) * WINDING
    eta = max(scene.now + READY, _busy_until(vessel, scene)) + timedelta(hours=distance / vessel.speed_kn)
    bound = next((r for r in scene.requests if r.vessel_id == vessel.id and r.number == vessel.next_request), None)
    after = (bound.lon, bound.lat) if bound else _home(goal, scene, at)
    detour = max(0.0, distance + (nautical_miles(goal, after) - nautical_miles(at, after)) * WINDING)
    delay_min = detour / vessel.speed_kn * 60 if bound else 0.0
    fill_after = min(1.0, (vessel.load_t + request.est_t) / vessel.capacity_t) if vessel.capacity_t else 1.0
    minutes = (eta - scene.now) / timedelta(minutes=1)
    shares = (
        min(1.0, minutes / WORST_ETA_MIN),
        min(1.0, detour / WORST_DETOUR_NM),
        min(1.0, delay_min / WORST_DELAY_MIN),
        1.0 - fill_after,
        _turns(vessel, scene),
    )
    parts = tuple(round(s * w, 4) for s, (_, w) in zip(shares, COST_PARTS, strict=True))
    return replace(
        blank,
        eta=eta,
        minutes=round(minutes),
        detour_nm=round(detour, 1),
        others=f"{bound.number} +{delay_min:.0f} 分" if bound and delay_min >= 0.5 else "无",
        cost=round(sum(parts), 3),
        parts=parts,
        route=(at, goal),
        distance_nm=round(distance, 1),
    )


def _busy_until(vessel: CollectionVessel, scene: Scene) -> datetime:
    """A vessel alongside or unloading finishes first."""
    plan = next((p for p in scene.plans if p.id == vessel.id), None)
    current = [leg for leg in plan.legs if leg.begin <= scene.now < leg.end] if plan else []
    fixed = [leg.end for leg in current if leg.kind in (LegKind.COLLECT, LegKind.UNLOAD)]
    return max(fixed, default=scene.now)


def _home(goal: Place, scene: Scene, otherwise: Place) -> Place:
    places = [(w.lon, w.lat) for w in scene.warehouses]
    return min(places, key=lambda p: nautical_miles(goal, p), default=otherwise)


def _turns(vessel: CollectionVessel, scene: Scene) -> float:
    """Share of the fleet's collections of late that this vessel did: the fair one is sent first."""
    done = {p.id: sum(leg.kind is LegKind.COLLECT for leg in p.legs) for p in scene.plans}
    return done.get(vessel.id, 0) / max(1, *done.values()) if done else 0.0


def _reason(place: int, offer: Proposal, good: Sequence[Proposal]) -> str:
    if place != 1:
        return f"比首选晚 {(offer.minutes or 0) - (good[0].minutes or 0)} 分" if good[0].minutes is not None else ""
    soonest = min(good, key=lambda o: o.minutes or 0)
    words = ["最先到" if offer is soonest else f"综合代价最低（{soonest.vessel_name} 更快但绕行多）"]
    words.append("不改动他单" if offer.others == "无" else f"影响 {offer.others}")
    return "，".join(words)
