"""Words of the 渔船 scene: boats, collection vessels, hand-in requests, warehouses, sea weather, plans.

Masses are tonnes, speeds knots, courses degrees from north clockwise, positions WGS-84 degrees,
moments aware UTC. A figure nobody knows is None, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from services.domain.alert import AlertLevel
from services.domain.fleet import ColourCode
from services.domain.masked import Masked


class Pollutant(StrEnum):
    OILY_WATER = "OILY_WATER"
    SEWAGE = "SEWAGE"
    GARBAGE = "GARBAGE"
    WASTE_OIL = "WASTE_OIL"
    BATTERY = "BATTERY"
    NETS = "NETS"
    PLASTIC = "PLASTIC"


POLLUTANT_WORDS = {
    Pollutant.OILY_WATER: "含油污水",
    Pollutant.SEWAGE: "生活污水",
    Pollutant.GARBAGE: "生活垃圾",
    Pollutant.WASTE_OIL: "废矿物油",
    Pollutant.BATTERY: "铅蓄电池",
    Pollutant.NETS: "旧渔网具",
    Pollutant.PLASTIC: "海洋塑料",
}


class HandInState(StrEnum):
    """The states of a hand-in, in the order they happen; the last five are exceptions."""

    FILED = "FILED"
    ACCEPTED = "ACCEPTED"
    ASSIGNED = "ASSIGNED"
    EN_ROUTE = "EN_ROUTE"
    ALONGSIDE = "ALONGSIDE"
    COLLECTING = "COLLECTING"
    WEIGHED = "WEIGHED"
    SIGNED = "SIGNED"
    IN_TRANSIT = "IN_TRANSIT"
    STORED = "STORED"
    REDUCED = "REDUCED"
    TRANSFERRED = "TRANSFERRED"
    DISPOSED = "DISPOSED"
    CLOSED = "CLOSED"
    REJECTED = "REJECTED"
    NO_SHOW = "NO_SHOW"
    REASSIGNED = "REASSIGNED"
    CANCELLED = "CANCELLED"
    DISPUTED = "DISPUTED"


STATE_WORDS = {
    HandInState.FILED: "已申请",
    HandInState.ACCEPTED: "已受理",
    HandInState.ASSIGNED: "已派船",
    HandInState.EN_ROUTE: "前往",
    HandInState.ALONGSIDE: "靠帮",
    HandInState.COLLECTING: "收集",
    HandInState.WEIGHED: "计量",
    HandInState.SIGNED: "签收",
    HandInState.IN_TRANSIT: "运输",
    HandInState.STORED: "入仓",
    HandInState.REDUCED: "减量化",
    HandInState.TRANSFERRED: "转运",
    HandInState.DISPOSED: "处置",
    HandInState.CLOSED: "办结",
    HandInState.REJECTED: "不符",
    HandInState.NO_SHOW: "未遇船",
    HandInState.REASSIGNED: "改派",
    HandInState.CANCELLED: "取消",
    HandInState.DISPUTED: "计量争议",
}

HAND_IN_ORDER = tuple(HandInState)[:14]
HAND_IN_ENDED = frozenset({HandInState.CLOSED, HandInState.REJECTED, HandInState.CANCELLED})
WAITING_FOR_VESSEL = frozenset({HandInState.FILED, HandInState.ACCEPTED, HandInState.REASSIGNED})

# What may follow what; an exception may befall any hand-in not yet signed for.
_BEFORE_SIGNING = HAND_IN_ORDER[: HAND_IN_ORDER.index(HandInState.SIGNED)]
NEXT_STATES: dict[HandInState, frozenset[HandInState]] = {
    **{a: frozenset({b}) for a, b in pairwise(HAND_IN_ORDER)},
    HandInState.REASSIGNED: frozenset({HandInState.ASSIGNED, HandInState.CANCELLED}),
    HandInState.NO_SHOW: frozenset({HandInState.REASSIGNED, HandInState.CANCELLED}),
    HandInState.DISPUTED: frozenset({HandInState.SIGNED, HandInState.STORED, HandInState.CANCELLED}),
}
NEXT_STATES[HandInState.FILED] |= {HandInState.REJECTED, HandInState.CANCELLED}
NEXT_STATES[HandInState.ACCEPTED] |= {HandInState.CANCELLED}
for _state in (HandInState.ASSIGNED, HandInState.EN_ROUTE):
    NEXT_STATES[_state] |= {HandInState.REASSIGNED, HandInState.NO_SHOW, HandInState.CANCELLED}
for _state in (HandInState.WEIGHED, HandInState.STORED):  # the weight at the boat, or the warehouse's
    NEXT_STATES[_state] |= {HandInState.DISPUTED}


def may_follow(before: HandInState, after: HandInState) -> bool:
    return after in NEXT_STATES.get(before, frozenset())


def share_done(state: HandInState) -> float | None:
    """How far along the way to disposal, 0–1; None for an exception."""
    return HAND_IN_ORDER.index(state) / (len(HAND_IN_ORDER) - 1) if state in HAND_IN_ORDER else None


class HandInStep(StrEnum):
    """The time limits of a hand-in."""

    ACCEPT = "accept"  # 受理
    ASSIGN = "assign"  # 派船
    COLLECT = "collect"  # 收集
    STORE = "store"  # 入仓
    DISPOSE = "dispose"  # 处置


@dataclass(frozen=True, slots=True)
class HandInLimits:
    """How long each step of a hand-in may take. Settings of the bureau, no constants of nature."""

    accept: timedelta = timedelta(minutes=5)
    assign: timedelta = timedelta(minutes=15)
    collect_in_port: timedelta = timedelta(hours=4)
    collect_at_sea: timedelta = timedelta(hours=24)
    store: timedelta = timedelta(hours=24)
    dispose: timedelta = timedelta(hours=72)
    window_grace: timedelta = timedelta(minutes=20)
    opens: int = 7  # hour of the Shanghai day
    closes: int = 19


LIMITS = HandInLimits()


@dataclass(frozen=True, slots=True)
class FishingBoat:
    """One registered boat. ``id`` is its MMSI as text."""

    id: str
    vessel_no: str  # 浙椒渔 61027
    mmsi: int
    beidou_id: str
    length_m: float
    power_kw: float
    gear_type: str
    home_port: str
    owner: Masked
    phone: Masked
    tank_oily_m3: float
    code: ColourCode = ColourCode.UNKNOWN
    points: int = 0
    last_hand_in: datetime | None = None
    has_account: bool = True
    wind_rating_bft: int | None = None  # 抗风等级
    special_permit: bool | None = None  # for the moratorium's last weeks; None when nobody told


@dataclass(frozen=True, slots=True)
class Hold:
    """What a collection vessel may carry of one kind, and carries."""

    pollutant: Pollutant
    capacity_t: float
    load_t: float

    @property
    def spare_t(self) -> float:
        return max(0.0, self.capacity_t - self.load_t)


@dataclass(frozen=True, slots=True)
class CollectionVessel:
    """One 收集船 as its own terminal reports it. ``id`` is its MMSI as text."""

    id: str
    name: str  # 渔清 01
    mmsi: int
    speed_kn: float  # service speed
    wave_limit_m: float
    crew: int
    licence_until: datetime
    holds: tuple[Hold, ...]
    doing: str  # 前往 07, 靠帮 05, 返航, 待命, 卸载
    next_request: str = ""  # number of the request it is bound for
    next_eta: datetime | None = None
    lon: float = 0.0
    lat: float = 0.0
    heading_deg: float = 0.0
    sog_kn: float = 0.0
    idle_reason: str = ""  # why it may not be sent: 浪高超限

    @property
    def load_t(self) -> float:
        return sum(h.load_t for h in self.holds)

    @property
    def capacity_t(self) -> float:
        return sum(h.capacity_t for h in self.holds)

    @property
    def fill(self) -> float:
        """Load over capacity, 0–1."""
        return self.load_t / self.capacity_t if self.capacity_t else 0.0

    def hold(self, pollutant: Pollutant) -> Hold | None:
        return next((h for h in self.holds if h.pollutant is pollutant), None)


@dataclass(frozen=True, slots=True)
class StateAt:
    """A state of a hand-in and when it was reached; ``by`` whom, and whether ``told`` by the ``bureau``
    or done at a ``desk``."""

    state: HandInState
    at: datetime
    by: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """One time limit of a hand-in. ``due_at`` is None while the weather holds it; ``passed_at`` is the moment
    that was missed."""

    step: HandInStep
    due_at: datetime | None
    passed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed for the mass when the state was reached; ``name`` is masked."""

    state: HandInState
    party: str  # boat | collector | warehouse | carrier | disposer
    name: str


@dataclass(frozen=True, slots=True)
class HandInRequest:
    """One 上交申请 with everything that has happened to it.

    ``number`` is the day's running number as officers say it (``07``). Masses are None until they
    have been weighed; ``eta`` is what the vessel reports now, ``window`` what the fisher was promised.
    It is the case of stream ``hand_in`` and, without version and clocks, a row of the bureau's.
    """

    id: str  # SQ-20261121-07
    number: str
    boat_id: str
    vessel_no: str
    pollutant: Pollutant
    est_t: float
    place: str
    lon: float
    lat: float
    in_port: bool
    channel: str  # zlb | phone | counter
    state: HandInState
    history: tuple[StateAt, ...]
    window_to: datetime | None = None
    vessel_id: str = ""
    vessel_name: str = ""
    eta: datetime | None = None
    weighed_t: float | None = None  # at the boat
    stored_t: float | None = None  # at the warehouse
    warehouse: str = ""
    manifest: str = ""
    version: int = 0
    window_from: datetime | None = None
    carrier: str = ""
    disposer: str = ""
    reduced_t: float | None = None
    transferred_t: float | None = None
    disposed_t: float | None = None
    agreed_t: float | None = None  # at the boat, after a dispute
    photos: tuple[str, ...] = ()  # SHA-256, hex
    signers: tuple[Signature, ...] = ()
    reason: str = ""  # of its last exception
    plan_id: str = ""
    caller: str = ""  # who rang or stood at the counter, masked
    grace: timedelta = LIMITS.window_grace
    clocks: tuple[Clock, ...] = ()

    def reached(self, state: HandInState) -> datetime | None:
        return next((h.at for h in self.history if h.state is state), None)

    def times(self, state: HandInState) -> int:
        return sum(h.state is state for h in self.history)

    @property
    def filed_at(self) -> datetime:
        return self.history[0].at

    @property
    def pollutant_word(self) -> str:
        return POLLUTANT_WORDS[self.pollutant]

    @property
    def state_word(self) -> str:
        return STATE_WORDS[self.state]

    @property
    def collected_t(self) -> float | None:
        """What both parties stand by at the boat."""
        return self.weighed_t if self.agreed_t is None else self.agreed_t

    @property
    def is_open(self) -> bool:
        return self.state not in HAND_IN_ENDED

    def clock(self, step: HandInStep) -> Clock | None:
        return next((clock for clock in self.clocks if clock.step is step), None)

    @property
    def late_by(self) -> timedelta | None:
        """By how much the present ETA misses the promised window and its grace; None when it does not."""
        if self.eta is None or self.window_to is None or self.reached(HandInState.ALONGSIDE):
            return None
        late = self.eta - self.window_to
        return late if late > self.grace else None


def running_limit(request: HandInRequest, limits: HandInLimits = LIMITS) -> tuple[HandInStep, datetime] | None:
    """The time limit that counts now and when it ends; None when the hand-in is over or the weather holds it.
    A case has its own clocks; ``limits`` are for a row of the bureau's."""
    if request.clocks:
        return _running_clock(request)
    since, state = request.history[-1].at, request.state
    if state is HandInState.FILED:
        return HandInStep.ACCEPT, since + limits.accept
    if state in (HandInState.ACCEPTED, HandInState.REASSIGNED, HandInState.NO_SHOW):
        return HandInStep.ASSIGN, since + limits.assign
    if state in (HandInState.ASSIGNED, HandInState.EN_ROUTE, HandInState.ALONGSIDE):
        whole = limits.collect_in_port if request.in_port else limits.collect_at_sea
        return HandInStep.COLLECT, request.window_to or request.filed_at + whole
    if state in (
        HandInState.COLLECTING,
        HandInState.WEIGHED,
        HandInState.DISPUTED,
        HandInState.SIGNED,
        HandInState.IN_TRANSIT,
    ):
        collected = request.reached(HandInState.COLLECTING) or since
        return HandInStep.STORE, collected + limits.store
    if state in (HandInState.STORED, HandInState.REDUCED, HandInState.TRANSFERRED):
        return HandInStep.DISPOSE, (request.reached(HandInState.STORED) or since) + limits.dispose
    return None


_STEP_OF: dict[HandInState, HandInStep] = {
    HandInState.FILED: HandInStep.ACCEPT,
    **dict.fromkeys((HandInState.ACCEPTED, HandInState.REASSIGNED, HandInState.NO_SHOW), HandInStep.ASSIGN),
    **dict.fromkeys((HandInState.ASSIGNED, HandInState.EN_ROUTE, HandInState.ALONGSIDE), HandInStep.COLLECT),
    **dict.fromkeys(HAND_IN_ORDER[5:9], HandInStep.STORE),  # COLLECTING … IN_TRANSIT
    **dict.fromkeys(HAND_IN_ORDER[9:12], HandInStep.DISPOSE),  # STORED … TRANSFERRED
}


def step_of(request: HandInRequest) -> HandInStep | None:
    """Whose clock runs. A dispute stops none: after storing it is the disposal's, before it the storing's."""
    if request.state is HandInState.DISPUTED:
        return HandInStep.DISPOSE if request.reached(HandInState.STORED) else HandInStep.STORE
    return _STEP_OF.get(request.state)


def _running_clock(request: HandInRequest) -> tuple[HandInStep, datetime] | None:
    step = step_of(request)
    clock = request.clock(step) if step is not None else None
    if step is None or clock is None or clock.due_at is None:
        return None
    promised = request.window_to if step is HandInStep.COLLECT else None
    return step, promised or clock.due_at


@dataclass(frozen=True, slots=True)
class HandInFiled:
    """Event ``hand_in_filed``: a fisher asks for a collection."""

    request_id: str
    number: str
    vessel_no: str
    boat_id: str
    pollutant: str
    est_t: float
    place: str
    lon: float
    lat: float
    channel: str
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class HandInProgress:
    """Event ``hand_in_progress``: a hand-in has reached a state, or has waited another whole minute
    for a vessel. ``waited_min`` counts from acceptance, or from when it was to be assigned again, and is 0
    in every other state."""

    request_id: str
    number: str
    vessel_no: str
    state: str
    waited_min: int
    pollutant: str
    est_t: float
    place: str
    lon: float
    lat: float
    at: datetime
    hour_local: int
    vessel_name: str = ""
    late_min: int = 0  # of the present ETA against window and grace


@dataclass(frozen=True, slots=True)
class Compartment:
    """One 仓格. ``level_pct`` is None while its gauge does not answer, ``leak`` and ``temp_c`` where none is fitted."""

    pollutant: Pollutant
    capacity_t: float
    level_pct: float | None
    level: AlertLevel | None = None  # over 80 yellow, over 95 orange, full red
    leak: bool | None = None
    temp_c: float | None = None


@dataclass(frozen=True, slots=True)
class StoreFlow:
    """What went through a warehouse since ``since``, tonnes, by its own books; ``change_t`` is how much more
    its gauges read now than then."""

    since: datetime
    in_t: float
    treated_t: float
    out_t: float
    change_t: float

    @property
    def unexplained_t(self) -> float:
        """What its books cannot account for: 0 when in − treated − out is what the gauges show."""
        return self.change_t - (self.in_t - self.treated_t - self.out_t)


@dataclass(frozen=True, slots=True)
class Warehouse:
    """One 海洋云仓 with its compartments in the order of ``Pollutant``."""

    id: str
    name: str
    lon: float
    lat: float
    treatment_t_h: float
    compartments: tuple[Compartment, ...]
    days_to_full: float | None = None  # of the fullest rising compartment
    flow: StoreFlow | None = None

    @property
    def worst(self) -> Compartment | None:
        known = [c for c in self.compartments if c.level_pct is not None]
        return max(known, key=lambda c: c.level_pct or 0.0, default=None)


def compartment_level(level_pct: float | None) -> AlertLevel | None:
    if level_pct is None or level_pct < 80:
        return None
    if level_pct < 95:
        return AlertLevel.YELLOW
    return AlertLevel.ORANGE if level_pct < 100 else AlertLevel.RED


@dataclass(frozen=True, slots=True)
class SeaWeather:
    """Wind and waves of one sea area now, and the warning in force."""

    id: str
    area: str
    wind_from_deg: float
    wind_word: str  # 东北风
    wind_bft: int
    gust_bft: int
    wave_m: float
    temp_c: float
    warning: str = ""  # 海上大风蓝色预警
    warning_level: AlertLevel | None = None
    warned_at: datetime | None = None
    forecast: tuple[tuple[datetime, int], ...] = ()  # Beaufort from that moment on, in order


class LegKind(StrEnum):
    SAIL = "sail"  # 航行
    COLLECT = "collect"  # 靠帮收集
    UNLOAD = "unload"  # 入仓
    BARRED = "barred"  # not to be sent: 浪高超限
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Leg:
    """One piece of a collection vessel's day. ``planned`` is not yet begun."""

    kind: LegKind
    begin: datetime
    end: datetime
    number: str = ""  # of the request
    planned: bool = False
    note: str = ""
    promised: datetime | None = None


@dataclass(frozen=True, slots=True)
class FleetPlan:
    """The day of one collection vessel, as a row of 船队计划. ``id`` is the vessel's."""

    id: str
    name: str
    doing: str
    spare_t: float
    legs: tuple[Leg, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """One vessel that could serve a waiting request. Low ``cost`` is good; ``parts`` are the five
    shares of it in the order of ``COST_PARTS``, weighted. An infeasible one says why."""

    id: str  # request id + vessel id
    request_id: str
    number: str
    rank: int
    vessel_id: str
    vessel_name: str
    eta: datetime | None = None
    minutes: int | None = None
    spare_t: float = 0.0
    detour_nm: float = 0.0
    others: str = ""  # whom it delays: 06 +9 分
    cost: float = 0.0
    parts: tuple[float, ...] = ()
    route: tuple[tuple[float, float], ...] = ()  # (lon, lat), 直线
    distance_nm: float = 0.0
    refusal: str = ""
    reason: str = ""


COST_PARTS = (("到达", 0.45), ("绕行", 0.20), ("他单", 0.15), ("装载", 0.10), ("均衡", 0.10))


@dataclass(frozen=True, slots=True)
class WarehouseLevel:
    """Event ``warehouse_level``: a compartment's level as it was read, when it has changed by a tenth of a
    percent or ten minutes have gone by."""

    warehouse_id: str
    warehouse_name: str
    pollutant: str
    pollutant_word: str
    level_pct: float
    capacity_t: float
    at: datetime
    lon: float
    lat: float
    leak: bool | None = None
    temp_c: float | None = None
