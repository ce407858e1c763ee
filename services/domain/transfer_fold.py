"""What a transfer is after each of its deeds, and what comes to it by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.domain.case_transfer import (
    CaseTransfer,
    PackageAsked,
    PackageMade,
    PackageNotMade,
    ResultReported,
    State,
    TransferAccepted,
    TransferPassed,
    TransferRefused,
    TransferSent,
    TransferWithdrawn,
)
from services.domain.deed import Deed, Said
from services.domain.happening import Due
from services.domain.masked import mask_name
from services.domain.reasons import RETURN_WORDS

LATE_AFTER = timedelta(minutes=1)
RUNNING = {State.SENT: "accept", State.ACCEPTED: "result"}


def evolve(case: CaseTransfer | None, deed: Deed) -> CaseTransfer:
    fact = deed.fact
    if isinstance(fact, PackageAsked):
        return _asked(case, fact, deed)
    assert case is not None
    changed = replace(case, version=deed.version)
    who = mask_name(deed.officer_name)
    match fact:
        case PackageMade():
            return _packed(changed, fact)
        case PackageNotMade(reason):
            return replace(changed, state=State.FAILED, reason=reason)
        case TransferSent():
            sent = replace(changed, state=State.SENT, text=fact.text, sent_at=deed.at, sent_by=who)
            return replace(sent, due_at=fact.accept_by, overdue_at=None)
        case TransferAccepted():
            accepted = replace(changed, state=State.ACCEPTED, accepted_at=deed.at, accepted_by=who)
            return replace(accepted, due_at=fact.result_by, overdue_at=None)
        case TransferRefused():
            return _refused(changed, fact)
        case ResultReported():
            said = {"result": fact.result, "result_text": fact.text, "document": fact.document}
            return replace(changed, state=State.DONE, due_at=None, ended_at=deed.at, **said)
        case TransferPassed(due_at=due_at):
            return replace(changed, overdue_at=due_at)
        case TransferWithdrawn(reason):
            return replace(changed, state=State.WITHDRAWN, due_at=None, ended_at=deed.at, reason=reason)
    raise TypeError(f"no fact of a transfer: {fact!r}")


def _asked(case: CaseTransfer | None, fact: PackageAsked, deed: Deed) -> CaseTransfer:
    """A package asked for anew leaves of the one before only how often the case was refused."""
    return CaseTransfer(
        id=deed.case_id,
        version=deed.version,
        state=State.PREPARING,
        alert_id=fact.alert_id,
        rule_id=fact.rule_id,
        level=fact.level,
        title=fact.title,
        subject=fact.subject,
        wall_subject=fact.wall_subject,
        place=fact.place,
        department=fact.department,
        asked_at=deed.at,
        asked_by=mask_name(deed.officer_name),
        refusals=case.refusals if case is not None else 0,
        bounced=case.bounced if case is not None else False,
        demo=fact.demo,
    )


def _packed(case: CaseTransfer, fact: PackageMade) -> CaseTransfer:
    return replace(
        case,
        state=State.READY,
        sha256=fact.sha256,
        sm3=fact.sm3,
        size=fact.size,
        log_seq=fact.log_seq,
        exhibits=fact.exhibits,
        lacking=fact.lacking,
        reason="",
    )


def _refused(case: CaseTransfer, fact: TransferRefused) -> CaseTransfer:
    return replace(
        case,
        state=State.RETURNED,
        due_at=None,
        overdue_at=None,
        refusals=case.refusals + 1,
        bounced=fact.bounced,
        return_reason=fact.return_reason,
        reason="：".join(part for part in (RETURN_WORDS[fact.return_reason], fact.text) if part),
        suggested=fact.suggested,
    )


def dues(case: CaseTransfer) -> Sequence[Due]:
    what = RUNNING.get(case.state)
    return (Due(what, case.due_at),) if what and case.due_at is not None and case.overdue_at is None else ()


def expire(case: CaseTransfer, what: str, at: datetime) -> Sequence[Said]:
    """A deadline passed: noted once."""
    due = next((due for due in dues(case) if due.what == what and due.due_at <= at), None)
    return [Said(TransferPassed(what, due.due_at, at - due.due_at > LATE_AFTER))] if due else ()
