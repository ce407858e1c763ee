"""The stops of a vessel's plan, made in one place whoever timed them."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.domain.boats import HandInRequest, Warehouse
from services.domain.dispatch_plan import PlanStop, StopKind


def collection(
    hand_in: HandInRequest,
    arrive: datetime,
    begin: datetime,
    leave: datetime,
    *,
    locked: bool = False,
    committed: bool = False,
) -> PlanStop:
    return PlanStop(
        kind=StopKind.COLLECT,
        request_id=hand_in.id,
        number=hand_in.number,
        warehouse_id="",
        place=hand_in.place,
        lon=hand_in.lon,
        lat=hand_in.lat,
        arrive_at=arrive,
        begin_at=begin,
        leave_at=leave,
        mass_t=hand_in.est_t,
        locked=locked,
        late_min=late_min(begin, hand_in.window_to),
        window_to=hand_in.window_to,
        committed=committed,
    )


def unloading(depot: Warehouse, arrive: datetime, begin: datetime, leave: datetime, mass_t: float) -> PlanStop:
    return PlanStop(
        kind=StopKind.UNLOAD,
        request_id="",
        number="",
        warehouse_id=depot.id,
        place=depot.name,
        lon=depot.lon,
        lat=depot.lat,
        arrive_at=arrive,
        begin_at=begin,
        leave_at=leave,
        mass_t=round(mass_t, 3),
    )


def late_min(at: datetime, window_to: datetime | None) -> int:
    """Whole minutes after the promised window; 0 in time or without a promise."""
    if window_to is None or at <= window_to:
        return 0
    return int((at - window_to) / timedelta(minutes=1))
