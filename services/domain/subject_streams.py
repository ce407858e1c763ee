"""How the cases of the community's streams read on a card: a title, a state and a moment, a line a stream.

None of them may hold a name or a room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from services.domain import (
    away,
    elder_call,
    floor_candidate,
    mediation,
    rectification,
    rental_check,
    residence,
    stay,
    visit,
)
from services.domain.rental_safety import COLOUR_WORDS


@dataclass(frozen=True, slots=True)
class CaseKind:
    stream: str
    word: str
    title: Callable[[Any], str]
    state: Callable[[Any], str]
    at: Callable[[Any], datetime]


def _states(words: Mapping[Any, str]) -> Callable[[Any], str]:
    return lambda case: words[case.state]


def _stay(case: stay.Stay) -> str:
    until = f" · 租期至 {case.lease_end:%Y-%m-%d}" if case.lease_end else ""
    return f"入住 {len(case.guests)} 人{until}"


def _stay_state(case: stay.Stay) -> str:
    return "逾期未退" if case.is_open and case.overdue_at else stay.STATE_WORDS[case.state]


def _check_state(case: rental_check.RentalCheck) -> str:
    if case.state is rental_check.State.DONE:
        return f"安全色 {COLOUR_WORDS[case.colour]}"
    return "逾期" if case.is_open and case.overdue_at else rental_check.STATE_WORDS[case.state]


def _residence_state(case: residence.Residence) -> str:
    return residence.RESULT_WORDS[case.result] if case.result else residence.STATE_WORDS[case.state]


def _away(case: away.Away) -> str:
    return f"{away.REASON_WORDS[case.reason]} 至 {case.until:%m-%d}"


def _call_state(case: elder_call.ElderCall) -> str:
    return elder_call.ENDING_WORDS[case.ending] if case.ending else elder_call.STEP_WORDS[case.step]


def _visit_state(case: visit.Visit) -> str:
    if case.is_open:
        return "逾期" if case.overdue_at else visit.STATE_WORDS[case.state]
    late = {True: " · 按时", False: " · 逾期", None: ""}[case.on_time]
    return f"{visit.STATE_WORDS[case.state]}{late}"


ALL = (
    CaseKind(mediation.NAME, "矛盾纠纷", attrgetter("title"), _states(mediation.STATE_WORDS), attrgetter("filed_at")),
    CaseKind(stay.NAME, "入住登记", _stay, _stay_state, attrgetter("entered_at")),
    CaseKind(
        rental_check.NAME, "安全检查", lambda c: rental_check.KIND_WORDS[c.kind], _check_state, attrgetter("planned_at")
    ),
    CaseKind(residence.NAME, "居住登记核实", attrgetter("title"), _residence_state, attrgetter("opened_at")),
    CaseKind(away.NAME, "外出报备", _away, lambda c: "外出" if c.is_open else "已归", attrgetter("reported_at")),
    CaseKind(elder_call.NAME, "联络", attrgetter("reason"), _call_state, attrgetter("opened_at")),
    CaseKind(visit.NAME, "走访探访", lambda c: visit.KINDS.get(c.kind, "走访"), _visit_state, attrgetter("due_at")),
    CaseKind(
        rectification.NAME, "隐患整改", attrgetter("title"), _states(rectification.STATE_WORDS), attrgetter("asked_at")
    ),
    CaseKind(
        floor_candidate.NAME,
        "楼层核实",
        attrgetter("title"),
        _states(floor_candidate.STATE_WORDS),
        attrgetter("opened_at"),
    ),
)
KINDS: Mapping[str, CaseKind] = {kind.stream: kind for kind in ALL}
