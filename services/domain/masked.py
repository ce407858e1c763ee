"""A value that shows its mask wherever it is printed."""

from __future__ import annotations

from typing import final


@final
class Masked:
    """Personal data. ``str``, ``repr``, formatting and logging give the mask.

    The value itself comes out only through ``unmasked``, which the store calls to write it and
    the reveal command calls after its audit row is on disk. Nothing else may.
    """

    __slots__ = ("_mask", "_value")

    def __init__(self, value: str, mask: str | None = None) -> None:
        self._value = value
        self._mask = mask_name(value) if mask is None else mask

    def __str__(self) -> str:
        return self._mask

    def __repr__(self) -> str:
        return f"Masked({self._mask})"

    def __format__(self, spec: str) -> str:
        return format(self._mask, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Masked) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def unmasked(self) -> str:
        return self._value


def mask_name(name: str) -> str:
    """林小明 → 林*; a two-character surname is cut after its first character as well."""
    return name[:1] + "*" if name else ""


def wall_name(name: str) -> str:
    """The wall's mask: 李**."""
    return name[:1] + "**" if name else ""


def mask_phone(phone: str) -> str:
    """13812345678 → 138****5678."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 7 else "****"


def mask_id_number(number: str) -> str:
    """3 + 4 (protocols §4): hiding only the birth date leaves 3,219 candidates."""
    return f"{number[:3]}***********{number[-4:]}" if len(number) == 18 else "***"


def wall_plate(plate: str) -> str:
    """浙J·8T56K → 浙J·8**6K; what the wall shows of a plate."""
    bare = plate.replace("·", "")
    if len(bare) < 6:
        return bare[:2] + "***"
    return f"{bare[:2]}·{bare[2]}**{bare[-2:]}"
