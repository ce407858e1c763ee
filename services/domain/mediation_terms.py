"""How long a dispute may take and which words make it dangerous: ``[community.mediation]`` of the site file.

The collector puts them into the store (topic ``mediation_terms``), so that every desk decides by the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.domain.deed import World
from services.domain.levels import Limit, WorkCalendar

TOPIC = "mediation_terms"
_SPAN = re.compile(r"([1-9]\d{0,3}) ?(h|d|wd)")
_DENIED = ("没有", "并未", "没", "未", "不会", "不曾", "否认")


@dataclass(frozen=True, slots=True, kw_only=True)
class MediationTerms:
    """``marks`` are the ages in days at which an unresolved case is marked, ``hand_up`` those at which it should
    have gone to the street and to the centre; ``visits`` are days after performance."""

    accept: Limit
    resolve: Limit
    perform: Limit
    close: Limit  # what the desk has after an agreement, for the alert
    marks: tuple[int, ...]
    visits: tuple[int, ...]
    risk_words: tuple[str, ...]
    grid_code: str  # of the community whose rows are polled
    calendar: WorkCalendar

    def due(self, limit: Limit, at: datetime) -> datetime:
        return limit.after(at, self.calendar)

    def risk_in(self, words: str) -> tuple[str, ...]:
        """The words of escalation in a text; one that is denied right before is none."""
        return tuple(
            word for word in self.risk_words if any(_is_said(words, found.start()) for found in _all(word, words))
        )


TERMS = MediationTerms(
    accept=Limit(days=3),  # [S] ≤ 3 working days
    resolve=Limit(timedelta(days=30)),  # [D]
    perform=Limit(timedelta(days=15)),  # [D] where the agreement names no day
    close=Limit(days=3),  # [D]
    marks=(7, 15, 30),
    visits=(7, 30, 90),
    risk_words=("扬言", "动刀", "持刀", "跳楼", "自杀", "同归于尽", "砍人", "杀人", "汽油", "爆炸", "报复"),  # [D]
    grid_code="331002002001",
    calendar=WorkCalendar(),
)


def terms_in(world: World) -> MediationTerms:
    """Those in force; the defaults where no collector has put any."""
    return next(iter(world.topic(TOPIC)), TERMS)


def terms_from(table: Mapping[str, Any], calendar: WorkCalendar, grid_code: str = TERMS.grid_code) -> MediationTerms:
    """The defaults with what the site sets. Raises ValueError in Chinese, naming the key."""
    for key in table:
        if key not in _READERS:
            raise ValueError(f"不认识的键 community.mediation.{key}，可用：{'、'.join(_READERS)}")
    read = {key: _READERS[key](f"community.mediation.{key}", value) for key, value in table.items()}
    return replace(TERMS, calendar=calendar, grid_code=grid_code, **read)


def _all(word: str, words: str) -> Sequence[re.Match[str]]:
    return tuple(re.finditer(re.escape(word), words))


def _is_said(words: str, start: int) -> bool:
    return not words[:start].endswith(_DENIED)


def _limit(where: str, value: Any) -> Limit:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"{where} 须写作 48h、30d 或 3wd（工作日），现为 {value!r}")
    number = int(found[1])
    units = {"h": timedelta(hours=number), "d": timedelta(days=number)}
    return Limit(days=number) if found[2] == "wd" else Limit(units[found[2]])


def _days(where: str, value: Any) -> tuple[int, ...]:
    fits = isinstance(value, list) and value and all(type(n) is int and 0 < n <= 400 for n in value)
    if not fits or sorted(set(value)) != value:
        raise ValueError(f"{where} 须为由小到大的天数列表，例如 [7, 15, 30]，现为 {value!r}")
    return tuple(value)


def _words(where: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise ValueError(f'{where} 须为词语列表，例如 ["扬言", "动刀"]，现为 {value!r}')
    return tuple(word.strip() for word in value)


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(("accept", "resolve", "perform", "close"), _limit),
    **dict.fromkeys(("marks", "visits"), _days),
    "risk_words": _words,
}
