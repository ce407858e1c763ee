"""What a class A vessel says of itself (type 5), read straight from its bits; every value is what pyais gives."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from typing import NamedTuple

from pyais.constants import ShipType

from services.receivers.ais_bits import ARMOUR, TO_BASE64

_TEXT = bytes(range(64, 96)) + bytes(range(32, 64))  # the six-bit letters of AIS: @A…_, space…?
_FROM_BASE64 = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", _TEXT)
LETTERS = 40  # up to and with the ship type
BITS = LETTERS * 6


class AisStatic(NamedTuple):
    msg_type: int
    mmsi: int
    callsign: str
    shipname: str
    ship_type: int


def static_of(payload: bytes) -> AisStatic | None:
    """None for another type, a payload that is too short, and letters that are none: ask pyais."""
    if payload[:1] != b"5" or len(payload) < LETTERS or payload.translate(None, ARMOUR):
        return None
    bits = int.from_bytes(a2b_base64(payload[:LETTERS].translate(TO_BASE64)), "big")
    return AisStatic(
        5,
        bits >> BITS - 38 & 0x3FFFFFFF,
        _text(bits >> BITS - 112 & (1 << 42) - 1, 42),
        _text(bits >> BITS - 232 & (1 << 120) - 1, 120),
        int(ShipType.from_value(bits & 0xFF) or 0),
    )


def _text(bits: int, width: int) -> str:
    """Trailing @ are filling, so are spaces."""
    filled = -width % 24
    letters = b2a_base64((bits << filled).to_bytes((width + filled) // 8, "big"), newline=False)
    return letters.translate(_FROM_BASE64)[: width // 6].decode().rstrip("@").strip()
