"""What may be done with a dispute, by whom, and in which state: the stream of mediations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from services.domain.deed import Refused, Said, Stream, Wish, World
from services.domain.mediation import (
    BEFORE_AGREEMENT,
    NAME,
    PREFIX,
    STATE_WORDS,
    TOPIC,
    Mediation,
    State,
)
from services.domain.mediation_acts import (
    WISHES,
    AcceptDispute,
    ArchiveCase,
    ArrangeMeeting,
    BreakAgreement,
    DeclineDispute,
    FailMediation,
    FileDispute,
    GuideToCourt,
    HandUp,
    JoinDisputes,
    LinkAlert,
    NoteDispute,
    RecordAgreement,
    RecordPerformance,
    RecordVisit,
    ReportCourse,
    ReportFiled,
    WithdrawDispute,
)
from services.domain.mediation_answers import ANSWERS, HIGHER, joined
from services.domain.mediation_facts import (
    FACTS,
    AlertLinked,
)
from services.domain.mediation_filing import filed_here
from services.domain.mediation_fold import dues, evolve, expire
from services.domain.mediation_merge import brought, facts_of
from services.domain.mediation_reach import (
    COMMUNITY,
    may_mediate,
    moves,
    seen_by,
    tells,
    unwanted,
)
from services.domain.mediation_terms import MediationTerms, terms_in
from services.domain.officer import Officer, Role
from services.domain.roles import DUTY_UP, READERS

MEDIATORS = DUTY_UP | {Role.COMMUNITY_CADRE, Role.DEPT_LIAISON}
FILERS = MEDIATORS | {Role.GRID_WORKER, Role.POLICE_ROOM}  # they may file and note, not mediate
_S = State
_IN: Mapping[type, tuple[frozenset[State], str]] = {
    AcceptDispute: (frozenset({_S.FILED}), "受理"),
    DeclineDispute: (frozenset({_S.FILED}), "不予受理"),
    ArrangeMeeting: (BEFORE_AGREEMENT, "约调"),
    RecordAgreement: (frozenset({_S.MEDIATING, _S.STREET, _S.CENTRE}), "达成协议"),
    RecordPerformance: (frozenset({_S.AGREED, _S.PERFORMING}), "记履行"),
    BreakAgreement: (frozenset({_S.AGREED, _S.PERFORMING}), "记反悔"),
    FailMediation: (frozenset({_S.MEDIATING}), "判调解不成"),
    HandUp: (frozenset(HIGHER), "上交"),
    GuideToCourt: (frozenset({_S.FAILED, _S.STREET, _S.CENTRE}), "引导仲裁诉讼"),
    RecordVisit: (frozenset({_S.VISITING}), "回访"),
    ArchiveCase: (frozenset({_S.VISITING}), "归档"),
    WithdrawDispute: (BEFORE_AGREEMENT | {_S.FILED}, "撤回"),
    JoinDisputes: (BEFORE_AGREEMENT, "并案"),
}


def decide(case: Mediation | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    terms = terms_in(world)
    if isinstance(wish, ReportFiled | ReportCourse | LinkAlert):
        return _kept(case, wish, officer, at, terms, world)
    if isinstance(wish, FileDispute):
        _require_role(officer, FILERS)
        return [Said(filed_here(wish, officer, at, world, terms, COMMUNITY))]
    if case is None:
        raise Refused("没有这件纠纷")
    _require_role(officer, FILERS if isinstance(wish, NoteDispute) else MEDIATORS)
    why = why_not(case, type(wish)) or may_mediate(case, officer.role, officer.department, officer.area)
    if why:
        raise Refused(why)
    if isinstance(wish, JoinDisputes):
        return joined(case, wish, officer, at, world, terms)
    return ANSWERS[type(wish)](case, wish, at, terms)


def why_not(case: Mediation, wish: type) -> str:
    """Why this cannot be done in its state; empty when it can. The desk's buttons ask the same."""
    if not case.is_open:
        return f"已{STATE_WORDS[case.state]}"
    states, word = _IN.get(wish, (frozenset(State), ""))
    if case.state not in states:
        return f"{STATE_WORDS[case.state]}，不能{word}"
    if wish is ArchiveCase and any(clock.runs for clock in case.clocks if clock.what.startswith("visit")):
        return "还有回访未做"
    return ""


def _require_role(officer: Officer, roles: frozenset[Role]) -> None:
    if officer.role not in roles:
        raise Refused(READERS.get(officer.role, "须社区、司法或值班人员"))


# ---------------------------------------------------------------------------------- what the keeper says


def _kept(
    case: Mediation | None,
    wish: ReportFiled | ReportCourse | LinkAlert,
    officer: Officer,
    at: datetime,
    terms: MediationTerms,
    world: World,
) -> Sequence[Said]:
    if officer.role is not Role.ENGINE:
        raise Refused("须由采集程序填报")
    match wish:
        case ReportFiled(rows=rows):
            # One that is a case already was filed by another run of the keeper's.
            new = [row for row in rows if world.case(NAME, row.id) is None]
            return [Said(fact, row.id) for row in new for fact in facts_of(row, terms, at, COMMUNITY)]
        case ReportCourse(row=row) if case is not None:
            news = brought(case, row, terms)
            return [Said(news)] if news is not None else []
        case LinkAlert(alert_id=alert_id) if case is not None and case.is_open and case.alert_id != alert_id:
            return [Said(AlertLinked(alert_id))]
        case _:
            return []


STREAM = Stream(
    name=NAME,
    prefix=PREFIX,
    topic=TOPIC,
    case=Mediation,
    facts=FACTS,
    wishes=WISHES,
    decide=decide,
    evolve=evolve,
    due=dues,
    expire=expire,
    shown_for=timedelta(days=30),
    seen_by=seen_by,
    moves=moves,
    tells=tells,
    unwanted=unwanted,
)
