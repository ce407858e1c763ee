"""All registers together, by plate: what they say of one vehicle at the moment it passes.

Answers have three values. A register that is current and does not list a vehicle of its area answers
with what absence means there (in date, not scrapped, no offence, no permit); one that is stale, was never
received, does not speak for the vehicle's area or could not be read at that line answers nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from services.domain.appearance import mismatches
from services.domain.plate import UNREAD
from services.domain.register import (
    PERMITS_OF,
    InspectionRegister,
    OffenceRegister,
    PermitLine,
    PermitRegister,
    Register,
    ScrappedRegister,
    VehicleLine,
    VehicleRegister,
    is_current,
)
from services.domain.timebase import local

Facts = Mapping[str, Any]
DAY = timedelta(days=1)
NOTHING: Facts = {}
# What it means not to stand in a register that is complete for one's area.
ABSENT: Mapping[str, Facts] = {
    "inspection_register": {"inspection_overdue_d": 0.0},
    "scrapped_register": {"is_scrapped": False},
    "offence_register": {"open_offences": 0},
}


class Seen(Protocol):
    """What of a passage the registers are asked about."""

    @property
    def plate_no(self) -> str: ...
    @property
    def passed_at(self) -> datetime: ...
    @property
    def checkpoint_id(self) -> str: ...
    @property
    def vehicle_class(self) -> str: ...
    @property
    def vehicle_colour(self) -> str: ...
    @property
    def vehicle_brand(self) -> str: ...


@dataclass(slots=True)
class _Entry:
    """What all current registers hold of one plate."""

    vehicle: VehicleLine | None = None
    valid_until: datetime | None = None
    scrapped_since: datetime | None = None
    offences: int | None = None
    permits: dict[str, list[PermitLine]] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)


class Book:
    """``registers`` must be the current ones only. Made anew when one of them changes or ages."""

    def __init__(self, registers: Mapping[str, Register[Any]]) -> None:
        self._registers = registers
        self._entries: dict[str, _Entry] = {}
        for name, register in registers.items():
            for plate in register.unread:
                self._entry(plate).unread.add(name)
            self._enter(name, register)
        areas = {"", *(area for register in registers.values() for area in register.covers)}
        self._absent = {area: self._of_absent(area) for area in areas}

    def __len__(self) -> int:
        return len(self._entries)

    def facts(self, seen: Seen) -> Facts:
        """The columns of a passage that the registers know; what is not in it is unknown."""
        plate = seen.plate_no
        entry = self._entries.get(plate)
        if entry is not None:
            return self._of_entry(entry, seen)
        if not plate or UNREAD in plate:
            return NOTHING
        return self._of_stranger(plate)

    # ------------------------------------------------------------------------------------- private

    def _entry(self, plate: str) -> _Entry:
        return self._entries.setdefault(plate, _Entry())

    def _enter(self, name: str, register: Register[Any]) -> None:
        if isinstance(register, VehicleRegister):
            for line in register.lines:
                self._entry(line.plate_no).vehicle = line
        elif isinstance(register, InspectionRegister):
            for line in register.lines:
                self._entry(line.plate_no).valid_until = line.valid_until
        elif isinstance(register, ScrappedRegister):
            for line in register.lines:
                self._entry(line.plate_no).scrapped_since = line.since
        elif isinstance(register, OffenceRegister):
            for line in register.lines:
                self._entry(line.plate_no).offences = line.open
        elif isinstance(register, PermitRegister):
            for line in register.lines:
                self._entry(line.plate_no).permits.setdefault(name, []).append(line)

    def _of_absent(self, area: str) -> Facts:
        speaking = [name for name, register in self._registers.items() if register.speaks_for(area)]
        return {column: value for name in speaking for column, value in ABSENT.get(name, NOTHING).items()}

    def _of_stranger(self, plate: str) -> Facts:
        absent = self._absent
        return absent.get(plate[:2]) or absent.get(plate[:1]) or absent[""]

    def _of_entry(self, entry: _Entry, seen: Seen) -> Facts:
        facts = {**self._of_stranger(seen.plate_no)}
        at = seen.passed_at
        if entry.valid_until is not None:
            facts["inspection_overdue_d"] = max(0.0, (at - entry.valid_until) / DAY)
        if entry.scrapped_since is not None:
            facts["is_scrapped"] = at >= entry.scrapped_since
        if entry.offences is not None:
            facts["open_offences"] = entry.offences
        for name in entry.unread:
            for column in ABSENT.get(name, NOTHING):
                facts.pop(column, None)
        if entry.vehicle is not None and "vehicle_register" not in entry.unread:
            facts |= _of_vehicle(entry.vehicle, seen)
            facts |= self._of_permits(entry, entry.vehicle.use, seen)
        return facts

    def _of_permits(self, entry: _Entry, use: str, seen: Seen) -> Facts:
        """Whether the vehicle may be here now, by the permits its use demands; a use that demands none,
        or whose register says nothing, asks nothing."""
        name = PERMITS_OF.get(use, "")
        register = self._registers.get(name)
        if register is None or name in entry.unread:
            return NOTHING
        permits = entry.permits.get(name, ())
        if not permits and not register.speaks_for(seen.plate_no):
            return NOTHING
        return _of_valid([permit for permit in permits if permit.holds_at(seen.passed_at)], seen)


def _of_vehicle(line: VehicleLine, seen: Seen) -> Facts:
    classes = (line.vehicle_class, seen.vehicle_class)
    return {
        "use": line.use,
        "registered_class": line.vehicle_class,
        "registered_colour": line.colour,
        "registered_brand": line.brand,
        "mismatches": mismatches((classes, (line.colour, seen.vehicle_colour), (line.brand, seen.vehicle_brand))),
    }


def _of_valid(valid: Sequence[PermitLine], seen: Seen) -> Facts:
    """Of several permits the one that fits best speaks: first by its route, then by its hours."""
    if not valid:
        return {"permit_ok": False}
    here = seen.checkpoint_id
    hour = hour_of(seen.passed_at)
    on_route = [permit for permit in valid if not permit.route or here in permit.route]
    asked = on_route or valid
    ends = [permit.destination for permit in asked if permit.destination]
    return {
        "permit_ok": True,
        "route_ok": bool(on_route),
        "hours_ok": any(permit.covers_hour(hour) for permit in asked),
        "at_destination": here in ends if ends else None,
    }


def hour_of(moment: datetime) -> float:
    """The hour of the Shanghai day, 0 ≤ h < 24."""
    here = local(moment)
    return here.hour + here.minute / 60 + here.second / 3600


def current(
    registers: Mapping[str, Register[Any]], now: datetime, limits: Mapping[str, timedelta]
) -> Mapping[str, Register[Any]]:
    """Those that may be believed now."""
    return {name: each for name, each in registers.items() if is_current(each.as_of, now, limits[name])}
