"""Which collection vessel for a waiting hand-in: feasible ones ranked by a cost that explains itself.

How far it is over water is handed in as a function; while the sea's graph is being built it tells great
circles times a factor, and every screen that shows them says 直线估算.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

from services.domain.boats import WAITING_FOR_VESSEL, CollectionVessel, HandInRequest, Proposal
from services.domain.dispatch_plan import Point, StopKind
from services.domain.dispatch_settings import DISPATCH
from services.domain.fleet_state import FleetState, Standing, places_of, refusal, standing
from services.domain.insertion import Insertion, best_insertion, calls_of
from services.domain.route_timing import Call, NotPossible, minutes
from services.domain.sea_ways import METRES_IN_NM, Apart, SeaWays, apart_of

EARTH_NM = 3440.065
WINDING = DISPATCH.winding
SHOWN = 3
NEAREST = 8  # vessels of a larger fleet that are weighed for one hand-in


def nautical_miles(a: Point, b: Point) -> float:
    """Great circle."""
    lon_a, lat_a, lon_b, lat_b = map(radians, (*a, *b))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_NM * asin(sqrt(half))


def straight_ways(places: Sequence[tuple[str, Point]], winding: float, at: datetime) -> SeaWays:
    """What is told while nobody knows the ways over water."""
    metres = tuple(
        tuple(round(nautical_miles(here, there) * winding * METRES_IN_NM) for _, there in places) for _, here in places
    )
    ids, spots = tuple(place for place, _ in places), tuple(spot for _, spot in places)
    return SeaWays("ways", ids, spots, metres, at, straight=True)


def straightly(state: FleetState) -> Apart:
    """How far it is between the places of this state as long as nobody knows better."""
    return apart_of((straight_ways(tuple(places_of(state)), state.settings.winding, state.now),))


def waiting(requests: Sequence[HandInRequest]) -> list[HandInRequest]:
    """Those without a vessel, accepted or not, longest waiting first."""
    return sorted((r for r in requests if r.state in WAITING_FOR_VESSEL), key=lambda r: r.filed_at)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A vessel with what it has begun and what it has been given."""

    vessel: CollectionVessel
    stands: Standing
    calls: tuple[Call, ...]

    def away(self, request: HandInRequest, apart: Apart) -> float:
        """Metres from the nearest place it will be at anyway."""
        places = (self.stands.place, *(call.hand_in.id for call in self.calls))
        known = (apart(place, request.id) for place in places)
        return min((metres for metres in known if metres is not None), default=float("inf"))


def propose(state: FleetState, apart: Apart) -> tuple[Proposal, ...]:
    """For each waiting hand-in the best three vessels, then those that cannot go, with the reason."""
    fleet = [_Ready(one, standing(state, one, apart), tuple(calls_of(state, one.id))) for one in state.vessels]
    places = dict(places_of(state))
    return tuple(p for request in waiting(state.hand_ins) for p in _rank(request, fleet, places, state, apart))


def _rank(
    request: HandInRequest, fleet: Sequence[_Ready], places: Mapping[str, Point], state: FleetState, apart: Apart
) -> list[Proposal]:
    barred = [(one, refusal(state, one.vessel, request)) for one in fleet]
    able = sorted((one for one, why in barred if not why), key=lambda one: (one.away(request, apart), one.vessel.id))
    offers = [replace(_blank(request, one.vessel), refusal=why) for one, why in barred if why]
    offers += [_offer(request, one, places, state, apart) for one in able[:NEAREST]]
    good = sorted((o for o in offers if not o.refusal), key=lambda o: (o.cost, o.vessel_name))
    ranked = [replace(o, rank=i, reason=_reason(i, o, good)) for i, o in enumerate(good[:SHOWN], 1)]
    return [*ranked, *sorted((o for o in offers if o.refusal), key=lambda o: o.vessel_name)]


def _blank(request: HandInRequest, vessel: CollectionVessel) -> Proposal:
    hold = vessel.hold(request.pollutant)
    spare = hold.spare_t if hold else 0.0
    ident = f"{request.id}/{vessel.id}"
    return Proposal(ident, request.id, request.number, 0, vessel.id, vessel.name, spare_t=spare)


def _offer(
    request: HandInRequest, ready: _Ready, places: Mapping[str, Point], state: FleetState, apart: Apart
) -> Proposal:
    blank = _blank(request, ready.vessel)
    try:
        found = best_insertion(ready.stands, ready.calls, request, state, apart)
    except NotPossible as reason:
        return replace(blank, refusal=reason.text)
    way = (ready.vessel.id, *way_to(found, request.id))
    return replace(
        blank,
        eta=found.eta,
        minutes=max(0, round(minutes(found.eta - state.now))),
        detour_nm=found.detour_nm,
        others=_others(found),
        cost=round(found.cost, 3),
        parts=found.parts,
        route=tuple(places[place] for place in way if place in places),
        distance_nm=_nm(way, apart),
    )


def way_to(found: Insertion, request_id: str) -> tuple[str, ...]:
    """The ids of the places a vessel calls at, the hand-in last."""
    places: list[str] = []
    for stop in found.route.stops:
        places.append(stop.request_id if stop.kind is StopKind.COLLECT else stop.warehouse_id)
        if stop.request_id == request_id:
            break
    return tuple(places)


def _nm(places: Sequence[str], apart: Apart) -> float:
    legs = (apart(here, there) or 0.0 for here, there in pairwise(places))
    return round(sum(legs) / METRES_IN_NM, 1)


def _others(found: Insertion) -> str:
    worst = [(number, late) for number, late in found.delays if late >= 0.5]
    if not worst:
        return "无"
    more = f" 等 {len(worst)} 单" if len(worst) > 1 else ""
    return f"{worst[0][0]} +{worst[0][1]:.0f} 分{more}"


def _reason(place: int, offer: Proposal, good: Sequence[Proposal]) -> str:
    words = ["不改动他单" if offer.others == "无" else f"影响 {offer.others}"]
    if place > 1:
        more = (offer.minutes or 0) - (good[0].minutes or 0)
        words.insert(0, f"比首选{'晚' if more >= 0 else '早'} {abs(more)} 分")
    else:
        soonest = min(o.minutes or 0 for o in good)
        words.insert(0, "最先到" if (offer.minutes or 0) <= soonest else "综合代价最低")
    return "，".join(words)
