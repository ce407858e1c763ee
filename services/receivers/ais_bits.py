"""Position reports of AIS read straight from their bits: types 1, 2, 3, 9, 18 and 27.

The six-bit letters of a payload are those of Base64 under another alphabet, so the standard library
turns them into bytes; a field is then a shift and a mask. Every value is what pyais gives.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Sequence
from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ARMOUR = bytes(range(48, 88)) + bytes(range(96, 120))
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
TO_BASE64 = bytes.maketrans(ARMOUR, _BASE64)

LETTERS = 28  # of a report of 168 bits
LETTERS_27 = 16  # 96 bits
KINDS = {ord("1"): 1, ord("2"): 2, ord("3"): 3, ord("9"): 9, ord("B"): 18, ord("K"): 27}


class AisPosition(NamedTuple):
    """Degrees as transmitted (91/181 stay what they are); knots and degrees, NaN where not available."""

    msg_type: int
    mmsi: int
    lon: float
    lat: float
    sog_kn: float
    cog_deg: float
    heading_deg: float
    second: int  # of the minute the position was fixed in; 60 and more: not available


def position_of(payload: bytes) -> AisPosition | None:
    """None for another type, a payload that is too short, and letters that are none: ask pyais."""
    kind = KINDS.get(payload[0]) if payload else None
    if kind is None or len(payload) < (LETTERS_27 if kind == 27 else LETTERS):
        return None
    payload = payload[:LETTERS_27] if kind == 27 else payload[:LETTERS]
    if payload.translate(None, ARMOUR):
        return None
    bits = int.from_bytes(a2b_base64(payload.translate(TO_BASE64)), "big")
    if kind == 27:
        return _long_range(bits)
    if kind == 18:
        return _report(kind, bits, bits >> 112 & 0x3FF, bits >> 83, bits >> 56, bits >> 44, bits >> 35, bits >> 29)
    if kind == 9:
        return _aircraft(bits)
    return _report(kind, bits, bits >> 108 & 0x3FF, bits >> 79, bits >> 52, bits >> 40, bits >> 31, bits >> 25)


def positions_of(payloads: Sequence[bytes]) -> list[AisPosition]:
    """Many of types 1, 2, 3 and 18 at once, each payload of exactly 28 letters of the alphabet."""
    packed = a2b_base64(b"".join(payloads).translate(TO_BASE64))
    raw = np.frombuffer(packed, np.uint8).reshape(len(payloads), 21).T.astype(np.int64)
    kind = _field(raw, 0, 6)
    is_b = kind == 18

    def either(of_a: int, of_b: int, width: int) -> NDArray[np.int64]:
        return np.where(is_b, _field(raw, of_b, width), _field(raw, of_a, width))

    speed, course, heading = either(50, 46, 10), either(116, 112, 12), either(128, 124, 9)
    columns = (
        kind,
        _field(raw, 8, 30),
        _many_degrees(either(61, 57, 28), 0x8000000),
        _many_degrees(either(89, 85, 27), 0x4000000),
        np.where(speed == 1023, nan, speed / 10),
        np.where(course >= 3600, nan, course / 10),
        np.where(heading >= 360, nan, heading),
        either(137, 133, 6),
    )
    return list(map(AisPosition._make, zip(*(c.tolist() for c in columns), strict=True)))


def _field(raw: NDArray[np.int64], start: int, width: int) -> NDArray[np.int64]:
    """``width`` bits from bit ``start`` of each column of bytes."""
    first, last = start // 8, (start + width - 1) // 8
    value = raw[first]
    for row in raw[first + 1 : last + 1]:
        value = value << 8 | row
    return value >> (8 * (last + 1) - start - width) & ((1 << width) - 1)


def _many_degrees(raw: NDArray[np.int64], sign: int) -> NDArray[np.float64]:
    signed = np.where(raw & sign, raw - (sign << 1), raw)
    return (10 * signed + 3) // 6 / 1e6


def _report(
    kind: int, bits: int, speed: int, lon: int, lat: int, course: int, heading: int, second: int
) -> AisPosition:
    course, heading = course & 0xFFF, heading & 0x1FF
    return AisPosition(
        kind,
        bits >> 130 & 0x3FFFFFFF,
        _degrees(lon & 0xFFFFFFF, 0x8000000),
        _degrees(lat & 0x7FFFFFF, 0x4000000),
        nan if speed == 1023 else speed / 10,
        nan if course >= 3600 else course / 10,
        nan if heading >= 360 else float(heading),
        second & 0x3F,
    )


def _aircraft(bits: int) -> AisPosition:
    """Whole knots, and no heading."""
    speed, course = bits >> 108 & 0x3FF, bits >> 40 & 0xFFF
    return AisPosition(
        9,
        bits >> 130 & 0x3FFFFFFF,
        _degrees(bits >> 79 & 0xFFFFFFF, 0x8000000),
        _degrees(bits >> 52 & 0x7FFFFFF, 0x4000000),
        nan if speed == 1023 else float(speed),
        nan if course >= 3600 else course / 10,
        nan,
        bits >> 34 & 0x3F,
    )


def _long_range(bits: int) -> AisPosition:
    """Type 27: tenths of a minute, whole knots and degrees."""
    lon, lat = bits >> 34 & 0x3FFFF, bits >> 17 & 0x1FFFF
    speed, course = bits >> 11 & 0x3F, bits >> 2 & 0x1FF
    lon, lat = lon - 0x40000 if lon & 0x20000 else lon, lat - 0x20000 if lat & 0x10000 else lat
    return AisPosition(
        27,
        bits >> 58 & 0x3FFFFFFF,
        (10000 * lon + 3) // 6 / 1e6,
        (10000 * lat + 3) // 6 / 1e6,
        nan if speed == 63 else float(speed),
        nan if course >= 360 else float(course),
        nan,
        60,
    )


def _degrees(raw: int, sign: int) -> float:
    """From ten-thousandths of a minute, rounded to a millionth of a degree as pyais does."""
    if raw & sign:
        raw -= sign << 1
    return (10 * raw + 3) // 6 / 1e6
