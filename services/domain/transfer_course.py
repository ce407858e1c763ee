"""What may be done with a transfer, and by whom: the stream of the cases that go to departments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.domain import audit
from services.domain.alert import Action, Alert
from services.domain.audit import EvidenceAsked, EvidenceMade
from services.domain.case_transfer import (
    NAME,
    STATE_WORDS,
    AcceptTransfer,
    AskPackage,
    CaseTransfer,
    NoteNoPackage,
    NotePackage,
    PackageAsked,
    PackageMade,
    PackageNotMade,
    RefuseTransfer,
    ReportResult,
    ResultReported,
    SendTransfer,
    State,
    TransferAccepted,
    TransferPassed,
    TransferRefused,
    TransferSent,
    TransferWithdrawn,
    WithdrawTransfer,
)
from services.domain.deed import Refused, Said, Stream, Wish, World
from services.domain.following import WORKED_ON
from services.domain.followup_terms import terms_in
from services.domain.guard import refusal
from services.domain.officer import Officer, Role
from services.domain.reasons import NAMES_ANOTHER, ResultCode, ReturnReason
from services.domain.roles import DUTY_UP, LEADS, READERS
from services.domain.transfer_fold import dues, evolve, expire
from services.domain.transfer_reach import moves, seen_by, tells, unwanted

SCENE = "checkpoints"  # what is in a package is what checkpoints saw
RECEIVERS = ("公安", "交通", "市监", "卫健", "生态环境", "综合执法", "公安交警")


def decide(case: CaseTransfer | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if isinstance(wish, AskPackage):
        asked = _asked(case, wish, officer, world)
        return [Said(asked), Said(EvidenceAsked(asked.alert_id, asked.department), stream=audit.STREAM.name)]
    if case is None or not case.is_open:
        raise Refused("移送已了结")
    match wish:
        case NotePackage():
            _require_engine(case, officer)
            made = PackageMade(wish.sha256, wish.sm3, wish.size, wish.log_seq, wish.exhibits, wish.lacking)
            noted = EvidenceMade(case.alert_id, case.department, wish.sha256)
            return [Said(made), Said(noted, stream=audit.STREAM.name)]
        case NoteNoPackage(reason=reason):
            _require_engine(case, officer)
            return [Said(PackageNotMade(reason))]
        case SendTransfer(text=text):
            return [Said(_sent(case, text, officer, at, world))]
        case AcceptTransfer():
            return [Said(_accepted(case, officer, at, world))]
        case RefuseTransfer():
            return [Said(_refused(case, wish, officer, at, world))]
        case ReportResult():
            return [Said(_result(case, wish, officer, at, world))]
        case WithdrawTransfer(reason=reason):
            if officer.role is not Role.ENGINE:
                _require_desk(officer)
            terms = terms_in(world)
            return [Said(TransferWithdrawn(_needed(reason, "请写明撤回原因"), terms.due(terms.close, at)))]
        case _:
            raise Refused("不认识的移送动作")


def _require_desk(officer: Officer) -> None:
    if officer.role not in DUTY_UP:
        raise Refused(READERS.get(officer.role, "须值班员"))


def _require_engine(case: CaseTransfer, officer: Officer) -> None:
    if officer.role is not Role.ENGINE:
        raise Refused("证据包由系统制作")
    _require(case, State.PREPARING)


def _require_receiver(case: CaseTransfer, officer: Officer) -> None:
    """The department itself; the desk may enter what it says on the telephone."""
    if officer.role in DUTY_UP:
        return
    if officer.role is not Role.DEPT_LIAISON:
        raise Refused(READERS.get(officer.role, "须承办单位"))
    if officer.department != case.department:
        raise Refused("非本部门移送")


def _require(case: CaseTransfer, *states: State) -> None:
    if case.state not in states:
        raise Refused(f"当前为{STATE_WORDS[case.state]}")


def _needed(text: str, otherwise: str) -> str:
    if not text.strip():
        raise Refused(otherwise)
    return text.strip()


def _asked(case: CaseTransfer | None, wish: AskPackage, officer: Officer, world: World) -> PackageAsked:
    _require_desk(officer)
    if case is not None:
        _require(case, State.FAILED, State.READY, State.RETURNED)
        if case.bounced and officer.role not in LEADS:
            raise Refused("多次退回，须值班长移送")
    alert = world.alert(case.alert_id if case is not None else wish.alert_id)
    if alert is None:
        raise Refused(f"没有编号为 {wish.alert_id} 的预警")
    if wish.department not in (*RECEIVERS, alert.department, *alert.support):
        raise Refused("选择接收部门")
    why = _unfit(alert, wish.department, officer)
    if why:
        raise Refused(why)
    for other in world.cases(NAME):
        mine = case is not None and other.id == case.id
        if not mine and (other.alert_id, other.department) == (alert.id, wish.department):
            raise Refused(f"已有未了结的移送 {other.id}")
    seen = (alert.title, alert.subject, alert.wall_subject, alert.place)
    return PackageAsked(alert.id, alert.rule_id, alert.level, *seen, wish.department, alert.demo)


def _unfit(alert: Alert, department: str, officer: Officer) -> str:
    """Why this alert cannot go to that department now. One not dispatched yet is dispatched with it."""
    if alert.scene != SCENE:
        return "只为卡口预警制作证据包"
    if alert.work not in WORKED_ON:
        return refusal(alert, Action.DISPATCH, officer)
    if department != alert.department and department not in alert.support:
        return f"已派往{alert.department}，先退回再移送"
    return ""


def _sent(case: CaseTransfer, text: str, officer: Officer, at: datetime, world: World) -> TransferSent:
    _require_desk(officer)
    _require(case, State.READY)
    alert = world.alert(case.alert_id)
    if alert is None or not alert.is_open:
        raise Refused("预警已办结")
    why = _unfit(alert, case.department, officer)
    if why:
        raise Refused(why)
    terms = terms_in(world)
    result_by = terms.due(terms.result, at)
    words = _needed(text, "填写移送意见")
    return TransferSent(words, terms.due(terms.accept, at), result_by, terms.due(terms.close, result_by), case.sha256)


def _accepted(case: CaseTransfer, officer: Officer, at: datetime, world: World) -> TransferAccepted:
    _require_receiver(case, officer)
    _require(case, State.SENT)
    terms = terms_in(world)
    result_by = terms.due(terms.result, at)
    return TransferAccepted(result_by, terms.due(terms.close, result_by))


def _refused(case: CaseTransfer, wish: RefuseTransfer, officer: Officer, at: datetime, world: World) -> TransferRefused:
    _require_receiver(case, officer)
    _require(case, State.SENT)
    text, suggested = wish.text.strip(), wish.suggested.strip()
    if wish.reason is ReturnReason.OTHER and not text:
        raise Refused("其他原因须写明")
    if wish.reason in NAMES_ANOTHER and not suggested:
        raise Refused("填写建议承办单位")
    if suggested == case.department:
        raise Refused("建议单位不能是本单位")
    terms = terms_in(world)
    bounced = case.refusals + 1 >= terms.bounces
    return TransferRefused(wish.reason, text, suggested, bounced, terms.due(terms.redispatch, at))


def _result(case: CaseTransfer, wish: ReportResult, officer: Officer, at: datetime, world: World) -> ResultReported:
    _require_receiver(case, officer)
    if case.state is State.SENT:
        raise Refused("先接收")
    _require(case, State.ACCEPTED)
    text = _needed(wish.text, "填写办理结果")
    document = wish.document.strip()
    if wish.result is ResultCode.DONE and not document:
        raise Refused("填写文书号")
    terms = terms_in(world)
    return ResultReported(wish.result, text, document, terms.due(terms.close, at))


STREAM = Stream(
    name=NAME,
    prefix="YS",
    topic="case_transfers",
    case=CaseTransfer,
    facts=(
        *(PackageAsked, PackageMade, PackageNotMade, TransferSent, TransferAccepted, TransferRefused),
        *(ResultReported, TransferPassed, TransferWithdrawn),
    ),
    wishes=(
        *(AskPackage, NotePackage, NoteNoPackage, SendTransfer, AcceptTransfer, RefuseTransfer),
        *(ReportResult, WithdrawTransfer),
    ),
    decide=decide,
    evolve=evolve,
    due=dues,
    expire=expire,
    shown_for=timedelta(days=7),
    seen_by=seen_by,
    moves=moves,
    tells=tells,
    unwanted=unwanted,
)
