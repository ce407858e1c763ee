"""The words of fire watch: what fire devices, cameras and roof surveys tell, and a device as it stands.

The three event records are flat, as every event's: their fields are columns of the store and names a rule's
``where`` may use. None holds a name or a room number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeviceKind(StrEnum):
    SMOKE = "smoke"
    HEAT = "heat"
    CALL_POINT = "manual_call_point"
    HYDRANT = "hydrant"  # in the street
    INDOOR_HYDRANT = "indoor_hydrant"
    SPRINKLER = "sprinkler"  # at the end of its line
    RESIDUAL_CURRENT = "residual_current"
    CABLE_TEMP = "cable_temp"
    CHARGING = "charging"  # a circuit, or a shed
    LIFT = "lift"  # the e-bike guard of a lift
    GAS = "gas"  # its readings are events of their own


KIND_WORDS: Mapping[str, str] = {
    DeviceKind.SMOKE: "独立烟感",
    DeviceKind.HEAT: "感温",
    DeviceKind.CALL_POINT: "手动报警",
    DeviceKind.HYDRANT: "消火栓",
    DeviceKind.INDOOR_HYDRANT: "室内栓",
    DeviceKind.SPRINKLER: "喷淋末端",
    DeviceKind.RESIDUAL_CURRENT: "剩余电流",
    DeviceKind.CABLE_TEMP: "线缆温度",
    DeviceKind.CHARGING: "充电设施",
    DeviceKind.LIFT: "电动车梯控",
    DeviceKind.GAS: "可燃气体",
}


class DeviceState(StrEnum):
    """What a report says. SILENT, HEARD and UNANSWERED are told by the collector, the others by the device."""

    NORMAL = "normal"  # also: back to normal
    ALARM = "alarm"
    FAULT = "fault"
    MEASURED = "measured"  # a reading
    SIGNATURE = "signature"  # of a vehicle that charges, in the power of a circuit
    SILENT = "silent"
    HEARD = "heard"
    UNANSWERED = "unanswered"  # nobody has confirmed or excluded the fire in time


STATE_WORDS: Mapping[str, str] = {
    DeviceState.NORMAL: "正常",
    DeviceState.ALARM: "报警",
    DeviceState.FAULT: "故障",
    DeviceState.MEASURED: "正常",
    DeviceState.SIGNATURE: "疑似充电",
    DeviceState.SILENT: "失联",
    DeviceState.HEARD: "恢复",
    DeviceState.UNANSWERED: "未确认",
}


@dataclass(frozen=True, slots=True)
class FireDeviceReport:
    """Event ``fire_device``: what one device tells at one moment.

    ``value`` in ``unit``: MPa, mA, °C, W. ``flow_m3h`` and ``tilt_deg`` are a hydrant's; ``works_permit`` says
    whether work at it is registered for that moment, None when nobody could say. ``alarm_of`` is the report
    that an UNANSWERED one is about.
    """

    report_id: str
    device_id: str
    kind: str  # DeviceKind
    state: str  # DeviceState
    estate_id: str
    estate_name: str
    at: datetime
    building: str = ""  # 3 幢
    unit_name: str = ""  # 2 单元
    spot: str = ""  # 公共走道, 北门外
    dwelling_id: str = ""
    value: float | None = None
    unit: str = ""
    battery_pct: int | None = None
    flow_m3h: float | None = None
    tilt_deg: float | None = None
    works_permit: int | None = None  # 0 or 1
    silent_h: float | None = None
    alarm_of: str = ""
    hydrants: str = ""  # the nearest, with their pressure
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class CameraState:
    """Event ``camera_state``: how a camera of the community itself does."""

    camera_id: str
    estate_id: str
    estate_name: str
    building: str
    state: str  # well | offline | covered | moved
    at: datetime
    offline_min: float | None = None
    ssim: float | None = None  # likeness of its picture with the one it was set up with, 0–1


@dataclass(frozen=True, slots=True)
class RoofChange:
    """Event ``roof_change``: a roof or balcony that looks otherwise than in the survey before."""

    change_id: str
    estate_id: str
    estate_name: str
    building: str
    spot: str  # 屋面东侧
    area_m2: float
    days_seen: int  # different days on which it was there
    permit: int | None  # 0 or 1: whether the building permits have one; None when nobody could say
    first_seen: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class FireDevice:
    """One device as it stands. ``flaps`` counts its raises of the last ten minutes; ``heard_at`` is None when their
    moment cannot be read."""

    id: str
    kind: str  # DeviceKind
    estate_id: str
    estate_name: str
    building: str
    unit_name: str
    spot: str
    state: str  # DeviceState
    heard_at: datetime | None
    value: float | None = None
    unit: str = ""
    battery_pct: int | None = None
    note: str = ""
    flaps: int = 0
    lon: float | None = None
    lat: float | None = None
    dwelling_id: str = ""
