"""What checkpoints tell us: passages, persons, and the state of the checkpoints themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.alert import AlertLevel, Step


class TimeFlag(StrEnum):
    """Where the moment of an event came from, when it was not a plain 14-digit PassTime."""

    PLAIN = ""
    MILLISECONDS = "milliseconds"  # 17 digits
    EPOCH = "epoch"  # epoch milliseconds
    REPAIRED = "repaired"  # blanks or separators inside
    FROM_IMAGE = "from_image"  # no PassTime; the picture's ShotTime
    AHEAD = "ahead"  # later than we received it: the device's clock is fast


@dataclass(frozen=True, slots=True)
class Passage:
    """One vehicle before one camera, once.

    Unknown is None (or ``""`` for a word). ``plate_no`` is normalised with ``-`` for an unread
    character, ``plate_raw`` as sent; ``plate_flag`` is a ``PlateKind``. Colours are Chinese words,
    ``vehicle_class`` and ``plate_class`` the codes of the protocol. What the registers say is what they
    said when the passage was received; a register that was stale then says nothing.
    """

    passage_id: str
    checkpoint_id: str
    device_id: str
    passed_at: datetime
    checkpoint_name: str = ""
    lane: int | None = None
    direction: str = ""
    plate_no: str = ""
    plate_raw: str = ""
    plate_colour: str = ""
    plate_class: str = ""
    plate_flag: str = "none"
    has_plate: bool | None = None
    vehicle_class: str = ""
    vehicle_colour: str = ""
    speed_kmh: float | None = None
    confidence: float | None = None  # of the plate, 0–1
    opacity_pct: float | None = None  # exhaust remote sensing 不透光度
    ringelmann: float | None = None
    no_ppm: float | None = None
    vsp_valid: bool | None = None  # whether the vehicle's power made the reading usable
    axle_mass_t: float | None = None
    lon: float | None = None
    lat: float | None = None
    time_flag: str = ""
    # further readings of the camera and its checkpoint
    vehicle_brand: str = ""
    unread_chars: int | None = None  # of the plate
    is_covered: bool | None = None  # the plate is, in part
    smoke_confirmed: bool | None = None  # black smoke, seen on video
    axles: int | None = None
    total_mass_t: float | None = None
    is_loaded: bool | None = None
    is_sheeted: bool | None = None  # False: the load lies open
    image: str = ""  # SHA-256 of the main picture's file
    # worked out at reception
    local_hour: float | None = None  # of passed_at in Shanghai, 0 ≤ h < 24
    clock_trusted: bool | None = None  # False: the camera's clock is known to be off
    at_hub: bool | None = None  # 客运集散点
    blind_road: bool | None = None  # 断头路
    grid_code: str = ""  # of the checkpoint, as the directory says
    # from the registers
    use: str = ""  # 使用性质 非营运 公路客运 旅游客运 货运 危化品 渣土 冷链 畜禽 医废
    registered_class: str = ""
    registered_colour: str = ""
    registered_brand: str = ""
    mismatches: int | None = None  # of class, colour and brand, those seen otherwise than registered
    inspection_overdue_d: float | None = None  # 0: in date
    is_scrapped: bool | None = None
    open_offences: int | None = None
    permit_ok: bool | None = None  # holds the permit, certificate or filing its use demands
    route_ok: bool | None = None  # this checkpoint is on the permitted route
    hours_ok: bool | None = None
    at_destination: bool | None = None


@dataclass(frozen=True, slots=True)
class DispositionHit:
    """A hit the police platform tells us of: a number, a place and a moment, never a person's data."""

    hit_id: str
    disposition_id: str
    title: str
    category: str  # person | vehicle | nonmotor | keyword | health_drill
    triggered_at: datetime
    checkpoint_id: str = ""
    checkpoint_name: str = ""
    object_id: str = ""
    time_flag: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class CheckpointState:
    """One checkpoint's devices over the last minutes. None: not known, be it for want of passages."""

    state_id: str
    checkpoint_id: str
    checkpoint_name: str
    at: datetime
    recognition_pct: float | None = None
    clock_drift_s: float | None = None
    frozen_min: float | None = None  # for so long its readings have not changed
    poor_images_pct: float | None = None
    passages: int | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class ConvoyFound:
    """Two vehicles that passed ``checkpoints`` checkpoints close together on ``days`` days: a hint."""

    convoy_id: str
    plate_no: str
    other_plate: str
    checkpoints: int
    days: int
    first_at: datetime
    last_at: datetime
    checkpoint_id: str = ""  # of the last time
    checkpoint_name: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Reinspection:
    """复检结果: what a station found when a vehicle that was told to come came."""

    result_id: str
    plate_no: str
    station: str
    inspected_at: datetime
    passed: bool
    text: str = ""


@dataclass(frozen=True, slots=True)
class PersonEvent:
    """A person before a camera, as an event of the device: no name, no face, no features."""

    person_id: str
    device_id: str
    seen_at: datetime
    checkpoint_id: str = ""
    time_flag: str = ""
    lon: float | None = None
    lat: float | None = None


class CheckpointStatus(StrEnum):
    ONLINE = "online"
    SILENT = "silent"  # should speak and does not: unknown
    STOPPED = "stopped"  # taken out of service by its owner


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One checkpoint now: where it is, whether it speaks, what passes."""

    id: str  # 20 digits
    name: str
    lon: float
    lat: float
    lanes: int
    status: CheckpointStatus = CheckpointStatus.SILENT
    flow_per_h: int | None = None  # of the last 5 minutes, as an hour; None while unknown
    recognition_pct: float | None = None  # plates read / vehicles, last 5 minutes
    last_heard: datetime | None = None
    clock_drift_s: float | None = None  # device time − our time, last passage


@dataclass(frozen=True, slots=True)
class CheckpointPlace:
    """The directory's word on a checkpoint: what is known of it without hearing from it."""

    id: str
    name: str
    lon: float
    lat: float
    lanes: int
    in_service: bool = True
    at_hub: bool | None = None
    blind_road: bool | None = None
    grid_code: str = ""


@dataclass(frozen=True, slots=True)
class BoardItem:
    """One line of a department's column; ``step`` is the clock that runs, until ``due_at``."""

    alert_id: str
    level: AlertLevel
    signed: bool
    title: str
    place: str
    step: Step | None = None
    due_at: datetime | None = None
    word: str = ""  # of a clock that is no alert's: 复检, 接收, 反馈


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """One of the six departments: what it has open, what is late, what it closed today."""

    department: str
    open: int
    overdue: int
    closed_today: int
    worst: AlertLevel | None = None  # of the open ones
    worst_signed: bool = True
    items: tuple[BoardItem, ...] = ()


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    """All devices in one record. ``*_note`` names the one that matters most. Counts are None while unknown."""

    online: int | None  # None while the whole feed is cut: nothing is known of any
    total: int
    online_note: str = ""
    low_recognition: int | None = 0
    low_recognition_note: str = ""
    drifting: int | None = 0
    drifting_note: str = ""
    poor_image: int | None = None  # None: no device reports it
    poor_image_note: str = ""


@dataclass(frozen=True, slots=True)
class FlowHour:
    """One hour of the Shanghai day, all checkpoints, as their own platform counts it: what usually
    passes (P10 and P90 of 28 days), what passed yesterday and today; None for what is to come."""

    hour: int
    p10: float
    p90: float
    yesterday: int
    today: int | None = None
