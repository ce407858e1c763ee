"""What a vendor's camera believes it saw: EventSort numbers of its own, as events of the community."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from services.domain.community_told import CameraEvent, CameraKind
from services.domain.event import Event
from services.receivers.viid_codes import camera_kind
from services.receivers.viid_kept import kept
from services.receivers.viid_lookups import Lookups
from services.receivers.viid_moment import happened_at
from services.receivers.viid_pictures import as_sub_image, pictures_of, sub_images
from services.receivers.viid_values import number, part, whole, word


def camera_events(value: Mapping[str, Any], source: str, received_at: datetime, lookups: Lookups) -> tuple[Event, ...]:
    """One for each different vendor's number in the object or its pictures; none for the norm's own."""
    if "EventSort" not in value and "SubImageList" not in value and "ImageInfo" not in value:
        return ()
    return tuple(_events(value, source, received_at, lookups))


def _events(value: Mapping[str, Any], source: str, received_at: datetime, lookups: Lookups) -> Iterator[Event]:
    told: set[str] = set()
    for picture in (as_sub_image(value), *sub_images(value)):
        kind = camera_kind(whole(picture, "EventSort", 0, 999_999))
        if not kind or kind in told:
            continue
        told.add(kind)
        moment = happened_at(picture, "", received_at)
        if isinstance(moment, str):
            moment = happened_at(value, "", received_at)
        if isinstance(moment, str):
            continue
        yield _event(value, picture, kind, moment[0], source, lookups)


def _event(
    value: Mapping[str, Any], picture: Mapping[str, Any], kind: str, at: datetime, source: str, lookups: Lookups
) -> Event:
    camera_id = word(picture, "DeviceID") or word(value, "DeviceID")
    spot = lookups.spots(camera_id)
    if kind == CameraKind.EBIKE and spot.in_lift:
        kind = CameraKind.EBIKE_IN_LIFT.value
    track = part(picture, "TrackObject") or part(value, "TrackObject")
    number_of = word(picture, "ImageID") or word(value, "SourceID")
    event_id = f"{camera_id}:{kind}:{at:%Y%m%d%H%M%S%f}:{number_of}"
    record = CameraEvent(
        event_id=event_id,
        camera_id=camera_id,
        estate_id=spot.estate_id,
        estate_name=spot.estate_name,
        building="",
        kind=kind,
        score=number(track, "Confidence", 0, 1) or 0.0,
        occurred_at=at,
        track=_points(track),
        frames=whole(track, "Frames", 0, 100_000) or 0,
        floors_down=number(track, "FloorsDown", 0, 200) or 0.0,
        held_s=number(track, "Duration", 0, 86_400),
    )
    return Event(source, event_id, "camera_event", at, record, kept("", value, pictures_of(value).names))


def _points(track: Mapping[str, Any]) -> str:
    """``x,y x,y …`` in thousandths of the picture; ``""`` for anything else."""
    given = track.get("Points")
    if not isinstance(given, str) or len(given) > 2_000:
        return ""
    pairs = [pair.partition(",") for pair in given.split()]
    good = all(x.isascii() and x.isdigit() and y.isascii() and y.isdigit() for x, _, y in pairs)
    return " ".join(f"{x},{y}" for x, _, y in pairs) if good else ""
