"""What view libraries and cameras tell us of themselves (GA/T 1400): where they are, what they ask of us."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.domain.passage import CheckpointPlace


@dataclass(frozen=True, slots=True)
class Camera:
    """One capture device (APE). None and ``""``: it did not say."""

    id: str
    name: str = ""
    lon: float | None = None  # WGS-84
    lat: float | None = None
    place: str = ""
    is_online: bool | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    id: str  # ``<TollgateID>/<LaneId>``
    checkpoint_id: str
    number: int
    name: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What another library asks us to tell it."""

    id: str
    device_id: str  # who asked
    detail: str  # SubscribeDetail: 3 device, 7 checkpoint, 13 vehicle …
    title: str = ""
    receive_url: str = ""
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class PoliceOrder:
    """A disposition the police platform hands down. Of a person only number and times are kept."""

    id: str
    category: str  # person | vehicle | nonmotor | keyword
    level: int | None = None
    plate_no: str = ""
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    is_lifted: bool = False


def joined(directory: Iterable[CheckpointPlace], pushed: Iterable[CheckpointPlace]) -> Sequence[CheckpointPlace]:
    """The directory's places, then those only pushed ones know. Out of service when either says so."""
    told = {place.id: place for place in pushed}
    known = [_with_status(place, told.pop(place.id, None)) for place in directory]
    return (*known, *told.values())


def _with_status(place: CheckpointPlace, told: CheckpointPlace | None) -> CheckpointPlace:
    if told is None or told.in_service or not place.in_service:
        return place
    return replace(place, in_service=False)
