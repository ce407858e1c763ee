"""What the monitor of the fleet tells the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class VesselExecution:
    """Event ``vessel_execution``: how a collection vessel keeps to its plan, when that has changed by more
    than the eye lets pass. A figure that is not known is 0; ``number`` is "" without a next hand-in.

    ``late_min`` is of the arrival now expected against the promised window, its grace not taken off.
    """

    vessel_id: str
    vessel_name: str
    request_id: str
    number: str
    place: str
    late_min: int
    drift_min: int
    silent_min: int
    off_route_nm: float
    overload_t: float
    at: datetime
    lon: float
    lat: float
