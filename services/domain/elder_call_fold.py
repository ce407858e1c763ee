"""What a contact chain is after each of its deeds, and what comes to it by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.domain.deed import Deed, Said
from services.domain.elder_call import (
    AlertJoined,
    Call,
    CallMade,
    ChainEnded,
    ChainOpened,
    ElderCall,
    Overran,
    Passed,
    SomebodySent,
    Step,
    StepPassed,
)
from services.domain.elder_call_steps import due_after, following
from services.domain.happening import Due
from services.domain.masked import mask_name

LATE_AFTER = timedelta(minutes=1)
BY_CLOCK, BY_ROBOT = "时限到", "机器人"


def evolve(chain: ElderCall | None, deed: Deed) -> ElderCall:
    fact = deed.fact
    if isinstance(fact, ChainOpened):
        return _begun(fact, deed)
    assert chain is not None
    changed = replace(chain, version=deed.version)
    match fact:
        case CallMade():
            return _moved(_with_call(changed, fact, deed), fact.step, fact.due_at, deed)
        case AlertJoined():
            return _joined(changed, fact, deed)
        case StepPassed(passed, step, due_at, _, reason):
            by = mask_name(deed.officer_name) if reason else BY_CLOCK
            changed = replace(changed, passed=(*chain.passed, Passed(passed, deed.at, by, reason)))
            return _moved(changed, step, due_at, deed, anew=passed is Step.AGAIN)
        case Overran():
            return replace(changed, overran_at=deed.at)
        case SomebodySent(who):
            return replace(changed, sent=who)
        case ChainEnded(ending, text):
            return replace(changed, ended_at=deed.at, ending=ending, text=text)
    raise TypeError(f"no fact of a contact chain: {fact!r}")


def _begun(fact: ChainOpened, deed: Deed) -> ElderCall:
    return ElderCall(
        id=deed.case_id,
        version=deed.version,
        elder_id=fact.elder_id,
        dwelling_id=fact.dwelling_id,
        name=fact.name,
        place=fact.place,
        care=fact.care,
        level=fact.level,
        alert_id=fact.alert_id,
        alert_ids=(fact.alert_id,) if fact.alert_id else (),
        reason=fact.reason,
        kin=fact.kin,
        boxes=fact.boxes,
        step=fact.step,
        step_since=deed.at,
        due_at=fact.due_at,
        opened_at=deed.at,
    )


def _with_call(chain: ElderCall, fact: CallMade, deed: Deed) -> ElderCall:
    by = BY_ROBOT if fact.by_robot else mask_name(deed.officer_name)
    call = Call(fact.whom, fact.rank, fact.who, fact.result, fact.text, fact.called_at, by, fact.call_id)
    return replace(chain, calls=(*chain.calls, call))


def _joined(chain: ElderCall, fact: AlertJoined, deed: Deed) -> ElderCall:
    leads = fact.level >= chain.level
    told: dict[str, Any] = {"alert_ids": tuple(dict.fromkeys((*chain.alert_ids, fact.alert_id)))}
    if leads:
        told |= {"alert_id": fact.alert_id, "level": fact.level, "reason": fact.reason}
    return _moved(replace(chain, **told), fact.step, fact.due_at, deed)


def _moved(chain: ElderCall, step: Step, due_at: datetime, deed: Deed, *, anew: bool = False) -> ElderCall:
    if step is chain.step and not anew:
        return replace(chain, due_at=due_at)
    number = chain.round + 1 if anew else chain.round
    return replace(chain, step=step, step_since=deed.at, due_at=due_at, overran_at=None, round=number)


def dues(chain: ElderCall) -> Sequence[Due]:
    waits = chain.is_open and chain.overran_at is None
    return (Due(chain.step.value, chain.due_at),) if waits else ()


def expire(chain: ElderCall, _what: str, at: datetime) -> Sequence[Said]:
    """The step's time is over: the next one begins now, for nobody was told of it before."""
    if not dues(chain) or chain.due_at > at:
        return ()
    late = at - chain.due_at > LATE_AFTER
    if chain.step is Step.POLICE:
        return [Said(Overran(chain.due_at, late))]
    step = following(chain.step, chain.level, chain.kin, chain.boxes)
    return [Said(StepPassed(chain.step, step, due_after(step, chain.level, chain.boxes, at), late))]
