"""What is asked about a dispute: by mediators, and by the keeper of the community's rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.deed import Wish
from services.domain.dispute_row import FiledDispute
from services.domain.mediation import Court, DisputeType, VisitResult


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


WISHES = (
    *(FileDispute, AcceptDispute, DeclineDispute, ArrangeMeeting, RecordAgreement, RecordPerformance, BreakAgreement),
    *(FailMediation, HandUp, GuideToCourt, RecordVisit, ArchiveCase, WithdrawDispute, JoinDisputes, NoteDispute),
    *(ReportFiled, ReportCourse, LinkAlert),
)
