"""The words of a community: its estates and buildings, who lives there, what its gates, meters and cameras tell.

The three event records are flat: their fields are columns of the store and names a rule's ``where``
may use, so they hold text, numbers and moments only. No record carries a name at the gate, a face
or a room number; who a pseudonym is, only the gate's own register knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.domain.figures import Bar
from services.domain.masked import Masked

# ------------------------------------------------------------------------------------------ events


class PersonCategory(StrEnum):
    """What the gate's lists say a person is. UNKNOWN is on none of them."""

    RESIDENT = "resident"
    FLOATING = "floating"
    VISITOR = "visitor"
    COURIER = "courier"  # couriers, takeaway, cleaners
    PROPERTY = "property"  # property staff
    UNKNOWN = "unknown"


class CameraKind(StrEnum):
    FALLING_OBJECT = "falling_object"
    EBIKE_IN_LIFT = "ebike_in_lift"
    CORRIDOR_CHARGING = "corridor_charging"
    FIRE_LANE_BLOCKED = "fire_lane_blocked"
    CROWD = "crowd"
    OPEN_FLAME = "open_flame"
    EBIKE = "ebike"  # somewhere; in a lift is EBIKE_IN_LIFT
    SHOP_OUTSIDE = "shop_outside"
    ILLEGAL_CONSTRUCTION = "illegal_construction"


CAMERA_TITLES = {
    CameraKind.FALLING_OBJECT: "疑似高空抛物",
    CameraKind.EBIKE_IN_LIFT: "电动车进电梯",
    CameraKind.CORRIDOR_CHARGING: "疑似楼道充电",
    CameraKind.FIRE_LANE_BLOCKED: "疑似占用消防通道",
    CameraKind.CROWD: "疑似人员聚集",
    CameraKind.OPEN_FLAME: "疑似明火",
    CameraKind.EBIKE: "电动车",
    CameraKind.SHOP_OUTSIDE: "疑似店外经营",
    CameraKind.ILLEGAL_CONSTRUCTION: "疑似违章搭建",
}
_VENDOR = "vendor_"


def camera_title(kind: str) -> str:
    """疑似高空抛物; of a vendor's number nobody told us the meaning of, the number."""
    if kind.startswith(_VENDOR):
        return f"厂商事件 {kind.removeprefix(_VENDOR)}"
    return CAMERA_TITLES[CameraKind(kind)] if kind in set(CameraKind) else ""


class MeterKind(StrEnum):
    WATER = "water"
    POWER = "power"
    GAS = "gas"


@dataclass(frozen=True, slots=True)
class GatePassage:
    """One person once through one gate, under the gate's pseudonym.

    ``registered``, ``resident`` and ``visitor`` are 0 or 1 as the gate's lists stood at that moment:
    registered = has a residence registration, resident = lives there by household register,
    visitor = announced that day, minor = under age, kin = on a resident's list of visiting parents and
    children, protected = on the consented list of persons whom a lost way endangers, accompanied =
    somebody went through with him. ``known_as`` is the mask of a name some register has (林*), or empty.
    """

    passage_id: str
    estate_id: str
    estate_name: str
    gate: str
    direction: str  # in | out
    person_id: str  # pseudonym, stable at one estate
    category: str  # PersonCategory
    registered: int
    resident: int
    visitor: int
    passed_at: datetime
    building: str = ""  # 3 幢
    known_as: str = ""
    local_hour: float | None = None  # of passed_at in Shanghai, 0 ≤ h < 24
    minor: int | None = None  # 0 or 1, like the next three; None: the gate does not say
    kin: int | None = None
    protected: int | None = None
    accompanied: int | None = None


@dataclass(frozen=True, slots=True)
class MeterReading:
    """The counter of one meter. ``used`` is what it moved over the ``minutes`` before; unknown (None) for its
    first and for one whose interval was told already. ``mark`` says what is special: ``domain/meters.py: Mark``."""

    reading_id: str
    meter_id: str
    meter_kind: str  # MeterKind
    read_at: datetime
    cum_value: float
    unit: str  # m3 | kWh
    dwelling_id: str  # empty for an estate's main
    estate_id: str = ""
    used: float | None = None
    minutes: float | None = None
    mark: str = ""
    building_id: str = ""


@dataclass(frozen=True, slots=True)
class CameraEvent:
    """What an estate's camera believes it saw. ``track`` is ``x,y x,y …`` in thousandths of the picture.

    The floor a thing fell from is a candidate only and is not part of the record.
    """

    event_id: str
    camera_id: str
    estate_id: str
    estate_name: str
    building: str  # 3 幢
    kind: str  # CameraKind
    score: float  # 0–1
    occurred_at: datetime
    track: str = ""
    frames: int = 0
    floors_down: float = 0.0
    held_s: float | None = None  # how long it was seen; None when the camera does not say
    object_class: str = ""  # of what was seen: ebike, bicycle, wheelchair, pram, …
    dwelling_id: str = ""  # of the household, where a lift's card reader says so
    fall_ms2: float | None = None  # downward acceleration of the track
    looks_like: str = ""  # bird, laundry, leaf: what the track would rather be
    wind_bft: int | None = None
    person_hit: int | None = None  # 0 or 1
    mass_kg: float | None = None
    persons: int | None = None
    area_m2: float | None = None
    hydrants: str = ""  # the nearest, of a flame


# ----------------------------------------------------------------------------- estates and buildings

Point = tuple[float, float]  # (lon, lat), WGS-84


@dataclass(frozen=True, slots=True)
class Estate:
    """One residential estate as a sketch: outline and blocks are drawn, not surveyed."""

    id: str
    name: str
    people: int
    buildings: int
    outline: tuple[Point, ...]
    blocks: tuple[tuple[Point, ...], ...]
    patrols: tuple[Point, ...] = ()
    unknown: bool = False  # its devices are silent: what happens there is not known


class Use(StrEnum):
    """How a dwelling is used, as one letter of ``Unit.floors``."""

    OWN = "o"
    LET_REGISTERED = "r"
    LET_OPEN = "l"  # let, occupants not registered yet
    VACANT = "v"
    UNKNOWN = "u"
    NONE = "."  # no dwelling here: hall, lift


@dataclass(frozen=True, slots=True)
class Unit:
    """One staircase. ``floors[0]`` is the second floor, one letter of ``Use`` a dwelling;
    ``ground`` says what is on the first."""

    name: str
    lift: str
    ground: str
    floors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellMark:
    """Somebody an alert may be about, at a place in the section. ``at`` counts from the left, from 0."""

    unit: int
    floor: int  # as spoken: the first one with dwellings is 2
    at: int
    kind: str  # elder | guest
    subject_id: str


@dataclass(frozen=True, slots=True)
class Building:
    id: str
    estate_id: str
    estate_name: str
    name: str  # 3 幢
    units: tuple[Unit, ...]
    marks: tuple[CellMark, ...]
    passages_today: int
    passages_usual: int | None  # mean of the last 7 days at this hour
    elders: int
    hydrant_mpa: float | None  # indoor hydrant; None while silent
    hydrant_limit_mpa: float = 0.25


# --------------------------------------------------------------------------------- people and houses


@dataclass(frozen=True, slots=True)
class AgeBand:
    label: str  # 80+, 70, …
    male_permille: float  # of the whole population
    female_permille: float


@dataclass(frozen=True, slots=True)
class DayFlow:
    """Floating people who came and who left on one day."""

    day: date
    came: int
    left: int


@dataclass(frozen=True, slots=True)
class Heads:
    """How many live in one building."""

    estate_id: str
    estate_name: str
    building_id: str
    building: str  # 3 幢
    resident: int
    floating: int

    @property
    def total(self) -> int:
        return self.resident + self.floating


@dataclass(frozen=True, slots=True)
class PopulationSummary:
    resident: int
    floating: int
    net_flow_7d: int
    bands: tuple[AgeBand, ...]  # oldest first
    flows: tuple[DayFlow, ...] = ()  # the last seven days, today last
    heads: tuple[Heads, ...] = ()  # by estate and building

    @property
    def total(self) -> int:
        return self.resident + self.floating


@dataclass(frozen=True, slots=True)
class RentalSummary:
    """Origins are a statistic and may never be a condition of a rule."""

    rentals: int
    hotel_style: int  # under hotel-style management
    expiring_30d: int  # registrations that end within 30 days
    checks_overdue: int
    to_verify: int
    registered: int  # floating people with a registration
    unregistered: int  # confirmed without one, not registered yet
    origins: tuple[Bar, ...]
    leases_30d: int | None = None  # leases that end within 30 days


@dataclass(frozen=True, slots=True)
class RegisterSamples:
    """Registrations that were checked at the door this quarter, and those found right."""

    checked: int
    right: int


@dataclass(frozen=True, slots=True)
class DisputeSummary:
    year: int
    open: int
    over_7d: int
    mean_days: float | None
    resolved: int  # of those due this year
    due: int
    kinds: tuple[Bar, ...]
    per_week: float = 0.0
    total: int = 0  # filed this year
    ages: tuple[Bar, ...] = ()  # of the open ones
    funnel: tuple[Bar, ...] = ()  # by state
    collective: int = 0  # open, of many households
    visits_late: int = 0


# -------------------------------------------------------------------------------------------- elders


class CareClass(StrEnum):
    HIGH = "high"  # 高风险
    KEY = "key"  # 重点
    GENERAL = "general"  # 一般


class Safety(StrEnum):
    """Today's answer to “is she all right?”. Silence of a device is UNKNOWN, never CONFIRMED."""

    CONFIRMED = "confirmed"
    AWAY = "away"
    PENDING = "pending"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Elder:
    """One elder who lives alone. ``water_24h`` is m³ an hour, oldest first; None is an hour without a reading."""

    id: str
    name: Masked
    care: CareClass
    estate_name: str
    building: str
    safety: Safety
    water_24h: tuple[float | None, ...]
    last_activity: datetime | None
    proof: str  # what confirmed today: 用水 | 门磁 | 探访 | 电话, or empty
    note: str  # 女儿接走 至 23 日, 水表失联 26 时, 今日已确认
    next_step: str
    visit_due: date | None = None
    visit_on_time: bool | None = None  # of the visit that fell due in the last 30 days; None when none did
    dwelling_id: str = ""
    estate_id: str = ""
    proved_at: datetime | None = None  # of the newest door contact, call or visit the register has
    away_until: datetime | None = None  # of the last notice; she is away while ``safety`` says so
    settling: bool = False  # back, or proved safe by a person, less than 24 h ago: silence says nothing yet
    unmonitored: str = ""  # why she is not watched: 未签同意书, 已撤回同意
    consent: str = ""  # who signed, and when
    visited_at: datetime | None = None  # the last visit made
    changed_at: datetime | None = None  # the last major change in her life; never what it was
    devices_off: int = 0  # of her door contact, button, wearable …, silent for 24 h
    silent_device: str = ""  # the one that is silent longest
    silent_since: datetime | None = None
    chain_id: str = ""  # the contact chain that runs
    visit_late: bool = False


# ------------------------------------------------------------------------- fire, cameras, party, meters


@dataclass(frozen=True, slots=True)
class FireRow:
    id: str
    title: str  # 独立烟感
    installed: int
    online: int
    alarms: int
    note: str
    hazards_due: int = 0  # hidden dangers whose rectification fell due
    hazards_rectified: int = 0
    faults: int = 0
    low_battery: int = 0
    measured: int = 0  # devices whose pressure is known
    pressed: int = 0  # of these, with a pressure that meets the limit


@dataclass(frozen=True, slots=True)
class EagleEye:
    """The newest camera event and how cameras did. ``track`` is in thousandths of the picture, from its top left."""

    event_id: str
    title: str  # 疑似高空抛物
    estate_name: str
    building: str
    occurred_at: datetime | None
    track: tuple[tuple[int, int], ...]
    frames: int
    floors_down: float
    excluded: str  # 鸟 晾衣 落叶
    today: int
    confirmed_30d: int
    judged_30d: int


def seen_by_all(eyes: Iterable[EagleEye]) -> EagleEye | None:
    """What the community's own cameras and those of other libraries saw: the newest of it, counts together."""
    known = sorted(eyes, key=lambda eye: eye.occurred_at.timestamp() if eye.occurred_at else 0.0)
    if not known:
        return None
    return replace(
        known[-1],
        today=sum(eye.today for eye in known),
        confirmed_30d=sum(eye.confirmed_30d for eye in known),
        judged_30d=sum(eye.judged_30d for eye in known),
    )


@dataclass(frozen=True, slots=True)
class PartySummary:
    members: int
    branches: int
    meetings_done: int
    meetings_planned: int
    volunteer_hours: int
    double_reports: int


@dataclass(frozen=True, slots=True)
class UtilitySummary:
    leaks: int
    power_anomalies: int
    gas_alarms: int
    silent_meters: int  # no reading for 24 h
    meters: int
