"""The words of an interception: what may be asked, what is written down, and the case that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.deed import Wish


class OrderState(StrEnum):
    ASKED = "asked"  # red, waits for the second person
    ORDERED = "ordered"
    ACCEPTED = "accepted"  # by the unit
    INTERCEPTED = "intercepted"
    MISSED = "missed"
    FOLLOWING = "following"  # 跟踪不拦: not safe to stop
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # nobody confirmed in time


STATE_WORDS = {
    OrderState.ASKED: "待第二人确认",
    OrderState.ORDERED: "已下令",
    OrderState.ACCEPTED: "单位已受令",
    OrderState.INTERCEPTED: "已拦截",
    OrderState.MISSED: "错过",
    OrderState.FOLLOWING: "跟踪不拦",
    OrderState.WITHDRAWN: "已撤令",
    OrderState.LAPSED: "未确认失效",
}
OPEN = frozenset({OrderState.ASKED, OrderState.ORDERED, OrderState.ACCEPTED})
ON_THE_ROAD = frozenset({OrderState.ORDERED, OrderState.ACCEPTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderInterception(Wish):
    """Have the unit of the alert's window meet the vehicle there. Without ``unit_id`` the one it names."""

    alert_id: str
    checkpoint_id: str
    unit_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowOnly(Wish):
    """跟踪不拦: of an alert without an order (``alert_id``), or instead of one that runs."""

    alert_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmInterception(Wish):
    """The second pair of eyes for a red one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptInterception(Wish):
    """The unit has it; entered by the seat that heard it say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportIntercepted(Wish):
    """It stands: the check on the spot begins."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMissed(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawInterception(Wish):
    reason: str


@dataclass(frozen=True, slots=True)
class InterceptionOrdered:
    """``what`` says it in a line. ``p20_at`` to ``p80_at`` is when the vehicle was expected; ``red`` waits
    for a second person until ``confirm_by``; the road answers by ``feedback_by``."""

    what: str
    alert_id: str
    checkpoint_id: str
    checkpoint_name: str
    unit_id: str
    call_sign: str
    chance: float
    p20_at: datetime
    p80_at: datetime
    unit_s: float
    red: bool
    confirm_by: datetime | None
    feedback_by: datetime


@dataclass(frozen=True, slots=True)
class InterceptionConfirmed:
    what: str
    feedback_by: datetime


@dataclass(frozen=True, slots=True)
class InterceptionAccepted:
    what: str


@dataclass(frozen=True, slots=True)
class Intercepted:
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class InterceptionMissed:
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class FollowedOnly:
    """``alert_id`` and ``what`` make a case of its own where no order ran."""

    what: str
    alert_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class InterceptionWithdrawn:
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class InterceptionLapsed:
    """Nobody confirmed it by ``due_at``."""

    what: str
    due_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class FeedbackPassed:
    """The road has not answered by ``due_at``; noted once."""

    what: str
    due_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Interception:
    """One order as it stands: a record of topic ``interceptions``."""

    id: str  # LJ-261122-003
    version: int
    state: OrderState
    alert_id: str
    asked_at: datetime
    asked_by: str  # masked name
    asker_id: str
    checkpoint_id: str = ""
    checkpoint_name: str = ""
    unit_id: str = ""
    call_sign: str = ""
    chance: float = 0.0
    p20_at: datetime | None = None
    p80_at: datetime | None = None
    unit_s: float = 0.0
    red: bool = False
    confirm_by: datetime | None = None
    confirmed_by: str = ""  # masked name
    ordered_at: datetime | None = None
    accepted_at: datetime | None = None
    feedback_by: datetime | None = None
    overdue_at: datetime | None = None  # when its silence was noted
    ended_at: datetime | None = None
    text: str = ""  # what the road said, or why

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def was_ordered(self) -> bool:
        """Whether it counts in 拦截成功: intercepted ÷ ordered."""
        return self.ordered_at is not None and self.state is not OrderState.WITHDRAWN

    @property
    def line(self) -> str:
        """``疏港大道口 · 交警 07``."""
        return " · ".join(part for part in (self.checkpoint_name, self.call_sign) if part) or "跟踪"
