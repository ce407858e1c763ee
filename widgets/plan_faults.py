"""What is wrong with a planned route, in words short enough for the stop they stand at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.boats import CollectionVessel, FleetPlan, HandInRequest, LegKind, Pollutant
from services.domain.dispatch_plan import PlanStop, StopKind, VesselRoute
from widgets.words import duration

MINUTE = timedelta(minutes=1)
LEAST_T = 0.005  # less than this is rounding


@dataclass(frozen=True, slots=True)
class Fault:
    """``word`` for the stop itself, ``words`` for the one who asks."""

    word: str
    words: str


def faults_of(
    route: VesselRoute,
    vessel: CollectionVessel | None,
    day: FleetPlan | None,
    requests: Mapping[str, HandInRequest],
    now: datetime,
) -> dict[int, Fault]:
    """The worst fault of each stop still to come, by its place in the route."""
    found: dict[int, Fault] = {}
    for faults in (
        _late(route.stops, now),
        _heavy(route.stops, vessel, day, requests, now),
        _overlaps(route.stops, now),
        _barred(route.stops, vessel, day, now),
    ):
        found |= faults
    return found


def _ahead(stops: Sequence[PlanStop], now: datetime) -> list[tuple[int, PlanStop]]:
    return [(at, stop) for at, stop in enumerate(stops) if stop.leave_at > now]


def _late(stops: Sequence[PlanStop], now: datetime) -> dict[int, Fault]:
    return {
        at: Fault(f"迟 {duration(stop.late_min * 60)}", f"{stop.number} 晚于承诺 {duration(stop.late_min * 60)}")
        for at, stop in _ahead(stops, now)
        if stop.late_min > 0
    }


def _overlaps(stops: Sequence[PlanStop], now: datetime) -> dict[int, Fault]:
    found: dict[int, Fault] = {}
    for at, stop in _ahead(stops, now):
        before = stops[at - 1] if at else None
        if before is not None and stop.begin_at < before.leave_at - MINUTE:
            minutes = int((before.leave_at - stop.begin_at) / MINUTE)
            found[at] = Fault("重叠", f"{_name(stop)} 与前一站 {_name(before)} 重叠 {minutes} 分")
    return found


def _heavy(
    stops: Sequence[PlanStop],
    vessel: CollectionVessel | None,
    day: FleetPlan | None,
    requests: Mapping[str, HandInRequest],
    now: datetime,
) -> dict[int, Fault]:
    """Load by pollutant against its hold; an unloading, also one that runs now, empties all of them."""
    if vessel is None:
        return {}
    empties = any(leg.kind is LegKind.UNLOAD and leg.begin <= now < leg.end for leg in (day.legs if day else ()))
    load = {hold.pollutant: 0.0 if empties else hold.load_t for hold in vessel.holds}
    room = {hold.pollutant: hold.capacity_t for hold in vessel.holds}
    found: dict[int, Fault] = {}
    for at, stop in _ahead(stops, now):
        if stop.kind is StopKind.UNLOAD:
            load = dict.fromkeys(load, 0.0)
            continue
        kind = _pollutant(stop, requests)
        if kind is None or stop.begin_at <= now:
            continue
        load[kind] = load.get(kind, 0.0) + stop.mass_t
        over = load[kind] - room.get(kind, 0.0)
        if over > LEAST_T:
            found[at] = Fault(f"超载 {over:.2f} t", f"收 {stop.number} 后该舱超载 {over:.2f} t")
    return found


def _pollutant(stop: PlanStop, requests: Mapping[str, HandInRequest]) -> Pollutant | None:
    request = requests.get(stop.request_id)
    return request.pollutant if request is not None else None


def _barred(
    stops: Sequence[PlanStop], vessel: CollectionVessel | None, day: FleetPlan | None, now: datetime
) -> dict[int, Fault]:
    """Stops of a vessel that may not sail: all of them while it says why, else those in its barred hours."""
    if vessel is not None and vessel.idle_reason:
        return {at: Fault("停航", f"{vessel.name} {vessel.idle_reason}") for at, _ in _ahead(stops, now)}
    hours = [leg for leg in day.legs if leg.kind is LegKind.BARRED] if day is not None else []
    found: dict[int, Fault] = {}
    for at, stop in _ahead(stops, now):
        leg = next((h for h in hours if h.begin < stop.leave_at and stop.begin_at < h.end), None)
        if leg is not None:
            found[at] = Fault("停航", leg.note or "该时段不得出航")
    return found


def _name(stop: PlanStop) -> str:
    return stop.number or "入仓"
