"""Whether a vehicle looks as it is registered, as far as a camera can tell."""

from __future__ import annotations

import unicodedata

# Colours that lamps and cameras mistake for each other [D]. A mistake must not speak against a driver.
_ALIKE = (
    frozenset("白灰"),
    frozenset("黑灰"),
    frozenset("红棕"),
    frozenset("黄橙"),
    frozenset("蓝青紫"),
    frozenset("青绿"),
)


def same_colour(registered: str, seen: str) -> bool:
    """Words of ``vehicle.COLOURS``. 其他 and 透明 speak for nothing."""
    if registered == seen or {"其他", "透明"} & {registered, seen}:
        return True
    return any(registered in alike and seen in alike for alike in _ALIKE)


def same_class(registered: str, seen: str) -> bool:
    """Codes of the protocol. Passenger and goods vehicles differ, and so do heavy and light ones; what lies
    one size apart does not, nor does the body (K33 and K39)."""
    if registered[:1] != seen[:1]:
        return False
    one, other = registered[1:2], seen[1:2]
    if not (one.isdigit() and other.isdigit()):
        return one == other or not one or not other
    return abs(int(one) - int(other)) <= 1


def same_brand(registered: str, seen: str) -> bool:
    return _plain(registered) == _plain(seen)


def mismatches(pairs: tuple[tuple[str, str], tuple[str, str], tuple[str, str]]) -> int | None:
    """Of class, colour and brand, each as (registered, seen), how many differ; None when none is known twice."""
    known = [
        same(registered, seen)
        for same, (registered, seen) in zip((same_class, same_colour, same_brand), pairs, strict=True)
        if registered and seen
    ]
    return known.count(False) if known else None


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().strip()
