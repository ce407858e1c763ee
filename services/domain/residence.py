"""居住核实: what officer and steward found at the door of somebody whom the gates know and no register does.

The suspicion is an alert; this is the visit. Its result is the alert's feedback. A permit's number is masked before
it reaches the log, a person stays a pseudonym with the mask of a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.alert import AlertLevel
from services.domain.deed import Wish

NAME = "residence"


class Result(StrEnum):
    REGISTERED = "registered"  # 已登记: he had one, or registered now
    PERMIT = "permit"  # 已办居住证
    VISITOR = "visitor"  # 确认访客
    OTHER = "other"  # needs words


RESULT_WORDS: Mapping[Result, str] = {
    Result.REGISTERED: "已办居住登记",
    Result.PERMIT: "已办居住证（临时居住证）",
    Result.VISITOR: "确认访客",
    Result.OTHER: "其他",
}
PROVED: frozenset[Result] = frozenset({Result.REGISTERED, Result.PERMIT})  # the suspicion was right


class State(StrEnum):
    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


STATE_WORDS: Mapping[State, str] = {State.OPEN: "待核实", State.DONE: "已核实", State.WITHDRAWN: "已撤回"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenResidence(Wish):
    """``steward``: the 流管员 who goes along, once one is named."""

    alert_id: str
    steward: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResidence(Wish):
    """Who records it is the officer of the visit; ``steward`` the 流管员, named before or now. ``name`` and
    ``permit_no`` may be typed in full; the log gets their masks."""

    result: Result
    steward: str = ""
    name: str = ""
    permit_no: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawResidence(Wish):
    reason: str


@dataclass(frozen=True, slots=True)
class ResidenceOpened:
    alert_id: str
    rule_id: str
    level: AlertLevel
    title: str
    subject: str  # as on the desk's alert: masked
    place: str
    person_key: str  # estate|pseudonym
    department: str
    steward: str  # masked; empty while nobody is named
    due_at: datetime
    close_by: datetime
    demo: bool = True


@dataclass(frozen=True, slots=True)
class ResidenceRecorded:
    result: Result
    officer: str  # masked
    steward: str  # masked
    name: str  # masked
    permit_no: str  # masked
    text: str
    close_by: datetime


@dataclass(frozen=True, slots=True)
class ResidenceWithdrawn:
    reason: str


@dataclass(frozen=True, slots=True)
class ResidencePassed:
    """Three working days went by without a result; noted once."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class Residence:
    """One verification as it stands. ``person_key`` names the pseudonym whose movements may be looked at while it
    is open, and of nobody else."""

    id: str  # DJ-261122-001
    version: int
    state: State
    alert_id: str
    rule_id: str
    level: AlertLevel
    title: str
    subject: str
    place: str
    person_key: str
    department: str
    steward: str
    opened_at: datetime
    opened_by: str  # masked
    due_at: datetime
    overdue_at: datetime | None = None
    result: Result | None = None
    officer: str = ""
    name: str = ""
    permit_no: str = ""
    text: str = ""
    ended_at: datetime | None = None
    demo: bool = True

    @property
    def is_open(self) -> bool:
        return self.state is State.OPEN

    @property
    def is_proved(self) -> bool:
        return self.result in PROVED
