"""Objects that say how things are, not what happened: checkpoints, lanes, cameras, subscriptions, orders."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.domain.passage import CheckpointPlace
from services.domain.plate import normalise
from services.domain.vehicle import DIRECTIONS
from services.domain.view_library import Camera, Lane, PoliceOrder, Subscription
from services.receivers.viid_codes import CATEGORIES
from services.receivers.viid_values import moment, number, truth, whole, word

_PLATE = re.compile(r"\(3=([^)]{1,32})\)")  # TargetFeature: 3 is the plate


@dataclass(frozen=True, slots=True)
class Stated:
    """A record for a topic. ``fields`` are those the sender gave: what was known of the others stays."""

    topic: str
    id: str
    fields: Mapping[str, Any]


def state_of(kind: str, value: Mapping[str, Any]) -> Stated | str:
    """The state, or in Chinese why it is none."""
    return STATES[kind](value)


def _tollgate(value: Mapping[str, Any]) -> Stated | str:
    status, lanes = whole(value, "Status", 0, 9), whole(value, "LaneNum", 0, 99)
    at = _position(value)
    fields: dict[str, Any] = {"name": word(value, "Name"), **at}
    if status is not None:
        fields["in_service"] = status != 2
    if lanes is not None:
        fields["lanes"] = lanes
    return _stated("pushed_places", word(value, "TollgateID"), fields, "卡口缺少 TollgateID")


def _camera(value: Mapping[str, Any]) -> Stated | str:
    fields = {"name": word(value, "Name"), "place": word(value, "Place"), **_position(value)}
    online = {"1": True, "2": False}.get(word(value, "IsOnline"), truth(value, "IsOnline"))
    if online is not None:
        fields["is_online"] = online
    return _stated("pushed_cameras", word(value, "ApeID"), fields, "设备缺少 ApeID")


def _lane(value: Mapping[str, Any]) -> Stated | str:
    checkpoint, number_of = word(value, "TollgateID"), whole(value, "LaneNo", 0, 99)
    lane = word(value, "LaneId") or word(value, "LaneID") or ("" if number_of is None else str(number_of))
    fields = {
        "checkpoint_id": checkpoint,
        "number": number_of if number_of is not None else 0,
        "name": word(value, "Name"),
        "direction": DIRECTIONS.get(word(value, "Direction"), ""),
    }
    return _stated("pushed_lanes", f"{checkpoint}/{lane}" if checkpoint and lane else "", fields, "车道缺少编号")


def _subscription(value: Mapping[str, Any]) -> Stated | str:
    fields = {
        "detail": word(value, "SubscribeDetail"),
        "title": word(value, "Title"),
        "receive_url": _text(value, "ReceiveAddr"),
        "begins_at": moment(value, "BeginTime"),
        "ends_at": moment(value, "EndTime"),
        "is_cancelled": word(value, "OperateType") == "1" or word(value, "SubscribeStatus") == "1",
    }
    return _stated("subscriptions_to_us", word(value, "SubscribeID"), fields, "订阅缺少 SubscribeID")


def _order(value: Mapping[str, Any]) -> Stated | str:
    """Of a person neither title nor features."""
    category = CATEGORIES.get(word(value, "DispositionCategory"), "")
    fields: dict[str, Any] = {
        "begins_at": moment(value, "BeginTime"),
        "ends_at": moment(value, "EndTime"),
        "is_lifted": word(value, "OperateType") == "1" or word(value, "DispositionStatus") == "1",
        "level": whole(value, "PriorityLevel", 0, 9),
    }
    if category:
        fields["category"] = category
    found = _PLATE.search(_text(value, "TargetFeature")) if category == "vehicle" else None
    if found:
        fields["plate_no"] = normalise(found[1])
    return _stated("police_orders", word(value, "DispositionID"), fields, "布控缺少 DispositionID")


STATES: Mapping[str, Callable[[Mapping[str, Any]], Stated | str]] = {
    "Tollgate": _tollgate,
    "APE": _camera,
    "APEStatus": _camera,
    "Lane": _lane,
    "Subscribe": _subscription,
    "Disposition": _order,
}
# What a record is made of when its id is heard the first time; None stands where the sender must say.
BLANK: Mapping[str, Callable[[str], Any]] = {
    "pushed_cameras": Camera,
    "pushed_lanes": lambda name: Lane(name, "", 0),
    "subscriptions_to_us": lambda name: Subscription(name, "", ""),
    "police_orders": lambda name: PoliceOrder(name, "keyword"),
}


def first_place(name: str, fields: Mapping[str, Any]) -> CheckpointPlace | None:
    """A checkpoint nobody told us of before; None without a position: it could be anywhere."""
    if fields.get("lon") is None or fields.get("lat") is None:
        return None
    given = {"name": name, "lanes": 0} | {key: each for key, each in fields.items() if each not in (None, "")}
    return CheckpointPlace(id=name, **given)


def _stated(topic: str, name: str, fields: Mapping[str, Any], why: str) -> Stated | str:
    if not name:
        return why
    return Stated(topic, name, {key: each for key, each in fields.items() if each not in (None, "")})


def _position(value: Mapping[str, Any]) -> dict[str, float]:
    """Both or none; 0° 0° is no place but a blank."""
    lon, lat = number(value, "Longitude", -180, 180), number(value, "Latitude", -90, 90)
    return {"lon": lon, "lat": lat} if lon is not None and lat is not None and (lon or lat) else {}


def _text(value: Mapping[str, Any], name: str) -> str:
    """An address or feature may be longer than a word."""
    given = value.get(name)
    if not isinstance(given, str):
        return ""
    return given.replace("\x00", "").encode("utf-8", "replace").decode().strip()[:512]
