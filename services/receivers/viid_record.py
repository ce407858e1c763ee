"""One VIID object to one event of ours, or the reason why not."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.domain.event import Event, Refused
from services.domain.passage import CheckpointPlace, Passage, PersonEvent, TimeFlag
from services.domain.plate import classify, normalise
from services.domain.vehicle import DIRECTIONS, colour_word
from services.receivers.viid_body import Found, canonical, raw
from services.receivers.viid_time import FAST_CLOCK, read_moment

SOURCE = "viid"
LONGEST_WORD = 64  # of an identifier or word we keep in a column; the raw body has the whole

Places = Callable[[str], CheckpointPlace | None]


def nowhere(_: str) -> None:
    """A directory that knows no checkpoint."""


def to_event(found: Found, received_at: datetime, places: Places = nowhere) -> Event | Refused:
    """Never raises: what cannot be an event is refused with a reason and its whole body."""
    if found.kind not in ("MotorVehicle", "Person"):
        return _refused(found, "unsupported_object", f"不接收 {_plain(found.kind) or '无名对象'}")
    if not isinstance(found.value, Mapping):
        return _refused(found, "not_an_object", f"{found.kind} 应为对象")
    if not found.value:
        return _refused(found, "empty_object", f"{found.kind} 是空对象")
    moment = _moment(found.value, _MOMENTS[found.kind], received_at)
    if isinstance(moment, str):
        words = {"no_pass_time": "没有过车时间，图片也没有拍摄时间", "bad_time": "过车时间读不懂"}
        return _refused(found, moment, words[moment])
    at, flag = moment
    event_id = _event_id(found.value, f"{found.kind}ID")
    record = _READERS[found.kind](found.value, event_id, at, flag, places)
    return Event(SOURCE, event_id, _EVENT_KINDS[found.kind], at, record, raw(found.value))


def _refused(found: Found, reason: str, detail: str) -> Refused:
    return Refused(SOURCE, reason, detail, raw(found.value))


# ------------------------------------------------------------------------------------------ records


def _passage(value: Mapping[str, Any], event_id: str, at: datetime, flag: TimeFlag, places: Places) -> Passage:
    plate_raw = word(value, "PlateNo")
    plate = normalise(plate_raw)
    checkpoint_id = word(value, "TollgateID")
    passage = Passage(
        passage_id=event_id,
        checkpoint_id=checkpoint_id,
        device_id=word(value, "DeviceID"),
        passed_at=at,
        lane=whole(value, "LaneNo", 0, 99),
        direction=DIRECTIONS.get(word(value, "Direction"), ""),
        plate_no=plate,
        plate_raw=plate_raw,
        plate_colour=colour_word(word(value, "PlateColor")),
        plate_class=word(value, "PlateClass"),
        plate_flag=classify(plate).value,
        has_plate=truth(value, "HasPlate"),
        vehicle_class=word(value, "VehicleClass").upper(),
        vehicle_colour=colour_word(word(value, "VehicleColor")),
        speed_kmh=number(value, "Speed", 0, 400),
        confidence=_confidence(value),
        time_flag=flag.value,
        **_readings(value),
    )
    place = places(checkpoint_id or passage.device_id)
    if place is None:
        return passage
    return replace(passage, checkpoint_id=place.id, checkpoint_name=place.name, lon=place.lon, lat=place.lat)


def _person(value: Mapping[str, Any], event_id: str, at: datetime, flag: TimeFlag, places: Places) -> PersonEvent:
    place = places(word(value, "TollgateID") or word(value, "DeviceID"))
    return PersonEvent(
        person_id=event_id,
        device_id=word(value, "DeviceID"),
        seen_at=at,
        checkpoint_id=place.id if place else word(value, "TollgateID"),
        time_flag=flag.value,
        lon=place.lon if place else None,
        lat=place.lat if place else None,
    )


_READERS: Mapping[str, Callable[..., Any]] = {"MotorVehicle": _passage, "Person": _person}
_EVENT_KINDS = {"MotorVehicle": "passage", "Person": "person_event"}
_MOMENTS = {"MotorVehicle": ("PassTime",), "Person": ("ShotTime", "PersonAppearTime", "LocationMarkTime")}


def _readings(value: Mapping[str, Any]) -> dict[str, Any]:
    """Roadside exhaust and weight readings: our extension objects, docs/viid.md."""
    exhaust, weight = value.get("EmissionObject"), value.get("WeighingObject")
    readings: dict[str, Any] = {}
    if isinstance(exhaust, Mapping):
        readings |= {
            "opacity_pct": number(exhaust, "Opacity", 0, 100),
            "ringelmann": number(exhaust, "Ringelmann", 0, 5),
            "no_ppm": number(exhaust, "NO", 0, 100_000),
            "vsp_valid": truth(exhaust, "VspValid"),
        }
    if isinstance(weight, Mapping):
        readings["axle_mass_t"] = number(weight, "AxleMass", 0, 200)
    return readings


def _confidence(value: Mapping[str, Any]) -> float | None:
    """PlateReliability is 0–100; some cameras send a share of one."""
    reliability = number(value, "PlateReliability", 0, 100)
    if reliability is None:
        return None
    return round(reliability if 0 < reliability < 1 else reliability / 100, 4)


def _event_id(value: Mapping[str, Any], name: str) -> str:
    """The sender's id when it is one of 48 digits; any other is not trusted to be unique (samples
    use the device's own id for every passage), so the content names the event."""
    given = word(value, name)
    if len(given) == 48 and given.isascii() and given.isdigit():
        return given
    return hashlib.sha256(canonical(value)).hexdigest()


def _moment(value: Mapping[str, Any], names: tuple[str, ...], received_at: datetime) -> tuple[datetime, TimeFlag] | str:
    """When it happened and how we know, or the reason code."""
    given = [text for name in names if (text := word(value, name))]
    read = next((moment for text in given if (moment := read_moment(text))), None)
    if read is None:
        shots = [moment for text in _shot_times(value) if (moment := read_moment(text))]
        if not shots:
            return "bad_time" if given else "no_pass_time"
        read = (min(shots)[0], TimeFlag.FROM_IMAGE)
    at, flag = read
    return (at, TimeFlag.AHEAD) if at > received_at + FAST_CLOCK else (at, flag)


def _shot_times(value: Mapping[str, Any]) -> list[str]:
    images = value.get("SubImageList")
    if isinstance(images, Mapping):
        images = images.get("SubImageInfoObject")
    if isinstance(images, Mapping):
        images = [images]
    if not isinstance(images, list):
        return []
    return [text for image in images if isinstance(image, Mapping) and (text := word(image, "ShotTime"))]


# ------------------------------------------------------------------------------------------ values


def word(value: Mapping[str, Any], name: str) -> str:
    """A short text, whatever the sender made of it; ``""`` for what is missing or no scalar."""
    given = value.get(name)
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return ""
    if isinstance(given, int) and abs(given) >= 10**LONGEST_WORD:
        return ""
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    return _plain(str(given))


def _plain(text: str) -> str:
    """Without what no database takes: NUL and half surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode().strip()[:LONGEST_WORD]


def number(value: Mapping[str, Any], name: str, low: float, high: float) -> float | None:
    """A number, also when sent as text; None when missing or outside what can be."""
    given = value.get(name)
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return None
    try:
        figure = float(given)
    except (ValueError, OverflowError):
        return None
    return figure if math.isfinite(figure) and low <= figure <= high else None


def whole(value: Mapping[str, Any], name: str, low: int, high: int) -> int | None:
    figure = number(value, name, low, high)
    return None if figure is None else int(figure)


def truth(value: Mapping[str, Any], name: str) -> bool | None:
    """``"1"``, ``true``, 1, ``"true"`` and their opposites; None for anything else."""
    given = value.get(name)
    if isinstance(given, bool):
        return given
    return {"1": True, "true": True, "0": False, "false": False}.get(word(value, name).lower())
