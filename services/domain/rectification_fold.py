"""What a case of rectification is after each of its deeds, what comes to it by itself, and whom it reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.domain.alert import Alert
from services.domain.deed import Deed, Said
from services.domain.following import by_deed
from services.domain.happening import Due, Happening, HappeningKind
from services.domain.masked import mask_name
from services.domain.notice import News, Notice, Occasion
from services.domain.officer import Role
from services.domain.rectification import (
    Act,
    Rectification,
    RectificationAsked,
    RectificationBegun,
    RectificationMoved,
    RectificationPassed,
    RectificationRechecked,
    RectificationReported,
    RectificationTransferred,
    RectificationWithdrawn,
    State,
)
from services.domain.scope import Scope
from services.domain.timebase import local

LATE_AFTER = timedelta(minutes=1)
SYSTEM = "系统"


def evolve(case: Rectification | None, deed: Deed) -> Rectification:
    fact = deed.fact
    if isinstance(fact, RectificationAsked):
        return _asked(fact, deed)
    assert case is not None
    changed = replace(case, version=deed.version)
    match fact:
        case RectificationBegun(text):
            return _did(replace(changed, state=State.WORKING), deed, "开始整改", text)
        case RectificationReported():
            return _reported(changed, fact, deed)
        case RectificationRechecked():
            return _rechecked(changed, fact, deed)
        case RectificationMoved(due_at, reason):
            moved = replace(changed, due_at=due_at, promised_by=due_at, overdue_at=None)
            return _did(moved, deed, f"改期至 {local(due_at):%m-%d %H:%M}", reason)
        case RectificationPassed(what, due_at):
            if what == "recheck":
                return _did(replace(changed, recheck_passed_at=due_at), deed, "复查逾期")
            return _did(replace(changed, overdue_at=due_at, is_late=True), deed, "逾期")
        case RectificationTransferred(department, reason):
            sent = replace(changed, state=State.TRANSFERRED, department=department, ended_at=deed.at)
            return _did(sent, deed, f"移送{department}", reason)
        case RectificationWithdrawn(reason):
            return _did(replace(changed, state=State.WITHDRAWN, ended_at=deed.at), deed, "撤回", reason)
    raise TypeError(f"no fact of a rectification: {fact!r}")


def _asked(fact: RectificationAsked, deed: Deed) -> Rectification:
    who = _who(deed)
    return Rectification(
        id=deed.case_id,
        version=deed.version,
        state=State.ISSUED,
        source=fact.source,
        place=fact.place,
        danger=fact.danger,
        demand=fact.demand,
        department=fact.department,
        due_at=fact.due_at,
        promised_by=fact.due_at,
        asked_at=deed.at,
        asked_by=who,
        matter=fact.matter,
        alert_id=fact.alert_id,
        level=fact.level,
        estate_id=fact.estate_id,
        acts=(Act(deed.at, "下达", who, fact.demand, fact.photos),),
        demo=fact.demo,
    )


def _who(deed: Deed) -> str:
    return SYSTEM if deed.role == Role.ENGINE else mask_name(deed.officer_name)


def _did(case: Rectification, deed: Deed, word: str, text: str = "", photos: tuple[str, ...] = ()) -> Rectification:
    act = Act(deed.at, word, _who(deed), text, photos)
    return replace(case, acts=(*case.acts, act))


def _reported(case: Rectification, fact: RectificationReported, deed: Deed) -> Rectification:
    done = replace(
        case,
        state=State.RECHECK,
        reported_at=deed.at,
        reported_by=deed.officer_id,
        recheck_by=fact.recheck_by,
        recheck_passed_at=None,
    )
    return _did(done, deed, "整改完成", fact.text, fact.photos)


def _rechecked(case: Rectification, fact: RectificationRechecked, deed: Deed) -> Rectification:
    looked = replace(case, recheck_by=None, recheck_passed_at=None)
    if fact.passed:
        settled = replace(looked, state=State.SETTLED, ended_at=deed.at)
        return _did(settled, deed, "复查合格，销号", fact.text, fact.photos)
    overdue = case.overdue_at if fact.due_at <= deed.at else None
    again = replace(looked, state=State.WORKING, reported_at=None, reported_by="", due_at=fact.due_at)
    return _did(replace(again, overdue_at=overdue), deed, "复查不合格", fact.text, fact.photos)


def dues(case: Rectification) -> Sequence[Due]:
    """What is said to be done waits for the look; its own deadline stands still meanwhile."""
    if case.state is State.RECHECK:
        waits = case.recheck_by is not None and case.recheck_passed_at is None
        return (Due("recheck", case.recheck_by),) if waits and case.recheck_by else ()
    return (Due("rectify", case.due_at),) if case.is_open and case.overdue_at is None else ()


def expire(case: Rectification, what: str, at: datetime) -> Sequence[Said]:
    """A deadline passed: noted once."""
    for due in dues(case):
        if due.what == what and due.due_at <= at:
            return [Said(RectificationPassed(what, due.due_at, at - due.due_at > LATE_AFTER))]
    return ()


def moves(alert: Alert, case: Rectification, deed: Deed) -> Happening | None:
    """The alert it comes from is told, and worked on as ever."""
    if not alert.is_open:
        return None
    match deed.fact:
        case RectificationAsked(due_at=due_at):
            text = f"整改 {case.id} 下达{case.department}，{local(due_at):%m-%d} 前"
        case RectificationRechecked(passed=True):
            text = f"整改 {case.id} 复查合格，销号"
        case RectificationPassed(what="rectify"):
            text = f"整改 {case.id} 逾期"
        case RectificationTransferred(department):
            text = f"整改 {case.id} 移送{department}"
        case _:
            return None
    return by_deed(HappeningKind.NOTED, alert, deed, text=text)


def tells(case: Rectification, deed: Deed) -> tuple[Occasion, News] | None:
    match deed.fact:
        case RectificationPassed(what=what, late=late):
            word = "逾期未整改" if what == "rectify" else "逾期未复查"
            return Occasion.CASE_LATE, replace(_news(case, deed.at), title=f"{case.danger} {word}", late=late)
        case RectificationTransferred():
            return Occasion.TRANSFERRED, _news(case, deed.at)
        case _:
            return None


def _news(case: Rectification, at: datetime) -> News:
    return News(
        at=at,
        level=case.level,
        title=case.danger,
        subject=case.place,
        rule_id=case.source,
        scene="community",
        department=case.department,
        raised_at=case.asked_at,
        count=1,
        due_at=case.due_at,
        demo=case.demo,
        place=case.place,
        until=case.due_at,
    )


def unwanted(case: Rectification, _told: Notice) -> str:
    return "" if case.is_open or case.state is State.TRANSFERRED else "整改已了结"


def seen_by(scope: Scope, case: Rectification) -> Rectification | None:
    """A department sees its own."""
    return case if not scope.department or scope.department == case.department else None
