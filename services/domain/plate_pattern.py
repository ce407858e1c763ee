"""What an officer may ask of plates: one plate, or one with one character unread. Never a list, never a range."""

from __future__ import annotations

import re
from functools import lru_cache

from services.domain.plate import UNREAD, PlateKind, classify, normalise

_SERIAL = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
_LAST = "挂学警试超领港澳"
_APART = re.compile(r"[,，;；、/|\n\r\t]|\S\s+[一-鿿][A-Z]", re.IGNORECASE)
_LONGEST = 12
_NOT_PLATES = frozenset({PlateKind.ODD, PlateKind.NONE, PlateKind.UNREAD})


class NotOnePlate(ValueError):  # noqa: N818 the message is for the officer
    """Typed words that are not one plate. The message is ready for the screen."""


def one_plate(typed: str) -> str:
    """The plate as the store spells it, ``-`` for the one character that may be open (typed ``-`` or ``?``)."""
    words = typed.strip()
    if not words:
        raise NotOnePlate("请写一个号牌")
    if _APART.search(words) or len(words) > _LONGEST:
        raise NotOnePlate("一次只能写一个号牌，不能成批")
    if "*" in words or "%" in words:
        raise NotOnePlate("不支持通配；看不清的一位写 -")
    plate = normalise(words.replace("?", UNREAD).replace("？", UNREAD))
    if plate.count(UNREAD) > 1:
        raise NotOnePlate("最多一位看不清；更多就不是一辆车")
    if UNREAD in plate[:2]:
        raise NotOnePlate("省份与发牌机关代号须写明")
    if not readings(plate):
        raise NotOnePlate(f"{plate or typed.strip()} 不是号牌的写法")
    return plate


@lru_cache(maxsize=512)
def readings(pattern: str) -> tuple[str, ...]:
    """Every plate a pattern may be: itself, or one for each character the open place may hold."""
    if UNREAD not in pattern:
        return () if classify(pattern) in _NOT_PLATES else (pattern,)
    at = pattern.index(UNREAD)
    held = _SERIAL + (_LAST if at == len(pattern) - 1 else "")
    tried = (pattern[:at] + character + pattern[at + 1 :] for character in held)
    return tuple(plate for plate in tried if classify(plate) not in _NOT_PLATES)
