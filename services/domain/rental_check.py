"""租前核查与周期检查: a let dwelling is looked at before it is let, and then as often as its colour asks.

One dwelling has at most one open check. What is found dangerous becomes a case of rectification in the same
transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.deed import Wish
from services.domain.rental_safety import SafetyColour

NAME = "rental_check"


class CheckKind(StrEnum):
    BEFORE = "before"
    CYCLE = "cycle"
    CROWDING = "crowding"  # asked by an alert


KIND_WORDS: Mapping[CheckKind, str] = {
    CheckKind.BEFORE: "租前核查",
    CheckKind.CYCLE: "周期检查",
    CheckKind.CROWDING: "拥挤核查",
}


class State(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


STATE_WORDS: Mapping[State, str] = {State.PLANNED: "待检查", State.DONE: "已检查", State.CANCELLED: "已取消"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCheck(Wish):
    """``due_at`` None is the site's time limit. With ``alert_id`` the check is the alert's work."""

    dwelling_id: str
    kind: CheckKind = CheckKind.CYCLE
    due_at: datetime | None = None
    alert_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCheck(Wish):
    """``found`` names each part of ``rental_terms.ITEMS`` with 0 to 3; ``dangers`` more of them in words."""

    found: Mapping[str, int]
    persons: int = 0  # counted there; 0: not counted
    dangers: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelCheck(Wish):
    reason: str


@dataclass(frozen=True, slots=True)
class CheckPlanned:
    dwelling_id: str
    estate_id: str
    building_id: str
    place: str  # 城市花园 3 幢
    kind: CheckKind
    due_at: datetime
    close_by: datetime  # of its alert
    colour_before: SafetyColour
    alert_id: str = ""


@dataclass(frozen=True, slots=True)
class CheckRecorded:
    found: Mapping[str, int]
    score: int
    colour: SafetyColour
    persons: int
    dangers: tuple[str, ...]
    text: str
    next_due: datetime
    close_by: datetime


@dataclass(frozen=True, slots=True)
class CheckPassed:
    """Nobody went by then; noted once."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class CheckCancelled:
    reason: str


@dataclass(frozen=True, slots=True)
class RentalCheck:
    """One check as it stands. ``next_due`` is when the next one is, by the colour it found."""

    id: str  # JC-261122-001
    version: int
    state: State
    dwelling_id: str
    estate_id: str
    building_id: str
    place: str
    kind: CheckKind
    due_at: datetime
    colour_before: SafetyColour
    planned_at: datetime
    planned_by: str  # masked
    alert_id: str = ""
    overdue_at: datetime | None = None
    found: Mapping[str, int] | None = None
    score: int | None = None
    colour: SafetyColour = SafetyColour.NONE
    persons: int = 0
    dangers: tuple[str, ...] = ()
    text: str = ""
    done_at: datetime | None = None
    done_by: str = ""
    next_due: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state is State.PLANNED
