"""Who sees a dispute, what of it reaches its alert, and what is told outside.

A joint mediation dispatches its alert with the case's limit; an agreement, a way to court or a made-up visit is
the feedback, so that an officer can review and close.
"""

from __future__ import annotations

from datetime import datetime

from services.domain.alert import Alert, AlertLevel
from services.domain.deed import Deed
from services.domain.following import WORKED_ON, by_deed, dispatched, fed_back
from services.domain.happening import Happening, HappeningKind
from services.domain.mediation import Mediation, What, clock_word
from services.domain.mediation_facts import (
    AgreementBroken,
    AgreementReached,
    CaseGuided,
    CaseHandedUp,
    CasesJoined,
    DisputeLimitPassed,
    MeetingArranged,
    ReturnVisitMade,
)
from services.domain.notice import News, Notice, Occasion
from services.domain.officer import Role
from services.domain.scope import Scope
from services.domain.timebase import local

COMMUNITY, STREET, CENTRE = "社区", "街道", "区矛调中心"
COORDINATORS = frozenset({"司法", CENTRE})  # see every dispute: they guide mediation in the district
MISSED_VISIT = "R-DSP-05"


def seen_by(scope: Scope, case: Mediation) -> Mediation | None:
    """A community sees its own, a department those it leads."""
    if not case.grid_code.startswith(scope.area):
        return None
    if scope.department and scope.department not in COORDINATORS and scope.department != case.department:
        return None
    return case


def moves(alert: Alert, case: Mediation, deed: Deed) -> Happening | None:
    if not alert.is_open:
        return None
    match deed.fact:
        case CasesJoined(households=households, close_by=close_by) as fact:
            limit = case.clock(What.RESOLVE)
            task = f"联合调解 {case.id}，{len(households)} 户"
            if fact.alert_id != alert.id or limit is None:
                return _noted(alert, deed, task)
            return dispatched(alert, deed, alert.department or case.department, task, limit.due_at, close_by)
        case AgreementReached(text, _, close_by):
            return _result(alert, deed, f"{case.id} 达成协议：{text}", close_by)
        case CaseGuided(court, text, close_by):
            return _result(alert, deed, f"{case.id} 引导{court.value} {text}".strip(), close_by)
        case ReturnVisitMade(days, _, text, close_by) if alert.rule_id == MISSED_VISIT:
            return _result(alert, deed, f"{case.id} 补 {days} 日回访 {text}".strip(), close_by)
        case MeetingArranged(meeting_at, place):
            return _noted(alert, deed, f"{case.id} 约调 {local(meeting_at):%m-%d %H:%M} {place}")
        case CaseHandedUp(_, department, reason):
            return _noted(alert, deed, f"{case.id} 上交{department}：{reason}")
        case AgreementBroken(reason):
            return _noted(alert, deed, f"{case.id} 反悔：{reason}")
        case _:
            return None


def _noted(alert: Alert, deed: Deed, text: str) -> Happening:
    return by_deed(HappeningKind.NOTED, alert, deed, text=text)


def _result(alert: Alert, deed: Deed, text: str, close_by: datetime) -> Happening:
    if alert.work in WORKED_ON:
        return fed_back(alert, deed, text, close_by)
    return _noted(alert, deed, text)


def tells(case: Mediation, deed: Deed) -> tuple[Occasion, News] | None:
    """The one who leads it, when a limit passed; ages are the rules' business."""
    match deed.fact:
        case DisputeLimitPassed(what, due_at, late) if not what.startswith("age") and what != What.MEETING:
            news = News(
                at=deed.at,
                level=AlertLevel.BLUE,
                title=f"{case.type.value}纠纷 {clock_word(what)}逾期",
                subject=case.estate_name,
                rule_id="",
                scene="community",
                department=case.department,
                raised_at=case.filed_at,
                count=1,
                due_at=due_at,
                demo=case.demo,
                late=late,
                place=case.estate_name,
                until=due_at,
            )
            return Occasion.CASE_LATE, news
        case _:
            return None


def unwanted(case: Mediation, _told: Notice) -> str:
    return "" if case.is_open else "纠纷已了结"


def may_mediate(case: Mediation, role: Role, department: str, area: str) -> str:
    """Why this officer may not act in it; empty when he may."""
    if role in (Role.COMMUNITY_CADRE, Role.GRID_WORKER) and not case.grid_code.startswith(area or "-"):
        return "不在本社区"
    if role is Role.DEPT_LIAISON and department not in COORDINATORS and department != case.department:
        return "非本部门纠纷"
    return ""
