"""What the card of an alert about a vehicle shows beside the alert: where it was seen, and what it did before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.passage import Passage
from services.domain.timebase import local
from services.domain.vehicle import class_word

SPAN = timedelta(days=180)
MOST_SEEN = 2  # sightings shown with their pictures


@dataclass(frozen=True, slots=True)
class Seen:
    """One sighting the alert rests on. ``picture`` is empty when none came or it is no longer kept."""

    at: datetime
    place: str
    looks: str  # 白 轻货, as the camera saw it
    image: str = ""  # SHA-256
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class VehiclePast:
    """Of one plate over the last 180 days, as far as passages are kept. ``registered`` is what the register
    says, empty when it was not asked or says nothing."""

    plate_no: str
    seen: tuple[Seen, ...]
    registered: str
    use: str
    passages: int
    days: int
    since: datetime | None  # of the oldest passage that is kept
    places: tuple[tuple[str, int], ...]  # the three it passed most
    alerts_before: int


def vehicle_past(
    plate_no: str, hits: Sequence[Passage], passages: Sequence[Passage], alerts_before: int
) -> VehiclePast:
    """``hits`` are the passages the alert rests on, ``passages`` all of the plate, both oldest first."""
    newest = hits[-1] if hits else passages[-1] if passages else None
    looks = (newest.registered_colour, newest.registered_brand, class_word(newest.registered_class)) if newest else ()
    counted = Counter(p.checkpoint_name or p.checkpoint_id[-6:] for p in passages)
    return VehiclePast(
        plate_no,
        tuple(_seen(p) for p in hits[-MOST_SEEN:]),
        " ".join(word for word in looks if word and word != "—"),
        newest.use if newest else "",
        len(passages),
        len({local(p.passed_at).date() for p in passages}),
        passages[0].passed_at if passages else None,
        tuple(counted.most_common(3)),
        alerts_before,
    )


def _seen(passage: Passage) -> Seen:
    looks = (passage.vehicle_colour, passage.vehicle_brand, class_word(passage.vehicle_class))
    place = passage.checkpoint_name or passage.checkpoint_id[-6:]
    return Seen(passage.passed_at, place, " ".join(w for w in looks if w and w != "—"), passage.image)
