"""What may be done with a notice, and by whom: the stream of the notices to have a vehicle inspected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.domain.alert import Action, Alert
from services.domain.deed import Refused, Said, Stream, Wish, World
from services.domain.following import WORKED_ON
from services.domain.followup_terms import terms_in
from services.domain.guard import refusal
from services.domain.inspection_fold import dues, evolve, expire
from services.domain.inspection_notice import (
    NAME,
    FoundFurther,
    InspectionNotice,
    IssueNotice,
    NoteFurther,
    NoteSending,
    NoticeIssued,
    NoticePassed,
    NoticeWithdrawn,
    RecordInspection,
    SendingNoted,
    VehicleInspected,
    WithdrawNotice,
)
from services.domain.inspection_reach import moves, seen_by, tells, unwanted
from services.domain.inspection_texts import is_noticed, text_for, vehicle_of
from services.domain.masked import mask_name, wall_plate
from services.domain.officer import Officer, Role
from services.domain.plate import normalise
from services.domain.promise import masked
from services.domain.roles import DUTY_UP, READERS


def decide(notice: InspectionNotice | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if isinstance(wish, IssueNotice):
        return [Said(_issued(wish, officer, at, world))]
    if notice is None or not notice.is_open:
        raise Refused("告知已了结")
    match wish:
        case RecordInspection():
            return [Said(_inspected(notice, wish, officer, at, world))]
        case WithdrawNotice(reason=reason):
            if officer.role is not Role.ENGINE:
                _require_desk(officer)
            if not reason.strip():
                raise Refused("请写明撤回原因")
            terms = terms_in(world)
            return [Said(NoticeWithdrawn(reason.strip(), terms.due(terms.close, at)))]
        case NoteFurther(alert_id=alert_id):
            return [Said(_further(notice, alert_id, officer, world))]
        case NoteSending(word=word):
            _require_engine(officer)
            if word == notice.sending:
                raise Refused("已记录")
            return [Said(SendingNoted(word))]
        case _:
            raise Refused("不认识的告知动作")


def _require_desk(officer: Officer) -> None:
    if officer.role not in DUTY_UP:
        raise Refused(READERS.get(officer.role, "须值班员"))


def _require_engine(officer: Officer) -> None:
    if officer.role is not Role.ENGINE:
        raise Refused("由系统记录")


def _issued(wish: IssueNotice, officer: Officer, at: datetime, world: World) -> NoticeIssued:
    _require_desk(officer)
    alert = world.alert(wish.alert_id)
    if alert is None:
        raise Refused(f"没有编号为 {wish.alert_id} 的预警")
    plate = vehicle_of(alert)
    why = _unfit(alert, plate, officer)
    if why:
        raise Refused(why)
    for other in world.cases(NAME):
        if other.alert_id == alert.id or (other.plate_no == plate and other.rule_id == alert.rule_id):
            raise Refused(f"该车已有未了结的告知 {other.id}")
    terms = terms_in(world)
    due_at = terms.due(terms.notice, at)
    return NoticeIssued(
        alert_id=alert.id,
        rule_id=alert.rule_id,
        level=alert.level,
        title=alert.title,
        plate_no=plate,
        subject=wall_plate(plate),
        place=alert.place,
        department=alert.department,
        way=wish.way,
        text=text_for(wish.way, alert, due_at, terms.signed),
        owner=mask_name(wish.owner.strip()),
        phone=masked(wish.phone),
        due_at=due_at,
        close_by=terms.due(terms.close, due_at),
        demo=alert.demo,
    )


def _unfit(alert: Alert, plate: str, officer: Officer) -> str:
    """Why no notice can follow from this alert now. One not dispatched yet is dispatched with it."""
    if not is_noticed(alert.rule_id):
        return "本类预警不以告知复检办理"
    if not plate:
        return "没有可告知的车辆"
    if not alert.department:
        return "预警没有承办单位"
    if alert.work in WORKED_ON:
        return ""
    return refusal(alert, Action.DISPATCH, officer)


def _inspected(
    notice: InspectionNotice, wish: RecordInspection, officer: Officer, at: datetime, world: World
) -> VehicleInspected:
    own = officer.role is Role.DEPT_LIAISON and officer.department == notice.department
    if officer.role not in DUTY_UP and officer.role is not Role.ENGINE and not own:
        raise Refused(READERS.get(officer.role, "非本部门告知"))
    if not wish.station.strip():
        raise Refused("请写明检测站")
    if wish.inspected_at > at:
        raise Refused("检验时间晚于现在")
    if wish.inspected_at < notice.issued_at:
        raise Refused("检验早于告知，不算复检")
    if wish.result_id and any(known.result_id == wish.result_id for known in notice.inspections):
        raise Refused("该复检结果已记录")
    terms = terms_in(world)
    due_at = notice.due_at if wish.passed else max(notice.due_at, terms.due(terms.again, at))
    said = (wish.station.strip(), wish.inspected_at, wish.passed, wish.text.strip(), wish.result_id)
    return VehicleInspected(*said, due_at, terms.due(terms.close, at if wish.passed else due_at))


def _further(notice: InspectionNotice, alert_id: str, officer: Officer, world: World) -> FoundFurther:
    _require_engine(officer)
    alert = world.alert(alert_id)
    if alert is None or alert_id in (notice.alert_id, *notice.further) or vehicle_of(alert) != notice.plate_no:
        raise Refused("与本告知无关")
    return FoundFurther(alert_id, alert.rule_id)


def same_vehicle(notice: InspectionNotice, plate_no: str) -> bool:
    return bool(plate_no) and normalise(plate_no) == notice.plate_no


STREAM = Stream(
    name=NAME,
    prefix="GZ",
    topic="inspection_notices",
    case=InspectionNotice,
    facts=(NoticeIssued, VehicleInspected, NoticePassed, NoticeWithdrawn, FoundFurther, SendingNoted),
    wishes=(IssueNotice, RecordInspection, WithdrawNotice, NoteFurther, NoteSending),
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
