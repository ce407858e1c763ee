"""上交: a fisher's request from filing to disposal. Stream ``hand_in``.

A state is only ever followed by one of ``boats.NEXT_STATES``. What the bureau tells comes in through the
collector's keeper; an officer accepts, rejects, cancels, notes a missed boat, and settles disputed weights.
Which vessel goes is said by stream ``dispatch_plan``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.domain.boats import LIMITS, STATE_WORDS, HandInLimits, HandInRequest, HandInState, may_follow
from services.domain.deed import Refused, Said, Stream, Wish, World
from services.domain.hand_in_case import (
    FACTS,
    LIMITS_TOPIC,
    NAME,
    PREFIX,
    TOPIC,
    WISHES,
    AcceptHandIn,
    CancelHandIn,
    CollectingHeld,
    CollectingResumed,
    DisputeSettled,
    DisputeWeight,
    FileHandIn,
    HoldCollecting,
    ProgressReported,
    RejectHandIn,
    ReportFiled,
    ReportNoShow,
    ReportProgress,
    RequestAccepted,
    RequestCancelled,
    RequestFiled,
    RequestRejected,
    ResumeCollecting,
    SettleDispute,
    Told,
    VesselMissed,
    WeightDisputed,
)
from services.domain.hand_in_clocks import accept_by, collect_by, started
from services.domain.hand_in_filing import filed_at_desk
from services.domain.hand_in_fold import dues, evolve, expire
from services.domain.hand_in_merge import told_by
from services.domain.officer import Officer, Role
from services.domain.roles import DUTY_UP

SHOWN_FOR = timedelta(days=4)
MOST_T = 50.0  # no hold is larger
OFFICERS = DUTY_UP | {Role.DISPATCHER}
_S = HandInState

Answers = dict[type, Callable[[HandInRequest, Any, datetime, HandInLimits], Sequence[Said]]]


def decide(case: HandInRequest | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    limits = limits_in_force(world)
    if type(wish) in _KEEPERS:
        if officer.role is not Role.ENGINE:
            raise Refused("须由采集程序填报")
    elif officer.role not in OFFICERS:
        raise Refused("须渔船调度员或值班人员")
    if isinstance(wish, ReportFiled):
        return [said for row in (wish.request, *wish.more) for said in _told_filed(row, limits, world)]
    if isinstance(wish, FileHandIn):
        filed = filed_at_desk(wish, officer, at, world, limits)
        return [Said(filed), Said(RequestAccepted(at + limits.assign))]
    if case is None:
        raise Refused("没有这件申请")
    if not case.is_open:
        raise Refused(f"申请 {case.number} 已{case.state_word}，不能再改")
    answer = (_KEEPERS | _OFFICERS).get(type(wish))
    if answer is None:
        raise Refused("不认识的上交动作")
    return answer(case, wish, at, limits)


def limits_in_force(world: World) -> HandInLimits:
    return next(iter(world.topic(LIMITS_TOPIC)), LIMITS)


# -------------------------------------------------------------------------------- what an officer does


def _accept(case: HandInRequest, _wish: AcceptHandIn, at: datetime, limits: HandInLimits) -> Sequence[Said]:
    _require(case, _S.ACCEPTED)
    return [Said(RequestAccepted(at + limits.assign))]


def _reject(case: HandInRequest, wish: RejectHandIn, _at: datetime, _limits: HandInLimits) -> Sequence[Said]:
    _require(case, _S.REJECTED)
    return [Said(RequestRejected(_needed(wish.reason, "请写明为何不符")))]


def _cancel(case: HandInRequest, wish: CancelHandIn, _at: datetime, _limits: HandInLimits) -> Sequence[Said]:
    if case.reached(_S.SIGNED):
        raise Refused(f"申请 {case.number} 已签收，不能取消")
    _require(case, _S.CANCELLED)
    return [Said(RequestCancelled(_needed(wish.reason, "请写明为何取消"), case.vessel_name))]


def _missed(case: HandInRequest, wish: ReportNoShow, at: datetime, limits: HandInLimits) -> Sequence[Said]:
    _require(case, _S.NO_SHOW)
    return [Said(VesselMissed(_needed(wish.reason, "请写明未遇船的情形"), at + limits.assign))]


def _dispute(case: HandInRequest, wish: DisputeWeight, _at: datetime, _limits: HandInLimits) -> Sequence[Said]:
    _require(case, _S.DISPUTED)
    if wish.claimed_t is not None:
        _require_mass(wish.claimed_t)
    return [Said(WeightDisputed(_needed(wish.reason, "请写明争议何在"), wish.claimed_t))]


def _settle(case: HandInRequest, wish: SettleDispute, _at: datetime, _limits: HandInLimits) -> Sequence[Said]:
    if case.state is not _S.DISPUTED:
        raise Refused(f"申请 {case.number} 没有计量争议")
    _require_mass(wish.agreed_t)
    return [Said(DisputeSettled(_needed(wish.reason, "请写明如何商定"), wish.agreed_t))]


def _require(case: HandInRequest, after: HandInState) -> None:
    if not may_follow(case.state, after):
        raise Refused(f"申请 {case.number} 正在{case.state_word}，不能{_ACTS[after]}")


_ACTS = {
    _S.ACCEPTED: "受理",
    _S.REJECTED: "判不符",
    _S.CANCELLED: "取消",
    _S.NO_SHOW: "记未遇船",
    _S.DISPUTED: "提计量争议",
}


def _require_mass(mass_t: float) -> None:
    if not 0 < mass_t <= MOST_T:
        raise Refused(f"吨数须在 0 与 {MOST_T:g} 之间")


def _needed(text: str, otherwise: str) -> str:
    if not text.strip():
        raise Refused(otherwise)
    return text.strip()


# ---------------------------------------------------------------------------------- what the keeper says


def _told_filed(row: HandInRequest, limits: HandInLimits, world: World) -> Sequence[Said]:
    """Nothing when it is a case already: another run of the keeper's was first."""
    if world.case(NAME, row.id) is not None:
        return ()
    filed_at = row.filed_at
    first = told_by(row, row.history[0])
    filed = RequestFiled(
        row.number,
        row.boat_id,
        row.vessel_no,
        row.pollutant,
        row.est_t,
        row.place,
        row.lon,
        row.lat,
        row.in_port,
        row.channel,
        filed_at,
        first.by,
        first.told,
        accept_by(filed_at, limits),
        collect_by(filed_at, limits, in_port=row.in_port),
        row.window_from,
        row.window_to,
        grace=limits.window_grace,
    )
    steps = tuple(told_by(row, step) for step in row.history[1:])
    said = [Said(filed, row.id)]
    if steps:
        said.append(Said(ProgressReported(steps, whole(row), started(steps, limits)), row.id))
    return said


def whole(row: HandInRequest) -> Told:
    return Told(**{name: getattr(row, name) for name in Told.__slots__})


def _progress(case: HandInRequest, wish: ReportProgress, _at: datetime, limits: HandInLimits) -> Sequence[Said]:
    state = case.state
    for step in wish.steps:
        if not may_follow(state, step.state):
            raise Refused(f"{STATE_WORDS[state]}之后不能是{STATE_WORDS[step.state]}")
        state = step.state
    return [Said(ProgressReported(wish.steps, wish.told, started(wish.steps, limits)))]


def _hold(_case: HandInRequest, wish: HoldCollecting, _at: datetime, _limits: HandInLimits) -> Sequence[Said]:
    return [Said(CollectingHeld(wish.reason))]


def _resume(_case: HandInRequest, _wish: ResumeCollecting, at: datetime, limits: HandInLimits) -> Sequence[Said]:
    return [Said(CollectingResumed(at + limits.collect_at_sea))]


_OFFICERS: Answers = {
    AcceptHandIn: _accept,
    RejectHandIn: _reject,
    CancelHandIn: _cancel,
    ReportNoShow: _missed,
    DisputeWeight: _dispute,
    SettleDispute: _settle,
}
_KEEPERS: Answers = {
    ReportFiled: lambda *_: (),
    ReportProgress: _progress,
    HoldCollecting: _hold,
    ResumeCollecting: _resume,
}

STREAM = Stream(
    name=NAME,
    prefix=PREFIX,
    topic=TOPIC,
    case=HandInRequest,
    facts=FACTS,
    wishes=WISHES,
    decide=decide,
    evolve=evolve,
    due=dues,
    expire=expire,
    shown_for=SHOWN_FOR,
)
