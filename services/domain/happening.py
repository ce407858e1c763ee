"""What can happen to an alert: one flat record a happening, so that the case log is plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.alert import AlertLevel, Clock, Detection, Evidence, Rung, Step, Verdict
from services.domain.reasons import FalseReason, ResultCode, ReturnReason, Satisfaction


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
    SUSPENSION_REFUSED = "suspension_refused"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    JUDGED = "judged"  # a verdict, with its reason
    CONFIRMED = "confirmed"  # by a second person
    CLOSED = "closed"
    ARCHIVED = "archived"
    REOPENED = "reopened"
    MERGED = "merged"
    UNMERGED = "unmerged"
    ABSORBED = "absorbed"  # the parent's side of a merge
    PARTED = "parted"  # the parent's side of its undoing
    SHELVED = "shelved"
    UNSHELVED = "unshelved"  # by hand
    SHELF_ENDED = "shelf_ended"  # by time
    SUPPRESSED = "suppressed"
    TAKEN_OUT = "taken_out"  # out of service
    SHOWN = "shown"  # suppression or out-of-service ended
    ESCALATED = "escalated"
    SUPERVISED = "supervised"
    RELEVELLED = "relevelled"  # by hand
    NOTED = "noted"
    LINKED = "linked"  # into an incident
    UNLINKED = "unlinked"
    CHATTERING = "chattering"  # raised and cleared too often to be told each time
    CALMED = "calmed"
    TICKED = "ticked"  # a line of the guidance
    UNTICKED = "unticked"


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
    HappeningKind.SUSPENSION_REFUSED: "驳回挂起",
    HappeningKind.SUSPENDED: "挂起",
    HappeningKind.RESUMED: "恢复处置",
    HappeningKind.JUDGED: "定性",
    HappeningKind.CONFIRMED: "复核确认",
    HappeningKind.CLOSED: "办结",
    HappeningKind.ARCHIVED: "归档",
    HappeningKind.REOPENED: "重新打开",
    HappeningKind.MERGED: "并案",
    HappeningKind.UNMERGED: "取消并案",
    HappeningKind.ABSORBED: "他案并入",
    HappeningKind.PARTED: "他案拆出",
    HappeningKind.SHELVED: "暂缓",
    HappeningKind.UNSHELVED: "取消暂缓",
    HappeningKind.SHELF_ENDED: "暂缓到时",
    HappeningKind.SUPPRESSED: "抑制",
    HappeningKind.TAKEN_OUT: "停用",
    HappeningKind.SHOWN: "恢复显示",
    HappeningKind.ESCALATED: "升级",
    HappeningKind.SUPERVISED: "督办",
    HappeningKind.RELEVELLED: "调级",
    HappeningKind.NOTED: "备注",
    HappeningKind.LINKED: "关联",
    HappeningKind.UNLINKED: "取消关联",
    HappeningKind.CHATTERING: "频繁抖动",
    HappeningKind.CALMED: "抖动平息",
    HappeningKind.TICKED: "完成要点",
    HappeningKind.UNTICKED: "撤回要点",
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
    level: AlertLevel | None = None  # set when the level rose or was set by hand
    step: Step | None = None  # of a clock that passed
    due_at: datetime | None = None
    late: bool = False  # fired well after due_at: the collector was down
    clocks: tuple[Clock, ...] | None = None  # None: as they were
    rungs: tuple[Rung, ...] | None = None
    evidence: tuple[Evidence, ...] = ()
    event_ids: tuple[str, ...] = ()
    detection: Detection | None = None
    return_reason: ReturnReason | None = None
    bounced: bool = False  # this return was one too many
    result: ResultCode | None = None
    photos: tuple[str, ...] = ()
    satisfaction: Satisfaction | None = None
    demo: bool = True  # of a raise: whether the site is a demo district
    count: int | None = None  # of a raise soon after the last one ended: goes on counting
    flaps: tuple[datetime, ...] | None = None
    closes_when_calm: bool = False
    incident_id: str = ""
    line: int | None = None  # of the guidance


@dataclass(frozen=True, slots=True)
class Due:
    """Something that comes to an alert by itself. ``what`` is a ``Step`` value, ``unshelve``,
    ``sign_lapse``, ``resume``, ``calm`` or ``tell:<role>``."""

    what: str
    due_at: datetime
