"""Where a hand-in fits best into the route a vessel has: the position that costs least, and what it costs others.

A proposal is the best position of each vessel, and an assignment by hand is the very same one, so what
the dispatcher saw is what he gets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.domain.boats import HandInRequest, LegKind
from services.domain.dispatch_plan import StopKind, VesselRoute
from services.domain.fleet_state import FleetState, Standing, assigned
from services.domain.route_timing import Call, NotPossible, laid_out, minutes
from services.domain.sea_ways import Apart

WORST_ETA_MIN, WORST_DETOUR_NM, WORST_DELAY_MIN = 120.0, 15.0, 60.0
TRIED = 3  # positions of least detour that are laid out, beside the first and the last


@dataclass(frozen=True, slots=True)
class Insertion:
    """``delays``: number of a hand-in and by how many minutes it is served later than before, the worst first.
    ``parts`` are the weighted shares of ``cost`` in the order of ``boats.COST_PARTS``."""

    route: VesselRoute
    position: int  # among the calls not begun
    eta: datetime
    detour_nm: float
    delays: tuple[tuple[str, float], ...]
    parts: tuple[float, ...]

    @property
    def cost(self) -> float:
        return sum(self.parts)


def calls_of(state: FleetState, vessel_id: str, without: str = "") -> list[Call]:
    """What the vessel has been given and not begun, in order."""
    locked = state.locked
    return [Call(one, one.id in locked) for one in assigned(state, vessel_id) if one.id != without]


def best_insertion(
    stands: Standing, calls: Sequence[Call], hand_in: HandInRequest, state: FleetState, apart: Apart
) -> Insertion:
    """Never before a locked stop. On a long route only the positions that promise most are laid out. Raises
    NotPossible with the reason of the last position that failed."""
    before = laid_out(stands, calls, state, apart)
    why: NotPossible | None = None
    found: list[Insertion] = []
    for position in _positions(stands, calls, hand_in, apart):
        order = [*calls[:position], Call(hand_in), *calls[position:]]
        try:
            found.append(_weighed(stands, before, laid_out(stands, order, state, apart), position, hand_in, state))
        except NotPossible as reason:
            why = reason
    if not found:
        assert why is not None
        raise why
    return min(found, key=lambda one: (one.cost, one.position))


def _positions(stands: Standing, calls: Sequence[Call], hand_in: HandInRequest, apart: Apart) -> list[int]:
    """The first that is allowed, the last, and those with the least way more."""
    first = max((index + 1 for index, call in enumerate(calls) if call.locked), default=0)
    if len(calls) - first < TRIED + 2:
        return list(range(first, len(calls) + 1))
    places = [stands.place, *(call.hand_in.id for call in calls)]
    more = {at: _more(places[at], hand_in.id, places[at + 1], apart) for at in range(first, len(calls))}
    least = sorted(more, key=lambda at: (more[at], at))[:TRIED]
    return sorted({first, len(calls), *least})


def _more(here: str, between: str, there: str, apart: Apart) -> float:
    legs = (apart(here, between), apart(between, there), apart(here, there))
    return float("inf") if None in legs else legs[0] + legs[1] - legs[2]  # type: ignore[operator]


def _weighed(
    stands: Standing, before: VesselRoute, after: VesselRoute, position: int, hand_in: HandInRequest, state: FleetState
) -> Insertion:
    eta = next(stop.begin_at for stop in after.stops if stop.request_id == hand_in.id)
    detour = max(0.0, after.distance_nm - before.distance_nm)
    delays = _delays(before, after)
    vessel = stands.vessel
    fill = min(1.0, (vessel.load_t + hand_in.est_t) / vessel.capacity_t) if vessel.capacity_t else 1.0
    shares = (
        min(1.0, max(0.0, minutes(eta - state.now)) / WORST_ETA_MIN),
        min(1.0, detour / WORST_DETOUR_NM),
        min(1.0, sum(late for _, late in delays) / WORST_DELAY_MIN),
        1.0 - fill,
        turns(state, vessel.id),
    )
    parts = tuple(round(share * weight, 4) for share, weight in zip(shares, state.weights.in_order, strict=True))
    return Insertion(after, position, eta, round(detour, 1), delays, parts)


def _delays(before: VesselRoute, after: VesselRoute) -> tuple[tuple[str, float], ...]:
    was = {stop.request_id: stop.begin_at for stop in before.stops if stop.kind is StopKind.COLLECT}
    found = [
        (stop.number, minutes(stop.begin_at - was[stop.request_id]))
        for stop in after.stops
        if stop.request_id and stop.request_id in was and stop.begin_at > was[stop.request_id]
    ]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def turns(state: FleetState, vessel_id: str) -> float:
    """Share of the fleet's collections of late that this vessel did: the fair one is sent first."""
    done = {plan.id: sum(leg.kind is LegKind.COLLECT for leg in plan.legs) for plan in state.fleet_plans}
    return done.get(vessel_id, 0) / max(1, *done.values()) if done else 0.0
