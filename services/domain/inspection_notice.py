"""告知复检: an owner is told to have the vehicle inspected; the notice runs until a station says how it was.

One vehicle has at most one open notice for a matter. Its number is what the gateway of the text messages
gets: name, address and telephone number stay with whoever keeps the register, here are their masks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.alert import AlertLevel
from services.domain.deed import Wish
from services.domain.inspection_texts import Way

NAME = "inspection_notice"


class State(StrEnum):
    WAITING = "waiting"
    FAILED = "failed"  # inspected, not passed: again
    PASSED = "passed"
    WITHDRAWN = "withdrawn"


STATE_WORDS: Mapping[State, str] = {
    State.WAITING: "待复检",
    State.FAILED: "复检不合格",
    State.PASSED: "复检合格",
    State.WITHDRAWN: "已撤回",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueNotice(Wish):
    """``owner`` and ``phone`` may be typed in full; the log gets their masks only."""

    alert_id: str
    way: Way = Way.SMS
    owner: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordInspection(Wish):
    """By the engine from a station's report, or by an officer from a paper; then without ``result_id``."""

    station: str
    inspected_at: datetime
    passed: bool
    text: str = ""
    result_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawNotice(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFurther(Wish):
    """By the engine: the vehicle was found again while its notice runs."""

    alert_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSending(Wish):
    """By the engine: what became of the text on its way out."""

    word: str


@dataclass(frozen=True, slots=True)
class NoticeIssued:
    alert_id: str
    rule_id: str
    level: AlertLevel
    title: str
    plate_no: str
    subject: str  # the wall's mask
    place: str
    department: str
    way: Way
    text: str
    owner: str  # masked
    phone: str  # masked
    due_at: datetime
    close_by: datetime
    demo: bool = True


@dataclass(frozen=True, slots=True)
class VehicleInspected:
    """``due_at`` and ``close_by`` are those that hold from now on."""

    station: str
    inspected_at: datetime
    passed: bool
    text: str
    result_id: str
    due_at: datetime
    close_by: datetime


@dataclass(frozen=True, slots=True)
class NoticePassed:
    """The deadline passed without a re-inspection. ``late``: noted well after."""

    due_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class NoticeWithdrawn:
    reason: str
    feedback_by: datetime  # what the department still does about the alert


@dataclass(frozen=True, slots=True)
class FoundFurther:
    alert_id: str
    rule_id: str


@dataclass(frozen=True, slots=True)
class SendingNoted:
    text: str


@dataclass(frozen=True, slots=True)
class Inspection:
    station: str
    at: datetime
    passed: bool
    text: str = ""
    result_id: str = ""


@dataclass(frozen=True, slots=True)
class InspectionNotice:
    """One notice as it stands. ``overdue_at`` is the deadline that was missed; ``sending`` what became of
    its text."""

    id: str  # GZ-261122-001
    version: int
    state: State
    alert_id: str
    rule_id: str
    level: AlertLevel
    title: str
    plate_no: str
    subject: str
    place: str
    department: str
    way: Way
    text: str
    owner: str
    phone: str
    issued_at: datetime
    issued_by: str  # masked
    due_at: datetime
    overdue_at: datetime | None = None
    inspections: tuple[Inspection, ...] = ()
    further: tuple[str, ...] = ()  # later alerts about the same vehicle
    sending: str = ""
    ended_at: datetime | None = None
    reason: str = ""
    demo: bool = True

    @property
    def is_open(self) -> bool:
        return self.state in (State.WAITING, State.FAILED)
