"""The words of 派船: what a planner offers, which plan is in force, what a dispatcher may ask for.

Positions are WGS-84 degrees, moments aware UTC, masses tonnes, lengths nautical miles. A cost is in
the planner's own unit and only ever compared with another cost of the same problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.deed import Wish

NAME = "dispatch_plan"
Point = tuple[float, float]  # (lon, lat)


class OfferKind(StrEnum):
    GREEDY = "greedy"
    FEW = "few"
    BEST = "best"


OFFER_WORDS = {OfferKind.GREEDY: "速算", OfferKind.FEW: "少变动", OfferKind.BEST: "最优"}


class StopKind(StrEnum):
    COLLECT = "collect"
    UNLOAD = "unload"


class UnservedReason(StrEnum):
    WINDOW = "window"
    CAPACITY = "capacity"
    COMMODITY = "commodity"
    SHIFT = "shift"
    WATER = "water"
    WEATHER = "weather"
    DEPOT = "depot"
    WORTH = "worth"


UNSERVED_WORDS = {
    UnservedReason.WINDOW: "时窗内到不了",
    UnservedReason.CAPACITY: "余舱不足",
    UnservedReason.COMMODITY: "无船可装此类",
    UnservedReason.SHIFT: "在班时间不够",
    UnservedReason.WATER: "水路不通",
    UnservedReason.WEATHER: "风浪超限",
    UnservedReason.DEPOT: "云仓无余量",
    UnservedReason.WORTH: "绕行代价过高",
}


@dataclass(frozen=True, slots=True)
class PlanStop:
    """One call of a vessel. ``begin_at`` is when it is served, after a wait for its window. A ``locked``
    stop keeps vessel and place in the order; a ``committed`` one is under way and cannot be changed."""

    kind: StopKind
    request_id: str  # "" of an unloading
    number: str
    warehouse_id: str  # "" of a collection
    place: str
    lon: float
    lat: float
    arrive_at: datetime
    begin_at: datetime
    leave_at: datetime
    mass_t: float
    locked: bool = False
    late_min: int = 0  # after the promised window; 0 in time
    window_to: datetime | None = None
    committed: bool = False


@dataclass(frozen=True, slots=True)
class VesselRoute:
    """What one vessel is to do, in order. ``way`` leads over water; empty when nobody has drawn it since
    the order was changed by hand: then the ``way`` of the vessel's ExecutionState does."""

    vessel_id: str
    vessel_name: str
    stops: tuple[PlanStop, ...] = ()
    way: tuple[Point, ...] = ()
    distance_nm: float = 0.0
    begin_at: datetime | None = None
    end_at: datetime | None = None

    @property
    def request_ids(self) -> tuple[str, ...]:
        return tuple(stop.request_id for stop in self.stops if stop.kind is StopKind.COLLECT)


@dataclass(frozen=True, slots=True)
class Unserved:
    request_id: str
    number: str
    reason: UnservedReason
    text: str


@dataclass(frozen=True, slots=True)
class Move:
    """A hand-in that another vessel would serve than now. ``from_vessel`` is "" of one that waits."""

    request_id: str
    number: str
    from_vessel: str  # names
    to_vessel: str


@dataclass(frozen=True, slots=True)
class PlanOffer:
    """A plan that nobody has confirmed, checked. ``base_version`` is that of the plan in force it was made
    from, 0 for none. One that could not be made has a ``refusal`` and no routes."""

    id: str
    kind: OfferKind
    base_version: int
    why: str  # 定时重排, 渔清 02 失联
    solver: str
    seed: int
    seconds: float
    cost: float
    greedy_cost: float
    distance_nm: float
    served: int
    unserved: tuple[Unserved, ...]
    moved: int  # of those that had a vessel
    moves: tuple[Move, ...]
    routes: tuple[VesselRoute, ...]
    made_at: datetime
    refusal: str = ""
    base_id: str = ""  # the plan in force; "" for none
    late: int = 0  # hand-ins served after their window
    checked: bool = False  # by the independent checker; none else may be confirmed
    note: str = ""  # why there is none newer: 求解超时已终止，沿用 14:32 的方案
    straight: bool = False  # 直线估算: the ways over water were not known


@dataclass(frozen=True, slots=True)
class DispatchPlan:
    """The plan in force: a record of topic ``dispatch_plan``. At most one is open; ``version`` rises with
    every confirmation and every change by hand."""

    id: str  # JH-261122-001
    version: int
    offer_kind: OfferKind
    routes: tuple[VesselRoute, ...]
    unserved: tuple[Unserved, ...]
    cost: float
    confirmed_at: datetime
    confirmed_by: str  # masked name
    parent: str = ""  # the plan it replaced
    is_open: bool = True
    changed_at: datetime | None = None
    changed_by: str = ""  # masked name
    last_change: str = ""  # 改派 07 → 渔清 03
    offer_id: str = ""

    def route(self, vessel_id: str) -> VesselRoute | None:
        return next((route for route in self.routes if route.vessel_id == vessel_id), None)

    def vessel_of(self, request_id: str) -> str:
        """The id of the vessel that is to collect it; "" for none."""
        return next((route.vessel_id for route in self.routes if request_id in route.request_ids), "")


# ------------------------------------------------------------------------------------------- wishes
# ``expected_version`` is the version of the plan in force on the officer's screen, 0 for none. Without
# ``case_id`` a stale one is answered with who changed what; with it only with who.


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPlan(Wish):
    offer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignVessel(Wish):
    """Of a hand-in that waits. ``reason`` is needed when the vessel is not the first proposed."""

    request_id: str
    vessel_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignVessel(Wish):
    """Of a hand-in that has a vessel and is not yet alongside. ``reason`` is always needed."""

    request_id: str
    vessel_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorderRoute(Wish):
    """``request_ids``: all collections of the vessel not yet begun, in the new order. Unloading follows from
    what fits on board."""

    vessel_id: str
    request_ids: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockStop(Wish):
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockStop(Wish):
    request_id: str


# --------------------------------------------------------------------------------------- statistics


@dataclass(frozen=True, slots=True)
class OverrideCount:
    """How often one reason, or one vessel, stood against the first proposal."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class OverrideStatistics:
    """The one record of topic ``override_statistics``: hand-ins assigned by hand in the last ``days``.
    ``followed`` is the share of first proposals taken, None where nothing was assigned."""

    id: str
    days: int
    assigned: int
    overridden: int
    followed: float | None
    by_reason: tuple[OverrideCount, ...]
    not_taken: tuple[OverrideCount, ...]  # by the vessel that was proposed first
    chosen: tuple[OverrideCount, ...]  # by the vessel taken in its place
