"""The vehicles of the demo's checkpoint stories: who they are, what they carry, when they pass where.

Each rule that needs one passage and its registers shows once in the first twenty minutes, not so close
upon each other that it were a flood; the coach comes at twenty to three at night, when coaches should
stand still.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from services.district.roads_network import BY_NAME
from services.district.roads_traffic import CLONED, Sighting, Vehicle
from services.domain.timebase import local

TANKER = Vehicle("浙J62918", "6", "01", "H14", "2")
OVERLOADED = Vehicle("浙JA3375", "6", "01", "H11", "4")
MUCK = Vehicle("浙J7D206", "6", "01", "H17", "8")
SMOKING = Vehicle("浙J51K83", "6", "01", "H21", "2")
OVERDUE = Vehicle("浙J3N66Q", "5", "02", "K33", "3")
SCRAPPED = Vehicle("浙JT0412", "5", "02", "K33", "5")
CHILLED = Vehicle("浙JL5730", "5", "02", "H31", "2")
OFFENDER = Vehicle("浙J9P31X", "5", "02", "K33", "1")
LIVESTOCK = Vehicle("皖S20E67", "6", "01", "H21", "4")
CLINICAL = Vehicle("浙J0Y158", "5", "02", "H31", "2")
COACH = Vehicle("浙J81506", "6", "01", "K11", "2")

BRANDS: Mapping[str, str] = {
    TANKER.plate: "东风",
    OVERLOADED.plate: "解放",
    MUCK.plate: "陕汽",
    COACH.plate: "宇通",
    CLONED.plate: "大众",
}
COACH_AT = timedelta(hours=2, minutes=40)  # of the Shanghai day


def register_story(start: datetime) -> Iterator[Sighting]:
    """Every sighting of these vehicles, at fixed district seconds after the start."""
    begin = start.timestamp()
    for after_s, name, vehicle, direction, extra in _SEEN:
        yield _seen(begin + after_s, name, vehicle, direction, extra)
    night = local(start).replace(hour=0, minute=0, second=0, microsecond=0) + COACH_AT
    if night <= start:
        night += timedelta(days=1)
    yield _seen(night.timestamp(), "甬台温高速口", COACH, "1", {})


def _seen(at_s: float, name: str, vehicle: Vehicle, direction: str, extra: Mapping[str, Any]) -> Sighting:
    brand = {"VehicleBrand": BRANDS[vehicle.plate]} if vehicle.plate in BRANDS else {}
    return Sighting(at_s, 0, BY_NAME[name], vehicle, direction, extra={**brand, **extra})


_NO_EXTRA: Mapping[str, Any] = {}
_OPEN_LOAD = {"LoadObject": {"IsLoaded": True, "IsSheeted": False}}
_HEAVY = {"WeighingObject": {"TotalMass": 58.4, "Axles": 6, "AxleMass": 10.9}}
_BLACK = {"SmokeObject": {"Confirmed": True}}
_SEEN: tuple[tuple[float, str, Vehicle, str, Mapping[str, Any]], ...] = (
    (260, "海门港", TANKER, "3", _NO_EXTRA),  # on its route
    (300, "葭沚", OVERDUE, "3", _NO_EXTRA),
    (400, "三甲", SMOKING, "1", _BLACK),
    (470, "三甲", MUCK, "1", _OPEN_LOAD),
    (520, "疏港大道口", TANKER, "1", _NO_EXTRA),  # off it
    (640, "椒江二桥", OVERLOADED, "3", _HEAVY),
    (740, "台州东站", CHILLED, "1", _NO_EXTRA),
    (870, "三甲", TANKER, "1", _NO_EXTRA),
    (890, "市府大道西", OFFENDER, "3", _NO_EXTRA),
    (1000, "章安", SCRAPPED, "3", _NO_EXTRA),
    (1110, "甬台温高速口", LIVESTOCK, "1", _NO_EXTRA),
    (1220, "机场路", CLINICAL, "3", _NO_EXTRA),
    (1240, "椒江大桥", SCRAPPED, "3", _NO_EXTRA),
)
