"""入住/退房: who moved into a let dwelling and who left, as at a hotel's front desk.

A landlord has three working days to report somebody who moved in. Guests are pseudonyms with masked names: what
is typed in full at the desk leaves only its mask in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.domain.deed import Wish

NAME = "stay"
MOST_GUESTS = 12


class StayState(StrEnum):
    IN = "in"
    OUT = "out"


STATE_WORDS: Mapping[StayState, str] = {StayState.IN: "在住", StayState.OUT: "已退房"}


@dataclass(frozen=True, slots=True)
class Guest:
    """``person_id`` is the gate's pseudonym where he has a card, else his place in the stay."""

    person_id: str
    name: str  # masked


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn(Wish):
    """``guests`` may be typed in full. ``filed_id`` is the number of the landlord's own report."""

    dwelling_id: str
    guests: tuple[str, ...]
    entered_at: datetime
    lease_end: date | None = None
    person_ids: tuple[str, ...] = ()
    filed_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOut(Wish):
    left_at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLease(Wish):
    lease_end: date
    reason: str


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """``report_by`` is when the landlord's days end; ``late`` that they had when it was recorded."""

    dwelling_id: str
    estate_id: str
    building_id: str
    place: str  # 城市花园 3 幢
    guests: tuple[Guest, ...]
    entered_at: datetime
    report_by: datetime
    late: bool
    lease_end: date | None
    leave_by: datetime | None  # when a check-out is overdue
    filed_id: str


@dataclass(frozen=True, slots=True)
class CheckedOut:
    left_at: datetime
    late: bool
    text: str


@dataclass(frozen=True, slots=True)
class LeaseMoved:
    lease_end: date
    leave_by: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class LeavePassed:
    """The lease is over for longer than it may be and nobody checked out; noted once a lease."""

    leave_by: datetime


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay as it stands. ``overdue_at`` is the check-out that was missed."""

    id: str  # RZ-261122-003
    version: int
    state: StayState
    dwelling_id: str
    estate_id: str
    building_id: str
    place: str
    guests: tuple[Guest, ...]
    entered_at: datetime
    recorded_at: datetime
    recorded_by: str  # masked
    report_by: datetime
    late: bool
    lease_end: date | None
    leave_by: datetime | None
    filed_id: str = ""
    overdue_at: datetime | None = None
    left_at: datetime | None = None
    text: str = ""

    @property
    def is_open(self) -> bool:
        return self.state is StayState.IN

    @property
    def names(self) -> str:
        return "、".join(guest.name for guest in self.guests)


@dataclass(frozen=True, slots=True)
class FiledStay:
    """A landlord's own report, as his telephone sent it to the community. ``left_at`` is None while they stay."""

    id: str
    dwelling_id: str
    guests: tuple[str, ...]  # masked by their system
    person_ids: tuple[str, ...]
    entered_at: datetime
    lease_end: date | None
    left_at: datetime | None
