"""What the records of the sea look like on the map: hand-ins, vessels, warehouses, ports, doubted positions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from services.domain.alert import Alert, AlertLevel
from services.domain.boats import (
    LIMITS,
    WAITING_FOR_VESSEL,
    CollectionVessel,
    HandInLimits,
    HandInRequest,
    HandInState,
    Warehouse,
    running_limit,
)
from services.domain.fences import Fence, FenceKind
from services.domain.fleet import Fleet
from services.domain.position import DoubtedBoat
from services.domain.snapshot import Subject
from widgets.hand_ins import KIND
from widgets.map.fleet import LOST_S
from widgets.map.items import Area, Mark, Shape
from widgets.sea_count import Port
from widgets.words import duration

TWIN_WORD = "一码两船"
_AFLOAT = frozenset(  # still somewhere at sea or at the boat
    {
        *(HandInState.FILED, HandInState.ACCEPTED, HandInState.ASSIGNED, HandInState.EN_ROUTE),
        *(HandInState.ALONGSIDE, HandInState.COLLECTING, HandInState.WEIGHED, HandInState.SIGNED),
        *(HandInState.REASSIGNED, HandInState.NO_SHOW, HandInState.DISPUTED),
    }
)


def request_marks(
    requests: Iterable[HandInRequest],
    alerts: Mapping[str, Alert],
    selected: Subject | None,
    now: datetime | None,
    limits: HandInLimits = LIMITS,
    *,
    wall: bool = False,
) -> list[Mark]:
    """Those not yet collected. One that waits for a vessel shows how much of its limit is used, and its
    colour once that is over."""
    return [
        _request(one, alerts.get(one.id), selected == Subject(KIND, one.id), now, limits, wall)
        for one in requests
        if one.state in _AFLOAT
    ]


def _request(
    one: HandInRequest, alert: Alert | None, chosen: bool, now: datetime | None, limits: HandInLimits, wall: bool
) -> Mark:
    words, used = one.number, used_limit(one, now, limits)
    if used is not None and now is not None and (alert or chosen):
        words += " 待派" if wall else f" 已等 {duration((now - one.filed_at).total_seconds())}"
    return Mark(
        Subject(KIND, one.id), one.lon, one.lat, Shape.REQUEST, label=words,
        rank=0 if alert else 1 if chosen or (used or 0) >= 1 else 2,
        level=alert.level if alert else None, signed=alert.is_signed if alert else False,
        fill=used, tone=_tone(used), strong=(used or 0) >= 1,
    )  # fmt: skip


def used_limit(one: HandInRequest, now: datetime | None, limits: HandInLimits = LIMITS) -> float | None:
    """The share of its time limit that a hand-in without a vessel has waited; over 1 is too late."""
    limit = running_limit(one, limits) if one.state in WAITING_FOR_VESSEL else None
    if limit is None or now is None:
        return None
    since = one.history[-1].at
    whole = (limit[1] - since).total_seconds()
    return max(0.0, (now - since).total_seconds() / whole) if whole > 0 else None


def _tone(used: float | None) -> AlertLevel | None:
    if used is None or used < 1:
        return None
    return AlertLevel.YELLOW if used < 2 else AlertLevel.ORANGE


def vessel_marks(vessels: Iterable[CollectionVessel], fleet: Fleet | None, now: datetime | None) -> list[Mark]:
    """A vessel not heard for ten minutes is drawn as unknown, with how long that is."""
    return [_vessel(one, _silence(one, fleet, now)) for one in vessels]


def _vessel(one: CollectionVessel, silent_s: float | None) -> Mark:
    lost = silent_s is not None and silent_s > LOST_S
    return Mark(
        Subject("collection_vessel", one.id), one.lon, one.lat, Shape.VESSEL, label=one.name,
        note=f"静默 {duration(silent_s)}" if lost and silent_s is not None else "",
        rank=1 if lost else 2, heading_deg=one.heading_deg, fill=one.fill, unknown=lost,
    )  # fmt: skip


def _silence(one: CollectionVessel, fleet: Fleet | None, now: datetime | None) -> float | None:
    fix = fleet.find(one.mmsi) if fleet is not None and one.mmsi else None
    return None if fix is None or now is None else (now - fix.at).total_seconds()


def warehouse_marks(houses: Iterable[Warehouse], alerts: Mapping[str, Alert]) -> list[Mark]:
    return [_warehouse(house, alerts.get(house.id)) for house in houses]


def _warehouse(house: Warehouse, alert: Alert | None) -> Mark:
    worst = house.worst
    fill = worst.level_pct / 100 if worst is not None and worst.level_pct is not None else None
    return Mark(
        Subject("warehouse", house.id), house.lon, house.lat, Shape.WAREHOUSE, label=house.name if alert else "",
        rank=0 if alert else 3, fill=fill,
        level=alert.level if alert else None, signed=alert.is_signed if alert else False,
    )  # fmt: skip


def port_marks(ports: Sequence[Port], counts: Sequence[int]) -> list[Mark]:
    """With how many boats lie there."""
    return [
        Mark(Subject("port", p.name), p.lon, p.lat, Shape.PORT, label=f"{p.name} {n}" if n else p.name, rank=3)
        for p, n in zip(ports, counts or (0,) * len(ports), strict=True)
    ]


def fence_areas(fences: Iterable[Fence]) -> list[Area]:
    """Closed water hatched, poor reception outlined; a port is where its name stands."""
    return [
        Area(fence.id, fence.outline, "closed" if fence.kind is FenceKind.CLOSED else "geofence", fence.id)
        for fence in fences
        if fence.kind is not FenceKind.PORT
    ]


def doubt_marks(boats: Iterable[DoubtedBoat]) -> list[Mark]:
    """Both places of two boats that transmit one MMSI; other doubts are said where the boat is."""
    marks = []
    for boat in boats:
        if boat.other_lon is None or boat.other_lat is None:
            continue
        name = boat.vessel_no or f"MMSI {boat.mmsi}"
        for lon, lat in ((boat.lon, boat.lat), (boat.other_lon, boat.other_lat)):
            subject = Subject("boat", str(boat.mmsi))
            marks.append(Mark(subject, lon, lat, Shape.TWIN, label=name, note=TWIN_WORD, rank=1, strong=True))
    return marks
