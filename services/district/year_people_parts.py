"""What the simulated year of people is put together from: who passes a gate, what a register and a meter say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from services.district.year_fire_parts import DAY, Pen, Place
from services.domain.community_told import GatePassage, PersonCategory
from services.domain.event import Event
from services.domain.people_events import DwellingState, PoliceMatch, RegistrationDue, RentalState, StayMoved
from services.domain.timebase import local

SOURCE = "year_people"


class PeoplePen(Pen):
    """Writes what gates, registers and keepers tell; moments after the year's end are left out."""

    def person(self, place: Place) -> str:
        return f"{place.estate_id}-{self.rng.getrandbits(40):010x}"

    def dwelling(self, place: Place) -> str:
        floor, at = self.rng.randrange(2, 18), self.rng.randrange(1, 4)
        return f"{place.estate_id}{place.number:02d}{place.unit}{floor:02d}{at:02d}"

    def at(self, day: datetime, hour: int, minute: int, late_h: int = 0) -> datetime:
        """About that time of the day, half an hour either way and up to ``late_h`` later."""
        midnight = local(day).replace(hour=0, minute=0, second=0, microsecond=0)
        spread = self.rng.randrange(-1800, 1800) + (self.rng.randrange(late_h * 3600) if late_h else 0)
        return (midnight + timedelta(hours=hour, minutes=minute, seconds=spread)).astimezone(day.tzinfo)

    def passage(self, place: Place, who: str, at: datetime, *, inward: bool = True, **said: Any) -> None:
        there = local(at)
        category = str(said.pop("category", PersonCategory.UNKNOWN))
        record = GatePassage(
            passage_id=f"G{len(self.events)}",
            estate_id=place.estate_id,
            estate_name=place.estate_name,
            gate="南门",
            direction="in" if inward else "out",
            person_id=who,
            category=category,
            registered=int(category in ("floating", "resident")),
            resident=int(category == "resident"),
            visitor=int(said.pop("visitor", 0)),
            passed_at=at,
            building=place.building,
            local_hour=there.hour + there.minute / 60 + there.second / 3600,
            **{"minor": 0, "kin": 0, "protected": 0, "accompanied": 0, **said},
        )
        self._add("gate_passage", at, record)

    def registration(
        self, place: Place, number: str, person: str, at: datetime, *, days_left: int, idle: int, state: str = "due"
    ) -> None:
        said = (place.estate_id, place.estate_name, place.building, f"{place.estate_id}{place.number:02d}")
        self._add("registration_due", at, RegistrationDue(number, person, *said, state, days_left, idle, at))

    def dwelling_state(
        self,
        place: Place,
        dwelling: str,
        at: datetime,
        *,
        registered: int = 0,
        regular: int | None = None,
        rooms: int | None = None,
        area: float | None = None,
        water: float | None = None,
        power: float | None = None,
    ) -> None:
        """One day's report; with ``water`` it is of a vacant dwelling."""
        vacant, at = int(water is not None), local(at).replace(hour=23, minute=59, second=0, microsecond=0)
        said = (place.estate_id, place.estate_name, place.building, "vacant" if vacant else "let", vacant)
        record = DwellingState(dwelling, *said, registered, regular, rooms, area, water, power, at)
        self._add("dwelling_state", at, record)

    def police(self, place: Place, number: str, at: datetime, level: int) -> None:
        where = f"{place.estate_name} 南门"
        self._add("police_match", at, PoliceMatch(number, place.estate_id, where, level, at))

    def rental(self, place: Place, dwelling: str, at: datetime, **said: Any) -> None:
        usual = {
            "is_let": 1, "checked": 1, "colour": 1, "colour_before": 1, "score": 0, "check_over_days": 0,
            "unregistered": 0, "unregistered_wd": 0, "lease_over_wd": 0, "occupants": 2,
        }  # fmt: skip
        where = (dwelling, place.estate_id, place.estate_name, place.building)
        self._add("rental_state", at, RentalState(*where, **{**usual, **said}, at=at))

    def stay(self, place: Place, dwelling: str, at: datetime) -> None:
        where = (dwelling, place.estate_id, place.estate_name, place.building)
        self._add("stay", at, StayMoved(f"RZ{len(self.events)}", *where, "in", 1, 0, at))

    def _add(self, kind: str, at: datetime, record: Any) -> None:
        if at < self.start + self.days * DAY:
            self.events.append(Event(SOURCE, f"P{len(self.events)}", kind, at, record))
