"""The limits and the working calendar as a site writes them: ``[limits]`` and ``[calendar]``.

A span is a whole number and a unit: ``90s``, ``30min``, ``4h``, ``4wh`` (working hours), ``3wd``
(working days). Every function raises ValueError in Chinese, naming the key and the choices.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from services.domain.alert import AlertLevel, Step
from services.domain.levels import DEFAULT, LADDER, LIMITS, LevelLimits, Limit, Limits, WorkCalendar
from services.domain.officer import Role

LEVELS: Mapping[str, AlertLevel] = {level.name.lower(): level for level in AlertLevel}
STEPS: Mapping[str, Step] = {step.value: step for step in Step}
TOLD: Mapping[str, Role] = {role.value: role for role in LADDER[1:]}
_SPAN = re.compile(r"([1-9]\d{0,5}) ?(s|min|h|wh|wd)")
_UNITS = {"s": timedelta(seconds=1), "min": timedelta(minutes=1), "h": timedelta(hours=1), "wh": timedelta(hours=1)}


def limits_from(limits: Mapping[str, Any], calendar: Mapping[str, Any]) -> Limits:
    """The defaults with what the site sets."""
    set_here = {key: value for key, value in limits.items() if key not in LEVELS}
    _known("limits", set_here, (*_READERS, *LEVELS))
    levels = {level: _level(name, limits.get(name, {}), DEFAULT[level]) for name, level in LEVELS.items()}
    read = {key: _READERS[key](f"limits.{key}", value) for key, value in set_here.items()}
    return replace(LIMITS, levels=levels, calendar=calendar_from(calendar), **read)


def calendar_from(table: Mapping[str, Any]) -> WorkCalendar:
    _known("calendar", table, ("holidays", "worked_weekends", "opens", "closes"))
    holidays = _days("calendar.holidays", table.get("holidays", []))
    weekends = _days("calendar.worked_weekends", table.get("worked_weekends", []))
    for day in sorted(weekends):
        if day.weekday() < 5:
            raise ValueError(f"calendar.worked_weekends：{day} 不是周末")
        if day in holidays:
            raise ValueError(f"calendar：{day} 既是假日又是调休上班日")
    opens = _time("calendar.opens", table.get("opens", WorkCalendar().opens))
    closes = _time("calendar.closes", table.get("closes", WorkCalendar().closes))
    if opens >= closes:
        raise ValueError(f"calendar.opens 须早于 closes，现为 {opens:%H:%M} 与 {closes:%H:%M}")
    return WorkCalendar(holidays, weekends, opens, closes)


def _level(name: str, table: Any, default: LevelLimits) -> LevelLimits:
    where = f"limits.{name}"
    if not isinstance(table, Mapping):
        raise ValueError(f'{where} 须为一张表，例如 [{where}] ack = "3min"')
    _known(where, table, (*STEPS, "ladder", "sign_holds", "suspend_most"))
    steps = {STEPS[key]: _limit(f"{where}.{key}", value) for key, value in table.items() if key in STEPS}
    set_here: dict[str, Any] = {"limits": {**default.limits, **steps}}
    if "ladder" in table:
        set_here["ladder"] = _ladder(f"{where}.ladder", table["ladder"])
    if "sign_holds" in table:
        set_here["sign_holds"] = _span(f"{where}.sign_holds", table["sign_holds"])
    if "suspend_most" in table:
        set_here["suspend_most"] = _limit(f"{where}.suspend_most", table["suspend_most"])
    return replace(default, **set_here)


def _ladder(where: str, table: Any) -> tuple[tuple[int, Role], ...]:
    """``{ shift_lead = 150, duty_leader = 300 }``: percent of the time to sign; the earliest first."""
    if not isinstance(table, Mapping):
        raise ValueError(f"{where} 须写作 {{ shift_lead = 150 }}（签收时限的百分之几）")
    _known(where, table, tuple(TOLD))
    return tuple(
        sorted(
            ((_whole(f"{where}.{role}", percent, 100, 10_000), TOLD[role]) for role, percent in table.items()),
            key=lambda rung: (rung[0], LADDER.index(rung[1])),
        )
    )


def _limit(where: str, value: Any) -> Limit:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"{where} 须写作 90s、30min、4h、4wh（工作小时）或 3wd（工作日），现为 {value!r}")
    number, unit = int(found[1]), found[2]
    return Limit(days=number) if unit == "wd" else Limit(number * _UNITS[unit], working=unit == "wh")


def _span(where: str, value: Any) -> timedelta:
    limit = _limit(where, value)
    if limit.days or limit.working:
        raise ValueError(f"{where} 须为 s、min 或 h，现为 {value!r}")
    return limit.span


def _whole(where: str, value: Any, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{where} 须为 {least} 至 {most} 的整数，现为 {value!r}")
    return value


def _word(where: str, value: Any) -> AlertLevel:
    if value not in LEVELS:
        raise ValueError(f"{where} 须为 {'、'.join(LEVELS)} 之一，现为 {value!r}")
    return LEVELS[value]


def _names(where: str, value: Any) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ValueError(f"{where} 须为场景名的列表，现为 {value!r}")
    return frozenset(value)


def _days(where: str, value: Any) -> frozenset[date]:
    if not isinstance(value, list) or any(type(day) is not date for day in value):
        raise ValueError(f"{where} 须为日期的列表，例如 [2026-10-01]，现为 {value!r}")
    return frozenset(value)


def _time(where: str, value: Any) -> time:
    if isinstance(value, datetime) or not isinstance(value, time):
        raise ValueError(f"{where} 须为时刻，例如 08:30:00，现为 {value!r}")
    return value


def _known(where: str, table: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for key in table:
        if key not in names:
            raise ValueError(f"不认识的键 {where}.{key}，可用：{'、'.join(names)}")


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "shelve_duty": _span,
    "shelve_lead": _span,
    "late_after": _span,
    "bounces": lambda where, value: _whole(where, value, 1, 99),
    "photos": lambda where, value: _whole(where, value, 0, 99),
    "photos_from": _word,
    "visited": _names,
}
