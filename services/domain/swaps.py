"""换班: asked by one, agreed by the other, approved by a shift lead, all in the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.officer import Officer, Role
from services.domain.roster import AGREED, APPROVED, ASKED, CREW_ROLES, DECLINED, DutyShift, Swap

STATE_WORDS = {ASKED: "待对方同意", AGREED: "待值班长批准", APPROVED: "已批准", DECLINED: "未成"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSwap(Wish):
    """The asker wants ``other_id`` to sit in for them in one shift."""

    shift_id: str
    other_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeSwap(Wish):
    """The other agrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveSwap(Wish):
    """A shift lead approves what both want."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineSwap(Wish):
    """The other, a shift lead or the asker ends it."""

    reason: str


@dataclass(frozen=True, slots=True)
class SwapAsked:
    shift_id: str
    shift_name: str
    starts_at: datetime
    other_id: str
    other_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class SwapAgreed:
    pass


@dataclass(frozen=True, slots=True)
class SwapApproved:
    pass


@dataclass(frozen=True, slots=True)
class SwapDeclined:
    reason: str


def decide(swap: Swap | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if swap is None:
        if not isinstance(wish, AskSwap):
            raise Refused("请先提出换班")
        return [Said(_asked(wish, officer, at, world))]
    if not swap.is_open:
        raise Refused(f"换班{STATE_WORDS[swap.state]}，不能再改")
    match wish:
        case AgreeSwap():
            if officer.id != swap.other_id:
                raise Refused("须由替班人本人同意")
            if swap.state != ASKED:
                raise Refused("已同意，待值班长批准")
            return [Said(SwapAgreed())]
        case ApproveSwap():
            return [Said(_approved(swap, officer, at))]
        case DeclineSwap(reason=reason):
            if officer.id not in (swap.asked_by, swap.other_id) and officer.role not in _LEADS:
                raise Refused("须由本人、替班人或值班长撤回")
            if not reason.strip():
                raise Refused("请写明原因")
            return [Said(SwapDeclined(reason.strip()))]
        case _:
            raise Refused("不认识的换班动作")


_LEADS = (Role.SHIFT_LEAD, Role.DUTY_LEADER)


def _asked(wish: AskSwap, officer: Officer, at: datetime, world: World) -> SwapAsked:
    if officer.role not in CREW_ROLES:
        raise Refused("须为值班人员")
    shifts: Sequence[DutyShift] = world.topic("roster")
    place = next((n for n, shift in enumerate(shifts) if shift.id == wish.shift_id), None)
    if place is None:
        raise Refused("值班表七日内没有这个班次")
    shift = shifts[place]
    if at >= shift.starts_at:
        raise Refused("班次已开始，不能再换")
    if not shift.has(officer.id):
        raise Refused("本人不在这个班次")
    if shift.has(wish.other_id):
        raise Refused("对方已在这个班次")
    other = next((person for one in shifts for person in one.crew if person.officer_id == wish.other_id), None)
    if other is None:
        raise Refused("值班表七日内没有替班人")
    mine = next(person for person in shift.crew if person.officer_id == officer.id)
    if other.role is not mine.role:
        raise Refused("替班人须为同一岗位")
    if any(one.has(wish.other_id) for one in (*shifts[max(0, place - 1) : place], *shifts[place + 1 : place + 2])):
        raise Refused("对方将连上两班")
    if not wish.reason.strip():
        raise Refused("请写明原因")
    if any(s.shift_id == shift.id and s.asked_by == officer.id for s in world.cases("roster")):
        raise Refused("这个班次已提出换班")
    return SwapAsked(shift.id, shift.name, shift.starts_at, other.officer_id, other.name, wish.reason.strip())


def _approved(swap: Swap, officer: Officer, at: datetime) -> SwapApproved:
    if officer.role not in _LEADS:
        raise Refused("须值班长批准")
    if officer.id in (swap.asked_by, swap.other_id):
        raise Refused("不能批准自己的换班")
    if swap.state != AGREED:
        raise Refused("对方尚未同意")
    if at >= swap.starts_at:
        raise Refused("班次已开始，不能再换")
    return SwapApproved()


def evolve(swap: Swap | None, deed: Deed) -> Swap:
    fact = deed.fact
    if isinstance(fact, SwapAsked):
        return Swap(
            deed.case_id,
            deed.version,
            ASKED,
            fact.shift_id,
            fact.shift_name,
            fact.starts_at,
            deed.officer_id,
            deed.officer_name,
            fact.other_id,
            fact.other_name,
            fact.reason,
        )
    assert swap is not None
    if isinstance(fact, SwapDeclined):
        return replace(swap, version=deed.version, state=DECLINED, answer=fact.reason)
    return replace(swap, version=deed.version, state=AGREED if isinstance(fact, SwapAgreed) else APPROVED)


STREAM = Stream(
    name="roster",
    prefix="HB",
    topic="swaps",
    case=Swap,
    facts=(SwapAsked, SwapAgreed, SwapApproved, SwapDeclined),
    wishes=(AskSwap, AgreeSwap, ApproveSwap, DeclineSwap),
    decide=decide,
    evolve=evolve,
)
