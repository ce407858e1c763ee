"""How long owners and departments have, and what a road text may be: ``[followup]`` of the site file.

The collector puts them into the store (topic ``followup_terms``), so that every desk decides by the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.domain.deed import World
from services.domain.levels import Limit, WorkCalendar

TOPIC = "followup_terms"
_SPAN = re.compile(r"([1-9]\d{0,3}) ?(min|h|d|wh|wd)")
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "wh": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpTerms:
    """``close`` is what the desk has after the department's result; ``again`` what an owner has at least
    after a re-inspection that was not passed."""

    notice: Limit
    again: Limit
    accept: Limit  # of a transfer, by the department
    result: Limit
    redispatch: Limit  # after a refusal or a withdrawal
    close: Limit
    stands: Limit  # the longest a road text may stand
    bounces: int  # the refusal after which a shift lead sends on
    sign_chars: int  # what one roadside sign shows at a time
    sms_chars: int
    names_to: tuple[str, ...]  # receivers that read officers' full names in the evidence
    signed: str  # the site's own name, under every text
    calendar: WorkCalendar

    def due(self, limit: Limit, at: datetime) -> datetime:
        return limit.after(at, self.calendar)


TERMS = FollowUpTerms(
    notice=Limit(timedelta(days=30)),  # [K] peer: repaired and re-inspected within 30 days
    again=Limit(timedelta(days=10)),  # [D]
    accept=Limit(timedelta(hours=2)),  # [K]
    result=Limit(days=7),  # [K]
    redispatch=Limit(timedelta(minutes=30)),  # [D]
    close=Limit(days=3),  # [D]
    stands=Limit(timedelta(hours=24)),  # [D]
    bounces=2,  # [D]
    sign_chars=32,  # [D]
    sms_chars=140,  # [D] two parts of a message
    names_to=("公安",),  # [D]
    signed="椒江区指挥中心",
    calendar=WorkCalendar(),
)


def terms_in(world: World) -> FollowUpTerms:
    """Those in force; the defaults where no collector has put any."""
    return next(iter(world.topic(TOPIC)), TERMS)


def terms_from(table: Mapping[str, Any], calendar: WorkCalendar) -> FollowUpTerms:
    """The defaults with what the site sets. Raises ValueError in Chinese, naming the key."""
    for key in table:
        if key not in _READERS:
            raise ValueError(f"不认识的键 followup.{key}，可用：{'、'.join(_READERS)}")
    read = {key: _READERS[key](f"followup.{key}", value) for key, value in table.items()}
    return replace(TERMS, calendar=calendar, **read)


def read_limit(where: str, value: Any) -> Limit:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"{where} 须写作 30min、2h、30d、4wh（工作小时）或 7wd（工作日），现为 {value!r}")
    number, unit = int(found[1]), found[2]
    return Limit(days=number) if unit == "wd" else Limit(number * _UNITS[unit], working=unit == "wh")


def _count(where: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 500:
        raise ValueError(f"{where} 须为 1 至 500 的整数，现为 {value!r}")
    return value


def _names(where: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        raise ValueError(f'{where} 须为部门名的列表，例如 ["公安"]，现为 {value!r}')
    return tuple(value)


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(("notice", "again", "accept", "result", "redispatch", "close", "stands"), read_limit),
    **dict.fromkeys(("bounces", "sign_chars", "sms_chars"), _count),
    "names_to": _names,
}
