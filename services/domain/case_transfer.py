"""移送: a case goes to a department with its evidence package; the words of the stream.

The package is asked for first, made by the collector, and its digest is a fact of the case before anybody
can send it. The department accepts or refuses within hours and reports its result within working days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.alert import AlertLevel
from services.domain.deed import Wish
from services.domain.reasons import ResultCode, ReturnReason

NAME = "case_transfer"


class State(StrEnum):
    PREPARING = "preparing"
    FAILED = "failed"  # the package could not be made
    READY = "ready"
    SENT = "sent"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    DONE = "done"
    WITHDRAWN = "withdrawn"


STATE_WORDS: Mapping[State, str] = {
    State.PREPARING: "制包中",
    State.FAILED: "制包未成",
    State.READY: "待移送",
    State.SENT: "待接收",
    State.ACCEPTED: "办理中",
    State.RETURNED: "被退回",
    State.DONE: "已反馈",
    State.WITHDRAWN: "已撤回",
}
ENDED = frozenset({State.DONE, State.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPackage(Wish):
    """Of an alert for a department; with a ``case_id`` anew, for the same one or, after a refusal, another."""

    alert_id: str = ""
    department: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One file of a package. ``name`` inside the archive; ``size`` in bytes."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePackage(Wish):
    """By the engine: the package was made, its file is ``sha256``.zip. ``log_seq`` is the last row of the
    case log in it."""

    sha256: str
    sm3: str
    size: int
    log_seq: int
    exhibits: tuple[Exhibit, ...]
    lacking: tuple[str, ...] = ()  # what should be in it and is not, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteNoPackage(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTransfer(Wish):
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptTransfer(Wish):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseTransfer(Wish):
    reason: ReturnReason
    text: str = ""
    suggested: str = ""  # the department that should have it


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResult(Wish):
    result: ResultCode
    text: str
    document: str = ""  # 文书号 of what the department decided


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawTransfer(Wish):
    reason: str


@dataclass(frozen=True, slots=True)
class PackageAsked:
    alert_id: str
    rule_id: str
    level: AlertLevel
    title: str
    subject: str  # the desk's mask
    wall_subject: str
    place: str
    department: str
    demo: bool = True


@dataclass(frozen=True, slots=True)
class PackageMade:
    sha256: str
    sm3: str
    size: int
    log_seq: int
    exhibits: tuple[Exhibit, ...]
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PackageNotMade:
    reason: str


@dataclass(frozen=True, slots=True)
class TransferSent:
    text: str
    accept_by: datetime
    result_by: datetime
    close_by: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class TransferAccepted:
    result_by: datetime
    close_by: datetime


@dataclass(frozen=True, slots=True)
class TransferRefused:
    return_reason: ReturnReason
    text: str
    suggested: str
    bounced: bool  # so often that a shift lead sends it on
    redispatch_by: datetime


@dataclass(frozen=True, slots=True)
class ResultReported:
    result: ResultCode
    text: str
    document: str
    close_by: datetime


@dataclass(frozen=True, slots=True)
class TransferPassed:
    """One of the two deadlines passed, noted once each."""

    what: str  # accept | result
    due_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class TransferWithdrawn:
    reason: str
    feedback_by: datetime


@dataclass(frozen=True, slots=True)
class CaseTransfer:
    """One transfer as it stands. ``due_at`` is the deadline that runs, None when none does; ``overdue_at``
    the one that was missed."""

    id: str  # YS-261122-001
    version: int
    state: State
    alert_id: str
    rule_id: str
    level: AlertLevel
    title: str
    subject: str
    wall_subject: str
    place: str
    department: str
    asked_at: datetime
    asked_by: str  # masked
    sha256: str = ""
    sm3: str = ""
    size: int = 0
    log_seq: int = 0
    exhibits: tuple[Exhibit, ...] = ()
    lacking: tuple[str, ...] = ()
    text: str = ""
    sent_at: datetime | None = None
    sent_by: str = ""
    accepted_at: datetime | None = None
    accepted_by: str = ""
    due_at: datetime | None = None
    overdue_at: datetime | None = None
    refusals: int = 0
    bounced: bool = False
    return_reason: ReturnReason | None = None
    reason: str = ""  # of a refusal, a withdrawal, or why no package could be made
    suggested: str = ""
    result: ResultCode | None = None
    result_text: str = ""
    document: str = ""
    ended_at: datetime | None = None
    demo: bool = True

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    @property
    def has_package(self) -> bool:
        return bool(self.sha256)
