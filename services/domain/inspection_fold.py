"""What a notice is after each of its deeds, and what comes to it by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.domain.deed import Deed, Said
from services.domain.happening import Due
from services.domain.inspection_notice import (
    FoundFurther,
    Inspection,
    InspectionNotice,
    NoticeIssued,
    NoticePassed,
    NoticeWithdrawn,
    SendingNoted,
    State,
    VehicleInspected,
)
from services.domain.masked import mask_name

LATE_AFTER = timedelta(minutes=1)


def evolve(notice: InspectionNotice | None, deed: Deed) -> InspectionNotice:
    fact = deed.fact
    if isinstance(fact, NoticeIssued):
        return _begun(fact, deed)
    assert notice is not None
    changed = replace(notice, version=deed.version)
    match fact:
        case VehicleInspected():
            return _after(changed, fact, deed)
        case NoticePassed(due_at):
            return replace(changed, overdue_at=due_at)
        case NoticeWithdrawn(reason):
            return replace(changed, state=State.WITHDRAWN, reason=reason, ended_at=deed.at)
        case FoundFurther(alert_id):
            return replace(changed, further=(*notice.further, alert_id))
        case SendingNoted(text):
            return replace(changed, sending=text)
    raise TypeError(f"no fact of a notice: {fact!r}")


def _begun(fact: NoticeIssued, deed: Deed) -> InspectionNotice:
    return InspectionNotice(
        id=deed.case_id,
        version=deed.version,
        state=State.WAITING,
        alert_id=fact.alert_id,
        rule_id=fact.rule_id,
        level=fact.level,
        title=fact.title,
        plate_no=fact.plate_no,
        subject=fact.subject,
        place=fact.place,
        department=fact.department,
        way=fact.way,
        text=fact.text,
        owner=fact.owner,
        phone=fact.phone,
        issued_at=deed.at,
        issued_by=mask_name(deed.officer_name),
        due_at=fact.due_at,
        demo=fact.demo,
    )


def _after(notice: InspectionNotice, fact: VehicleInspected, deed: Deed) -> InspectionNotice:
    one = Inspection(fact.station, fact.inspected_at, fact.passed, fact.text, fact.result_id)
    return replace(
        notice,
        state=State.PASSED if fact.passed else State.FAILED,
        inspections=(*notice.inspections, one),
        due_at=fact.due_at,
        overdue_at=None if fact.due_at > deed.at else notice.overdue_at,
        ended_at=deed.at if fact.passed else None,
    )


def dues(notice: InspectionNotice) -> Sequence[Due]:
    return (Due("inspect", notice.due_at),) if notice.is_open and notice.overdue_at is None else ()


def expire(notice: InspectionNotice, _what: str, at: datetime) -> Sequence[Said]:
    """The deadline passed: noted once."""
    if not dues(notice) or notice.due_at > at:
        return ()
    return [Said(NoticePassed(notice.due_at, at - notice.due_at > LATE_AFTER))]
