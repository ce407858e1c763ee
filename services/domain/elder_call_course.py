"""What may be done in a contact chain, and by whom: the stream of the chains."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.domain.alert import Alert, AlertLevel
from services.domain.away import in_hospital
from services.domain.community import Elder
from services.domain.deed import Refused, Said, Stream, Wish, World
from services.domain.elder_call import (
    AT_THE_DOOR,
    NAME,
    WHOM_WORDS,
    AlertJoined,
    Call,
    CallMade,
    ChainEnded,
    ChainOpened,
    ElderCall,
    EndCall,
    Ending,
    JoinAlert,
    Kin,
    NextStep,
    OpenCall,
    Overran,
    RecordCall,
    Result,
    SendSomebody,
    SomebodySent,
    Step,
    StepPassed,
    Whom,
)
from services.domain.elder_call_fold import dues, evolve, expire
from services.domain.elder_call_reach import moves, tells, unwanted
from services.domain.elder_call_steps import after_call, boxes_of, due_after, following, is_proof, joined
from services.domain.elder_contact import ElderContact
from services.domain.elder_masks import told
from services.domain.elder_terms import TOPIC, terms_in
from services.domain.officer import Officer, Role
from services.domain.roles import DUTY_UP, PEOPLE, READERS

_MAY = PEOPLE | {Role.ENGINE}


def decide(chain: ElderCall | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if officer.role not in _MAY:
        raise Refused(READERS.get(officer.role, "须值班或社区人员"))
    if isinstance(wish, OpenCall):
        return [Said(_opened(wish, officer, at, world))]
    if chain is None or not chain.is_open:
        raise Refused("联系链已结束")
    match wish:
        case RecordCall():
            return _recorded(chain, wish, officer, at)
        case JoinAlert(alert_id=alert_id):
            return [Said(_joins(chain, alert_id, officer, at, world))]
        case NextStep(reason=reason):
            return [Said(_onward(chain, reason, officer, at))]
        case SendSomebody(who=who):
            return [Said(SomebodySent(told(_needed(who, "请写明谁上门"))))]
        case EndCall(ending=ending, text=text):
            ended = _ended(chain, ending, text, officer)
            return [Said(ended), *(in_hospital(chain, at, world) if ending is Ending.TO_HOSPITAL else ())]
        case _:
            raise Refused("不认识的联系动作")


def _opened(wish: OpenCall, officer: Officer, at: datetime, world: World) -> ChainOpened:
    alert = world.alert(wish.alert_id) if wish.alert_id else None
    if wish.alert_id and (alert is None or not alert.is_open):
        raise Refused(f"没有未办结的预警 {wish.alert_id}")
    elder = _elder(world, wish.elder_id or (alert.subject_id if alert else ""))
    other = next((chain for chain in world.cases(NAME) if chain.elder_id == elder.id), None)
    if other is not None:
        raise Refused(f"已在联系（{other.id}）")
    reason = alert.title if alert is not None else _needed(wish.reason, "请写明为什么联系")
    level = alert.level if alert is not None else AlertLevel.YELLOW
    boxes = boxes_of(terms_in(world.topic(TOPIC)), elder.care)
    return ChainOpened(
        elder_id=elder.id,
        dwelling_id=elder.dwelling_id,
        name=str(elder.name),
        place=f"{elder.estate_name} {elder.building}",
        care=elder.care,
        alert_id=alert.id if alert is not None else "",
        level=level,
        reason=reason,
        kin=_kin_of(elder, world),
        boxes=boxes,
        step=Step.PHONE,
        due_at=due_after(Step.PHONE, level, boxes, at),
    )


def _elder(world: World, wanted: str) -> Elder:
    for elder in world.topic("elders") or world.topic("elder_register"):
        if wanted and wanted in (elder.id, elder.dwelling_id):
            return elder
    raise Refused(f"没有编号为 {wanted} 的老人" if wanted else "先选一位老人")


def _kin_of(elder: Elder, world: World) -> tuple[Kin, ...]:
    contacts: Sequence[ElderContact] = world.topic("elder_contacts")
    mine = sorted((one for one in contacts if one.elder_id == elder.id), key=lambda one: one.rank)
    return tuple(Kin(one.rank, one.relation, str(one.name), str(one.phone)) for one in mine)


def _joins(chain: ElderCall, alert_id: str, officer: Officer, at: datetime, world: World) -> AlertJoined:
    if officer.role is not Role.ENGINE:
        raise Refused("由系统记录")
    alert: Alert | None = world.alert(alert_id)
    if alert is None or not alert.is_open or alert.subject_id not in (chain.elder_id, chain.dwelling_id):
        raise Refused("与本联系链无关")
    if alert_id in chain.alert_ids and (alert_id != chain.alert_id or alert.level <= chain.level):
        raise Refused("已在本联系链")
    level = max(alert.level, chain.level)
    step = joined(chain, level)
    moved = step is not chain.step
    due_at = due_after(step, level, chain.boxes, at) if moved else chain.due_at
    if level is AlertLevel.RED:
        due_at = min(due_at, due_after(step, level, chain.boxes, at))
    return AlertJoined(alert_id, alert.level, alert.title, step, due_at)


def _recorded(chain: ElderCall, wish: RecordCall, officer: Officer, at: datetime) -> list[Said]:
    if wish.call_id and any(call.call_id == wish.call_id for call in chain.calls):
        raise Refused("该通话已记录")
    text = told(wish.text) if wish.text else ""
    by_robot = officer.role is Role.ENGINE
    if wish.result is Result.SAFE and wish.whom is Whom.FAMILY and not text and not by_robot:
        raise Refused("请写明家属怎么知道的：在一起、见到或刚通过话")
    if wish.result is Result.TROUBLE and not text and not by_robot:
        raise Refused("请写明什么情况")
    called_at = min(wish.called_at or at, at)
    rank, who = _who(chain, wish)
    call = Call(wish.whom, rank, who, wish.result, text, called_at, "", wish.call_id)
    step = after_call(chain, call)
    due_at = chain.due_at if step is chain.step else due_after(step, chain.level, chain.boxes, at)
    fact = CallMade(wish.whom, rank, who, wish.result, text, wish.call_id, called_at, by_robot, step, due_at)
    said = [Said(fact)]
    if is_proof(call) and called_at >= chain.opened_at:
        said.append(Said(ChainEnded(Ending.SAFE, f"{who}：{text or '本人应答'}")))
    return said


def _who(chain: ElderCall, wish: RecordCall) -> tuple[int, str]:
    if wish.whom is not Whom.FAMILY:
        known = chain.sent if wish.whom in AT_THE_DOOR and chain.sent else ""
        return 0, f"{WHOM_WORDS[wish.whom]} {known}".strip()
    wanted = wish.rank or (kin.rank if (kin := chain.next_kin()) is not None else 0)
    found = next((kin for kin in chain.kin if kin.rank == wanted), None)
    if found is None and chain.kin:
        raise Refused("没有这位联系人")
    return (found.rank, f"{found.relation} {found.name}") if found else (0, WHOM_WORDS[Whom.FAMILY])


def _onward(chain: ElderCall, reason: str, officer: Officer, at: datetime) -> StepPassed:
    """An officer may always send somebody sooner: from waiting the next step is the door."""
    if chain.step is Step.POLICE:
        raise Refused("已是最后一步")
    step = following(chain.step, chain.level, chain.kin, chain.boxes)
    if chain.step is Step.AGAIN or step is Step.AGAIN:
        step = Step.DOOR
    if step is Step.POLICE and officer.role not in DUTY_UP | {Role.POLICE_ROOM}:
        raise Refused("请公安与 120 须值班员")
    due_at = due_after(step, chain.level, chain.boxes, at)
    return StepPassed(chain.step, step, due_at, reason=reason.strip() or "不等时限")


def _ended(chain: ElderCall, ending: Ending, text: str, officer: Officer) -> ChainEnded:
    if officer.role is not Role.ENGINE and officer.role not in DUTY_UP | {Role.POLICE_ROOM}:
        raise Refused("结束联系须值班员或警务室")
    if ending is Ending.AWAY:
        raise Refused("外出请用外出报备")
    return ChainEnded(ending, told(_needed(text, "请写明怎样确认的")))


def _needed(text: str, otherwise: str) -> str:
    if not text.strip():
        raise Refused(otherwise)
    return text.strip()


STREAM = Stream(
    name=NAME,
    prefix="HJ",
    topic="elder_calls",
    case=ElderCall,
    facts=(ChainOpened, AlertJoined, CallMade, StepPassed, Overran, SomebodySent, ChainEnded),
    wishes=(OpenCall, JoinAlert, RecordCall, NextStep, SendSomebody, EndCall),
    decide=decide,
    evolve=evolve,
    due=dues,
    expire=expire,
    shown_for=timedelta(hours=24),
    moves=moves,
    tells=tells,
    unwanted=unwanted,
)
