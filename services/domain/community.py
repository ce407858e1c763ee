"""The community's figures: who lives there, its elders, disputes, party, devices and supply."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.domain.figures import Bar
from services.domain.masked import Masked


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
