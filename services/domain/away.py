"""外出报备: an elder is not at home until a day, told in one click; she is counted as away, never as safe.

At the end of that day she comes back by herself and is watched again from that moment. One elder has at most
one open notice. A notice given while her contact chain runs says who told it, and ends the chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from services.domain.community import Elder
from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.elder_call import NAME as CALLS
from services.domain.elder_call import ChainEnded, ElderCall, Ending
from services.domain.elder_masks import told
from services.domain.elder_terms import TOPIC, terms_in
from services.domain.happening import Due
from services.domain.masked import mask_name
from services.domain.officer import Officer
from services.domain.roles import PEOPLE, READERS
from services.domain.timebase import SHANGHAI, local
from services.domain.visit import NAME as VISITS
from services.domain.visit import PLANNED_BY_CHANGE, VisitPlanned

NAME = "away"
LATE_AFTER = timedelta(minutes=1)
HOSPITAL_AT_FIRST = timedelta(days=7)


class AwayReason(StrEnum):
    FAMILY = "family"
    HOSPITAL = "hospital"
    TRAVEL = "travel"
    OTHER = "other"


REASON_WORDS: Mapping[AwayReason, str] = {
    AwayReason.FAMILY: "女儿接走",
    AwayReason.HOSPITAL: "住院",
    AwayReason.TRAVEL: "旅行",
    AwayReason.OTHER: "其他",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAway(Wish):
    """``until`` is the last day away. ``told_by`` may hold a name; the log gets its mask."""

    elder_id: str
    reason: AwayReason
    until: date
    told_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveReturn(Wish):
    until: date
    told_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnHome(Wish):
    """She is back, seen or told."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class AwayReported:
    elder_id: str
    dwelling_id: str
    name: str  # masked
    reason: AwayReason
    until: date
    ends_at: datetime
    told_by: str


@dataclass(frozen=True, slots=True)
class ReturnMoved:
    until: date
    ends_at: datetime
    told_by: str


@dataclass(frozen=True, slots=True)
class Returned:
    """``by_date``: nobody said so, the day was over. ``late``: noted well after, for nobody was counting."""

    text: str
    by_date: bool = False
    late: bool = False
    back_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Away:
    """One notice as it stands; ``back_at`` is from when she is watched again."""

    id: str  # WC-261122-001
    version: int
    elder_id: str
    dwelling_id: str
    name: str
    reason: AwayReason
    until: date
    ends_at: datetime
    told_by: str
    reported_at: datetime
    reported_by: str  # masked
    moved: int = 0
    back_at: datetime | None = None
    by_date: bool = False
    text: str = ""

    @property
    def is_open(self) -> bool:
        return self.back_at is None

    @property
    def words(self) -> str:
        return f"{REASON_WORDS[self.reason]} 至 {self.until.day} 日"


def decide(away: Away | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if officer.role not in PEOPLE:
        raise Refused(READERS.get(officer.role, "须值班或社区人员"))
    if isinstance(wish, ReportAway):
        return _reported(wish, at, world)
    if away is None or not away.is_open:
        raise Refused("外出报备已结束")
    match wish:
        case MoveReturn(until=until, told_by=told_by):
            return [Said(ReturnMoved(until, _end_of(until, at, world), told(told_by)))]
        case ReturnHome(text=text):
            return _returned(away, Returned(told(text), back_at=at), at, world)
        case _:
            raise Refused("不认识的报备动作")


def _reported(wish: ReportAway, at: datetime, world: World) -> list[Said]:
    elder = elder_in(world, wish.elder_id)
    for other in world.cases(NAME):
        if other.elder_id == elder.id:
            raise Refused(f"已报备外出，{local(other.ends_at):%m-%d} 止（{other.id}）")
    ends_at = _end_of(wish.until, at, world)
    told_by = told(wish.told_by)
    chains = [chain for chain in world.cases(CALLS) if chain.elder_id == elder.id]
    if chains and not told_by:
        raise Refused("正在联系老人，请写明由谁告知外出")
    fact = AwayReported(elder.id, elder.dwelling_id, str(elder.name), wish.reason, wish.until, ends_at, told_by)
    said = [Said(fact)]
    why = f"{REASON_WORDS[wish.reason]} 至 {wish.until:%m-%d}，{told_by}告知"
    return said + [Said(ChainEnded(Ending.AWAY, why), chain.id, CALLS) for chain in chains]


def in_hospital(chain: ElderCall, at: datetime, world: World) -> list[Said]:
    """Found and taken to hospital: away for a week at first, so that her silent home alarms nobody."""
    if any(one.elder_id == chain.elder_id for one in world.cases(NAME)):
        return []
    until = local(at).date() + HOSPITAL_AT_FIRST
    ends_at = _end_of(until, at, world)
    fact = AwayReported(
        chain.elder_id, chain.dwelling_id, chain.name, AwayReason.HOSPITAL, until, ends_at, f"联系链 {chain.id}"
    )
    return [Said(fact, stream=NAME)]


def _returned(away: Away, fact: Returned, at: datetime, world: World | None) -> list[Said]:
    """Back from hospital is a major change: a visit within a day."""
    said = [Said(fact)]
    hours = terms_in(world.topic(TOPIC)).change_h if world is not None else 24.0
    if away.reason is AwayReason.HOSPITAL:
        due = at + timedelta(hours=hours)
        plan = VisitPlanned(
            kind="elder",
            subject_id=away.elder_id,
            subject=away.name,
            due_at=due,
            why=PLANNED_BY_CHANGE,
            text="住院返家",
        )
        said.append(Said(plan, stream=VISITS))
    return said


def elder_in(world: World, elder_id: str) -> Elder:
    """By her own id or her dwelling's. Raises Refused."""
    for elder in world.topic("elders") or world.topic("elder_register"):
        if elder_id and elder_id in (elder.id, elder.dwelling_id):
            return elder
    raise Refused(f"没有编号为 {elder_id} 的老人" if elder_id else "先选一位老人")


def _end_of(until: date, at: datetime, world: World) -> datetime:
    """The end of the day, Shanghai. Raises Refused for a day that is over or too far."""
    most = terms_in(world.topic(TOPIC)).away_most_d
    today = local(at).date()
    if until < today:
        raise Refused("返回日期早于今天")
    if until > today + timedelta(days=most):
        raise Refused(f"外出不能超过 {most} 天，到期再续")
    return datetime.combine(until + timedelta(days=1), time(0), SHANGHAI).astimezone(at.tzinfo)


def evolve(away: Away | None, deed: Deed) -> Away:
    match deed.fact:
        case AwayReported() as fact:
            by = mask_name(deed.officer_name)
            return Away(
                deed.case_id,
                deed.version,
                fact.elder_id,
                fact.dwelling_id,
                fact.name,
                fact.reason,
                fact.until,
                fact.ends_at,
                fact.told_by,
                deed.at,
                by,
            )
        case fact:
            assert away is not None
            changed = replace(away, version=deed.version)
    match fact:
        case ReturnMoved(until, ends_at, told_by):
            told = told_by or away.told_by
            return replace(changed, until=until, ends_at=ends_at, told_by=told, moved=away.moved + 1)
        case Returned(text, by_date, _, back_at):
            return replace(changed, back_at=back_at or deed.at, by_date=by_date, text=text)
    raise TypeError(f"no fact of an away notice: {fact!r}")


def dues(away: Away) -> Sequence[Due]:
    return (Due("return", away.ends_at),) if away.is_open else ()


def expire(away: Away, _what: str, at: datetime) -> Sequence[Said]:
    """Her day is over: she is watched again from its end, however late it is noted."""
    if not away.is_open or away.ends_at > at:
        return ()
    late = at - away.ends_at > LATE_AFTER
    return _returned(away, Returned("到期自动恢复监测", True, late, away.ends_at), at, None)


STREAM = Stream(
    name=NAME,
    prefix="WC",
    topic="aways",
    case=Away,
    facts=(AwayReported, ReturnMoved, Returned),
    wishes=(ReportAway, MoveReturn, ReturnHome),
    decide=decide,
    evolve=evolve,
    due=dues,
    expire=expire,
    shown_for=timedelta(days=3),
)
