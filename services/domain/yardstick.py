"""What alarm performance is measured against: limits and classes of EEMUA 191 and ISA-18.2, as settings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from typing import Any

from services.domain.timebase import SHANGHAI, local, midnight_before


@dataclass(frozen=True, slots=True)
class Seat:
    """A manned desk and the scenes whose alerts it must answer; no scenes: all of them."""

    name: str
    scenes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadClass:
    """The word for an operator who gets at most ``per_hour`` alarms an hour."""

    per_hour: float
    word: str


@dataclass(frozen=True, slots=True)
class Yardstick:
    """All of them defaults [D]; a site says its own in ``[performance]``. Spans are in the unit of their name."""

    flood_over: int = 10  # more than so many alarms
    flood_within_min: float = 10
    flood_ends_below: int = 5  # of the same span
    standing_after_h: float = 24
    stale_after_h: float = 24
    chatter_raises: int = 3
    chatter_raises_within_s: float = 60
    chatter_cycles: int = 5  # raised and back to normal
    chatter_cycles_within_min: float = 10
    fleeting_under_s: float = 60
    mix_pct: tuple[float, float, float] = (5, 15, 80)  # red and orange, yellow, blue
    per_hour_target: float = 6
    top: int = 10
    least_cases: int = 10  # verdicts below which a rule's precision is not judged
    weak_below: float = 0.5
    shifts: tuple[time, ...] = (time(8), time(20))  # when each begins
    seats: tuple[Seat, ...] = (Seat("值班席"),)
    classes: tuple[LoadClass, ...] = (
        LoadClass(6, "很可能可接受"),
        LoadClass(12, "可应付"),
        LoadClass(30, "负担偏重"),
        LoadClass(60, "很可能不可接受"),
    )
    overload: str = "超载"  # beyond the last class

    @property
    def flood_within(self) -> timedelta:
        return timedelta(minutes=self.flood_within_min)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time that figures are about: ``since`` ≤ moment < ``until``."""

    id: str  # today | shift | day | week | month
    title: str
    since: datetime
    until: datetime

    def __contains__(self, moment: datetime | None) -> bool:
        return moment is not None and self.since <= moment < self.until

    @property
    def hours(self) -> float:
        return (self.until - self.since) / timedelta(hours=1)


PERIOD_WORDS: Mapping[str, str] = {
    "today": "今日",
    "shift": "本班",
    "day": "24 小时",
    "week": "7 日",
    "month": "30 日",
}
LONGEST = timedelta(days=30)


def periods(now: datetime, yardstick: Yardstick) -> tuple[Period, ...]:
    """The five that a desk can choose. They end at ``now``, which they leave to the next."""
    since = {
        "today": midnight_before(now),
        "shift": shift_start(now, yardstick.shifts),
        "day": now - timedelta(days=1),
        "week": now - timedelta(days=7),
        "month": now - LONGEST,
    }
    return tuple(Period(id_, title, since[id_], now) for id_, title in PERIOD_WORDS.items())


def shift_start(now: datetime, shifts: tuple[time, ...]) -> datetime:
    """When the shift that runs now began, be it today or yesterday (Shanghai)."""
    here = local(now)
    days = (here.date() - timedelta(days=1), here.date())
    starts = [datetime.combine(day, start, SHANGHAI) for day in days for start in shifts]
    return max(start for start in starts if start <= here).astimezone(now.tzinfo)


def yardstick_from(table: Mapping[str, Any]) -> Yardstick:
    """``[performance]`` of the site file. Raises ValueError with a sentence that names the key."""
    given: dict[str, Any] = {}
    known = {f.name for f in fields(Yardstick)}
    for key, value in table.items():
        if key not in known:
            raise ValueError(f"performance 不认识的键 {key!r}，可用：{'、'.join(sorted(known))}")
        given[key] = _read(key, value)
    read = Yardstick(**given)
    if read.flood_ends_below > read.flood_over:
        raise ValueError("performance.flood_ends_below 不能大于 flood_over，否则泛滥刚起就止")
    return read


def _read(key: str, value: Any) -> Any:
    if key == "seats":
        return _rows(key, value, lambda row: Seat(str(row["name"]), tuple(map(str, row.get("scenes", ())))))
    if key == "classes":
        return _rows(key, value, lambda row: LoadClass(float(row["per_hour"]), str(row["word"])))
    if key == "shifts":
        if not isinstance(value, list) or not value or not all(isinstance(one, time) for one in value):
            raise ValueError("performance.shifts 须为时刻的列表，例如 [08:00:00, 20:00:00]")
        return tuple(sorted(value))
    if key == "mix_pct":
        if not isinstance(value, list) or len(value) != 3 or not all(map(_is_positive, value)) or sum(value) != 100:
            raise ValueError("performance.mix_pct 须为三个合计 100 的数，例如 [5, 15, 80]")
        return tuple(value)
    if key == "overload":
        return str(value)
    if not _is_positive(value):
        raise ValueError(f"performance.{key} 须为大于 0 的数，读到 {value!r}")
    whole = isinstance(getattr(Yardstick(), key), int)
    if whole and int(value) != value:
        raise ValueError(f"performance.{key} 须为整数，读到 {value!r}")
    return value


def _is_positive(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0


def _rows(key: str, value: Any, read: Any) -> tuple[Any, ...]:
    try:
        rows = tuple(read(row) for row in value)
    except (KeyError, TypeError, ValueError, AttributeError) as why:
        raise ValueError(f"performance.{key} 读不懂：{why!r}") from why
    if not rows:
        raise ValueError(f"performance.{key} 不能为空")
    return rows
