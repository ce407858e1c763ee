"""What can happen to an alert: one flat record a happening, so that the case log is plain JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.alert import AlertLevel, Clock, Detection, Evidence, FalseReason, Rung, Step, Verdict


class HappeningKind(StrEnum):
    RAISED = "raised"
    REPEATED = "repeated"
    CLEARED = "cleared"  # back to normal
    AUTO_CLOSED = "auto_closed"  # back to normal and closed, for rules that say so, blue only
    SIGNED = "signed"
    SIGN_LAPSED = "sign_lapsed"
    VERIFYING = "verifying"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    HANDLING = "handling"
    FED_BACK = "fed_back"
    REVIEWED = "reviewed"
    SENT_BACK = "sent_back"  # 重办
    RETURNED = "returned"
    SUSPENSION_ASKED = "suspension_asked"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    JUDGED = "judged"  # a verdict, with its reason
    CLOSED = "closed"
    ARCHIVED = "archived"
    REOPENED = "reopened"
    MERGED = "merged"
    UNMERGED = "unmerged"
    ABSORBED = "absorbed"  # the parent's side of a merge
    SHELVED = "shelved"
    UNSHELVED = "unshelved"  # by hand
    SHELF_ENDED = "shelf_ended"  # by time
    SUPPRESSED = "suppressed"
    TAKEN_OUT = "taken_out"  # out of service
    SHOWN = "shown"  # suppression or out-of-service ended
    ESCALATED = "escalated"
    SUPERVISED = "supervised"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of an alert's log. It holds results (clocks, verdict, level), never settings, so that
    a rebuild gives the same alert after the settings have changed."""

    kind: HappeningKind
    alert_id: str
    version: int
    at: datetime
    officer_id: str
    officer_name: str
    role: str
    text: str = ""
    department: str = ""
    verdict: Verdict | None = None
    false_reason: FalseReason | None = None
    until: datetime | None = None
    parent_id: str = ""
    previous_id: str = ""
    level: AlertLevel | None = None  # set when the level rose
    step: Step | None = None  # of a clock that passed
    due_at: datetime | None = None
    late: bool = False  # fired well after due_at: the collector was down
    clocks: tuple[Clock, ...] | None = None  # None: as they were
    rungs: tuple[Rung, ...] | None = None
    evidence: tuple[Evidence, ...] = ()
    event_ids: tuple[str, ...] = ()
    detection: Detection | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """Something that comes to an alert by itself. ``what`` is a ``Step`` value, ``unshelve``,
    ``sign_lapse``, ``resume`` or ``tell:<role>``."""

    what: str
    due_at: datetime
