"""Finds the objects in a VIID body, whichever of the known envelopes it came in."""

from __future__ import annotations

import codecs
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

DEEPEST = 12  # envelopes within envelopes

# What we know by name: objects, and no envelopes of others.
KINDS = frozenset(
    (
        *("MotorVehicle", "NonMotorVehicle", "Person", "Face", "Image"),
        *("Tollgate", "Lane", "APE", "APEStatus", "Subscribe", "Disposition"),
    )
)
_ENDINGS = ("ListObject", "ObjectList", "Object")
_ALSO = {"DeviceList": "APE", "DeviceStatusList": "APEStatus", "TollgateList": "Tollgate", "LaneList": "Lane"}
_ALSO |= {"Image": "Image", "ImageList": "Image"}
_TOLD = KINDS | {"DispositionNotification"}  # they tell something themselves, whatever is inside
# Objects inside an object: our extensions (docs/viid.md).
_PARTS = frozenset(("EmissionObject", "WeighingObject", "LoadObject", "SmokeObject", "TrackObject"))


class BadBodyError(ValueError):
    """Not JSON at all. ``str`` says where, in Chinese."""


@dataclass(frozen=True, slots=True)
class Found:
    """One object of a body. ``kind`` is its name without ``Object``."""

    kind: str
    value: Any
    notification: str = ""  # NotificationID of the notification it came in


def decode(body: bytes) -> Any:
    """Read JSON as field devices write it: UTF-8 with or without BOM, UTF-16 with one, GB 18030, NaN, keys twice.

    Of a key given twice the last value that is not empty counts; objects given twice all count.
    Raises BadBodyError.
    """
    try:
        return json.loads(_text(body), object_pairs_hook=_merged, parse_constant=_no_number, parse_float=_finite)
    except json.JSONDecodeError as why:
        raise BadBodyError(f"第 {why.lineno} 行第 {why.colno} 列不是 JSON：{why.msg}") from None
    except (ValueError, RecursionError) as why:
        raise BadBodyError(f"不是可用的 JSON：{why}") from None


def _text(body: bytes) -> str:
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", "replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return body.decode("gb18030")
        except UnicodeDecodeError:
            raise BadBodyError("报文既不是 UTF-8 也不是 GB 18030") from None


def _merged(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    merged = dict(pairs)
    if len(merged) == len(pairs):
        return merged
    merged.clear()
    for key, value in pairs:
        if key not in merged:
            merged[key] = value
        elif _is_envelope(key):
            merged[key] = [*_listed(merged[key]), *_listed(value)]
        elif value not in ("", None):
            merged[key] = value
    return merged


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _no_number(_: str) -> None:
    """NaN and Infinity are what a device says for "not measured"."""


def _finite(digits: str) -> float | None:
    value = float(digits)
    return value if math.isfinite(value) else None


def find_objects(body: Any, expected: str = "") -> Iterator[Found]:
    """Every object of the body, in order. Nothing is passed over in silence: what no envelope
    explains comes out under the name it has, and without one as ``expected`` (the path's own kind)."""
    yield from _walk(body, expected, "", DEEPEST)


def _walk(value: Any, name: str, notification: str, depth: int) -> Iterator[Found]:
    if isinstance(value, list) and depth:
        for each in value:
            yield from _walk(each, name, notification, depth - 1)
        return
    kind = bare(name)
    if not isinstance(value, dict) or not depth:
        yield Found(kind, value, notification)
        return
    inside = _leads_on(value, name, kind)
    if inside and kind.endswith("Notification"):
        own = value.get("NotificationID") or value.get("notificationID")
        notification = own if isinstance(own, str) and own else notification
    if not inside or (kind in _TOLD and id_name(kind) in value):
        yield Found(kind, value, notification)
    for key in inside:
        yield from _walk(value[key], key, notification, depth - 1)


def _leads_on(value: Mapping[str, Any], name: str, kind: str) -> list[str]:
    """The keys that lead on. An object of a kind we know leads on only to more of its own kind: what
    else is inside belongs to it."""
    if kind in KINDS and (id_name(kind) in value or (name.endswith("Object") and not name.endswith("ListObject"))):
        return [key for key in _own_names(kind) if key in value]
    return [key for key in value if _is_envelope(key)]


@cache
def _own_names(kind: str) -> tuple[str, ...]:
    """Every name under which objects of a kind we know may come."""
    also = (name for name, meant in _ALSO.items() if meant == kind)
    return (*(f"{kind}{ending}" for ending in _ENDINGS), *also)


def _is_envelope(key: str) -> bool:
    return (key.endswith(_ENDINGS) and key not in _PARTS) or key in _ALSO


def bare(name: str) -> str:
    """MotorVehicleListObject, MotorVehicleObjectList, MotorVehicleObject → MotorVehicle."""
    for ending in _ENDINGS:
        if name.endswith(ending):
            return name.removesuffix(ending)
    return _ALSO.get(name, name)


def id_name(kind: str) -> str:
    """The key of an object's own number."""
    return _ID_NAMES.get(kind) or f"{kind}ID"


_ID_NAMES = {"APE": "ApeID", "APEStatus": "ApeID", "Lane": "LaneId", "DispositionNotification": "NotificationID"}
