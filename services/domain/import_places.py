"""Where a row of an import says somebody or something is: each part must be known before what lies in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.domain.address import (
    AddressError,
    SpokenAddress,
    address_or_none,
    building_number,
    dwelling_code,
    plain,
    read_address,
    room_place,
    unit_code,
)
from services.domain.import_fields import Fields
from services.domain.import_known import Known

LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody or something is, as far down as the row says."""

    estate: str = ""
    building: str = ""
    unit: str = ""
    dwelling: str = ""


class Places:
    """``estate`` is that of rows that name none; ``prefix`` stands before every code of the source."""

    def __init__(self, known: Known, prefix: str = "", estate: str = "") -> None:
        self._known = known
        self._prefix = prefix
        self._estate = estate

    def home(self, row: Fields, *, must: bool) -> Home:
        """Of a person or a device, which may hang on the estate alone. ``must``: there has to be a dwelling."""
        code = row.code("dwelling", self._prefix)
        spoken = self.spoken(row)
        room = row.text("room", 10) or (spoken.room if spoken else "")
        if code:
            return self._dwelling(row, code, "dwelling")
        if not must and not spoken and not row.text("building"):
            estate = row.text("estate", LONGEST_NAME) or self._estate
            return Home(self.estate_of(row)) if estate else Home()
        if must and not room:
            raise row.misfit("dwelling" if row.has("dwelling") else "room", "no_dwelling", "没有写住在哪一户")
        estate, building = self.building_of(row, spoken)
        if not must and not room:
            number = row.whole("unit", 1, 35)
            return Home(estate, building, self.unit_of(row, building, spoken, None) if number else "")
        unit = self.unit_of(row, building, spoken, None)
        floor, at = composed(row, "room", lambda: room_place(room))
        return self._dwelling(row, composed(row, "room", lambda: dwelling_code(unit, floor, at)), "room")

    def _dwelling(self, row: Fields, code: str, field: str) -> Home:
        if code not in self._known.dwellings:
            raise row.misfit(field, "unknown_dwelling", "登记册中没有这一户")
        building, unit = self._known.dwellings[code]
        return Home(self._known.buildings.get(building, ""), building, unit, code)

    def spoken(self, row: Fields) -> SpokenAddress | None:
        said = row.text("address")
        return composed(row, "address", lambda: read_address(said)) if said else None

    def estate_of(self, row: Fields, spoken: SpokenAddress | None = None) -> str:
        said = row.text("estate", LONGEST_NAME) or (spoken.estate if spoken else "") or self._estate
        for name in (self._prefix + said, said):
            if found := self._known.estate_of(name):
                return found
        if not said:
            raise row.misfit("estate", "empty_key", "没有写小区")
        raise row.misfit("estate", "unknown_estate", "登记册中没有这个小区")

    def building_of(self, row: Fields, spoken: SpokenAddress | None = None, code: str = "") -> tuple[str, str]:
        """Estate and building. One that is named by its code needs no estate beside it."""
        said = row.text("building", LONGEST_NAME) or (spoken.building if spoken else "")
        address = address_or_none(code) if not said else None
        for name in (self._prefix + said, said, address.building if address else ""):
            if name in self._known.buildings:
                return self._known.buildings[name], name
        if not said:
            raise row.misfit("building", "empty_key", "没有写楼栋")
        named = row.text("estate", LONGEST_NAME) or (spoken.estate if spoken else "") or self._estate
        estate = self.estate_of(row, spoken) if named or building_number(said) else ""
        building = self._known.building_of(estate, said)
        if not building:
            raise row.misfit("building", "unknown_building", "登记册中没有这幢楼")
        return estate, building

    def unit_of(self, row: Fields, building: str, spoken: SpokenAddress | None, address: Any) -> str:
        number = _unit_number(row) or (spoken.unit if spoken else 0)
        if number:
            unit = unit_code(building, number) if 1 <= number <= 35 else ""
        elif address is not None and address.unit:
            unit = address.unit
        else:
            unit = f"{building}-1" if f"{building}-2" not in self._known.units else ""
        if unit not in self._known.units:
            raise row.misfit("unit", "unknown_unit", "登记册中没有这个单元")
        return unit


def composed(row: Fields, field: str, make: Callable[[], Any]) -> Any:
    """What an address comes to; its words are not quoted, they may name a room."""
    try:
        return make()
    except AddressError:
        raise row.misfit(field, "bad_address", "读不懂，写作 3 幢、2 单元、302 室") from None


def _unit_number(row: Fields) -> int:
    """``2``, ``2单元`` or ``二``-less nothing: 0."""
    said = plain(row.text("unit", 10)).removesuffix("单元")
    if not said:
        return 0
    if not (said.isdigit() and said.isascii()):
        raise row.misfit("unit", "unknown_unit", "单元须为数字")
    return int(said)
