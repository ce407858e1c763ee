"""What is written of a dispute: moments and results, never settings.

Free text is ``said`` and ``why``: names that the duty log does not tell on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.mediation import CaseClock, Court, DisputeType, State, VisitResult


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFiled:
    number: str
    type: DisputeType
    topic: str
    estate_id: str
    estate_name: str
    building: str
    grid_code: str
    households: tuple[str, ...]
    opponent: str
    parties_id: str
    words: str
    channel: str
    collective: bool
    violent: bool
    called_110: bool
    risk: tuple[str, ...]
    filed_at: datetime
    by: str
    department: str
    clocks: tuple[CaseClock, ...]
    demo: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTold(CaseFiled):
    """As the community's own system tells it."""


@dataclass(frozen=True, slots=True)
class CaseAccepted:
    resolve_by: datetime


@dataclass(frozen=True, slots=True)
class CaseDeclined:
    why: str


@dataclass(frozen=True, slots=True)
class MeetingArranged:
    meeting_at: datetime
    place: str


@dataclass(frozen=True, slots=True)
class AgreementReached:
    said: str
    perform_by: datetime
    close_by: datetime


@dataclass(frozen=True, slots=True)
class PerformanceNoted:
    """``visits`` are started when all of it was done; ``close_by`` is for an alert about it."""

    done: bool
    said: str
    visits: tuple[CaseClock, ...]


@dataclass(frozen=True, slots=True)
class AgreementBroken:
    why: str


@dataclass(frozen=True, slots=True)
class MediationFailed:
    why: str


@dataclass(frozen=True, slots=True)
class CaseHandedUp:
    to: State
    department: str
    why: str


@dataclass(frozen=True, slots=True)
class CaseGuided:
    court: Court
    said: str
    close_by: datetime


@dataclass(frozen=True, slots=True)
class ReturnVisitMade:
    days: int
    result: VisitResult
    said: str
    close_by: datetime


@dataclass(frozen=True, slots=True)
class CaseArchived:
    said: str


@dataclass(frozen=True, slots=True)
class CaseWithdrawn:
    why: str


@dataclass(frozen=True, slots=True)
class CasesJoined:
    """Into the main case."""

    others: tuple[str, ...]
    households: tuple[str, ...]
    alert_id: str
    close_by: datetime


@dataclass(frozen=True, slots=True)
class JoinedInto:
    main_id: str


@dataclass(frozen=True, slots=True)
class CaseNoted:
    said: str
    risk: tuple[str, ...]
    violent: bool
    called_110: bool


@dataclass(frozen=True, slots=True)
class AlertLinked:
    alert_id: str


@dataclass(frozen=True, slots=True)
class CourseReported:
    """What the community did in its own system, with its moments and the clocks that follow from them."""

    accepted_at: datetime | None
    resolved_at: datetime | None
    visited_at: tuple[tuple[int, datetime], ...]
    mediator: str
    violent: bool
    called_110: bool
    clocks: tuple[CaseClock, ...]


@dataclass(frozen=True, slots=True)
class DisputeLimitPassed:
    """``late``: noted well after, because nobody was counting."""

    what: str
    due_at: datetime
    late: bool


FACTS = (
    *(
        CaseFiled,
        CaseTold,
        CaseAccepted,
        CaseDeclined,
        MeetingArranged,
        AgreementReached,
        PerformanceNoted,
        AgreementBroken,
    ),
    *(MediationFailed, CaseHandedUp, CaseGuided, ReturnVisitMade, CaseArchived, CaseWithdrawn, CasesJoined),
    *(JoinedInto, CaseNoted, AlertLinked, CourseReported, DisputeLimitPassed),
)
