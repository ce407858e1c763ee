"""What a mediator does with a dispute, as facts; whether he may was decided before. Raises Refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.domain.alert import Action
from services.domain.deed import Refused, Said, World
from services.domain.following import WORKED_ON
from services.domain.guard import refusal
from services.domain.mediation import (
    NAME,
    STATE_WORDS,
    Mediation,
    State,
    VisitResult,
)
from services.domain.mediation_acts import (
    AcceptDispute,
    ArchiveCase,
    ArrangeMeeting,
    BreakAgreement,
    DeclineDispute,
    FailMediation,
    GuideToCourt,
    HandUp,
    JoinDisputes,
    NoteDispute,
    RecordAgreement,
    RecordPerformance,
    RecordVisit,
    WithdrawDispute,
)
from services.domain.mediation_facts import (
    AgreementBroken,
    AgreementReached,
    CaseAccepted,
    CaseArchived,
    CaseDeclined,
    CaseGuided,
    CaseHandedUp,
    CaseNoted,
    CasesJoined,
    CaseWithdrawn,
    JoinedInto,
    MediationFailed,
    MeetingArranged,
    PerformanceNoted,
    ReturnVisitMade,
)
from services.domain.mediation_filing import masked_words
from services.domain.mediation_merge import visit_clocks
from services.domain.mediation_reach import (
    CENTRE,
    STREET,
)
from services.domain.mediation_terms import MediationTerms
from services.domain.officer import Officer

FURTHEST = timedelta(days=60)
_S = State
HIGHER: Mapping[State, tuple[State, str]] = {
    **dict.fromkeys((_S.ACCEPTED, _S.MEDIATING, _S.FAILED), (_S.STREET, STREET)),
    _S.STREET: (_S.CENTRE, CENTRE),
}


def _needed(text: str, otherwise: str) -> str:
    if not text.strip():
        raise Refused(otherwise)
    return masked_words(text)


def _accept(_case: Mediation, _wish: AcceptDispute, at: datetime, terms: MediationTerms) -> Sequence[Said]:
    return [Said(CaseAccepted(terms.due(terms.resolve, at)))]


def _decline(_case: Mediation, wish: DeclineDispute, _at: datetime, _terms: MediationTerms) -> Sequence[Said]:
    return [Said(CaseDeclined(_needed(wish.reason, "请写明为何不受理")))]


def _arrange(_case: Mediation, wish: ArrangeMeeting, at: datetime, _terms: MediationTerms) -> Sequence[Said]:
    _require_ahead(wish.at, at, "约调时间")
    return [Said(MeetingArranged(wish.at, _needed(wish.place, "请写明地点")))]


def _agree(_case: Mediation, wish: RecordAgreement, at: datetime, terms: MediationTerms) -> Sequence[Said]:
    text = _needed(wish.text, "请写明协议内容")
    perform_by = wish.perform_by or terms.due(terms.perform, at)
    _require_ahead(perform_by, at, "履行期限", timedelta(days=400))
    return [Said(AgreementReached(text, perform_by, terms.due(terms.close, at)))]


def _perform(case: Mediation, wish: RecordPerformance, at: datetime, terms: MediationTerms) -> Sequence[Said]:
    if not wish.done and case.state is _S.PERFORMING and not wish.text.strip():
        raise Refused("请写明履行情况")
    return [Said(PerformanceNoted(wish.done, masked_words(wish.text), visit_clocks(at, terms) if wish.done else ()))]


def _break(_case: Mediation, wish: BreakAgreement, _at: datetime, _terms: MediationTerms) -> Sequence[Said]:
    return [Said(AgreementBroken(_needed(wish.reason, "请写明反悔情形")))]


def _fail(_case: Mediation, wish: FailMediation, _at: datetime, _terms: MediationTerms) -> Sequence[Said]:
    return [Said(MediationFailed(_needed(wish.reason, "请写明为何不成")))]


def _hand_up(case: Mediation, wish: HandUp, _at: datetime, _terms: MediationTerms) -> Sequence[Said]:
    reason = _needed(wish.reason, "请写明为何上交")
    to, department = HIGHER[case.state]
    failed = [Said(MediationFailed(reason))] if case.state in (_S.ACCEPTED, _S.MEDIATING) else []
    return [*failed, Said(CaseHandedUp(to, department, reason))]


def _guide(_case: Mediation, wish: GuideToCourt, at: datetime, terms: MediationTerms) -> Sequence[Said]:
    return [Said(CaseGuided(wish.court, masked_words(wish.text), terms.due(terms.close, at)))]


def _visit(case: Mediation, wish: RecordVisit, at: datetime, terms: MediationTerms) -> Sequence[Said]:
    waits = case.running
    if waits is None:
        raise Refused("回访都已做完")
    if wish.result is VisitResult.RELAPSED and not wish.text.strip():
        raise Refused("请写明反复情形")
    days = int(waits.what.removeprefix("visit"))
    return [Said(ReturnVisitMade(days, wish.result, masked_words(wish.text), terms.due(terms.close, at)))]


def _archive(_case: Mediation, wish: ArchiveCase, _at: datetime, _terms: MediationTerms) -> Sequence[Said]:
    return [Said(CaseArchived(masked_words(wish.text)))]


def _withdraw(_case: Mediation, wish: WithdrawDispute, _at: datetime, _terms: MediationTerms) -> Sequence[Said]:
    return [Said(CaseWithdrawn(_needed(wish.reason, "请写明为何撤回")))]


def _note(_case: Mediation, wish: NoteDispute, _at: datetime, terms: MediationTerms) -> Sequence[Said]:
    text = _needed(wish.text, "请写明情况")
    return [Said(CaseNoted(text, terms.risk_in(wish.text), wish.violent, wish.called_110))]


def joined(
    case: Mediation, wish: JoinDisputes, officer: Officer, at: datetime, world: World, terms: MediationTerms
) -> Sequence[Said]:
    """Others of the same estate that nobody has agreed in yet; its alert must have been signed and verified."""
    others = tuple(dict.fromkeys(one for one in wish.others if one != case.id))
    if not others:
        raise Refused("请选要并入的纠纷")
    found = [world.case(NAME, other) for other in others]
    for other, one in zip(others, found, strict=True):
        if one is None:
            raise Refused(f"没有编号为 {other} 的纠纷")
        if not one.is_unresolved:
            raise Refused(f"{other} 已{STATE_WORDS[one.state]}，不能并入")
        if one.estate_id != case.estate_id:
            raise Refused(f"{other} 不在同一小区")
    alert = world.alert(wish.alert_id) if wish.alert_id else None
    if wish.alert_id and alert is None:
        raise Refused(f"没有编号为 {wish.alert_id} 的预警")
    if alert is not None and alert.work not in WORKED_ON and (why := refusal(alert, Action.DISPATCH, officer)):
        raise Refused(why)
    households = tuple(dict.fromkeys(h for one in (case, *found) if one is not None for h in one.households))
    joined = CasesJoined(others, households, wish.alert_id, terms.due(terms.close, at))
    return [Said(joined), *(Said(JoinedInto(case.id), other) for other in others)]


def _require_ahead(moment: datetime, at: datetime, what: str, furthest: timedelta = FURTHEST) -> None:
    if moment <= at:
        raise Refused(f"{what}须晚于现在")
    if moment > at + furthest:
        raise Refused(f"{what}不能超过 {furthest.days} 天")


ANSWERS: Mapping[type, Callable[[Mediation, Any, datetime, MediationTerms], Sequence[Said]]] = {
    AcceptDispute: _accept,
    DeclineDispute: _decline,
    ArrangeMeeting: _arrange,
    RecordAgreement: _agree,
    RecordPerformance: _perform,
    BreakAgreement: _break,
    FailMediation: _fail,
    HandUp: _hand_up,
    GuideToCourt: _guide,
    RecordVisit: _visit,
    ArchiveCase: _archive,
    WithdrawDispute: _withdraw,
    NoteDispute: _note,
}
