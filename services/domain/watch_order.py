"""布控单: one vehicle on one list, on whose word, on what law, where and until when. See docs/control.md.

What may happen to it is in ``watch_order_course.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.domain.alert import AlertLevel
from services.domain.masked import wall_plate
from services.domain.officer import Role
from services.domain.plate_pattern import readings
from services.domain.scope import Scope
from services.domain.watch_order_steps import WatchHit
from services.domain.watchlist import WatchKind, WatchlistEntry

NAME = "watch_order"
HITS_KEPT = 500  # newest, of one order; the log has them all
POLICE = "公安"


class WatchState(StrEnum):
    APPLIED = "applied"
    ACTIVE = "active"
    REJECTED = "rejected"
    LAPSED = "lapsed"  # nobody decided in time
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


STATE_WORDS = {
    WatchState.APPLIED: "待审批",
    WatchState.ACTIVE: "生效",
    WatchState.REJECTED: "已驳回",
    WatchState.LAPSED: "逾期未批",
    WatchState.WITHDRAWN: "已撤控",
    WatchState.EXPIRED: "已到期",
}
OPEN = frozenset({WatchState.APPLIED, WatchState.ACTIVE})


class Spot(StrEnum):
    """抽查: whether this approval was put before the security administrator, and his answer."""

    NONE = ""
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Extension:
    """Asked for and not decided yet."""

    days: int
    reason: str
    asked_at: datetime
    by_id: str
    by: str  # masked


@dataclass(frozen=True, slots=True)
class WatchOrder:
    """One order as it stands; a record of topic ``watch_orders``. Names are masked; ``plate_no`` may hold
    one ``-``. It speaks while it is ACTIVE, from ``valid_from`` until before ``valid_until``."""

    id: str  # BK-261122-003
    version: int
    state: WatchState
    kind: WatchKind
    plate_no: str
    reason: str
    legal_basis: str
    level: AlertLevel
    checkpoint_ids: tuple[str, ...]
    days: int
    unit: str
    alert_id: str
    applied_at: datetime
    applied_by_id: str
    applied_by: str
    lapses_at: datetime
    approved_at: datetime | None = None  # the last approval, of the order or of an extension
    approved_by_id: str = ""
    approved_by: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    extension: Extension | None = None
    extended: int = 0
    spot: Spot = Spot.NONE
    spot_due_at: datetime | None = None
    spot_by: str = ""
    hits: tuple[WatchHit, ...] = ()
    hit_count: int = 0
    ended_at: datetime | None = None
    ended_by: str = ""
    text: str = ""  # what was said with the last step

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_active(self) -> bool:
        return self.state is WatchState.ACTIVE

    @property
    def due_at(self) -> datetime | None:
        """The clock that runs: the decision on an application, the end of what is active."""
        if self.state is WatchState.APPLIED:
            return self.lapses_at
        return self.valid_until if self.is_active else None

    def covers(self, checkpoint_id: str) -> bool:
        return not self.checkpoint_ids or checkpoint_id in self.checkpoint_ids

    def noted(self, passage_id: str) -> bool:
        return any(hit.passage_id == passage_id for hit in self.hits)


def entries_of(order: WatchOrder) -> Iterator[WatchlistEntry]:
    """What an approved order says on its list: an entry for each plate it may mean, up to its end."""
    if order.valid_from is None or order.valid_until is None:
        return
    until = min(order.valid_until, order.ended_at or order.valid_until)
    for plate in readings(order.plate_no):
        yield WatchlistEntry(
            id=order.id,
            list=order.kind.value,
            value=plate,
            reason=order.reason,
            level=order.level,
            owner=order.unit,
            valid_from=order.valid_from,
            valid_until=until,
            checkpoint_ids=order.checkpoint_ids,
        )


_WHOLE = frozenset({Role.DUTY, Role.SHIFT_LEAD, Role.DUTY_LEADER, Role.AUDITADMIN, Role.ENGINE})


def as_seen_by(scope: Scope, order: WatchOrder) -> WatchOrder | None:
    """An order is its unit's, the police's and the duty room's. Whoever checks approvals sees no plate."""
    if scope.role in _WHOLE or scope.role is Role.POLICE_ROOM:
        return order
    if scope.role is Role.SECADMIN:
        hits = tuple(replace(hit, passage_id="") for hit in order.hits)
        return replace(order, plate_no=wall_plate(order.plate_no), hits=hits)
    own = scope.department
    return order if own and (own == order.unit or own.startswith(POLICE)) else None
