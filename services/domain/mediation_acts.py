"""What is asked and what is written of a dispute. What is written holds moments, never settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.deed import Wish
from services.domain.mediation import CaseClock, DisputeType, FiledDispute, State, VisitResult

# ------------------------------------------------------------------------------------------ wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDispute(Wish):
    """``dwellings`` are addresses as spoken, one a household; the log gets their pseudonyms only. Names and
    numbers in ``opponent`` and ``words`` are masked before they are written."""

    type: DisputeType
    topic: str
    estate_id: str
    dwellings: tuple[str, ...]
    words: str
    channel: str = "window"
    opponent: str = ""
    collective: bool = False
    violent: bool = False
    called_110: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptDispute(Wish):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineDispute(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangeMeeting(Wish):
    at: datetime
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAgreement(Wish):
    """No ``perform_by``: the site's own span."""

    text: str
    perform_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPerformance(Wish):
    done: bool
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakAgreement(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailMediation(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandUp(Wish):
    """To the street, from there to the district's centre."""

    reason: str


class Court(StrEnum):
    ARBITRATION = "仲裁"
    LAWSUIT = "诉讼"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideToCourt(Wish):
    court: Court
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordVisit(Wish):
    """The earliest return visit that is still due."""

    result: VisitResult
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveCase(Wish):
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawDispute(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinDisputes(Wish):
    """``others`` go on in the case the wish is about: one joint mediation. ``alert_id`` is the alert it answers."""

    others: tuple[str, ...]
    alert_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDispute(Wish):
    """What was said or happened meanwhile; looked through for words of escalation."""

    text: str
    violent: bool = False
    called_110: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFiled(Wish):
    """The keeper's: rows that are no cases yet, with all they have been through."""

    rows: tuple[FiledDispute, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCourse(Wish):
    """The keeper's: what a later answer of theirs brings new to one case."""

    row: FiledDispute


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAlert(Wish):
    """The keeper's: an alert was raised about the case."""

    alert_id: str


# ------------------------------------------------------------------------------------------- facts


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


@dataclass(frozen=True, slots=True)
class CaseAccepted:
    resolve_by: datetime


@dataclass(frozen=True, slots=True)
class CaseDeclined:
    reason: str


@dataclass(frozen=True, slots=True)
class MeetingArranged:
    meeting_at: datetime
    place: str


@dataclass(frozen=True, slots=True)
class AgreementReached:
    text: str
    perform_by: datetime
    close_by: datetime


@dataclass(frozen=True, slots=True)
class PerformanceNoted:
    """``visits`` are started when all of it was done; ``close_by`` is for an alert about it."""

    done: bool
    text: str
    visits: tuple[CaseClock, ...]


@dataclass(frozen=True, slots=True)
class AgreementBroken:
    reason: str


@dataclass(frozen=True, slots=True)
class MediationFailed:
    reason: str


@dataclass(frozen=True, slots=True)
class CaseHandedUp:
    to: State
    department: str
    reason: str


@dataclass(frozen=True, slots=True)
class CaseGuided:
    court: Court
    text: str
    close_by: datetime


@dataclass(frozen=True, slots=True)
class VisitMade:
    days: int
    result: VisitResult
    text: str
    close_by: datetime


@dataclass(frozen=True, slots=True)
class CaseArchived:
    text: str


@dataclass(frozen=True, slots=True)
class CaseWithdrawn:
    reason: str


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
    text: str
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
class LimitPassed:
    """``late``: noted well after, because nobody was counting."""

    what: str
    due_at: datetime
    late: bool


WISHES = (
    *(FileDispute, AcceptDispute, DeclineDispute, ArrangeMeeting, RecordAgreement, RecordPerformance, BreakAgreement),
    *(FailMediation, HandUp, GuideToCourt, RecordVisit, ArchiveCase, WithdrawDispute, JoinDisputes, NoteDispute),
    *(ReportFiled, ReportCourse, LinkAlert),
)
FACTS = (
    *(CaseFiled, CaseAccepted, CaseDeclined, MeetingArranged, AgreementReached, PerformanceNoted, AgreementBroken),
    *(MediationFailed, CaseHandedUp, CaseGuided, VisitMade, CaseArchived, CaseWithdrawn, CasesJoined, JoinedInto),
    *(CaseNoted, AlertLinked, CourseReported, LimitPassed),
)
