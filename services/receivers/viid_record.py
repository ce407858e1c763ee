"""One VIID object to what it is for us: events, a state of the directory, a picture, or the reason why not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.domain.event import Event, Refused
from services.domain.passage import DispositionHit, PersonEvent, TimeFlag
from services.receivers.viid_body import Found, id_name
from services.receivers.viid_camera import camera_events
from services.receivers.viid_codes import CATEGORIES
from services.receivers.viid_kept import kept
from services.receivers.viid_library import STATES, Stated, state_of
from services.receivers.viid_lookups import NONE, Lookups
from services.receivers.viid_moment import WHY, happened_at
from services.receivers.viid_passage import passage
from services.receivers.viid_pictures import NONE as NO_PICTURES
from services.receivers.viid_pictures import Pictures, pictures_of
from services.receivers.viid_values import plain, word

SOURCE = "viid"


@dataclass(frozen=True, slots=True)
class Pictured:
    """A picture that came alone: nothing is kept of it but its file."""

    sha: str


Outcome = Event | Refused | Stated | Pictured


@dataclass(frozen=True, slots=True)
class Read:
    """``outcomes`` are never none; the pictures they name are still to be written."""

    outcomes: tuple[Outcome, ...]
    pictures: Pictures = NO_PICTURES


def read_object(found: Found, received_at: datetime, lookups: Lookups = NONE) -> Read:
    """Never raises: what cannot be used is refused with a reason and what may be kept of it."""
    kind, value = found.kind, found.value
    if not isinstance(value, dict):
        known = kind in _READERS or kind in STATES or kind == "Image"
        return _refused(found, *(("not_an_object", f"{kind} 应为对象") if known else _unsupported(kind)))
    if not value:
        return _refused(found, "empty_object", f"{plain(kind)} 是空对象")
    if kind in STATES:
        stated = state_of(kind, value)
        return Read((stated,)) if isinstance(stated, Stated) else _refused(found, "bad_directory", stated)
    if kind in _READERS:
        return _event(found, received_at, lookups)
    seen = camera_events(value, SOURCE, received_at, lookups)
    if seen:
        return Read(seen, pictures_of(value))
    if kind == "Image":
        return _image(found)
    return _refused(found, *_unsupported(kind))


def to_event(found: Found, received_at: datetime, lookups: Lookups = NONE) -> Outcome:
    """What the object itself is, without the events of cameras that may come with it."""
    return read_object(found, received_at, lookups).outcomes[0]


def _event(found: Found, received_at: datetime, lookups: Lookups) -> Read:
    kind, value = found.kind, found.value
    moment = happened_at(value, kind, received_at)
    if isinstance(moment, str):
        return _refused(found, moment, WHY[moment])
    at, flag = moment
    pictures = pictures_of(value) if kind == "MotorVehicle" and "SubImageList" in value else NO_PICTURES
    event_id = _event_id(value, kind)
    record = _READERS[kind](value, event_id, at, flag, lookups, pictures)
    event = Event(SOURCE, event_id, _EVENT_KINDS[kind], at, record, kept(kind, value, pictures.names))
    if "SubImageList" not in value:
        return Read((event,), pictures)
    return Read((event, *camera_events(value, SOURCE, received_at, lookups)), pictures)


def _image(found: Found) -> Read:
    pictures = pictures_of(found.value)
    if not pictures.main:
        return _refused(found, "no_kept_picture", "不是可保存的图片：人脸、人员或未注明类型，或不是图像")
    return Read((Pictured(pictures.main),), pictures)


def _refused(found: Found, reason: str, detail: str) -> Read:
    return Read((Refused(SOURCE, reason, detail, kept(found.kind, found.value)),))


def _unsupported(kind: str) -> tuple[str, str]:
    return "unsupported_object", f"不接收 {plain(kind) or '无名对象'}"


# ------------------------------------------------------------------------------------------ records


def _person(
    value: Mapping[str, Any], event_id: str, at: datetime, flag: TimeFlag, lookups: Lookups, _: Pictures
) -> PersonEvent:
    place = lookups.places(word(value, "TollgateID") or word(value, "DeviceID"))
    return PersonEvent(
        person_id=event_id,
        device_id=word(value, "DeviceID"),
        seen_at=at,
        checkpoint_id=place.id if place else word(value, "TollgateID"),
        time_flag=flag.value,
        lon=place.lon if place else None,
        lat=place.lat if place else None,
    )


def _hit(
    value: Mapping[str, Any], event_id: str, at: datetime, flag: TimeFlag, lookups: Lookups, _: Pictures
) -> DispositionHit:
    """Of a hit about a person not even the title: people write names into it."""
    about = next((each for name in _ABOUT if isinstance(each := value.get(name), Mapping)), {})
    category = CATEGORIES.get(word(value, "DispositionCategory")) or next(
        (of for name, of in _ABOUT.items() if name in value), "keyword"
    )
    place_id = word(value, "TollgateID") or word(about, "TollgateID")
    place = lookups.places(place_id or word(about, "DeviceID"))
    return DispositionHit(
        hit_id=event_id,
        disposition_id=word(value, "DispositionID"),
        title="" if category == "person" else word(value, "Title"),
        category=category,
        triggered_at=at,
        checkpoint_id=place.id if place else place_id,
        checkpoint_name=place.name if place else "",
        object_id=word(value, "CntObjectID"),
        time_flag=flag.value,
        lon=place.lon if place else None,
        lat=place.lat if place else None,
    )


_ABOUT = {"MotorVehicleObject": "vehicle", "NonMotorVehicleObject": "nonmotor", "PersonObject": "person"}
_ABOUT |= {"FaceObject": "person"}
_READERS: Mapping[str, Callable[..., Any]] = {
    "MotorVehicle": passage,
    "NonMotorVehicle": _person,
    "Person": _person,
    "Face": _person,
    "DispositionNotification": _hit,
}
_EVENT_KINDS = {
    "MotorVehicle": "passage",
    "NonMotorVehicle": "person_event",
    "Person": "person_event",
    "Face": "person_event",
    "DispositionNotification": "disposition_hit",
}


def _event_id(value: Mapping[str, Any], kind: str) -> str:
    """The sender's number when it is one of the norm's length; any other is not trusted to be unique
    (samples use the device's own for every passage), so the content names the event."""
    given = word(value, id_name(kind))
    if len(given) == (33 if kind == "DispositionNotification" else 48) and given.isascii() and given.isdigit():
        return given
    canonical = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
