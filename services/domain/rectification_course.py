"""What may be done with a case of rectification, and by whom: its stream."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from services.domain.deed import Refused, Said, Stream, Wish, World
from services.domain.fire_terms import terms_in
from services.domain.officer import Officer, Role
from services.domain.rectification import (
    NAME,
    STATE_WORDS,
    TOPIC,
    AskRectification,
    BeginRectification,
    MoveRectification,
    RecheckRectification,
    Rectification,
    RectificationAsked,
    RectificationBegun,
    RectificationMoved,
    RectificationPassed,
    RectificationRechecked,
    RectificationReported,
    RectificationTransferred,
    RectificationWithdrawn,
    ReportRectified,
    State,
    TransferRectification,
    WithdrawRectification,
)
from services.domain.rectification_fold import dues, evolve, expire, moves, seen_by, tells, unwanted
from services.domain.roles import DUTY_UP, LEADS, PEOPLE, READERS

LONGEST = timedelta(days=366)
_ROOM = re.compile(r"[0-9０-９]{3,4}\s*[室房号]")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_INSPECTORS = DUTY_UP | {Role.COMMUNITY_CADRE, Role.GRID_WORKER, Role.POLICE_ROOM}


def decide(case: Rectification | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if isinstance(wish, AskRectification):
        return [Said(_asked(wish, officer, at, world))]
    if case is None or not case.is_open:
        raise Refused("整改已了结")
    match wish:
        case BeginRectification(text=text):
            _require_worker(case, officer)
            _require(case, State.ISSUED)
            return [Said(RectificationBegun(text.strip()))]
        case ReportRectified():
            return [Said(_reported(case, wish, officer, at, world))]
        case RecheckRectification():
            return [Said(_rechecked(case, wish, officer, at, world))]
        case MoveRectification(due_at=due_at, reason=reason):
            if officer.role not in LEADS:
                raise Refused(READERS.get(officer.role, "改期须值班长"))
            return [Said(RectificationMoved(_ahead(due_at, at), _needed(reason, "请写明改期的原因")))]
        case TransferRectification():
            return [Said(_transferred(case, wish, officer))]
        case WithdrawRectification(reason=reason):
            _require_desk(officer)
            return [Said(RectificationWithdrawn(_needed(reason, "请写明撤回的原因")))]
        case _:
            raise Refused("不认识的整改动作")


def _asked(wish: AskRectification, officer: Officer, at: datetime, world: World) -> RectificationAsked:
    if officer.role not in PEOPLE:
        raise Refused(READERS.get(officer.role, "须值班或承办人员"))
    alert = world.alert(wish.alert_id) if wish.alert_id else None
    if wish.alert_id and alert is None:
        raise Refused(f"没有编号为 {wish.alert_id} 的预警")
    matter = alert.key if alert is not None else ""
    for other in world.cases(NAME):
        if matter and other.matter == matter:
            raise Refused(f"该隐患已有未了结的整改 {other.id}")
    if _ROOM.search(wish.place):
        raise Refused("地点写到楼栋、单元，不写房号")
    terms = terms_in(world)
    said = {"matter": matter, "alert_id": wish.alert_id, "demand": wish.demand.strip(), "photos": _photos(wish.photos)}
    if alert is not None:
        estate = alert.subject_id if alert.subject_kind == "estate" else ""
        said |= {"level": alert.level, "demo": alert.demo, "estate_id": estate}
    return RectificationAsked(
        source=alert.rule_id if alert is not None else "人工",
        place=_needed(wish.place, "请写明地点"),
        danger=_needed(wish.danger, "请写明隐患"),
        department=_needed(wish.department, "选择整改单位"),
        due_at=terms.due(terms.rectify, at) if wish.due_at is None else _ahead(wish.due_at, at),
        **said,
    )


def _reported(
    case: Rectification, wish: ReportRectified, officer: Officer, at: datetime, world: World
) -> RectificationReported:
    _require_worker(case, officer)
    _require(case, State.ISSUED, State.WORKING)
    text = _needed(wish.text, "请写明整改情况")
    photos = _photos(wish.photos)
    if not photos:
        raise Refused("整改须附照片至少 1 张")
    terms = terms_in(world)
    return RectificationReported(text, photos, terms.due(terms.recheck, at))


def _rechecked(
    case: Rectification, wish: RecheckRectification, officer: Officer, at: datetime, world: World
) -> RectificationRechecked:
    if officer.role not in _INSPECTORS:
        raise Refused(READERS.get(officer.role, "复查须社区、警务室或值班人员"))
    _require(case, State.RECHECK)
    if officer.id == case.reported_by:
        raise Refused("复查须另一人")
    if not wish.passed and not wish.text.strip():
        raise Refused("请写明何处不合格")
    terms = terms_in(world)
    due_at = case.due_at if wish.passed else max(case.due_at, terms.due(terms.again, at))
    return RectificationRechecked(wish.passed, wish.text.strip(), _photos(wish.photos), due_at)


def _transferred(case: Rectification, wish: TransferRectification, officer: Officer) -> RectificationTransferred:
    _require_desk(officer)
    if case.overdue_at is None:
        raise Refused("逾期后方可移送")
    department = _needed(wish.department, "选择移送单位")
    if department == case.department:
        raise Refused("不能移送给整改单位自己")
    return RectificationTransferred(department, _needed(wish.reason, "请写明移送的理由"))


def _require_desk(officer: Officer) -> None:
    if officer.role not in DUTY_UP:
        raise Refused(READERS.get(officer.role, "须值班员"))


def _require_worker(case: Rectification, officer: Officer) -> None:
    """The department itself; the desk and the community may enter what it says."""
    if officer.role is Role.DEPT_LIAISON and officer.department != case.department:
        raise Refused("非本单位整改")
    if officer.role not in PEOPLE:
        raise Refused(READERS.get(officer.role, "须整改单位"))


def _require(case: Rectification, *states: State) -> None:
    if case.state not in states:
        raise Refused(f"当前为{STATE_WORDS[case.state]}")


def _needed(text: str, otherwise: str) -> str:
    if not text.strip():
        raise Refused(otherwise)
    return text.strip()


def _ahead(due_at: datetime, at: datetime) -> datetime:
    if due_at <= at:
        raise Refused("时限须晚于现在")
    if due_at > at + LONGEST:
        raise Refused(f"时限不能超过 {LONGEST.days} 天")
    return due_at


def _photos(photos: tuple[str, ...]) -> tuple[str, ...]:
    if not all(_SHA256.fullmatch(photo) for photo in photos):
        raise Refused("照片须以 SHA-256 命名")
    return tuple(dict.fromkeys(photos))


STREAM = Stream(
    name=NAME,
    prefix="ZG",
    topic=TOPIC,
    case=Rectification,
    facts=(
        RectificationAsked,
        RectificationBegun,
        RectificationReported,
        RectificationRechecked,
        RectificationMoved,
        RectificationPassed,
        RectificationTransferred,
        RectificationWithdrawn,
    ),
    wishes=(
        AskRectification,
        BeginRectification,
        ReportRectified,
        RecheckRectification,
        MoveRectification,
        TransferRectification,
        WithdrawRectification,
    ),
    decide=decide,
    evolve=evolve,
    due=dues,
    expire=expire,
    shown_for=timedelta(days=31),  # so that the share of the last 30 days can be counted
    seen_by=seen_by,
    moves=moves,
    tells=tells,
    unwanted=unwanted,
)
