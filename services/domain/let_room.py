"""A let dwelling as the register of lets has it: the room of the virtual hotel desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.domain.rental_safety import SafetyColour

TOPIC = "let_rooms"


@dataclass(frozen=True, slots=True)
class LetRoom:
    """``guests`` are those registered there; ``regulars`` how many the gates know as coming and going regularly,
    ``strangers`` those of them who came since ``strangers_since`` without a check-in. None is not counted."""

    dwelling_id: str
    estate_id: str
    estate_name: str
    building_id: str
    building: str  # 3 幢
    unit: int
    floor: int
    at: int  # from the left, from 0
    hotel_style: bool
    guests: int
    rooms: int | None
    area_m2: float | None
    let_since: date | None
    lease_end: date | None
    colour: SafetyColour
    checked_on: date | None  # None: never checked
    regulars: int | None = None
    strangers: int = 0
    strangers_since: date | None = None

    @property
    def room(self) -> str:
        """2-0301: unit, floor and place, for the desk."""
        return f"{self.unit}-{self.floor:02d}{self.at + 1:02d}"


def place_of(room: LetRoom) -> str:
    """城市花园 3 幢: how a dwelling is called where no room may be named."""
    return f"{room.estate_name} {room.building}"
