"""Topics of the scene 海安: who fell silent, who must come back, and how the sea stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SilentBoat:
    """Topic ``silent_boats``: registered, heard of once, and not for a while by any way."""

    id: str  # MMSI as text
    vessel_no: str
    home_port: str
    last_at: datetime
    last_source: str  # AIS, 北斗, 平台
    ais_at: datetime | None
    beidou_at: datetime | None
    at_sea: bool
    poor_reception: bool
    place: str
    lon: float
    lat: float
    wind_bft: int | None


@dataclass(frozen=True, slots=True)
class RecallRow:
    """Topic ``recall_list``: a boat outside whose wind rating the forecast reaches, the farthest first."""

    id: str
    vessel_no: str
    rating_bft: int
    is_rating_known: bool  # else by its length
    forecast_bft: int
    gale_at: datetime
    hours_to_port: float
    is_far: bool  # further than the hours the site allows
    port: str
    place: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class RatingRow:
    """How many boats of one wind rating are outside."""

    rating_bft: int
    at_sea: int
    recalled: int


@dataclass(frozen=True, slots=True)
class SeaSafety:
    """Topic ``sea_safety``, one record. ``season_fault`` says why the moratorium is not watched."""

    id: str
    at: datetime
    at_sea: int
    in_port: int
    silent: int
    doubted: int
    ratings: tuple[RatingRow, ...]
    recalled: int
    far: int
    season_fault: str = ""
