"""What is told of elders who live alone. Volumes are m³, spans hours unless named otherwise.

No record carries a name, a diagnosis or a room; ``beyond`` is the mark a device sets itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ElderActivity:
    """Event ``elder_activity``: how long nothing was heard of one elder, told at every further half hour of
    it, when it is over, and when the watch begins or stops.

    ``state`` is watched, away or stopped (no consent). Hours begin anew when an elder comes back and when a
    person has proved her safe; they count to the meter's last word: a silent meter adds none, and ``meter``
    then says so. ``personal_h`` is the elder's own limit, only ever stricter.
    """

    elder_id: str
    dwelling_id: str
    estate_id: str
    estate_name: str
    building: str
    care: str  # high | key | general
    state: str  # watched | away | stopped
    meter: str  # reports | silent | none
    low_h: float | None  # less than the least water, the night left out where it does not count
    dry_h: float | None  # the same by the clock
    water_24h_m3: float | None
    some_use: bool  # some half hour of the last 24 h had a litre: a drip or a flush, not nothing
    personal_h: float | None
    run_h: float  # use in every half hour
    drip_lph: float  # litres an hour that never stop, taken off
    idle_h: float | None  # no door, motion, power change, answered call or visit; None without any sensor
    unanswered: int  # calls to the elder since then that nobody took
    door_unanswered: bool
    trouble: bool  # somebody reached says that something is wrong
    out_week: float | None  # usual outings a week
    home_h: float | None  # since the last one
    silent_h: float | None  # of the device that is silent longest, the meter left out
    silent_device: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ElderDevice:
    """Event ``elder_device``: one word of a device in an elder's home or on the wrist.

    ``kind``: door, motion, power, outing, homecoming, call, visit, sos, fall, fall_recovered, smoke, gas, vital.
    ``beyond`` is 0, 1 or 2 as the device marks its own reading (limit, severe limit); of other kinds 0.
    """

    event_id: str
    elder_id: str
    dwelling_id: str
    device_id: str
    kind: str
    value: float | None
    unit: str
    beyond: int
    estate_id: str
    estate_name: str
    building: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ElderVisitState:
    """Event ``elder_visit``: how a visit stands, told when it falls due, each further day, and when made."""

    elder_id: str
    dwelling_id: str
    estate_id: str
    estate_name: str
    building: str
    care: str
    state: str  # planned | overdue | away | made
    since_d: float  # since the last visit, or since the major change
    limit_d: float
    after_change: bool
    due_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class ElderCallTold:
    """Event ``elder_call``: a call the community's robot or operator made, as their system tells it."""

    call_id: str
    elder_id: str
    whom: str  # elder | family | neighbour | grid | police | ambulance
    rank: int  # among the family, from 1; 0 for others
    result: str  # safe | trouble | no_answer | bad_number | rejected
    by_robot: bool
    at: datetime


SENSED = ("door", "motion", "power", "outing", "homecoming")
PROOFS = (*SENSED, "call", "visit")
PROOF_WORDS = {
    "door": "门磁",
    "motion": "活动",
    "power": "用电",
    "outing": "出门",
    "homecoming": "回家",
    "call": "电话",
    "visit": "探访",
}
