"""The fleet's state as a problem in whole numbers, and what of it cannot be planned at all.

Seconds count from ``state.now``. A vessel starts where it ends what it has begun; what it has begun is no
job. A promise is kept where any vessel can keep it; a hand-in that is late already may be served late.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil, floor

import numpy as np

from services.domain.boats import CollectionVessel, HandInRequest, HandInState, HandInStep, Pollutant
from services.domain.dispatch_plan import Point, Unserved, UnservedReason
from services.domain.fleet_state import FleetState, Standing, is_alongside, refusal, room_t, standing, waiting
from services.domain.sea_ways import METRES_IN_NM, Apart, SeaWays
from services.planning.problem import Boat, Depot, Job, Metres, Problem
from services.planning.water_gates import NO_GATES, Gates

KINDS = tuple(Pollutant)
NOWHERE_M = 10_000_000  # no duty is long enough to sail it, and no solver overflows
LOCKED_WORTH, PROMISED_WORTH = 10, 2  # times the prize of one that waits
MOST_WAITING = 3.0  # how often its prize a long wait adds


@dataclass(frozen=True, slots=True)
class Posed:
    """A problem with everything that turns its answer back into a plan."""

    problem: Problem
    state: FleetState
    stands: tuple[Standing, ...]  # in the order of problem.boats
    jobs: Mapping[str, HandInRequest]
    spots: tuple[Point, ...]  # of the places, by index
    ids: tuple[str, ...]
    hopeless: tuple[Unserved, ...]  # those no vessel may go for
    apart: Apart
    straight: bool = False


def posed(state: FleetState, ways: SeaWays, apart: Apart, gates: Gates = NO_GATES) -> Posed:
    index = {place: number for number, place in enumerate(ways.places)}
    depots = tuple(_depots(state, index, gates))
    stands = tuple(_on_duty(state, index, apart)) if depots else ()
    todo = {one.id: one for one in to_plan(state)}
    asked = [_gated(_job(one, state, stands, index, ways), one, state, gates) for one in todo.values()]
    metres, cut = _matrix(ways)
    problem = Problem(
        places_m=metres,
        boats=tuple(_boat(one, state, index, depots) for one in stands),
        depots=depots,
        requests=tuple(job for job in asked if isinstance(job, Job)),
        commodities=tuple(kind.value for kind in KINDS),
        unreachable=cut,
    )
    hopeless = tuple(job for job in asked if isinstance(job, Unserved))
    return Posed(problem, state, stands, todo, ways.at, ways.places, hopeless, apart, ways.straight)


def _on_duty(state: FleetState, index: Mapping[str, int], apart: Apart) -> Iterator[Standing]:
    due = state.settings.duty(state.now)[1]
    for vessel in state.vessels:
        if _may_sail(vessel, state):
            stands = standing(state, vessel, apart)
            if stands.free_at < due and stands.place in index:
                yield stands


def _matrix(ways: SeaWays) -> tuple[Metres, frozenset[int]]:
    """Whole metres, and the places no water leads to: so far away that nobody gets there or from there."""
    told = np.array(ways.metres, np.int64).reshape(len(ways.places), len(ways.places))
    cut = (told < 0).sum(axis=1) >= max(1, len(ways.places) - 1)
    return np.where(told < 0, NOWHERE_M, told), frozenset(np.flatnonzero(cut).tolist())


def to_plan(state: FleetState) -> Iterator[HandInRequest]:
    """Accepted and not begun; of a vessel that cannot be counted on also what it was under way to."""
    yield from waiting(state)
    for one in sorted(state.hand_ins, key=lambda r: (r.filed_at, r.id)):
        begun = one.state is HandInState.EN_ROUTE and one.vessel_id in state.lost
        if one.state is HandInState.ASSIGNED or begun:
            yield one


def _may_sail(vessel: CollectionVessel, state: FleetState) -> bool:
    return vessel.id not in state.lost and vessel.licence_until > state.now


def _seconds(moment: datetime, state: FleetState) -> int:
    return max(0, ceil((moment - state.now).total_seconds()))


def _depots(state: FleetState, index: Mapping[str, int], gates: Gates) -> Iterator[Depot]:
    """Those a vessel can reach before the end of the duty."""
    for one in state.warehouses:
        open_s = gates.narrowed((), one.lon, one.lat, state.now, state.settings.duty(state.now)[1])
        if one.id in index and open_s is not None:
            room = tuple(floor(room_t(one, kind, state.settings.fill_limit) * 1000) for kind in KINDS)
            yield Depot(one.id, index[one.id], room, round(state.settings.unload_min * 60), open_s)


def _gated(job: Job | Unserved, hand_in: HandInRequest, state: FleetState, gates: Gates) -> Job | Unserved:
    """Only while the gates on its way are open."""
    if isinstance(job, Unserved):
        return job
    windows = gates.narrowed(job.windows, hand_in.lon, hand_in.lat, state.now, state.settings.duty(state.now)[1])
    if windows is None:
        names = "、".join(gate.name for gate in gates.at(hand_in.lon, hand_in.lat))
        return Unserved(hand_in.id, hand_in.number, UnservedReason.WINDOW, f"{names} 在班内时窗中不开放")
    return replace(job, windows=windows)


def _boat(stands: Standing, state: FleetState, index: Mapping[str, int], depots: Sequence[Depot]) -> Boat:
    capacity = tuple(_kg(hold.capacity_t if (hold := stands.vessel.hold(kind)) else 0.0) for kind in KINDS)
    load = tuple(min(c, ceil(stands.load_t.get(kind, 0.0) * 1000)) for kind, c in zip(KINDS, capacity, strict=True))
    begin, end = state.settings.duty(state.now)
    return Boat(
        id=stands.vessel.id,
        speed_kn=stands.speed_kn,
        capacity_kg=capacity,
        load_kg=load,
        start=index[stands.place],
        free_s=max(_seconds(stands.free_at, state), _seconds(begin, state)),
        duty_end_s=_seconds(end, state),
        ends=tuple(dict.fromkeys(depot.place for depot in depots)),
        committed=tuple(stop.request_id for stop in stands.committed),
    )


def _kg(tonnes: float) -> int:
    return floor(tonnes * 1000 + 1e-6)


def _job(
    hand_in: HandInRequest, state: FleetState, stands: Sequence[Standing], index: Mapping[str, int], ways: SeaWays
) -> Job | Unserved:
    if hand_in.id not in index:
        return Unserved(hand_in.id, hand_in.number, UnservedReason.WATER, "水上航程尚未算出")
    fit = [one for one in stands if not refusal(state, one.vessel, hand_in)]
    if not fit:
        return Unserved(hand_in.id, hand_in.number, *_why_none(hand_in, state))
    place = index[hand_in.id]
    need = ceil(hand_in.est_t * state.settings.margin * 1000)
    locked = hand_in.id in state.locked and any(one.vessel.id == hand_in.vessel_id for one in fit)
    return Job(
        id=hand_in.id,
        place=place,
        amounts_kg=tuple(need if kind is hand_in.pollutant else 0 for kind in KINDS),
        windows=_windows(hand_in, state, fit, index, ways),
        service_s=round(state.settings.collect_min * 60),
        prize=_prize(hand_in, state),
        boats=frozenset(one.vessel.id for one in fit),
        pinned_boat=hand_in.vessel_id if locked else None,
    )


_MARKS = (
    ("浪", UnservedReason.WEATHER),
    ("风", UnservedReason.WEATHER),
    ("舱容", UnservedReason.CAPACITY),
    ("不能装", UnservedReason.COMMODITY),
)


def _why_none(hand_in: HandInRequest, state: FleetState) -> tuple[UnservedReason, str]:
    """The reason of the vessel that is least unfit: weather before room, room before kind."""
    said = [refusal(state, vessel, hand_in) for vessel in state.vessels if vessel.id not in state.lost]
    for mark, reason in _MARKS:
        found = next((why for why in said if why.startswith(mark)), "")
        if found:
            return reason, found
    return UnservedReason.SHIFT, "没有可派的收集船"


def _windows(
    hand_in: HandInRequest, state: FleetState, fit: Sequence[Standing], index: Mapping[str, int], ways: SeaWays
) -> tuple[tuple[int, int], ...]:
    """Until what was promised and its grace, or until its clock; open where nobody can keep that any more."""
    begin = _seconds(hand_in.window_from, state) if hand_in.window_from is not None else 0
    clock = hand_in.clock(HandInStep.COLLECT)
    until = hand_in.window_to or (clock.due_at if clock is not None else None)
    if until is None or until <= state.now:
        return ((begin, _FAR),) if begin else ()
    end = _seconds(until, state) + round(state.settings.grace_min * 60)
    soonest = min((_soonest(one, index[hand_in.id], index, ways, state) for one in fit), default=_FAR)
    if soonest > end or begin > end:
        return ((begin, _FAR),) if begin else ()
    return ((begin, end),)


_FAR = 10 * 86_400


def _soonest(stands: Standing, place: int, index: Mapping[str, int], ways: SeaWays, state: FleetState) -> int:
    metres = ways.metres[index[stands.place]][place]
    if metres < 0:
        return _FAR
    return _seconds(stands.free_at, state) + ceil(metres / METRES_IN_NM / stands.speed_kn * 3600)


def _prize(hand_in: HandInRequest, state: FleetState) -> int:
    """Seconds of sailing it is worth: more the longer it waits, twice when a vessel was promised."""
    waited_h = max(0.0, (state.now - hand_in.filed_at).total_seconds() / 3600)
    worth = state.settings.prize_h * 3600 * (1 + min(MOST_WAITING, waited_h))
    times = LOCKED_WORTH if hand_in.id in state.locked else PROMISED_WORTH if hand_in.vessel_id else 1
    return round(worth * times)


def is_open(hand_in: HandInRequest) -> bool:
    """Whether it concerns a plan at all: the others need not be sent to a planner."""
    return hand_in.state in _OPEN or is_alongside(hand_in)


_OPEN = frozenset(
    {
        HandInState.FILED,
        HandInState.ACCEPTED,
        HandInState.REASSIGNED,
        HandInState.NO_SHOW,
        HandInState.ASSIGNED,
        HandInState.EN_ROUTE,
    }
)
