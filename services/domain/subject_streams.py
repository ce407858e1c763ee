"""How the cases of the community's streams read on a card: one line a stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from services.domain import mediation


@dataclass(frozen=True, slots=True)
class CaseKind:
    """``title`` and ``state`` in words, ``at`` when it began. None of them may hold a name or a room."""

    stream: str
    word: str
    title: Callable[[Any], str]
    state: Callable[[Any], str]
    at: Callable[[Any], datetime]


def _states(words: Mapping[Any, str]) -> Callable[[Any], str]:
    return lambda case: words.get(case.state, str(case.state))


def _of(stream: str, word: str, **how: Callable[[Any], Any]) -> CaseKind:
    return CaseKind(stream, word, how.get("title", lambda _case: word), how.get("state", _open), how.get("at", _began))


def _open(case: Any) -> str:
    return "在办" if case.is_open else "已办结"


def _began(case: Any) -> datetime:
    """The first moment a case names: streams call it ``filed_at``, ``opened_at``, ``asked_at`` …"""
    moments = (getattr(case, f.name) for f in fields(case))
    return next(m for m in moments if isinstance(m, datetime))


ALL = (
    _of(mediation.NAME, "矛盾纠纷", title=attrgetter("title"), state=_states(mediation.STATE_WORDS)),
    _of("stay", "入住登记"),
    _of("rental_check", "安全检查"),
    _of("residence", "居住登记办理"),
    _of("away", "外出报备"),
    _of("elder_call", "联络记录"),
    _of("visit", "走访探访"),
    _of("rectification", "隐患整改"),
    _of("floor_candidate", "楼层候选"),
)
KINDS: Mapping[str, CaseKind] = {kind.stream: kind for kind in ALL}
