"""The words of a notice: what is told outside the desk, to whom, and until when it is worth telling.

It carries the wall's mask and no words of a person. When it is made and when it is withdrawn is in
``telling.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.domain.alert import Alert, AlertLevel, Step


class Occasion(StrEnum):
    """Why somebody is told."""

    RAISED = "raised"
    RISEN = "risen"  # the engine found it worse
    RELEVELLED = "relevelled"  # an officer set the level
    ESCALATED = "escalated"  # nobody signed in time; told to a role
    LATE = "late"  # a clock of an alert passed
    UNSIGNED = "unsigned"  # a signature lapsed, a shelf ended, or what hid it is over
    SUPERVISED = "supervised"
    SUSPENSION_ASKED = "suspension_asked"
    DISPATCHED = "dispatched"
    RETURNED = "returned"
    SENT_BACK = "sent_back"
    REOPENED = "reopened"
    MERGED = "merged"
    CLOSED = "closed"
    OWNER_TOLD = "owner_told"  # this and the others below are of cases, not of alerts
    TRANSFERRED = "transferred"
    CASE_LATE = "case_late"
    ROAD_SIGN = "road_sign"
    ROAD_SIGN_CLEARED = "road_sign_cleared"
    ROAD_SMS = "road_sms"


OCCASION_WORDS: Mapping[Occasion, str] = {
    Occasion.RAISED: "预警",
    Occasion.RISEN: "级别上升",
    Occasion.RELEVELLED: "调级",
    Occasion.ESCALATED: "升级",
    Occasion.LATE: "超时",
    Occasion.UNSIGNED: "待重新签收",
    Occasion.SUPERVISED: "督办",
    Occasion.SUSPENSION_ASKED: "申请挂起",
    Occasion.DISPATCHED: "派单",
    Occasion.RETURNED: "退回",
    Occasion.SENT_BACK: "重办",
    Occasion.REOPENED: "重新打开",
    Occasion.MERGED: "并案",
    Occasion.CLOSED: "办结",
    Occasion.OWNER_TOLD: "告知车主",
    Occasion.TRANSFERRED: "移送",
    Occasion.CASE_LATE: "协同超期",
    Occasion.ROAD_SIGN: "诱导屏",
    Occasion.ROAD_SIGN_CLEARED: "诱导屏清除",
    Occasion.ROAD_SMS: "短信",
}

TOLD_WORDS: Mapping[str, str] = {
    "duty": "值班员",
    "shift_lead": "值班长",
    "duty_leader": "带班领导",
    "dept_liaison": "部门联络员",
    "dispatcher": "渔船调度员",
    "police_room": "联勤警务室",
}

ASKS_SIGNATURE = frozenset({Occasion.RAISED, Occasion.RISEN, Occasion.ESCALATED, Occasion.UNSIGNED})
ENDINGS = frozenset({Occasion.MERGED, Occasion.CLOSED})
OF_ROADS = frozenset({Occasion.ROAD_SIGN, Occasion.ROAD_SIGN_CLEARED, Occasion.ROAD_SMS})
OF_CASES = frozenset({Occasion.OWNER_TOLD, Occasion.TRANSFERRED, Occasion.CASE_LATE}) | OF_ROADS


class NoticeState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    WITHDRAWN = "withdrawn"  # no longer wanted when it was to be sent
    EXPIRED = "expired"  # nobody took it in time
    FAILED = "failed"  # the receiver will never take it


STATE_WORDS: Mapping[NoticeState, str] = {
    NoticeState.PENDING: "待发",
    NoticeState.SENT: "已发",
    NoticeState.WITHDRAWN: "撤回",
    NoticeState.EXPIRED: "过期",
    NoticeState.FAILED: "拒收",
}


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the settings: which occasions of which alerts go to which channel, for whom.

    An empty filter takes everything. ``role`` is that of an escalation; a route that names one takes
    nothing else. No ``to`` means the channel's own receiver.
    """

    channel: str
    occasions: tuple[Occasion, ...] = (Occasion.RAISED, Occasion.RISEN, Occasion.ESCALATED)
    to: tuple[str, ...] = ()
    level: AlertLevel = AlertLevel.BLUE  # at least
    role: str = ""
    department: str = ""
    scene: str = ""
    after: timedelta = timedelta(0)  # told only when still wanted so long afterwards
    expires: timedelta = timedelta(hours=1)  # from the moment it is due

    def takes(self, occasion: Occasion, role: str, about: Alert | News) -> bool:
        return (
            occasion in self.occasions
            and about.level >= self.level
            and self.role in ("", role)
            and self.department in ("", about.department)
            and self.scene in ("", about.scene)
        )


@dataclass(frozen=True, slots=True)
class News:
    """What a notice says: the alert as it was when it was written, with the wall's mask."""

    at: datetime
    level: AlertLevel
    title: str
    subject: str
    rule_id: str
    scene: str
    department: str
    raised_at: datetime
    count: int
    role: str = ""  # told by an escalation
    step: Step | None = None  # of a clock that passed
    due_at: datetime | None = None  # of that clock
    late: bool = False  # noted well after it passed: the collector was down
    parent_id: str = ""
    demo: bool = True
    words: str = ""  # of a case: the text to be shown or sent, as it is
    place: str = ""  # of a road text
    until: datetime | None = None  # it stands until then


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to be told to one recipient. ``id`` is the same at every attempt. Of an occasion in
    ``OF_CASES`` the ``alert_id`` is the number of the case."""

    id: str
    alert_id: str
    alert_version: int
    occasion: Occasion
    channel: str
    recipient: str
    news: News
    created_at: datetime
    due_at: datetime
    expires_at: datetime
    next_at: datetime  # not to be tried before
    changed_at: datetime
    state: NoticeState = NoticeState.PENDING
    attempts: int = 0
    answer: str = ""  # what the receiver said last, or why it was not sent

    @property
    def is_ending(self) -> bool:
        return self.occasion in ENDINGS
