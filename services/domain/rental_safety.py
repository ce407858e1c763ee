"""安全色: what a check of a let dwelling comes to.

Six parts are found 0 (good), 1 (slight), 2 (serious) or 3 (immediate danger). The score is Σ weight × finding,
its colour 绿黄橙红; the worse the colour, the sooner the next check.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import IntEnum

from services.domain.rental_terms import ITEMS, RentalTerms

WORST = 3
FOUND_WORDS = ("合格", "轻微", "较重", "危险")


class SafetyColour(IntEnum):
    """A higher one is worse. Never an alert level: it is written and drawn in words."""

    NONE = 0  # never checked
    GREEN = 1
    YELLOW = 2
    ORANGE = 3
    RED = 4


COLOUR_WORDS: Mapping[SafetyColour, str] = {
    SafetyColour.NONE: "未查",
    SafetyColour.GREEN: "绿",
    SafetyColour.YELLOW: "黄",
    SafetyColour.ORANGE: "橙",
    SafetyColour.RED: "红",
}


def score_of(found: Mapping[str, int], terms: RentalTerms) -> int:
    """Raises ValueError in Chinese for a part that was not looked at or a finding that is none."""
    for key, word in ITEMS.items():
        if found.get(key) not in range(WORST + 1):
            raise ValueError(f"{word}：须为 0 至 {WORST}，现为 {found.get(key, '未查')}")
    return sum(terms.weights[key] * found[key] for key in ITEMS)


def colour_of(found: Mapping[str, int], terms: RentalTerms) -> SafetyColour:
    score = score_of(found, terms)
    if score >= terms.red_at or WORST in found.values():
        return SafetyColour.RED
    if score >= terms.orange_at:
        return SafetyColour.ORANGE
    return SafetyColour.YELLOW if score >= terms.yellow_at else SafetyColour.GREEN


def crowding_of(persons: int, rooms: int | None, area_m2: float | None, terms: RentalTerms) -> int:
    """The finding for crowding: 2 over the limit, 3 over twice the limit; 0 when neither rooms nor area are known."""
    shares = [persons / (rooms * terms.room_persons)] if rooms else []
    shares += [persons * terms.least_m2 / area_m2] if area_m2 else []
    worst = max(shares, default=0.0)
    return 3 if worst > 2 else 2 if worst > 1 else 0


def next_check(colour: SafetyColour, at: datetime, terms: RentalTerms) -> datetime:
    days = {
        SafetyColour.GREEN: terms.green_days,
        SafetyColour.YELLOW: terms.yellow_days,
        SafetyColour.ORANGE: terms.orange_days,
    }.get(colour, terms.red_days)
    return at + timedelta(days=days)


def dangers_of(found: Mapping[str, int]) -> tuple[str, ...]:
    """What has to be put right, the worst first: 电线 较重."""
    bad = sorted((key for key in ITEMS if found.get(key, 0) >= 1), key=lambda key: -found[key])
    return tuple(f"{ITEMS[key]} {FOUND_WORDS[found[key]]}" for key in bad)
