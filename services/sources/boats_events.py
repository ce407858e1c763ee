"""What happened to a hand-in and how full a warehouse is, as events the rules can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from services.domain.boats import (
    HAND_IN_ORDER,
    POLLUTANT_WORDS,
    HandInFiled,
    HandInProgress,
    HandInRequest,
    HandInState,
    Warehouse,
    WarehouseLevel,
)
from services.domain.event import Event
from services.domain.timebase import local

WAITS = frozenset({HandInState.ACCEPTED, HandInState.REASSIGNED, HandInState.NO_SHOW})


def filed(request: HandInRequest) -> Event:
    record = HandInFiled(
        request.id, request.number, request.vessel_no, request.boat_id, request.pollutant_word, request.est_t,
        request.place, request.lon, request.lat, request.channel, request.filed_at,
    )  # fmt: skip
    return Event("hand_ins", request.id, "hand_in_filed", request.filed_at, record)


def progress(request: HandInRequest, now: datetime) -> Iterable[Event]:
    times: Counter[HandInState] = Counter()
    for reached in request.history[1:]:
        times[reached.state] += 1
        yield _step(request, reached.state, reached.at, 0, times[reached.state])
    yield from waiting(request, now)


def waiting(request: HandInRequest, now: datetime) -> Iterable[Event]:
    """The whole minutes it has waited for a vessel."""
    if request.state in WAITS:
        since = request.history[-1].at
        waited = int((now - since).total_seconds() // 60)
        if waited > 0:
            yield _step(request, request.state, since + timedelta(minutes=waited), waited, request.times(request.state))


def levels(warehouse: Warehouse, now: datetime) -> Iterable[Event]:
    """The known levels of a warehouse; an unknown one is no event, least of all a level of 0."""
    for hold in warehouse.compartments:
        if hold.level_pct is None:
            continue
        record = WarehouseLevel(
            warehouse_id=warehouse.id,
            warehouse_name=warehouse.name,
            pollutant=hold.pollutant.value,
            pollutant_word=POLLUTANT_WORDS[hold.pollutant],
            level_pct=hold.level_pct,
            capacity_t=hold.capacity_t,
            at=now,
            lon=warehouse.lon,
            lat=warehouse.lat,
            leak=hold.leak,
            temp_c=hold.temp_c,
        )
        ident = f"{warehouse.id}:{hold.pollutant.value}:{hold.level_pct:.1f}:{now:%Y%m%d%H}{now.minute // 10}"
        if hold.leak:
            ident += ":leak"
        yield Event("warehouses", ident, "warehouse_level", now, record)


def _step(request: HandInRequest, state: HandInState, at: datetime, waited_min: int, nth: int) -> Event:
    late = request.late_by if state in HAND_IN_ORDER[2:4] else None
    record = HandInProgress(
        request_id=request.id,
        number=request.number,
        vessel_no=request.vessel_no,
        state=state.value,
        waited_min=waited_min,
        pollutant=request.pollutant_word,
        est_t=request.est_t,
        place=request.place,
        lon=request.lon,
        lat=request.lat,
        at=at,
        hour_local=local(at).hour,
        vessel_name=request.vessel_name,
        late_min=int(late.total_seconds() // 60) if late else 0,
    )
    ident = f"{request.id}:{state.value}" + (f"#{nth}" if nth > 1 else "") + (f":{waited_min}" if waited_min else "")
    return Event("hand_ins", ident, "hand_in_progress", at, record)
