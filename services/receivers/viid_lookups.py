"""What is asked about an object while it is read: its place, what registers know, whose clock is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from services.domain.passage import CheckpointPlace


class Seen(NamedTuple):
    """What of a passage the registers are asked about."""

    plate_no: str
    passed_at: datetime
    checkpoint_id: str
    vehicle_class: str
    vehicle_colour: str
    vehicle_brand: str


class Spot(NamedTuple):
    """Where a camera looks: the estate, and its name or the camera's own; ``in_lift`` by the directory's words."""

    estate_id: str
    estate_name: str
    in_lift: bool = False


Places = Callable[[str], CheckpointPlace | None]
Facts = Callable[[Seen], Mapping[str, Any]]
Clocks = Callable[[str], bool | None]
Spots = Callable[[str], Spot]

_NO_FACTS: Mapping[str, Any] = {}


def nowhere(_: str) -> None:
    """A directory that knows no checkpoint."""


def no_facts(_: Seen) -> Mapping[str, Any]:
    """Registers that know no vehicle."""
    return _NO_FACTS


def no_clocks(_: str) -> None:
    """Nobody has compared the cameras' clocks."""


def no_spots(_: str) -> Spot:
    """A directory that knows no camera."""
    return Spot("", "")


@dataclass(frozen=True, slots=True)
class Lookups:
    """``places`` by checkpoint or device number, ``facts`` for columns of a passage that registers tell,
    ``clocks`` whether a device's clock is right (None: not known), ``spots`` by device number. None of
    them may raise."""

    places: Places = nowhere
    facts: Facts = no_facts
    clocks: Clocks = no_clocks
    spots: Spots = no_spots


NONE = Lookups()
