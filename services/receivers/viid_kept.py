"""What is kept of an object or a body as received: never a picture, never a person.

The inbox and the quarantine hold only what comes out of here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from services.receivers.viid_codes import PERSONAL_PICTURES
from services.receivers.viid_values import word

LONGEST_TEXT = 2_048  # characters; what is longer is no word
MOST_UNREADABLE = 1_048_576  # bytes of a body that is no JSON

# Of these kinds only what says which object, where and when.
_WHERE_AND_WHEN = ("InfoKind", "SourceID", "DeviceID", "TollgateID", "LaneNo", "ShotTime", "PassTime", "MarkTime")
_OF_PERSONS = (*_WHERE_AND_WHEN, "PersonAppearTime", "FaceAppearTime", "LocationMarkTime", "AppearTime")
_ONLY: Mapping[str, frozenset[str]] = {
    "Person": frozenset(("PersonID", *_OF_PERSONS)),
    "Face": frozenset(("FaceID", *_OF_PERSONS)),
    "NonMotorVehicle": frozenset(("NonMotorVehicleID", *_OF_PERSONS)),
    "DispositionNotification": frozenset(
        (
            *("NotificationID", "DispositionID", "DispositionCategory", "TriggerTime", "CntObjectID"),
            *("DeviceID", "TollgateID"),
        )
    ),
    "Disposition": frozenset(
        (
            *("DispositionID", "DispositionCategory", "PriorityLevel", "BeginTime", "EndTime", "OperateType"),
            *("DispositionStatus", "DispositionRange"),
        )
    ),
    "Subscribe": frozenset(("SubscribeID", "SubscribeDetail", "ResourceURI", "BeginTime", "EndTime", "OperateType")),
    "APE": frozenset(("ApeID", "Name", "Longitude", "Latitude", "Place", "PlaceCode", "IsOnline", "Model")),
}
# Inside any object: what is about a person, or measured of a face.
_PERSONAL_WORDS = ("Person", "Face", "Driver", "Feature", "IDNumber", "Mobile", "Phone", "Password")
_PERSONAL = re.compile("|".join(_PERSONAL_WORDS))
_UNREADABLE_PERSONAL = re.compile(
    rb"(P\0?e\0?r\0?s\0?o\0?n|F\0?a\0?c\0?e|D\0?i\0?s\0?p\0?o\0?s\0?i\0?t)", re.IGNORECASE
)
_NO_NAMES: Mapping[str, str] = {}
_ENCODED = re.compile(rb"[A-Za-z0-9+/=\\\x00]{512,}")


def kept(kind: str, value: Any, names: Mapping[str, str] = _NO_NAMES) -> bytes:
    """The object as JSON without pictures; of persons only number, place and time. A picture leaves the
    length it came in and, where it is kept as a file, that file's name. ``names`` are those, by Data."""
    if isinstance(value, Mapping) and (only := _ONLY.get(kind)):
        value = {key: each for key, each in value.items() if key in only and not isinstance(each, Mapping | list)}
    text = _written(value)
    if len(text) > LONGEST_TEXT or any(each in text for each in _SUSPECT):
        text = _written(_spared(value, names))
    return text


def _written(value: Any) -> bytes:
    try:
        return _encode(value)
    except (UnicodeError, OverflowError):  # half surrogates, numbers beyond 64 bits
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")


_encode = msgspec.json.Encoder().encode
_SUSPECT = tuple(each.encode() for each in ('"Data"', *_PERSONAL_WORDS))


def kept_unreadable(body: bytes) -> bytes:
    """Of a body that is no JSON: nothing where it may be about persons; else without long runs of
    base64, and only its beginning where it is larger than ``MOST_UNREADABLE``."""
    if _UNREADABLE_PERSONAL.search(body):
        return b""
    return _ENCODED.sub(_measured, body)[:MOST_UNREADABLE]


def _measured(run: re.Match[bytes]) -> bytes:
    return f"<{len(run[0])}>".encode()


def _spared(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else f"<{len(value)}>"
    if isinstance(value, list):
        return [_spared(each, names) for each in value]
    if not isinstance(value, Mapping):
        return value
    if "Data" in value:
        return _picture(value, names)
    return {key: _spared_under(key, each, names) for key, each in value.items()}


def _spared_under(key: str, value: Any, names: Mapping[str, str]) -> Any:
    """Numbers of objects and moments may stay; what is said of a person may not."""
    if isinstance(value, str | list | Mapping) and _PERSONAL.search(key) and not key.endswith(("ID", "Time")):
        return f"<{len(value)}>"
    return _spared(value, names)


def _picture(value: Mapping[str, Any], names: Mapping[str, str]) -> Any:
    """A SubImageInfo or an Image without its bytes; of a face nothing but that there was one."""
    if type_of(value) in PERSONAL_PICTURES:
        return {"Type": type_of(value), "Data": ""}
    data = value["Data"]
    told: dict[str, Any] = {"Data": ""}
    if isinstance(data, str) and data:
        told |= {"DataLength": len(data)} | ({"DataSha256": names[data]} if data in names else {})
    bare = {k: _spared_under(k, each, names) for k, each in value.items() if k not in ("Data", "DataSha256")}
    return bare | told


def type_of(picture: Mapping[str, Any]) -> str:
    """Type of a picture in two digits: ``1``, 1 and ``01`` are one."""
    given = word(picture, "Type")
    return given.zfill(2) if given else ""
