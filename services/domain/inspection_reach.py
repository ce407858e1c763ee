"""What of a notice reaches its alert, and what is told outside.

Issuing one dispatches its alert with the deadline as the time to feed back; a passed re-inspection is the
feedback, so that an officer can review and close; a deadline that is missed is the alert's own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.domain.alert import Alert
from services.domain.deed import Deed
from services.domain.following import WORKED_ON, by_deed, dispatched, fed_back, with_limits
from services.domain.happening import Happening, HappeningKind
from services.domain.inspection_notice import (
    FoundFurther,
    InspectionNotice,
    NoticeIssued,
    NoticePassed,
    NoticeWithdrawn,
    VehicleInspected,
)
from services.domain.inspection_texts import Way
from services.domain.notice import News, Notice, Occasion
from services.domain.scope import Scope
from services.domain.timebase import local


def moves(alert: Alert, notice: InspectionNotice, deed: Deed) -> Happening | None:
    match deed.fact:
        case NoticeIssued() as fact:
            task = f"告知复检 {notice.id}，{local(fact.due_at):%m-%d} 前"
            return dispatched(alert, deed, fact.department, task, fact.due_at, fact.close_by)
        case VehicleInspected() as fact:
            return _inspection_of(alert, fact, deed)
        case NoticeWithdrawn(reason, feedback_by):
            clocks = with_limits(alert.clocks, deed.at, feedback_by, None) if alert.work in WORKED_ON else None
            text = f"告知 {notice.id} 撤回：{reason}"
            return by_deed(HappeningKind.NOTED, alert, deed, text=text, clocks=clocks) if alert.is_open else None
        case FoundFurther(other, rule_id):
            text = f"告知期内再次检出 {other}（{rule_id}）"
            return by_deed(HappeningKind.NOTED, alert, deed, text=text) if alert.is_open else None
        case _:
            return None


def _inspection_of(alert: Alert, fact: VehicleInspected, deed: Deed) -> Happening | None:
    word = "复检合格" if fact.passed else "复检不合格"
    said = (word, fact.station, f"{local(fact.inspected_at):%m-%d %H:%M}", fact.text, fact.result_id)
    text = " · ".join(part for part in said if part)
    if fact.passed and alert.work in WORKED_ON:
        return fed_back(alert, deed, text, fact.close_by)
    if not alert.is_open:
        return None
    clocks = with_limits(alert.clocks, deed.at, fact.due_at, fact.close_by) if alert.work in WORKED_ON else None
    return by_deed(HappeningKind.NOTED, alert, deed, text=text, clocks=clocks)


def tells(notice: InspectionNotice, deed: Deed) -> tuple[Occasion, News] | None:
    """The owner by text message, drivers by a sign; a letter is printed. The department when it is overdue."""
    match deed.fact:
        case NoticeIssued(way=Way.SMS, text=text):
            return Occasion.OWNER_TOLD, _news(notice, deed.at, text)
        case NoticeIssued(way=Way.SIGN, text=text):
            return Occasion.ROAD_SIGN, _news(notice, deed.at, text)
        case NoticePassed(late=late):
            overdue = f"{notice.title} 逾期未复检"
            return Occasion.CASE_LATE, replace(_news(notice, deed.at, ""), title=overdue, late=late)
        case _:
            return None


def _news(notice: InspectionNotice, at: datetime, words: str) -> News:
    return News(
        at=at,
        level=notice.level,
        title=notice.title,
        subject=notice.subject,
        rule_id=notice.rule_id,
        scene="checkpoints",
        department=notice.department,
        raised_at=notice.issued_at,
        count=1,
        due_at=notice.due_at,
        demo=notice.demo,
        words=words,
        place=notice.place,
        until=notice.due_at,
    )


def unwanted(notice: InspectionNotice, _told: Notice) -> str:
    return "" if notice.is_open else "告知已了结"


def seen_by(scope: Scope, notice: InspectionNotice) -> InspectionNotice | None:
    """A department sees its own."""
    return notice if not scope.department or scope.department == notice.department else None
