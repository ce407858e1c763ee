"""What a community's gates, meters and cameras tell.

The three records are flat: their fields are columns of the store and names a rule's ``where`` may use, so
they hold text, numbers and moments only. No record carries a name at the gate, a face or a room number; who
a pseudonym is, only the gate's own register knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
