"""Notifications as a police platform writes them: hits on dispositions, and what its own checkpoints saw."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any

from services.district.police_book import Watched
from services.district.roads_network import PLACES
from services.domain.timebase import local

ORGANISATION = "331000000000"
NOTIFICATION, DISPOSITION = "04", "01"
WHOLE_VEHICLE, PERSON = "02", "03"
PER_S = 0.2  # passages a second at the neighbours' checkpoints
# Of the districts next door; plausible places, not surveyed: number, area, name, longitude, latitude.
NEIGHBOURS = (
    (1, "331003", "黄岩东出口", 121.330, 28.640),
    (2, "331004", "路桥北出口", 121.392, 28.580),
    (3, "331004", "金清西", 121.470, 28.570),
)


def notification(objects: Sequence[Mapping[str, Any]]) -> bytes:
    return _encoded({"DispositionNotificationListObject": {"DispositionNotificationObject": objects}})


def vehicle_hit(watched: Watched, seen: Mapping[str, Any]) -> dict[str, Any]:
    """The passage comes along as it was pushed, under its own id."""
    shot = str(seen["PassTime"])[:14]
    return {
        "NotificationID": f"{ORGANISATION}{NOTIFICATION}{shot}{_serial(watched.id, seen['MotorVehicleID']):05d}",
        "DispositionID": watched.id,
        "Title": watched.title,
        "TriggerTime": shot,
        "CntObjectID": seen["MotorVehicleID"],
        "DispositionCategory": "2",
        "MotorVehicleObject": seen,
    }


def person_hit(seed: int, second: int) -> dict[str, Any]:
    """An id and a place; nothing of the person leaves the police."""
    chance, shot = Random(f"whom:{seed}:{second}"), written(second)
    place = chance.choice(PLACES)
    person = f"{place.device_id}02{shot}00001{PERSON}00001"
    return {
        "NotificationID": f"{ORGANISATION}{NOTIFICATION}{shot}{place.serial:05d}",
        "DispositionID": f"{ORGANISATION}{DISPOSITION}20261101000000{chance.randrange(1, 100):05d}",
        "Title": "重点人员",
        "TriggerTime": shot,
        "CntObjectID": person,
        "DispositionCategory": "1",
        "PersonObject": {
            "PersonID": person,
            "InfoKind": 1,
            "DeviceID": place.device_id,
            "TollgateID": place.id,
            "PersonAppearTime": shot,
        },
    }


def places_notified(subscription: str, second: int, places: Sequence[Mapping[str, Any]]) -> bytes:
    inside = {"TollgateObjectList": {"TollgateObject": places}}
    return _seen(subscription, second, "7", [str(each["TollgateID"]) for each in places], inside)


def vehicles_notified(subscription: str, second: int, seen: Sequence[Mapping[str, Any]]) -> bytes:
    inside = {"MotorVehicleObjectList": {"MotorVehicleObject": seen}}
    return _seen(subscription, second, "13", [str(each["MotorVehicleID"]) for each in seen], inside)


def _seen(subscription: str, second: int, detail: str, ids: Sequence[str], inside: Mapping[str, Any]) -> bytes:
    shot = written(second)
    told = {
        "NotificationID": f"{ORGANISATION}{NOTIFICATION}{shot}{int(detail):05d}",
        "SubscribeID": subscription,
        "Title": "邻区卡口",
        "TriggerTime": shot,
        "InfoIDs": ";".join(ids),
        **inside,
    }
    return _encoded({"SubscribeNotificationListObject": {"SubscribeNotificationObject": [told]}})


def neighbour_places() -> list[dict[str, Any]]:
    return [
        {
            "TollgateID": f"{area}0000121{0}{serial:06d}",
            "Name": name,
            "Longitude": lon,
            "Latitude": lat,
            "PlaceCode": area,
            "Status": "1",
            "TollgateCat": "30",
            "TollgateUsage": 80,
            "LaneNum": 4,
        }
        for serial, area, name, lon, lat in NEIGHBOURS
    ]


def neighbour_vehicles(seed: int, second: int) -> list[dict[str, Any]]:
    """Who passed one of them in that second, mostly nobody; no plate of ours is among them."""
    chance = Random(f"neighbours:{seed}:{second}")
    if chance.random() >= PER_S:
        return []
    serial, area, _, _, _ = chance.choice(NEIGHBOURS)
    device, shot = f"{area}0000119{0}{serial:06d}", written(second)
    return [
        {
            "MotorVehicleID": f"{device}02{shot}00001{WHOLE_VEHICLE}00001",
            "InfoKind": 1,
            "SourceID": f"{device}02{shot}00001",
            "DeviceID": device,
            "TollgateID": f"{area}0000121{0}{serial:06d}",
            "StorageUrl1": "",
            "LaneNo": chance.randrange(1, 5),
            "Direction": chance.choice("1234"),
            "PassTime": shot,
            "HasPlate": "1",
            "PlateNo": f"浙{chance.choice('FGH')}{chance.randrange(100_000):05d}",
            "PlateColor": "5",
            "PlateClass": "02",
            "VehicleClass": "K33",
            "VehicleColor": chance.choice("123"),
            "Speed": chance.randrange(30, 80),
            "PlateReliability": str(chance.randrange(92, 100)),
        }
    ]


def written(second: int) -> str:
    """14 digits of Shanghai time."""
    return local(datetime.fromtimestamp(second, UTC)).strftime("%Y%m%d%H%M%S")


def _serial(*words: str) -> int:
    """Five digits that follow from what the notification is about, so that sending again is no second hit."""
    return zlib.crc32("".join(words).encode()) % 100_000


def _encoded(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
