"""Events about one boat's standing: its colour turned, a finding moved, its hand-ins look alike, a paper ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BoatCodeTurned:
    """Event ``boat_code``: only when a known code became another one. ``ratio`` is None while nothing is
    expected of the boat."""

    boat_id: str
    vessel_no: str
    home_port: str
    code_before: str
    code: str  # UNKNOWN GREEN YELLOW RED
    ratio: float | None
    expected_kg: float
    handed_in_kg: float
    days_without: int | None
    coverage: float  # 0–1, share of hours with a fix
    at: datetime


@dataclass(frozen=True, slots=True)
class DischargeFindingMoved:
    """Event ``discharge_finding``: a finding was raised, revised, withdrawn or checked."""

    finding_id: str
    version: int
    state: str  # raised withdrawn checked
    boat_id: str
    vessel_no: str
    why: str  # 油膜报告 0.8 海里
    score: int  # 0–100
    coverage: float  # 0–1
    others_near: int
    place: str
    lon: float
    lat: float
    at: datetime


@dataclass(frozen=True, slots=True)
class PointsPosted:
    """Event ``points_posted``: a hand-in was signed for, with what stands beside it. ``signer_is_collector``
    is None where nobody said who signed."""

    request_id: str
    boat_id: str
    vessel_no: str
    pollutant: str
    mass_kg: int
    points: int
    hand_ins_today: int  # of the boat, this one among them
    same_mass: int  # of the boat within the days looked back on with this mass to the kilogram, this one among them
    signer_is_collector: bool | None
    place: str
    lon: float
    lat: float
    at: datetime


@dataclass(frozen=True, slots=True)
class CertificateDue:
    """Event ``certificate``: one a day and certificate that is near its end. ``days_left`` is negative after it."""

    holder_id: str
    holder: str
    holder_kind: str  # collection | fishing
    kind: str  # 检验证书
    valid_until: datetime
    days_left: int
    at: datetime
