"""What may be asked of an order to watch (wishes), and what is then written down of it (facts)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.alert import AlertLevel
from services.domain.deed import Wish
from services.domain.watchlist import WatchKind

# ----------------------------------------------------------------------------------------------- wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyWatch(Wish):
    """``plate_no`` as typed; ``days`` 0 is the site's default; ``unit`` empty is the officer's own."""

    plate_no: str
    reason: str
    legal_basis: str
    kind: WatchKind = WatchKind.VEHICLES
    level: AlertLevel = AlertLevel.ORANGE
    checkpoint_ids: tuple[str, ...] = ()  # empty: all
    days: int = 0
    unit: str = ""
    alert_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveWatch(Wish):
    """What is asked: the order, or its extension."""

    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectWatch(Wish):
    """The order, or its extension only."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskExtension(Wish):
    days: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawWatch(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmSpot(Wish):
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeSpot(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteHit(Wish):
    """The engine: a passage on this order stands in an alert."""

    alert_id: str
    passage_id: str
    checkpoint_id: str
    checkpoint_name: str
    passed_at: datetime


# ------------------------------------------------------------------------------------------------ facts


@dataclass(frozen=True, slots=True)
class WatchApplied:
    kind: WatchKind
    plate_no: str
    reason: str
    legal_basis: str
    level: AlertLevel
    checkpoint_ids: tuple[str, ...]
    days: int
    unit: str
    alert_id: str
    lapses_at: datetime


@dataclass(frozen=True, slots=True)
class WatchApproved:
    """``spot_due_at`` is set when this approval was drawn for the spot check."""

    valid_from: datetime
    valid_until: datetime
    spot_due_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class WatchRejected:
    reason: str


@dataclass(frozen=True, slots=True)
class WatchLapsed:
    lapses_at: datetime


@dataclass(frozen=True, slots=True)
class WatchWithdrawn:
    reason: str


@dataclass(frozen=True, slots=True)
class WatchExpired:
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class ExtensionAsked:
    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class ExtensionApproved:
    valid_until: datetime
    spot_due_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class ExtensionRejected:
    reason: str


@dataclass(frozen=True, slots=True)
class SpotConfirmed:
    note: str


@dataclass(frozen=True, slots=True)
class SpotRevoked:
    reason: str


@dataclass(frozen=True, slots=True)
class WatchHit:
    alert_id: str
    passage_id: str
    checkpoint_id: str
    checkpoint_name: str
    passed_at: datetime
