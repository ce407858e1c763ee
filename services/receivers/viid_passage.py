"""A MotorVehicleObject as a passage: the camera's readings, the checkpoint's place, the registers' facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.domain.passage import CheckpointPlace, Passage, TimeFlag
from services.domain.plate import UNREAD, classify, normalise
from services.domain.vehicle import DIRECTIONS, colour_word
from services.receivers.viid_lookups import Lookups, Seen
from services.receivers.viid_pictures import Pictures
from services.receivers.viid_values import number, part, truth, whole, word

_SHANGHAI_H = 8  # ahead of UTC, all year since 1991


def passage(
    value: Mapping[str, Any], event_id: str, at: datetime, flag: TimeFlag, lookups: Lookups, pictures: Pictures
) -> Passage:
    """``at`` is UTC."""
    plate_raw = word(value, "PlateNo")
    plate = normalise(plate_raw)
    device_id, checkpoint_id = word(value, "DeviceID"), word(value, "TollgateID")
    place = lookups.places(checkpoint_id or device_id)
    if place is not None:
        checkpoint_id = place.id
    looks = _looks(value)
    return Passage(
        passage_id=event_id,
        checkpoint_id=checkpoint_id,
        device_id=device_id,
        passed_at=at,
        plate_no=plate,
        plate_raw=plate_raw,
        plate_flag=classify(plate).value,
        unread_chars=plate.count(UNREAD) if plate else None,
        time_flag=flag.value,
        local_hour=_local_hour(at),
        image=pictures.main,
        clock_trusted=lookups.clocks(device_id),
        **_where(place),
        **looks,
        **_measured(value),
        **_readings(value),
        **(lookups.facts(Seen(plate, at, checkpoint_id, **looks)) if plate else {}),
    )


def _looks(value: Mapping[str, Any]) -> dict[str, str]:
    return {
        "vehicle_class": word(value, "VehicleClass").upper(),
        "vehicle_colour": colour_word(word(value, "VehicleColor")),
        "vehicle_brand": word(value, "VehicleBrand"),
    }


def _where(place: CheckpointPlace | None) -> dict[str, Any]:
    if place is None:
        return {}
    return {
        "checkpoint_name": place.name,
        "lon": place.lon,
        "lat": place.lat,
        "at_hub": place.at_hub,
        "blind_road": place.blind_road,
        "grid_code": place.grid_code,
    }


def _measured(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "lane": whole(value, "LaneNo", 0, 99),
        "direction": DIRECTIONS.get(word(value, "Direction"), ""),
        "speed_kmh": number(value, "Speed", 0, 400),
        "plate_colour": colour_word(word(value, "PlateColor")),
        "plate_class": word(value, "PlateClass"),
        "has_plate": truth(value, "HasPlate"),
        "is_covered": truth(value, "IsCovered"),
        "confidence": _confidence(value),
    }


def _local_hour(at: datetime) -> float:
    return round((at.hour + _SHANGHAI_H) % 24 + at.minute / 60 + at.second / 3600, 4)


def _confidence(value: Mapping[str, Any]) -> float | None:
    """PlateReliability is 0–100; some cameras send a share of one."""
    reliability = number(value, "PlateReliability", 0, 100)
    if reliability is None:
        return None
    return round(reliability if 0 < reliability < 1 else reliability / 100, 4)


def _readings(value: Mapping[str, Any]) -> dict[str, Any]:
    """Roadside readings of exhaust, weight and load: our extension objects, docs/viid.md."""
    readings: dict[str, Any] = {}
    if exhaust := part(value, "EmissionObject"):
        readings["opacity_pct"] = number(exhaust, "Opacity", 0, 100)
        readings["ringelmann"] = number(exhaust, "Ringelmann", 0, 5)
        readings["no_ppm"] = number(exhaust, "NO", 0, 100_000)
        readings["vsp_valid"] = truth(exhaust, "VspValid")
    if weight := part(value, "WeighingObject"):
        readings["axle_mass_t"] = number(weight, "AxleMass", 0, 200)
        readings["axles"] = whole(weight, "Axles", 1, 30)
        readings["total_mass_t"] = number(weight, "TotalMass", 0, 1000)
    if load := part(value, "LoadObject"):
        readings["is_loaded"] = truth(load, "IsLoaded")
        readings["is_sheeted"] = truth(load, "IsSheeted")
    if smoke := part(value, "SmokeObject"):
        readings["smoke_confirmed"] = truth(smoke, "Confirmed")
    return readings
