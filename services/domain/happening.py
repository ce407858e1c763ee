"""What can happen to an alert: one flat record a happening, so that the case log is plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
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


HAPPENING_WORDS: Mapping[HappeningKind, str] = {
    HappeningKind.RAISED: "预警",
    HappeningKind.REPEATED: "再次发生",
    HappeningKind.CLEARED: "恢复正常",
    HappeningKind.AUTO_CLOSED: "自动办结",
    HappeningKind.SIGNED: "签收",
    HappeningKind.SIGN_LAPSED: "签收失效",
    HappeningKind.VERIFYING: "核查",
    HappeningKind.DISPATCHED: "派单",
    HappeningKind.ACCEPTED: "接单",
    HappeningKind.HANDLING: "到场处置",
    HappeningKind.FED_BACK: "反馈",
    HappeningKind.REVIEWED: "核验",
    HappeningKind.SENT_BACK: "重办",
    HappeningKind.RETURNED: "退回",
    HappeningKind.SUSPENSION_ASKED: "申请挂起",
    HappeningKind.SUSPENDED: "挂起",
    HappeningKind.RESUMED: "恢复处置",
    HappeningKind.JUDGED: "定性",
    HappeningKind.CLOSED: "办结",
    HappeningKind.ARCHIVED: "归档",
    HappeningKind.REOPENED: "重新打开",
    HappeningKind.MERGED: "并案",
    HappeningKind.UNMERGED: "取消并案",
    HappeningKind.ABSORBED: "并入他案",
    HappeningKind.SHELVED: "暂缓",
    HappeningKind.UNSHELVED: "取消暂缓",
    HappeningKind.SHELF_ENDED: "暂缓到时",
    HappeningKind.SUPPRESSED: "抑制",
    HappeningKind.TAKEN_OUT: "停用",
    HappeningKind.SHOWN: "恢复显示",
    HappeningKind.ESCALATED: "升级",
    HappeningKind.SUPERVISED: "督办",
    HappeningKind.NOTED: "备注",
}


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
