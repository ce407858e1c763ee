"""When each step of a hand-in is due, and how a site writes it: ``[boats.limits]``.

A span is a whole number and a unit: ``5min``, ``4h``, ``3d``. ``limits_from`` raises ValueError in Chinese,
naming the key and the choices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from services.domain.boats import LIMITS, Clock, HandInLimits, HandInState, HandInStep, StateAt
from services.domain.timebase import local

_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_SPAN = re.compile(r"([1-9]\d{0,4}) ?(min|h|d)")
_HOURS = ("opens", "closes")


def limits_from(table: Mapping[str, Any]) -> HandInLimits:
    """The defaults with what the site sets."""
    known = tuple(field.name for field in fields(HandInLimits))
    for key in table:
        if key not in known:
            raise ValueError(f"不认识的键 boats.limits.{key}，可用：{'、'.join(known)}")
    limits = replace(LIMITS, **{key: (_hour if key in _HOURS else _span)(key, value) for key, value in table.items()})
    if limits.opens >= limits.closes:
        raise ValueError(f"boats.limits.opens 须早于 closes，现为 {limits.opens} 与 {limits.closes}")
    return limits


def _span(key: str, value: Any) -> timedelta:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f'boats.limits.{key} 须为时长，例如 "15min"、"4h"、"3d"，现为 {value!r}')
    return int(found[1]) * _UNITS[found[2]]


def _hour(key: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 24:
        raise ValueError(f"boats.limits.{key} 须为 0–24 的整点，现为 {value!r}")
    return value


def accept_by(filed_at: datetime, limits: HandInLimits) -> datetime:
    """By day the span, by night the next opening."""
    here = local(filed_at)
    if limits.opens <= here.hour < limits.closes:
        return filed_at + limits.accept
    opening = here.replace(hour=limits.opens, minute=0, second=0, microsecond=0)
    if here.hour >= limits.closes:
        opening += timedelta(days=1)
    return opening.astimezone(filed_at.tzinfo)


def collect_by(filed_at: datetime, limits: HandInLimits, *, in_port: bool) -> datetime:
    return filed_at + (limits.collect_in_port if in_port else limits.collect_at_sea)


def started(steps: Iterable[StateAt], limits: HandInLimits) -> tuple[Clock, ...]:
    """The clocks that these steps start, the last of a kind counting."""
    clocks: dict[HandInStep, Clock] = {}
    for step in steps:
        match step.state:
            case HandInState.ACCEPTED | HandInState.REASSIGNED | HandInState.NO_SHOW:
                clocks[HandInStep.ASSIGN] = Clock(HandInStep.ASSIGN, step.at + limits.assign)
            case HandInState.COLLECTING:
                clocks[HandInStep.STORE] = Clock(HandInStep.STORE, step.at + limits.store)
            case HandInState.STORED:
                clocks.setdefault(HandInStep.DISPOSE, Clock(HandInStep.DISPOSE, step.at + limits.dispose))
            case _:
                pass
    return tuple(clocks.values())
