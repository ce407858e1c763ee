"""The standard address: estate ⊃ building ⊃ unit ⊃ dwelling, as codes that nest and as words.

``XQ01`` ⊂ ``XQ0103`` ⊂ ``XQ0103-2`` ⊂ ``XQ010320304``: the third dwelling's place 04 on floor 03 of unit 2.
A dwelling's code begins with its building's, then unit (1), floor (2) and place on the floor (2).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_ESTATE = r"[A-Z]{2,6}\d{2}"
_BUILDING = rf"(?P<building>(?P<estate>{_ESTATE})[0-9A-Z]{{2}})"
_CODES = (
    re.compile(rf"(?P<estate>{_ESTATE})"),
    re.compile(_BUILDING),
    re.compile(rf"(?P<unit>{_BUILDING}-(?P<no>[1-9A-Z]))"),
    re.compile(rf"{_BUILDING}(?P<no>[1-9A-Z])(?P<floor>\d\d|B\d)(?P<at>\d\d)"),
)
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ROOM = re.compile(r"(?P<floor>-?\d{1,2}|B\d)(?P<at>\d{2})")
HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class StandardAddress:
    """``code`` is that of the deepest part; what lies below it is empty. ``floor`` is as spoken, 0 without one."""

    code: str
    estate: str
    building: str = ""
    unit: str = ""
    room: str = ""
    floor: int = 0
    at: int = 0  # place on the floor, counted from 1

    @property
    def dwelling(self) -> str:
        return self.code if self.room else ""


class AddressError(ValueError):
    """A code or a text that is no address. The message says which and why."""


def address_of(code: str) -> StandardAddress:
    """The parts of an estate's, a building's, a unit's or a dwelling's code. Raises AddressError."""
    for form in _CODES:
        if found := form.fullmatch(code):
            return _address(code, found.groupdict())
    raise AddressError(f"地址编码读不懂：{code[:40]!r}")


def address_or_none(code: str) -> StandardAddress | None:
    try:
        return address_of(code)
    except AddressError:
        return None


def _address(code: str, parts: dict[str, str | None]) -> StandardAddress:
    building, number, floor, at = (parts.get(key) or "" for key in ("building", "no", "floor", "at"))
    unit = f"{building}-{number}" if number else ""
    level = _floor(floor)
    return StandardAddress(
        code,
        parts["estate"] or "",
        building,
        unit,
        f"{_spoken_floor(level)}{at}" if floor else "",
        level,
        int(at) if at else 0,
    )


def _floor(text: str) -> int:
    if not text:
        return 0
    return -int(text[1:]) if text[0] in "B-" else int(text)


def _spoken_floor(level: int) -> str:
    return f"B{-level}" if level < 0 else f"{level}"


# ---------------------------------------------------------------------------------------- composing


def building_code(estate: str, number: str) -> str:
    """``number`` is what the building is called, 3 or A. Raises AddressError."""
    name = number.upper()
    if name.isdigit() and name.isascii() and 1 <= int(name) <= 359:
        value = int(name)
        tail = f"{value:02d}" if value < 100 else f"{_DIGITS[value // 10]}{value % 10}"
        return estate + tail
    if re.fullmatch(r"[A-Z]\d?", name):
        return estate + (name if len(name) == 2 else f"0{name}")
    raise AddressError(f"楼栋编号读不懂：{number[:20]!r}")


def unit_code(building: str, number: int) -> str:
    """Raises AddressError for a unit beyond the 35th."""
    if not 1 <= number <= 35:
        raise AddressError(f"单元序号须为 1–35，现为 {number}")
    return f"{building}-{_DIGITS[number]}"


def dwelling_code(unit: str, floor: int, at: int) -> str:
    """``at`` counts from 1. Raises AddressError."""
    if not (1 <= floor <= 99 or -9 <= floor <= -1) or not 1 <= at <= 99:
        raise AddressError(f"楼层或户位不成立：{floor} 层 {at} 位")
    level = f"{floor:02d}" if floor > 0 else f"B{-floor}"
    return f"{unit.replace('-', '')}{level}{at:02d}"


def unit_number(unit: str) -> int:
    """2 of ``XQ0103-2``."""
    return _DIGITS.index(unit[-1])


# ------------------------------------------------------------------------------------------- reading


def plain(text: str) -> str:
    """Full-width forms made plain, no spaces: ``城市花园　３ 幢`` → ``城市花园3幢``."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


_PARTS = re.compile(
    r"(?P<estate>.*?)"
    r"(?P<building>\d{1,3}|[A-Z]\d?)(?:幢|栋|号楼|座)"
    r"(?:(?P<unit>\d{1,2})(?:单元|门|梯))?"
    r"(?:(?P<room>-?B?\d{3,4})(?:室|号|房)?)?",
)


@dataclass(frozen=True, slots=True)
class SpokenAddress:
    """What an address says in words; parts it leaves out are empty, a missing unit is 0."""

    estate: str
    building: str
    unit: int = 0
    room: str = ""


def read_address(text: str) -> SpokenAddress:
    """``城市花园 3 幢 2 单元 302 室``. Raises AddressError for what has no building."""
    found = _PARTS.fullmatch(plain(text).upper())
    if found is None:
        raise AddressError(f"地址读不懂：{text[:40]!r}")
    return SpokenAddress(
        found["estate"], found["building"].lstrip("0") or "0", int(found["unit"] or 0), found["room"] or ""
    )


def building_number(name: str) -> str:
    """``3 幢``, ``03栋``, ``A座`` or ``3`` → ``3`` or ``A``; empty for what is none."""
    found = re.fullmatch(r"(\d{1,3}|[A-Z]\d?)(?:幢|栋|号楼|座|#)?", plain(name).upper())
    return (found[1].lstrip("0") or "0") if found else ""


def room_place(room: str) -> tuple[int, int]:
    """Floor and place of a room's number: ``302`` → (3, 2), ``1204`` → (12, 4), ``B101`` → (-1, 1).
    Raises AddressError."""
    found = _ROOM.fullmatch(plain(room).upper().removesuffix("室").removesuffix("号"))
    floor = _floor(found["floor"]) if found else 0
    if found is None or floor == 0 or found["at"] == "00":
        raise AddressError(f"室号读不懂：{room[:20]!r}")
    return floor, int(found["at"])


# ------------------------------------------------------------------------------------------- showing


def spoken(estate_name: str, building_name: str = "", unit: int = 0, room: str = "") -> str:
    """``城市花园 3 幢 2 单元 ***``: a room never stands in it; that there is one does."""
    parts = [estate_name, building_name, f"{unit} 单元" if unit else "", HIDDEN if room else ""]
    return " ".join(part for part in parts if part)


def mask_room(room: str) -> str:
    """Every room looks alike, so that a list of masks tells nothing."""
    return HIDDEN if room else ""
