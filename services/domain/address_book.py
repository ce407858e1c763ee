"""What the registers say stands at an address: estates, buildings, units, dwellings, residents, devices.

Rows of the store's register tables, and the answers to questions about them. A name, an owner and a
room are ``Masked`` and hold nothing but their mask: the value stays in the store until it is revealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.domain.estates import Point
from services.domain.masked import Masked

DWELLING = "dwelling"  # question: about a dwelling's code; the answer is a DwellingFound, or None
PERSON = "person"  # about a resident's id; a PersonFound, or None
BUILDING = "building"  # about a building's code; a BuildingFound, or None
DEVICE = "device"  # about a device's id; a DeviceFound, or None
ADDRESS_SEARCH = "address_search"  # about words of an officer; a tuple of AddressHit, best first


@dataclass(frozen=True, slots=True)
class EstateAddress:
    code: str
    name: str
    outline: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildingAddress:
    code: str
    estate: str
    name: str  # 3 幢
    outline: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitAddress:
    code: str
    estate: str
    building: str
    number: int
    lift: str = ""
    ground: str = ""  # what is on the first floor


@dataclass(frozen=True, slots=True)
class Dwelling:
    code: str
    estate: str
    building: str
    unit: str
    floor: int
    at: int  # place on the floor, counted from 0 as a section's cells are
    room: Masked
    use: str = "u"  # community.Use
    rooms: int | None = None
    area_m2: float | None = None
    owner: Masked | None = None


@dataclass(frozen=True, slots=True)
class Resident:
    """Nobody's number: ``identity`` is its pseudonym under the store's own key, ``id_mask`` 3 + 4 of it."""

    code: str
    estate: str
    building: str
    unit: str
    dwelling: str
    name: Masked
    category: str = "resident"  # community.PersonCategory: resident | floating
    sex: str = ""  # m | f | empty: not said
    birth_year: int | None = None
    origin: str = ""  # province; a statistic, never a condition
    registered: bool = False  # has a residence registration, or lives there by household register
    registered_on: date | None = None
    cancelled_on: date | None = None
    identity: str = ""
    id_mask: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """``heard_at`` is of the register and may be an hour behind; what is silent is unknown, never good."""

    code: str
    kind: str  # smoke | hydrant | … as the register calls it
    estate: str = ""
    building: str = ""
    unit: str = ""
    dwelling: str = ""
    title: str = ""  # 独立烟感
    state: str = ""
    heard_at: datetime | None = None
    battery_pct: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a register's row comes from. A row that is not ``valid`` was closed; it is never deleted."""

    community: str
    source: str
    import_id: str
    seen_at: datetime
    valid: bool = True
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A standard address in words with its codes. ``text`` hides the room."""

    estate: str
    estate_name: str
    building: str = ""
    building_name: str = ""
    unit: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class DwellingFound:
    dwelling: Dwelling
    place: Place
    standing: Standing
    residents: tuple[Resident, ...] = ()
    devices: tuple[Device, ...] = ()
    past_residents: int = 0  # those the register has closed


@dataclass(frozen=True, slots=True)
class PersonFound:
    person: Resident
    place: Place
    standing: Standing
    dwelling: Dwelling | None = None
    others: int = 0  # who else lives there


@dataclass(frozen=True, slots=True)
class BuildingFound:
    """``dwellings`` by unit, floor and place; ``people`` counts residents a dwelling's code."""

    building: BuildingAddress
    place: Place
    standing: Standing
    units: tuple[UnitAddress, ...] = ()
    dwellings: tuple[Dwelling, ...] = ()
    devices: tuple[Device, ...] = ()
    people: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class DeviceFound:
    device: Device
    place: Place
    standing: Standing


@dataclass(frozen=True, slots=True)
class AddressHit:
    """One line of a search. ``kind`` and ``id`` are those of a ``Subject``."""

    kind: str  # estate | building | dwelling | person | device
    id: str
    title: str  # 城市花园 3 幢 2 单元 ***, 林*
    detail: str = ""
