"""What others saw: films of oil on the water, and what was in a boat's tank when it came home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

BY_WORDS = {"patrol": "巡航", "drone": "无人机", "satellite": "卫星"}


@dataclass(frozen=True, slots=True)
class FilmReport:
    """油膜报告: a film seen at one place and moment. It says nothing of whose it is."""

    id: str
    seen_at: datetime
    lon: float
    lat: float
    by: str  # patrol drone satellite
    area_m2: float | None = None


@dataclass(frozen=True, slots=True)
class TankCheck:
    """How full the oily-water tank of a boat was at a check in port, 0–100 %."""

    id: str
    boat_id: str
    at: datetime
    port: str
    level_pct: float
