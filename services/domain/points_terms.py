"""What a hand-in earns and what points buy: ``[boats.points]`` of the site file.

The collector puts the terms into the store (topic ``points_terms``), so that every desk decides by the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.domain.boats import Pollutant

TOPIC = "points_terms"


@dataclass(frozen=True, slots=True)
class Rate:
    """``points`` for each whole ``per_kg``."""

    pollutant: Pollutant
    points: int
    per_kg: int


@dataclass(frozen=True, slots=True)
class Gift:
    """What points are given for. ``plastic_kg`` of ocean plastic buys one as well; 0: not for plastic."""

    id: str
    name: str
    unit: str
    points: int
    plastic_kg: int = 0


@dataclass(frozen=True, slots=True)
class PointsTerms:
    """All of them defaults [D]. A battery is counted by its mass: nobody reports pieces."""

    rates: tuple[Rate, ...] = (
        Rate(Pollutant.OILY_WATER, 10, 100),
        Rate(Pollutant.WASTE_OIL, 30, 100),
        Rate(Pollutant.BATTERY, 20, 15),
        Rate(Pollutant.PLASTIC, 5, 1),
        Rate(Pollutant.GARBAGE, 2, 1),
    )
    gifts: tuple[Gift, ...] = (
        Gift("water", "瓶装水", "箱", 20, plastic_kg=2),
        Gift("ice", "渔用冰", "百公斤", 30),
        Gift("oil", "柴油优惠", "百元", 100),
        Gift("gear", "渔具抵扣", "百元", 100, plastic_kg=20),
        Gift("loan", "贷款利率优惠", "次", 500),
    )
    cap_per_day: int = 600  # of one boat
    same_mass_days: int = 30  # how far back identical masses are looked for
    since: date | None = None  # earlier hand-ins are in the opening; None: the day of the first account

    def rate(self, pollutant: Pollutant) -> Rate | None:
        """None: this earns nothing."""
        return next((rate for rate in self.rates if rate.pollutant is pollutant), None)

    def gift(self, gift_id: str) -> Gift | None:
        return next((gift for gift in self.gifts if gift.id == gift_id), None)


TERMS = PointsTerms()
_RATE_KEYS = {pollutant.value.lower(): pollutant for pollutant in Pollutant}
_GIFT_KEYS = ("name", "unit", "points", "plastic_kg")
_KEYS = ("rates", "gifts", "cap_per_day", "same_mass_days", "since")


def points_from(table: Mapping[str, Any]) -> PointsTerms:
    """The defaults with what the site sets. Raises ValueError in Chinese, naming the key."""
    for key in table:
        if key not in _KEYS:
            raise ValueError(f"不认识的键 boats.points.{key}，可用：{'、'.join(_KEYS)}")
    terms = TERMS
    for key in ("cap_per_day", "same_mass_days"):
        if key in table:
            terms = replace(terms, **{key: _whole(f"boats.points.{key}", table[key], 1)})
    if "since" in table:
        terms = replace(terms, since=_day("boats.points.since", table["since"]))
    if "rates" in table:
        terms = replace(terms, rates=_rates(_table("boats.points.rates", table["rates"])))
    if "gifts" in table:
        gifts = _table("boats.points.gifts", table["gifts"])
        terms = replace(terms, gifts=tuple(_gift(name, one) for name, one in gifts.items()))
    return terms


def _rates(table: Mapping[str, Any]) -> tuple[Rate, ...]:
    """Those named take the place of the defaults; the others stay."""
    rates = {rate.pollutant: rate for rate in TERMS.rates}
    for key, value in table.items():
        where = f"boats.points.rates.{key}"
        if key not in _RATE_KEYS:
            raise ValueError(f"不认识的键 {where}，可用：{'、'.join(_RATE_KEYS)}")
        if not isinstance(value, list) or len(value) != 2:
            raise ValueError(f"{where} 须写作 [分, 公斤]，例如 [10, 100]，现为 {value!r}")
        pollutant = _RATE_KEYS[key]
        rates[pollutant] = Rate(pollutant, _whole(where, value[0], 0), _whole(where, value[1], 1))
    return tuple(rates.values())


def _gift(gift_id: str, value: Any) -> Gift:
    where = f"boats.points.gifts.{gift_id}"
    told = _table(where, value)
    for key in told:
        if key not in _GIFT_KEYS:
            raise ValueError(f"不认识的键 {where}.{key}，可用：{'、'.join(_GIFT_KEYS)}")
    if not told.get("name") or "points" not in told:
        raise ValueError(f"{where} 须有 name 和 points")
    plastic_kg = _whole(f"{where}.plastic_kg", told.get("plastic_kg", 0), 0)
    points = _whole(f"{where}.points", told["points"], 1)
    return Gift(gift_id, str(told["name"]), str(told.get("unit", "份")), points, plastic_kg)


def _day(where: str, value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"{where} 须为日期，例如 2026-11-21，现为 {value!r}")
    return value


def _table(where: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{where} 须为一张表，现为 {value!r}")
    return value


def _whole(where: str, value: Any, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= 1_000_000:
        raise ValueError(f"{where} 须为 {least} 至 1000000 的整数，现为 {value!r}")
    return value
