"""What meters and gas sensors tell the rules, worked out from their readings: see docs/meters.md.

Flows are m³/h, power kW, moments aware UTC. ``None`` is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class GasReading:
    """Event ``gas_reading``: the concentration a combustible gas sensor measured."""

    reading_id: str
    meter_id: str
    lel_pct: float  # of the lower explosive limit
    estate_id: str
    building_id: str
    dwelling_id: str
    read_at: datetime
    place: str = ""  # 城市花园 3 幢


@dataclass(frozen=True, slots=True)
class GasFlow:
    """Event ``gas_flow``: a gas meter runs. Told with each report of a run that has lasted an hour at night or
    passes what is usual, and when that is over (``over``)."""

    meter_id: str
    dwelling_id: str
    estate_id: str
    building_id: str
    flow_m3h: float
    night_min: float  # without pause between 23:00 and 05:00
    p95_m3h: float | None  # of this meter, 28 days
    times_p95: float | None
    over: bool
    read_at: datetime
    place: str = ""


@dataclass(frozen=True, slots=True)
class PowerHour:
    """Event ``power_hour``: what a dwelling drew on average over the last full hour of its meter, against the
    median of the same hour. Told while it is more than usual, and when that is over (``over``)."""

    meter_id: str
    dwelling_id: str
    estate_id: str
    building_id: str
    kw: float
    usual_kw: float | None
    times_usual: float | None
    over: bool
    read_at: datetime
    place: str = ""


@dataclass(frozen=True, slots=True)
class NightFlow:
    """Event ``night_flow``: the least flow of an estate's mains between 02:00 and 04:00, once a night."""

    estate_id: str
    estate_name: str
    night: str  # 2026-11-21, the day it ends in
    flow_m3h: float
    median_28d: float | None  # of the nights before; None while too few are known
    times_median: float | None
    nights: int
    read_at: datetime


@dataclass(frozen=True, slots=True)
class BuildingOutage:
    """Event ``building_outage``: many meters of one building fell silent, or stopped at zero, within minutes.
    ``elders`` and ``protected`` (households on the consent list of protected supply) are numbers only."""

    building_id: str
    building: str
    estate_id: str
    estate_name: str
    kind: str  # water | power | gas
    silent: int
    zero: int
    affected: int
    meters: int  # of that kind in the building that report
    over: bool
    elders: int | None
    protected: int | None
    began_at: datetime
    read_at: datetime
