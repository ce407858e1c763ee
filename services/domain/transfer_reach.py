"""What of a transfer reaches its alert, and what is told outside.

Sending one dispatches its alert to the department; its result is the feedback, its refusal the return. Sent
to a department that only supports, the alert stays where it is and keeps a note of each step.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.domain.alert import Alert, Work
from services.domain.case_transfer import (
    CaseTransfer,
    PackageMade,
    ResultReported,
    TransferAccepted,
    TransferPassed,
    TransferRefused,
    TransferSent,
    TransferWithdrawn,
)
from services.domain.deed import Deed
from services.domain.following import WORKED_ON, back_at_the_desk, by_deed, dispatched, fed_back, with_limits
from services.domain.happening import Happening, HappeningKind
from services.domain.notice import News, Notice, Occasion
from services.domain.officer import Role
from services.domain.reasons import RESULT_WORDS, RETURN_WORDS
from services.domain.scope import Scope


def moves(alert: Alert, case: CaseTransfer, deed: Deed) -> Happening | None:
    if not alert.is_open:
        return None
    worked_on = alert.work in WORKED_ON
    leads = worked_on and alert.department == case.department
    match deed.fact:
        case PackageMade() as fact:
            return _noted(alert, deed, f"证据包 {len(fact.exhibits)} 件，SHA-256 {fact.sha256}（{case.id}）")
        case TransferSent() as fact if leads or not worked_on:
            task = f"移送 {case.id}：{fact.text}"
            return dispatched(alert, deed, case.department, task, fact.result_by, fact.close_by)
        case TransferAccepted() as fact if leads:
            return _accepted(alert, case, fact, deed)
        case TransferRefused() as fact if leads:
            return _returned(alert, fact, deed)
        case ResultReported() as fact if leads:
            return fed_back(alert, deed, _result_words(case, fact), fact.close_by, fact.result)
        case TransferPassed(what="accept") as fact:
            return by_deed(HappeningKind.ESCALATED, alert, deed, due_at=fact.due_at, late=fact.late)
        case TransferWithdrawn(reason, feedback_by):
            clocks = with_limits(alert.clocks, deed.at, feedback_by, None) if leads else None
            return by_deed(HappeningKind.NOTED, alert, deed, text=f"移送 {case.id} 撤回：{reason}", clocks=clocks)
        case fact:
            return _supporting(alert, case, fact, deed)


def _accepted(alert: Alert, case: CaseTransfer, fact: TransferAccepted, deed: Deed) -> Happening:
    """Who is at work on it already does not go back to having accepted it."""
    clocks = with_limits(alert.clocks, deed.at, fact.result_by, fact.close_by)
    kind = HappeningKind.ACCEPTED if alert.work is Work.DISPATCHED else HappeningKind.NOTED
    return by_deed(kind, alert, deed, text=f"接收移送 {case.id}", clocks=clocks)


def _returned(alert: Alert, fact: TransferRefused, deed: Deed) -> Happening:
    return by_deed(
        HappeningKind.RETURNED,
        alert,
        deed,
        text=fact.text,
        department=fact.suggested,
        return_reason=fact.return_reason,
        bounced=fact.bounced,
        clocks=back_at_the_desk(alert.clocks, deed.at, fact.redispatch_by),
    )


def _supporting(alert: Alert, case: CaseTransfer, fact: object, deed: Deed) -> Happening | None:
    match fact:
        case TransferSent():
            return _noted(alert, deed, f"移送{case.department} {case.id}：{fact.text}")
        case TransferAccepted():
            return _noted(alert, deed, f"{case.department}接收 {case.id}")
        case TransferRefused():
            return _noted(alert, deed, f"{case.department}退回 {case.id}：{RETURN_WORDS[fact.return_reason]}")
        case ResultReported():
            return _noted(alert, deed, f"{case.department}反馈 {_result_words(case, fact)}")
        case _:
            return None


def _noted(alert: Alert, deed: Deed, text: str) -> Happening:
    return by_deed(HappeningKind.NOTED, alert, deed, text=text)


def _result_words(case: CaseTransfer, fact: ResultReported) -> str:
    said = (RESULT_WORDS[fact.result], fact.text, fact.document, case.id)
    return " · ".join(part for part in said if part)


def tells(case: CaseTransfer, deed: Deed) -> tuple[Occasion, News] | None:
    match deed.fact:
        case TransferSent(text=text, accept_by=due_at):
            return Occasion.TRANSFERRED, _news(case, deed.at, due_at, f"{text}；证据包 SHA-256 {case.sha256}")
        case TransferPassed() as fact:
            word = "逾期未接收" if fact.what == "accept" else "逾期未反馈"
            return Occasion.CASE_LATE, replace(
                _news(case, deed.at, fact.due_at, ""), title=f"{case.title} {word}", late=fact.late
            )
        case _:
            return None


def _news(case: CaseTransfer, at: datetime, due_at: datetime, words: str) -> News:
    return News(
        at=at,
        level=case.level,
        title=case.title,
        subject=case.wall_subject,
        rule_id=case.rule_id,
        scene="checkpoints",
        department=case.department,
        raised_at=case.asked_at,
        count=1,
        due_at=due_at,
        demo=case.demo,
        words=words,
        place=case.place,
    )


def unwanted(case: CaseTransfer, told: Notice) -> str:
    if not case.is_open:
        return "移送已了结"
    return "已接收" if told.occasion is Occasion.TRANSFERRED and case.accepted_at is not None else ""


def seen_by(scope: Scope, case: CaseTransfer) -> CaseTransfer | None:
    """A department sees what was sent to it, once it was sent."""
    if scope.role is not Role.DEPT_LIAISON:
        return case
    return case if scope.department == case.department and case.sent_at is not None else None
