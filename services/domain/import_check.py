"""Rows of an import as records of the registers, or what is wrong with them.

What a row refers to must exist: estate before building before unit before dwelling before person.
A file is judged in that order whatever its own. Nothing is guessed and nothing is put right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from services.domain.address import (
    SpokenAddress,
    address_or_none,
    building_code,
    building_number,
    dwelling_code,
    mask_room,
    plain,
    room_place,
    unit_code,
)
from services.domain.address_book import (
    BuildingAddress,
    Device,
    Dwelling,
    EstateAddress,
    Resident,
    UnitAddress,
)
from services.domain.estates import Point, Use
from services.domain.id_number import IdNumber, IdNumberError, id_number
from services.domain.import_fields import Fields, RawRow
from services.domain.import_known import Known
from services.domain.import_places import LONGEST_NAME, Places, composed
from services.domain.masked import Masked, mask_id_number
from services.domain.timebase import SHANGHAI

OLDEST = 120  # years
LONGEST_OUTLINE = 4000
ID_CARD = "id_card"
_CATEGORIES = ("resident", "floating")
_SEXES = ("", "m", "f")


class Checker:
    """For one import. ``take`` raises MisfitError; what it returns is known from then on."""

    def __init__(
        self, known: Known, today: date, pseudonym: Callable[[str], str], prefix: str = "", estate: str = ""
    ) -> None:
        self._known = known
        self._today = today
        self._pseudonym = pseudonym
        self._prefix = prefix
        self._places = Places(known, prefix, estate)
        self._rows: dict[tuple[str, str], RawRow] = {}  # (kind, key) → the row that has it
        self._takers: Mapping[str, Callable[[Fields], Any]] = {
            "estate": self._take_estate,
            "building": self._take_building,
            "unit": self._take_unit,
            "dwelling": self._take_dwelling,
            "resident": self._take_resident,
            "device": self._take_device,
        }

    def take(self, kind: str, row: Fields) -> Any:
        return self._takers[kind](row)

    # -- estates, buildings, units ---------------------------------------------------------------

    def _take_estate(self, row: Fields) -> EstateAddress:
        code = self._key("estate", row, row.code("code", self._prefix), "code")
        name = row.text("name", LONGEST_NAME)
        if not name:
            raise row.misfit("name", "empty_key", "小区没有名称")
        self._known.add_estate(code, name)
        return EstateAddress(code, name, _outline(row))

    def _take_building(self, row: Fields) -> BuildingAddress:
        estate = self._places.estate_of(row)
        name = row.text("name", LONGEST_NAME)
        code = row.code("code", self._prefix)
        if not code and name:
            code = composed(row, "name", lambda: building_code(estate, building_number(name)))
        code = self._key("building", row, code, "code")
        if self._known.buildings.get(code, estate) != estate:
            raise row.misfit("estate", "building_in_two_estates", "同一楼栋已属于另一小区")
        self._known.add_building(code, estate, name)
        return BuildingAddress(code, estate, name or code, _outline(row))

    def _take_unit(self, row: Fields) -> UnitAddress:
        estate, building = self._places.building_of(row)
        number = row.whole("number", 1, 35)
        if number is None:
            raise row.misfit("number", "empty_key", "没有单元序号")
        code = self._key("unit", row, unit_code(building, number), "number")
        self._known.units.add(code)
        return UnitAddress(code, estate, building, number, row.text("lift"), row.text("ground"))

    # -- dwellings -------------------------------------------------------------------------------

    def _take_dwelling(self, row: Fields) -> Dwelling:
        spoken = self._places.spoken(row)
        code = row.code("code", self._prefix)
        estate, building = self._places.building_of(row, spoken, code)
        unit = self._places.unit_of(row, building, spoken, address_or_none(code))
        floor, at, room = self._room_of(row, spoken)
        code = code or composed(row, "room", lambda: dwelling_code(unit, floor, at))
        self._one_building(row, code, building)
        code = self._key("dwelling", row, code, "code" if row.has("code") else "room")
        self._known.dwellings[code] = (building, unit)
        owner = row.text("owner", LONGEST_NAME)
        return Dwelling(
            code,
            estate,
            building,
            unit,
            floor,
            at - 1,
            Masked(room, mask_room(room)),
            _use(row),
            row.whole("rooms", 0, 99),
            row.number("area_m2", 0, 100_000),
            Masked(owner) if owner else None,
        )

    def _one_building(self, row: Fields, code: str, building: str) -> None:
        said = address_or_none(code)
        other = self._known.dwellings.get(code, (building, ""))[0]
        if other != building or (said is not None and said.building and said.building != building):
            raise row.misfit("building", "dwelling_in_two_buildings", "同一房屋编号出现在两幢楼")

    def _room_of(self, row: Fields, spoken: SpokenAddress | None) -> tuple[int, int, str]:
        """Floor, place counted from 1, and the room's number."""
        floor, at = row.whole("floor", -9, 99), row.whole("at", 0, 98)
        room = row.text("room", 10) or (spoken.room if spoken else "")
        if floor and at is not None:
            return floor, at + 1, room or f"{floor}{at + 1:02d}"
        if not room:
            raise row.misfit("room", "empty_key", "没有室号，也没有楼层与户位")
        where = composed(row, "room", lambda: room_place(room))
        return *where, room

    # -- people ----------------------------------------------------------------------------------

    def _take_resident(self, row: Fields) -> Resident:
        name = row.text("name", LONGEST_NAME)
        if not name:
            raise row.misfit("name", "empty_key", "没有姓名")
        number, identity, mask = self._identity(row)
        born = self._born(row, number)
        code = row.code("code", self._prefix) or self._known.identities.get(identity, "")
        self._one_person(row, identity)
        code = self._key("resident", row, code or (f"R-{identity[:16]}" if identity else ""), "code")
        cancelled = row.day("cancelled_on")
        gone = cancelled is not None and cancelled <= self._today
        home = self._places.home(row, must=not gone)
        return Resident(
            code,
            home.estate,
            home.building,
            home.unit,
            home.dwelling,
            Masked(name),
            _one_of(row, "category", _CATEGORIES) or "resident",
            _one_of(row, "sex", _SEXES) or (number.sex if number else ""),
            born.year if born else None,
            row.text("origin", LONGEST_NAME),
            row.flag("registered"),
            row.day("registered_on"),
            cancelled,
            identity,
            mask,
        )

    def _identity(self, row: Fields) -> tuple[IdNumber | None, str, str]:
        """The number while it is needed, its pseudonym, its mask."""
        said = plain(row.text("id_number", 40)).upper()
        if not said:
            return None, "", ""
        if "E+" in said:
            raise row.misfit("id_number", "lost_digits", "证件号存成了科学计数，后几位已丢失")
        if (row.text("id_kind") or ID_CARD) != ID_CARD:
            return None, self._pseudonym(said), f"{said[:1]}***{said[-2:]}"
        try:
            number = id_number(said)
        except IdNumberError as why:
            raise row.misfit("id_number", why.reason, str(why)) from None
        return number, self._pseudonym(number.number), mask_id_number(number.number)

    def _one_person(self, row: Fields, identity: str) -> None:
        if not identity:
            return
        before = self._rows.setdefault(("identity", identity), row.row)
        if before is not row.row:
            raise row.misfit("id_number", "duplicate_id", f"证件号与第 {before.number} 行相同")

    def _born(self, row: Fields, number: IdNumber | None) -> date | None:
        born = row.day("born", "birthday_unreadable")
        field = "born" if born else "id_number"
        if born and number and born != number.born:
            raise row.misfit("born", "birthday_disagrees", "出生日期与证件号不符")
        born = born or (number.born if number else None)
        if born and born > self._today:
            raise row.misfit(field, "birthday_future", "出生日期在将来")
        if born and born.year < self._today.year - OLDEST:
            raise row.misfit(field, "birthday_too_old", f"出生日期早于 {OLDEST} 年前")
        return born

    # -- devices ---------------------------------------------------------------------------------

    def _take_device(self, row: Fields) -> Device:
        code = self._key("device", row, row.code("code", self._prefix), "code")
        kind = row.text("kind", LONGEST_NAME)
        if not kind:
            raise row.misfit("kind", "empty_key", "没有设备类型")
        home = self._places.home(row, must=False)
        return Device(
            code,
            kind,
            home.estate,
            home.building,
            home.unit,
            home.dwelling,
            row.text("title", LONGEST_NAME),
            row.text("state"),
            _moment(row, "heard_at"),
            row.whole("battery_pct", 0, 100),
        )

    # -- keys -----------------------------------------------------------------------------------

    def _key(self, kind: str, row: Fields, code: str, field: str) -> str:
        if not code:
            raise row.misfit(field, "empty_key", "没有编号，也无法由其他列得出")
        before = self._rows.setdefault((kind, code), row.row)
        if before is not row.row:
            raise row.misfit(field, "duplicate_key", f"编号与第 {before.number} 行相同")
        return code


def _use(row: Fields) -> str:
    use = row.text("use") or Use.UNKNOWN.value
    if use not in {one.value for one in Use} - {Use.NONE.value}:
        raise row.misfit("use", "unknown_word", "房屋用途不在对照表中")
    if use in (Use.LET_OPEN.value, Use.LET_REGISTERED.value):
        return Use.LET_REGISTERED.value if row.has("let_registered") and row.flag("let_registered") else use
    return use


def _one_of(row: Fields, name: str, choices: tuple[str, ...]) -> str:
    said = row.text(name)
    if said and said not in choices:
        raise row.misfit(name, "unknown_word", "不在对照表中，须在映射文件里说明")
    return said


def _outline(row: Fields) -> tuple[Point, ...]:
    said = row.text("outline", LONGEST_OUTLINE)
    try:
        pairs = [pair.split(",") for pair in said.split(";") if pair]
        points = tuple((float(lon), float(lat)) for lon, lat in pairs)
    except ValueError:
        raise row.misfit("outline", "bad_outline", "轮廓坐标读不懂，写作 经度,纬度;经度,纬度") from None
    if not all(70 < lon < 140 and 3 < lat < 55 for lon, lat in points):
        raise row.misfit("outline", "bad_outline", "轮廓坐标不在境内")
    return points


def _moment(row: Fields, name: str) -> datetime | None:
    cell = row.cell(name)
    if isinstance(cell, datetime):
        return (cell if cell.tzinfo else cell.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    said = row.text(name)
    if not said:
        return None
    try:
        found = datetime.fromisoformat(said) if not said.isdigit() else datetime(*_digits(said), tzinfo=SHANGHAI)
        return (found if found.tzinfo else found.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    except ValueError:
        raise row.misfit(name, "bad_day", "时刻读不懂") from None


def _digits(said: str) -> tuple[int, int, int, int, int, int]:
    """Of 14 digits. Raises ValueError."""
    if len(said) != 14:
        raise ValueError(said)
    year, rest = int(said[:4]), [int(said[at : at + 2]) for at in range(4, 14, 2)]
    return (year, rest[0], rest[1], rest[2], rest[3], rest[4])
