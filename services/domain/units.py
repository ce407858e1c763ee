"""执勤单位: who is on the road, where, and how long they take to a checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.domain.intercept_settings import InterceptSettings
from services.domain.travel_table import Spot, apart_km


class UnitState(StrEnum):
    FREE = "free"  # 巡逻 or 待命
    BUSY = "busy"  # on a task
    OFF = "off"  # out of service


STATE_WORDS = {UnitState.FREE: "可派", UnitState.BUSY: "执行任务", UnitState.OFF: "停勤"}


@dataclass(frozen=True, slots=True)
class Unit:
    """One patrol, by its call sign; never who sits in it. ``seen_at`` is the moment of its position."""

    id: str
    call_sign: str  # 交警 07
    department: str
    lon: float
    lat: float
    state: UnitState
    seen_at: datetime
    course_deg: float | None = None


def travel_s(unit: Unit, place: Spot, settings: InterceptSettings) -> float:
    """Seconds that four of five patrols keep to, over the length of the road."""
    km = apart_km(Spot(unit.id, unit.call_sign, unit.lon, unit.lat), place)
    return km * settings.road_factor / settings.unit_kmh * 3600


def can_go(unit: Unit, now: datetime, settings: InterceptSettings) -> bool:
    """Free, and its position not too old to count on."""
    return unit.state is UnitState.FREE and now - unit.seen_at <= timedelta(minutes=settings.stale_unit_min)
