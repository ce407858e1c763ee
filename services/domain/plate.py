"""Number plates: one spelling, and what kind of plate it looks like."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
UNREAD = "-"  # the mark of a character the camera could not read; never stripped
NO_PLATE = "无车牌"


class PlateKind(StrEnum):
    """What a normalised plate looks like. A flag on the passage, never a reason to drop it."""

    CIVIL = "civil"
    NEW_ENERGY_SMALL = "new_energy_small"
    NEW_ENERGY_LARGE = "new_energy_large"
    TRAILER = "trailer"  # 挂
    TRAINING = "training"  # 学
    POLICE = "police"  # 警
    TRIAL = "trial"  # 试
    OVERSIZE = "oversize"  # 超
    HONG_KONG_MACAU = "hong_kong_macau"  # 粤Z…港/澳
    CONSULATE = "consulate"  # 领
    EMBASSY = "embassy"  # 使
    EMERGENCY = "emergency"  # 应急
    ARMED_POLICE = "armed_police"  # WJ
    ARMY = "army"
    UNREAD = "unread"  # holds at least one ``-``
    ODD = "odd"  # no kind known here: too short, too long, letters that plates do not use
    NONE = "none"


_LETTER = "[A-HJ-Z]"  # the authority's letter; O is used by some police plates
_SERIAL = "[A-HJ-NP-Z0-9]"  # no I, no O
_ELECTRIC = "[DABCEFGHJK]"  # GA 36-2018 has more than D and F
_AREA = f"[{PROVINCES}]{_LETTER}"

_KINDS: tuple[tuple[PlateKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (PlateKind.NEW_ENERGY_SMALL, f"{_AREA}{_ELECTRIC}{_SERIAL}[0-9]{{4}}"),
        (PlateKind.NEW_ENERGY_LARGE, f"{_AREA}[0-9]{{5}}{_ELECTRIC}"),
        (PlateKind.HONG_KONG_MACAU, f"粤Z{_SERIAL}{{4}}[港澳]"),
        (PlateKind.CIVIL, f"{_AREA}{_SERIAL}{{5}}"),
        (PlateKind.TRAILER, f"{_AREA}{_SERIAL}{{4}}挂"),
        (PlateKind.TRAINING, f"{_AREA}{_SERIAL}{{4}}学"),
        (PlateKind.POLICE, f"{_AREA}{_SERIAL}{{4}}警"),
        (PlateKind.TRIAL, f"{_AREA}{_SERIAL}{{4}}试"),
        (PlateKind.OVERSIZE, f"{_AREA}{_SERIAL}{{4}}超"),
        (PlateKind.CONSULATE, f"{_AREA}[0-9]{{4}}领"),
        (PlateKind.EMBASSY, "[0-9]{6}使|使[0-9]{6}"),
        (PlateKind.EMERGENCY, f"{_AREA}[0-9]{{4}}应急"),
        (PlateKind.ARMED_POLICE, f"WJ[{PROVINCES}]?[0-9]{{4}}[0-9A-Z]"),
        (PlateKind.ARMY, "[A-Z]{2}[0-9]{5}"),
    )
)
_BLANKS = str.maketrans("", "", " \t\r\n·•．.・\u3000")
_DASHES = str.maketrans(dict.fromkeys("－—–‐−_", UNREAD))
_NONE = frozenset(("", NO_PLATE, "无牌", "无号牌", "未悬挂", "NONE", "NULL", "UNKNOWN", "未知", "未识别", "车牌"))


def normalise(raw: str) -> str:
    """One spelling: NFKC, upper case, no blanks, no dot. An unread ``-`` stays; no plate is ``""``.

    ``浙j·8t56k`` and ``浙Ｊ８Ｔ５６Ｋ`` are both ``浙J8T56K``.
    """
    plate, before = _one_pass(raw), raw
    while plate != before:  # taking out a blank may bring a letter and an accent together
        plate, before = _one_pass(plate), plate
    return "" if plate in _NONE else plate


def _one_pass(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper().translate(_BLANKS).translate(_DASHES)


def classify(plate: str) -> PlateKind:
    """The kind of a normalised plate."""
    if not plate:
        return PlateKind.NONE
    if UNREAD in plate:
        return PlateKind.UNREAD
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(plate)), PlateKind.ODD)


def spelled(plate: str) -> str:
    """For the desk: 浙J8T56K → 浙J·8T56K."""
    if not plate:
        return NO_PLATE
    return f"{plate[:2]}·{plate[2:]}" if plate[0] in PROVINCES and len(plate) > 2 else plate
