"""Our directory as we tell it to who asks by GET: strictly as the norm words it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from services.domain.passage import CheckpointPlace
from services.domain.view_library import Camera, Lane

MOST = 1000  # records of one answer
_OTHER_CATEGORY, _OTHER_USAGE, _OTHER_STATUS = "99", "82", "9"
_AREA_DIGITS = 6  # an id begins with its administrative area


def shown(call: str, query: str, records: Sequence[Any]) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """Name and objects of the answer to ``GET /VIID/Tollgates?TollgateID=…&RecordStartNo=1&PageRecordNum=50``.
    A condition we do not know leaves nothing out."""
    name, key, write = _SHOWN[call]
    asked = {k.rpartition(".")[2].lower(): v for k, v in parse_qsl(query)}
    told = [write(record) for record in records]
    wanted = asked.get(key.lower())
    if wanted is not None:
        told = [each for each in told if each[key] == wanted]
    first = max(1, _whole(asked.get("recordstartno"), 1)) - 1
    count = min(MOST, max(1, _whole(asked.get("pagerecordnum"), MOST)))
    return name, told[first : first + count]


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _tollgate(place: CheckpointPlace) -> Mapping[str, Any]:
    return {
        "TollgateID": place.id,
        "Name": place.name,
        "Longitude": place.lon,
        "Latitude": place.lat,
        "PlaceCode": place.id[:_AREA_DIGITS],
        "Status": "1" if place.in_service else "2",
        "TollgateCat": _OTHER_CATEGORY,
        "TollgateUsage": _OTHER_USAGE,
        "LaneNum": place.lanes,
    }


def _camera(camera: Camera) -> Mapping[str, Any]:
    online = {True: "1", False: "2", None: _OTHER_STATUS}[camera.is_online]
    told: dict[str, Any] = {"ApeID": camera.id, "Name": camera.name, "Place": camera.place, "IsOnline": online}
    if camera.lon is not None and camera.lat is not None:
        told |= {"Longitude": camera.lon, "Latitude": camera.lat}
    return {**told, "PlaceCode": camera.id[:_AREA_DIGITS]}


def _lane(lane: Lane) -> Mapping[str, Any]:
    number = lane.id.rpartition("/")[2]
    return {"TollgateID": lane.checkpoint_id, "LaneId": number, "LaneNo": lane.number, "Name": lane.name}


_SHOWN: Mapping[str, tuple[str, str, Callable[[Any], Mapping[str, Any]]]] = {
    "/viid/tollgates": ("Tollgate", "TollgateID", _tollgate),
    "/viid/apes": ("APE", "ApeID", _camera),
    "/viid/lanes": ("Lane", "TollgateID", _lane),
}
TOPICS: Mapping[str, str] = {
    "/viid/tollgates": "pushed_places",
    "/viid/apes": "pushed_cameras",
    "/viid/lanes": "pushed_lanes",
}
