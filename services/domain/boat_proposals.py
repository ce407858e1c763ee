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
    free, at, following = _free(vessel, scene)
    goal = (request.lon, request.lat)
    distance = nautical_miles(at, goal) * WINDING
    eta = free + timedelta(hours=distance / vessel.speed_kn)
    after = (following.lon, following.lat) if following else _home(goal, scene, at)
    detour = max(0.0, distance + (nautical_miles(goal, after) - nautical_miles(at, after)) * WINDING)
    delay_min = detour / vessel.speed_kn * 60 if following else 0.0
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
        others=f"{following.number} +{delay_min:.0f} 分" if following and delay_min >= 0.5 else "无",
        cost=round(sum(parts), 3),
        parts=parts,
        route=(at, goal),
        distance_nm=round(distance, 1),
    )


def _free(vessel: CollectionVessel, scene: Scene) -> tuple[datetime, Place, HandInRequest | None]:
    """When and where a vessel could turn to it: what has begun is finished first; then what it puts off."""
    plan = next((p for p in scene.plans if p.id == vessel.id), None)
    legs = sorted(plan.legs, key=lambda leg: leg.begin) if plan else []
    mine = {r.number: r for r in scene.requests if r.vessel_id == vessel.id and r.is_open}
    free, at, bound = scene.now + READY, (vessel.lon, vessel.lat), ""
    for leg in legs:
        begun = leg.begin <= scene.now < leg.end and leg.kind is not LegKind.BARRED
        to_sea = leg.kind is LegKind.SAIL and leg.number in mine
        if (begun and (to_sea or leg.kind in (LegKind.COLLECT, LegKind.UNLOAD))) or (bound and leg.number == bound):
            free, bound = max(free, leg.end), leg.number
            if leg.number in mine:
                at = (mine[leg.number].lon, mine[leg.number].lat)
    later = (
        mine[leg.number] for leg in legs if leg.begin >= free - READY and leg.number in mine and leg.number != bound
    )
    return free, at, next(later, None)


def _home(goal: Place, scene: Scene, otherwise: Place) -> Place:
    places = [(w.lon, w.lat) for w in scene.warehouses]
    return min(places, key=lambda p: nautical_miles(goal, p), default=otherwise)


def _turns(vessel: CollectionVessel, scene: Scene) -> float:
    """Share of the fleet's collections of late that this vessel did: the fair one is sent first."""
    done = {p.id: sum(leg.kind is LegKind.COLLECT for leg in p.legs) for p in scene.plans}
    return done.get(vessel.id, 0) / max(1, *done.values()) if done else 0.0


def _reason(place: int, offer: Proposal, good: Sequence[Proposal]) -> str:
    minutes = offer.minutes or 0
    words = ["不改动他单" if offer.others == "无" else f"影响 {offer.others}"]
    if place > 1:
        more = minutes - (good[0].minutes or 0)
        words.insert(0, f"比首选{'晚' if more >= 0 else '早'} {abs(more)} 分")
    else:
        words.insert(0, "最先到" if minutes <= min(o.minutes or 0 for o in good) else "综合代价最低")
    return "，".join(words)
