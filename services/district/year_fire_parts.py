"""What the simulated year of fire and cameras is put together from: places, moments, and the pen that writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from services.district.truth import Planted
from services.domain.community_told import CameraEvent
from services.domain.event import Event
from services.domain.fire import CameraState, DeviceState, FireDeviceReport, RoofChange

SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3_600, 86_400))
ESTATES = tuple(
    (f"XQ{i + 1:02d}", name)
    for i, name in enumerate(("城市花园", "云西小区", "白云新村", "健康苑", "景元家园", "云锦苑"))
)
BUILDINGS = 12
SOURCE = "year_fire"


@dataclass(frozen=True, slots=True)
class Place:
    """One staircase of one building."""

    estate_id: str
    estate_name: str
    number: int
    unit: int

    @property
    def building(self) -> str:
        return f"{self.number} 幢"

    @property
    def unit_name(self) -> str:
        return f"{self.unit} 单元"

    @property
    def camera(self) -> str:
        return f"SXT{self.estate_id[2:]}{self.number:02d}"

    def device(self, kind: str, number: int = 1) -> str:
        return f"{kind}{self.estate_id[2:]}{self.number:02d}{self.unit}{number}"


@dataclass
class Pen:
    """Writes events and what is true of them. ``many`` gives moments and places at a rate a year."""

    rng: Random
    start: datetime
    days: int
    events: list[Event] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)

    def many(self, a_year: float, first: int = 0, last: int = 24) -> Iterator[tuple[datetime, Place]]:
        """``first`` and ``last`` bound the hour of the day."""
        expected = a_year * self.days / 365
        count = int(expected) + (self.rng.random() < expected % 1)
        for _ in range(count):
            day = timedelta(days=self.rng.randrange(max(1, self.days - 1)))
            seconds = self.rng.randrange(first * 3600, last * 3600)
            yield self.start + day + timedelta(seconds=seconds), self.place()

    def place(self) -> Place:
        estate_id, name = self.rng.choice(ESTATES)
        return Place(estate_id, name, self.rng.randrange(1, BUILDINGS + 1), self.rng.randrange(1, 4))

    def plant(self, rule: str, key: str, at: datetime, lasts: timedelta) -> None:
        """What begins while the same matter lasts is no second one."""
        one = Planted(rule, key, at, at + lasts)
        known = (other for other in self.planted if (other.rule_id, other.key) == (rule, key))
        if not any(other.holds_at(one.at) or one.holds_at(other.at) for other in known):
            self.planted.append(one)

    def device(self, place: Place, device_id: str, kind: str, at: datetime, state: DeviceState, **said: Any) -> None:
        number = f"F{len(self.events)}"
        record = FireDeviceReport(
            report_id=number,
            device_id=device_id,
            kind=kind,
            state=state,
            estate_id=place.estate_id,
            estate_name=place.estate_name,
            at=at,
            building=place.building,
            unit_name=place.unit_name,
            **said,
        )
        self.events.append(Event(SOURCE, number, "fire_device", at, record))

    def camera(self, place: Place, kind: str, score: float, at: datetime, **said: Any) -> None:
        number = f"C{len(self.events)}"
        record = CameraEvent(
            event_id=number,
            camera_id=place.camera,
            estate_id=place.estate_id,
            estate_name=place.estate_name,
            building=place.building,
            kind=kind,
            score=round(score, 2),
            occurred_at=at,
            **said,
        )
        self.events.append(Event(SOURCE, number, "camera_event", at, record))

    def state(self, place: Place, state: str, at: datetime, **said: Any) -> None:
        record = CameraState(place.camera, place.estate_id, place.estate_name, place.building, state, at, **said)
        self.events.append(Event(SOURCE, f"S{len(self.events)}", "camera_state", at, record))

    def roof(self, place: Place, area: float, day: int, permit: int | None, first: datetime) -> None:
        at, number = first + (day - 1) * DAY, f"{place.estate_id}{place.number:02d}-屋面"
        seen = (number, place.estate_id, place.estate_name, place.building, "屋面", area, day, permit, first, at)
        self.events.append(Event(SOURCE, f"R{len(self.events)}", "roof_change", at, RoofChange(*seen)))
