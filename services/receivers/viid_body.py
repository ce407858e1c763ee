"""Finds the objects in a VIID body, whichever of the known envelopes it came in."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

KINDS = ("MotorVehicle", "Person")  # what we take
DEEPEST = 12  # envelopes within envelopes
KEEP_IMAGE = 2_048  # characters of base64; a longer picture is kept as its digest and size


class BadBodyError(ValueError):
    """Not JSON at all. ``str`` says where, in Chinese."""


@dataclass(frozen=True, slots=True)
class Found:
    """One object of a body. ``kind`` is of KINDS, or the name of something we do not take."""

    kind: str
    value: Any
    notification: str = ""  # NotificationID of the notification it came in


def decode(body: bytes) -> Any:
    """Read JSON as field devices write it: UTF-8 with or without BOM, GB 18030, NaN, keys twice.

    Of a key given twice the last value that is not empty counts; objects given twice all count.
    Raises BadBodyError.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = body.decode("gb18030")
        except UnicodeDecodeError:
            raise BadBodyError("报文既不是 UTF-8 也不是 GB 18030") from None
    try:
        return json.loads(text, object_pairs_hook=_merged, parse_constant=_no_number, parse_float=_finite)
    except json.JSONDecodeError as why:
        raise BadBodyError(f"第 {why.lineno} 行第 {why.colno} 列不是 JSON：{why.msg}") from None
    except (ValueError, RecursionError) as why:
        raise BadBodyError(f"不是可用的 JSON：{why}") from None


def _merged(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
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
    inside = _envelopes(value, _bare(name)) if isinstance(value, Mapping) and depth else []
    if not isinstance(value, Mapping) or not inside:
        yield Found(_bare(name), value, notification)
        return
    own = value.get("NotificationID") or value.get("notificationID")
    for key in inside:
        yield from _walk(value[key], key, own if isinstance(own, str) and own else notification, depth - 1)


def _envelopes(value: Mapping[str, Any], kind: str) -> list[str]:
    """The keys that lead on. What is named like an object of ours leads on only to its own kind, or
    as the bare body of a path to ours: it is then a list of them and no object itself."""
    inside = [key for key in value if _is_envelope(key)]
    if kind in KINDS and not any(_bare(key) in KINDS for key in inside):
        return [key for key in inside if _bare(key).endswith("Notification")]
    return inside


def _is_envelope(key: str) -> bool:
    return key.endswith(("ListObject", "ObjectList", "Object")) and key not in _PARTS


_PARTS = frozenset(("EmissionObject", "WeighingObject"))  # our extensions inside an object


def _bare(name: str) -> str:
    """MotorVehicleListObject, MotorVehicleObjectList, MotorVehicleObject → MotorVehicle."""
    for ending in ("ListObject", "ObjectList", "Object"):
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name


def canonical(value: Any) -> bytes:
    """The one spelling a digest is taken of."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def raw(value: Any) -> bytes:
    """The object as received, its long pictures replaced by digest and size."""
    text = json.dumps(_without_pictures(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def _without_pictures(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_pictures(each) for each in value]
    if not isinstance(value, dict):
        return value
    data = value.get("Data")
    kept = {key: _without_pictures(each) for key, each in value.items()}
    if isinstance(data, str) and len(data) > KEEP_IMAGE:
        kept["Data"] = ""
        kept["DataSha256"] = hashlib.sha256(data.encode("utf-8", "backslashreplace")).hexdigest()
        kept["DataLength"] = len(data)
    return kept
