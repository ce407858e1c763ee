"""Sightings as a GA/T 1400 sender writes them."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from services.district.roads_network import DAZZLED, FAST_BY_S, FAST_CLOCK
from services.district.roads_traffic import Sighting
from services.district.viid_picture import HIGH, WIDE, drawn
from services.domain.timebase import SHANGHAI

NO_PLATE = "无车牌"


def vehicle_objects(sightings: Iterable[Sighting], seed: int) -> list[dict[str, Any]]:
    """MotorVehicleObjects of one or more whole seconds. Ids follow the protocol's 48 digits: device,
    kind, second, serial within device and second; the same sightings always get the same ids."""
    serials: dict[tuple[str, str], int] = {}
    objects: list[dict[str, Any]] = []
    for sighting in sightings:
        shown = device_time(sighting)
        key = (sighting.place.device_id, f"{shown:%Y%m%d%H%M%S}")
        serials[key] = serial = serials.get(key, 0) + 1
        objects.append(_object(sighting, shown, f"{key[0]}02{key[1]}{serial:05d}", serial, seed))
    return objects


def device_time(sighting: Sighting) -> datetime:
    """What the camera's own clock showed."""
    ahead = FAST_BY_S if sighting.place.name == FAST_CLOCK else 0.0
    return (datetime.fromtimestamp(sighting.at_s, UTC) + timedelta(seconds=ahead)).astimezone(SHANGHAI)


def _object(sighting: Sighting, shown: datetime, source_id: str, serial: int, seed: int) -> dict[str, Any]:
    chance = Random(f"read:{seed}:{source_id}")
    vehicle, place = sighting.vehicle, sighting.place
    plate, reliability = _as_read(chance, sighting)
    made: dict[str, Any] = {
        "MotorVehicleID": f"{source_id}02{serial:05d}",
        "InfoKind": 1,
        "SourceID": source_id,
        "DeviceID": place.device_id,
        "TollgateID": place.id,
        "StorageUrl1": "",
        "LaneNo": 1 + chance.randrange(max(1, place.lanes // 2)),
        "Direction": sighting.direction,
        "PassTime": f"{shown:%Y%m%d%H%M%S}{shown.microsecond // 1000:03d}",
        "HasPlate": 0 if plate == NO_PLATE else 1,
        "PlateNo": plate,
        "PlateColor": vehicle.plate_colour if plate != NO_PLATE else "",
        "PlateClass": vehicle.plate_class if plate != NO_PLATE else "",
        "VehicleClass": vehicle.vehicle_class,
        "VehicleColor": vehicle.colour,
        "Speed": round(min(118.0, max(8.0, chance.gauss(48, 9)))),
        "PlateReliability": str(reliability),
    }
    if sighting.opacity_pct is not None:
        made["EmissionObject"] = _exhaust(chance, sighting.opacity_pct)
    if is_of_a_story(sighting):
        made["SubImageList"] = {"SubImageInfoObject": [_picture(sighting, source_id, shown)]}
    return {**made, **sighting.extra}


def is_of_a_story(sighting: Sighting) -> bool:
    return sighting.number == 0


def _picture(sighting: Sighting, image_id: str, shown: datetime) -> Mapping[str, Any]:
    """The whole vehicle, drawn. Type 01."""
    vehicle, place = sighting.vehicle, sighting.place
    data = drawn(vehicle.vehicle_class, vehicle.colour, vehicle.plate_colour, place.serial)
    return {
        "ImageID": image_id,
        "EventSort": 1,
        "DeviceID": place.device_id,
        "Type": "01",
        "FileFormat": "Png",
        "ShotTime": f"{shown:%Y%m%d%H%M%S}",
        "Width": WIDE,
        "Height": HIGH,
        "Data": base64.b64encode(data).decode(),
    }


def _as_read(chance: Random, sighting: Sighting) -> tuple[str, int]:
    """The plate as the camera read it. The vehicles of the stories are read well."""
    plate = sighting.vehicle.plate
    if is_of_a_story(sighting):
        return plate, 98
    dazzled = sighting.place.name == DAZZLED
    luck = chance.random()
    if luck < (0.03 if dazzled else 0.004):
        return NO_PLATE, 0
    if luck < (0.13 if dazzled else 0.018):
        unread = 2 + chance.randrange(len(plate) - 2)
        return plate[:unread] + "-" + plate[unread + 1 :], chance.randint(40, 70)
    return plate, chance.randint(62, 88) if dazzled else min(99, 93 + int(chance.betavariate(5, 1.2) * 7))


def _exhaust(chance: Random, opacity_pct: float) -> Mapping[str, Any]:
    """The extension object of docs/viid.md."""
    return {
        "Opacity": opacity_pct,
        "Ringelmann": 0,
        "NO": round(min(1400.0, chance.gammavariate(3, 190))),
        "VspValid": True,
    }
