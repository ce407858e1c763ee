"""The number of a resident's identity card (GB 11643): its check, and the birthday and sex it tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_FORM = re.compile(r"\d{17}[\dX]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ENDS = "10X98765432"
_ANYWHERE = re.compile(r"(?<![0-9])\d{15}(?:\d{2}[\dXx])?(?![0-9])")


class IdNumberError(ValueError):
    """``reason`` is a stable code; the message quotes nothing of the number."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class IdNumber:
    number: str
    born: date
    sex: str  # m | f


def id_number(text: str) -> IdNumber:
    """``text`` without spaces. Raises IdNumberError."""
    number = text.upper()
    if re.fullmatch(r"\d{15}", number):
        raise IdNumberError("id_15_digits", "证件号为 15 位旧号，须换成 18 位")
    if not _FORM.fullmatch(number) or not number.isascii():
        raise IdNumberError("id_malformed", f"证件号不是 18 位：共 {len(number)} 位")
    if check_character(number) != number[17]:
        raise IdNumberError("id_checksum", "证件号校验位不符")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdNumberError("birthday_unreadable", "证件号中的出生日期不存在") from None
    return IdNumber(number, born, "m" if int(number[16]) % 2 else "f")


def check_character(number: str) -> str:
    """The 18th character that belongs to the first 17."""
    return _ENDS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False)) % 11]


def without_numbers(text: str) -> str:
    """What looks like an identity number anywhere in it, shown as 3 + 4 of its characters."""
    return _ANYWHERE.sub(lambda found: f"{found[0][:3]}{'*' * (len(found[0]) - 7)}{found[0][-4:]}", text)
