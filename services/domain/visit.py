"""探访与走访: somebody goes and looks, by a day, and says with what proof. Also the return visit after a
mediation, a call on a floating family, and whatever another part plans into this stream.

A visit that failed stays due: its next try has a day of its own, and its lateness counts from the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.elder_masks import told
from services.domain.happening import Due
from services.domain.masked import mask_name
from services.domain.officer import Officer, Role
from services.domain.roles import PEOPLE, READERS

NAME = "visit"
LATE_AFTER = timedelta(minutes=1)
FURTHEST = timedelta(days=120)
PLANNED_BY_CLASS, PLANNED_BY_CHANGE = "按类别定期", "重大变化 24 时内"
KINDS: Mapping[str, str] = {
    "elder": "老人探访",
    "floating": "流动人口走访",
    "mediation": "调解回访",
    "rental": "出租房走访",
    "fire": "消防走访",
    "other": "走访",
}


class VisitState(StrEnum):
    PLANNED = "planned"
    MADE = "made"
    DROPPED = "dropped"


STATE_WORDS: Mapping[VisitState, str] = {
    VisitState.PLANNED: "待探访",
    VisitState.MADE: "已探访",
    VisitState.DROPPED: "已取消",
}


class Proof(StrEnum):
    MET = "met"
    SIGNED = "signed"
    PHOTO = "photo"
    CHECKED_IN = "checked_in"


PROOF_WORDS: Mapping[Proof, str] = {
    Proof.MET: "见到本人",
    Proof.SIGNED: "本人签字",
    Proof.PHOTO: "现场照片",
    Proof.CHECKED_IN: "现场打卡",
}


@dataclass(frozen=True, slots=True)
class Planning:
    """One visit to plan. ``subject`` is the mask a list may show."""

    kind: str
    subject_id: str
    subject: str
    due_at: datetime
    why: str = PLANNED_BY_CLASS
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVisits(Wish):
    """One or many at once; what is planned already (kind, subject, reason) is left out."""

    visits: tuple[Planning, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignVisit(Wish):
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeVisit(Wish):
    proof: Proof
    text: str = ""
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailVisit(Wish):
    """Nobody opened, wrong address …: when the next try is."""

    reason: str
    again_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DropVisit(Wish):
    reason: str


@dataclass(frozen=True, slots=True)
class VisitPlanned:
    kind: str
    subject_id: str
    subject: str  # masked
    due_at: datetime
    why: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class VisitAssigned:
    who: str  # masked


@dataclass(frozen=True, slots=True)
class VisitMade:
    proof: Proof
    text: str
    made_at: datetime
    on_time: bool


@dataclass(frozen=True, slots=True)
class VisitFailed:
    reason: str
    again_at: datetime


@dataclass(frozen=True, slots=True)
class VisitOverdue:
    due_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class VisitDropped:
    reason: str


@dataclass(frozen=True, slots=True)
class Try:
    at: datetime
    by: str  # masked
    reason: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit as it stands. ``due_at`` never moves; ``next_at`` is the next try."""

    id: str  # ZF-261122-001
    version: int
    state: VisitState
    kind: str
    subject_id: str
    subject: str
    due_at: datetime
    why: str
    text: str
    planned_at: datetime
    who: str = ""
    next_at: datetime | None = None
    tries: tuple[Try, ...] = ()
    overdue_at: datetime | None = None
    made_at: datetime | None = None
    made_by: str = ""
    proof: Proof | None = None
    on_time: bool | None = None
    reason: str = ""

    @property
    def is_open(self) -> bool:
        return self.state is VisitState.PLANNED


def decide(visit: Visit | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if officer.role not in PEOPLE | {Role.ENGINE}:
        raise Refused(READERS.get(officer.role, "须值班或社区人员"))
    if isinstance(wish, PlanVisits):
        return _planned(wish, at, world)
    if visit is None or not visit.is_open:
        raise Refused("探访已了结")
    match wish:
        case AssignVisit(who=who):
            return [Said(VisitAssigned(told(_needed(who, "请写明谁去"))))]
        case MakeVisit():
            return [Said(_made(visit, wish, officer, at))]
        case FailVisit(reason=reason, again_at=again_at):
            if not at < again_at <= at + timedelta(days=7):
                raise Refused("再访须在七日内")
            return [Said(VisitFailed(told(_needed(reason, "请写明为何未成")), again_at))]
        case DropVisit(reason=reason):
            return [Said(VisitDropped(told(_needed(reason, "请写明为何取消"))))]
        case _:
            raise Refused("不认识的探访动作")


def _planned(wish: PlanVisits, at: datetime, world: World) -> list[Said]:
    known = {(one.kind, one.subject_id, one.why) for one in world.cases(NAME)}
    said: list[Said] = []
    for one in wish.visits:
        if one.kind not in KINDS:
            raise Refused(f"不认识的走访种类 {one.kind}，可用：{'、'.join(KINDS)}")
        if one.due_at > at + FURTHEST:
            raise Refused(f"探访日期不能晚于 {FURTHEST.days} 天")
        if (one.kind, one.subject_id, one.why) not in known:
            known.add((one.kind, one.subject_id, one.why))
            said.append(Said(VisitPlanned(one.kind, one.subject_id, one.subject, one.due_at, one.why, one.text)))
    if not said:
        raise Refused("已在计划中")
    first, *more = said
    return [first, *(Said(one.fact, stream=NAME) for one in more)]


def _made(visit: Visit, wish: MakeVisit, officer: Officer, at: datetime) -> VisitMade:
    made_at = wish.made_at or at
    if made_at > at:
        raise Refused("探访时间晚于现在")
    if wish.proof is Proof.CHECKED_IN and not wish.text.strip() and officer.role is not Role.ENGINE:
        raise Refused("打卡不等于见到本人，请写明见到谁、情况如何")
    return VisitMade(wish.proof, told(wish.text), made_at, made_at <= visit.due_at)


def _needed(text: str, otherwise: str) -> str:
    if not text.strip():
        raise Refused(otherwise)
    return text.strip()


def evolve(visit: Visit | None, deed: Deed) -> Visit:
    match deed.fact:
        case VisitPlanned(kind, subject_id, subject, due_at, why, text):
            state = VisitState.PLANNED
            return Visit(deed.case_id, deed.version, state, kind, subject_id, subject, due_at, why, text, deed.at)
        case fact:
            assert visit is not None
            changed = replace(visit, version=deed.version)
    by = mask_name(deed.officer_name) if deed.role != Role.ENGINE else "社区系统"
    match fact:
        case VisitAssigned(who):
            return replace(changed, who=who)
        case VisitMade(proof, text, made_at, on_time):
            made = {"made_at": made_at, "made_by": by, "proof": proof, "on_time": on_time, "reason": text}
            return replace(changed, state=VisitState.MADE, **made)
        case VisitFailed(reason, again_at):
            return replace(changed, tries=(*visit.tries, Try(deed.at, by, reason)), next_at=again_at)
        case VisitOverdue():
            return replace(changed, overdue_at=deed.at)
        case VisitDropped(reason):
            return replace(changed, state=VisitState.DROPPED, reason=reason)
    raise TypeError(f"no fact of a visit: {fact!r}")


def dues(visit: Visit) -> Sequence[Due]:
    return (Due("visit", visit.due_at),) if visit.is_open and visit.overdue_at is None else ()


def expire(visit: Visit, _what: str, at: datetime) -> Sequence[Said]:
    if not dues(visit) or visit.due_at > at:
        return ()
    return [Said(VisitOverdue(visit.due_at, at - visit.due_at > LATE_AFTER))]


STREAM = Stream(
    name=NAME,
    prefix="ZF",
    topic="visits",
    case=Visit,
    facts=(VisitPlanned, VisitAssigned, VisitMade, VisitFailed, VisitOverdue, VisitDropped),
    wishes=(PlanVisits, AssignVisit, MakeVisit, FailVisit, DropVisit),
    decide=decide,
    evolve=evolve,
    due=dues,
    expire=expire,
    shown_for=timedelta(days=31),
)
