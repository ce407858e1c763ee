"""What may be done with a verification of residence, and by whom; what of it reaches its alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.domain.alert import Action, Alert
from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.following import WORKED_ON, by_deed, dispatched, fed_back
from services.domain.guard import refusal
from services.domain.happening import Due, Happening, HappeningKind
from services.domain.masked import mask_name
from services.domain.officer import Officer, Role
from services.domain.reasons import ResultCode
from services.domain.rental_terms import terms_in
from services.domain.residence import (
    NAME,
    RESULT_WORDS,
    OpenResidence,
    RecordResidence,
    Residence,
    ResidenceOpened,
    ResidencePassed,
    ResidenceRecorded,
    ResidenceWithdrawn,
    Result,
    State,
    WithdrawResidence,
)
from services.domain.roles import DUTY_UP, READERS
from services.domain.scope import Scope
from services.domain.timebase import local

RULES = ("R-POP-01",)  # alerts that are verified so
ROOM = "公安"  # leads when the alert names nobody: 联勤警务室
_VISITORS = DUTY_UP | {Role.POLICE_ROOM}
_SHORTEST_NUMBER = 8


def decide(case: Residence | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if officer.role not in _VISITORS and not (officer.role is Role.DEPT_LIAISON and officer.department == ROOM):
        raise Refused(READERS.get(officer.role, "须值班员或联勤警务室"))
    if isinstance(wish, OpenResidence):
        return [Said(_opened(wish, officer, at, world))]
    if case is None or not case.is_open:
        raise Refused("核实已了结")
    match wish:
        case RecordResidence():
            return [Said(_recorded(case, wish, officer, at, world))]
        case WithdrawResidence(reason=reason):
            if not reason.strip():
                raise Refused("请写明撤回原因")
            return [Said(ResidenceWithdrawn(reason.strip()))]
        case _:
            raise Refused("不认识的核实动作")


def _opened(wish: OpenResidence, officer: Officer, at: datetime, world: World) -> ResidenceOpened:
    alert = world.alert(wish.alert_id)
    if alert is None:
        raise Refused(f"没有编号为 {wish.alert_id} 的预警")
    if alert.rule_id not in RULES:
        raise Refused("本类预警不以居住核实办理")
    if alert.work not in WORKED_ON and (why := refusal(alert, Action.DISPATCH, officer)):
        raise Refused(why)
    if other := next((case for case in world.cases(NAME) if case.alert_id == alert.id), None):
        raise Refused(f"已有核实 {other.id}")
    terms = terms_in(world)
    due_at = terms.due(terms.verify, at)
    return ResidenceOpened(
        alert_id=alert.id,
        rule_id=alert.rule_id,
        level=alert.level,
        title=alert.title,
        subject=alert.subject,
        place=alert.place,
        person_key=alert.key.removeprefix(f"{alert.rule_id}|"),
        department=alert.department or ROOM,
        steward=mask_name(wish.steward.strip()),
        due_at=due_at,
        close_by=terms.due(terms.close, due_at),
        demo=alert.demo,
    )


def _recorded(
    case: Residence, wish: RecordResidence, officer: Officer, at: datetime, world: World
) -> ResidenceRecorded:
    steward = mask_name(wish.steward.strip()) or case.steward
    if not steward:
        raise Refused("请写明同去的流管员")
    if wish.result is Result.OTHER and not wish.text.strip():
        raise Refused("其他：请写明情况")
    if wish.result is Result.PERMIT and len(wish.permit_no.strip()) < _SHORTEST_NUMBER:
        raise Refused("请写居住证号")
    terms = terms_in(world)
    return ResidenceRecorded(
        result=wish.result,
        officer=mask_name(officer.name),
        steward=steward,
        name=mask_name(wish.name.strip()),
        permit_no=mask_permit(wish.permit_no.strip()),
        text=wish.text.strip(),
        close_by=terms.due(terms.close, at),
    )


def mask_permit(number: str) -> str:
    """331002202611220017 → 3310**********0017; what is too short to mask is all stars."""
    if not number:
        return ""
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}" if len(number) > _SHORTEST_NUMBER else "*" * 8


def evolve(case: Residence | None, deed: Deed) -> Residence:
    fact = deed.fact
    if isinstance(fact, ResidenceOpened):
        return Residence(
            id=deed.case_id,
            version=deed.version,
            state=State.OPEN,
            alert_id=fact.alert_id,
            rule_id=fact.rule_id,
            level=fact.level,
            title=fact.title,
            subject=fact.subject,
            place=fact.place,
            person_key=fact.person_key,
            department=fact.department,
            steward=fact.steward,
            opened_at=deed.at,
            opened_by=mask_name(deed.officer_name),
            due_at=fact.due_at,
            demo=fact.demo,
        )
    assert case is not None
    changed = replace(case, version=deed.version)
    match fact:
        case ResidenceRecorded(result, officer, steward, name, permit_no, text):
            said = {"officer": officer, "steward": steward, "name": name, "permit_no": permit_no, "text": text}
            return replace(changed, state=State.DONE, result=result, ended_at=deed.at, **said)
        case ResidenceWithdrawn(reason):
            return replace(changed, state=State.WITHDRAWN, text=reason, ended_at=deed.at)
        case ResidencePassed(due_at):
            return replace(changed, overdue_at=due_at)
    raise TypeError(f"no fact of a residence: {fact!r}")


def dues(case: Residence) -> Sequence[Due]:
    return (Due("verify", case.due_at),) if case.is_open and case.overdue_at is None else ()


def expire(case: Residence, _what: str, at: datetime) -> Sequence[Said]:
    if not dues(case) or case.due_at > at:
        return ()
    return [Said(ResidencePassed(case.due_at))]


def moves(alert: Alert, case: Residence, deed: Deed) -> Happening | None:
    """Opening it dispatches the alert with three working days; its result is the feedback."""
    match deed.fact:
        case ResidenceOpened() as fact:
            task = f"居住核实 {case.id}，联勤警务室与流管员 {local(fact.due_at):%m-%d} 前"
            return dispatched(alert, deed, fact.department, task, fact.due_at, fact.close_by)
        case ResidenceRecorded() as fact:
            text = feedback_of(fact)
            if alert.work in WORKED_ON:
                return fed_back(alert, deed, text, fact.close_by, _code(fact.result))
            return by_deed(HappeningKind.NOTED, alert, deed, text=text) if alert.is_open else None
        case ResidenceWithdrawn(reason):
            text = f"核实 {case.id} 撤回：{reason}"
            return by_deed(HappeningKind.NOTED, alert, deed, text=text) if alert.is_open else None
        case _:
            return None


def feedback_of(fact: ResidenceRecorded) -> str:
    said = (RESULT_WORDS[fact.result], fact.permit_no, f"民警 {fact.officer} · 流管员 {fact.steward}", fact.text)
    return " · ".join(part for part in said if part)


def _code(result: Result) -> ResultCode:
    return ResultCode.NOTHING_FOUND if result is Result.VISITOR else ResultCode.DONE


def seen_by(scope: Scope, case: Residence) -> Residence | None:
    """A department sees its own."""
    return case if not scope.department or scope.department == case.department else None


STREAM = Stream(
    name=NAME,
    prefix="DJ",
    topic="residences",
    case=Residence,
    facts=(ResidenceOpened, ResidenceRecorded, ResidenceWithdrawn, ResidencePassed),
    wishes=(OpenResidence, RecordResidence, WithdrawResidence),
    decide=decide,
    evolve=evolve,
    due=dues,
    expire=expire,
    shown_for=timedelta(days=90),
    seen_by=seen_by,
    moves=moves,
)
