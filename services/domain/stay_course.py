"""What may be done with a stay, and by whom: the stream of check-ins and check-outs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.happening import Due
from services.domain.let_room import TOPIC, LetRoom, place_of
from services.domain.masked import mask_name
from services.domain.officer import Officer, Role
from services.domain.rental_terms import RentalTerms, terms_in
from services.domain.roles import DUTY_UP, READERS
from services.domain.stay import (
    MOST_GUESTS,
    NAME,
    CheckedIn,
    CheckedOut,
    CheckIn,
    CheckOut,
    Guest,
    LeaseMoved,
    LeavePassed,
    MoveLease,
    Stay,
    StayState,
)
from services.domain.timebase import SHANGHAI

CLERKS = DUTY_UP | {Role.POLICE_ROOM, Role.COMMUNITY_CADRE, Role.GRID_WORKER, Role.ENGINE}
_EARLIEST = timedelta(days=365)  # an entry further back is a typing error


def require_clerk(officer: Officer) -> None:
    """Who keeps the books of lets: desk, police room, community, grid; the engine for landlords' own reports."""
    if officer.role not in CLERKS:
        raise Refused(READERS.get(officer.role, "须社区或值班人员"))


def room_of(dwelling_id: str, world: World) -> LetRoom:
    rooms: Sequence[LetRoom] = world.topic(TOPIC)
    found = next((room for room in rooms if room.dwelling_id == dwelling_id), None)
    if found is None:
        raise Refused("不在出租房名册，先登记出租")
    return found


def decide(stay: Stay | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    require_clerk(officer)
    if isinstance(wish, CheckIn):
        return [Said(_checked_in(wish, at, world))]
    if stay is None or not stay.is_open:
        raise Refused("已退房，不能再改")
    match wish:
        case CheckOut(left_at=left_at, text=text):
            if not stay.entered_at <= left_at <= at:
                raise Refused("退房时间须在入住之后、现在之前")
            late = stay.leave_by is not None and at > stay.leave_by
            return [Said(CheckedOut(left_at, late, text.strip()))]
        case MoveLease(lease_end=lease_end, reason=reason):
            if not reason.strip():
                raise Refused("请写明续租或改期的原因")
            leave_by = _leave_by(lease_end, terms_in(world))
            if leave_by <= at:
                raise Refused("新的到期日已过")
            return [Said(LeaseMoved(lease_end, leave_by, reason.strip()))]
        case _:
            raise Refused("不认识的入住动作")


def _checked_in(wish: CheckIn, at: datetime, world: World) -> CheckedIn:
    room, terms = room_of(wish.dwelling_id, world), terms_in(world)
    guests = _guests(wish)
    if wish.entered_at > at:
        raise Refused("入住时间晚于现在")
    if at - wish.entered_at > _EARLIEST:
        raise Refused("入住时间早于一年前，请核对")
    if wish.lease_end is not None and wish.lease_end < wish.entered_at.astimezone(SHANGHAI).date():
        raise Refused("租期在入住之前结束，请核对")
    _require_new(wish, guests, world)
    report_by = terms.due(terms.report, wish.entered_at)
    return CheckedIn(
        dwelling_id=room.dwelling_id,
        estate_id=room.estate_id,
        building_id=room.building_id,
        place=place_of(room),
        guests=guests,
        entered_at=wish.entered_at,
        report_by=report_by,
        late=at > report_by,
        lease_end=wish.lease_end,
        leave_by=_leave_by(wish.lease_end, terms) if wish.lease_end else None,
        filed_id=wish.filed_id,
    )


def _guests(wish: CheckIn) -> tuple[Guest, ...]:
    names = [name.strip() for name in wish.guests if name.strip()]
    if not names:
        raise Refused("至少写一名入住人")
    if len(names) > MOST_GUESTS:
        raise Refused(f"一次最多登记 {MOST_GUESTS} 人")
    ids = (*wish.person_ids, *("" for _ in names))
    return tuple(
        Guest(ids[i] or f"第 {i + 1} 人", name if name.endswith("*") else mask_name(name))
        for i, name in enumerate(names)
    )


def _require_new(wish: CheckIn, guests: Sequence[Guest], world: World) -> None:
    cards = {card for card in wish.person_ids if card}
    for other in world.cases(NAME):
        if wish.filed_id and other.filed_id == wish.filed_id:
            raise Refused(f"房东已报的入住 {other.id}")
        here = other.dwelling_id == wish.dwelling_id and other.entered_at == wish.entered_at
        if cards & {guest.person_id for guest in other.guests} or (here and other.guests == tuple(guests)):
            raise Refused(f"已在住 {other.id}，先退房")


def _leave_by(lease_end: date, terms: RentalTerms) -> datetime:
    return terms.due(terms.leave, datetime.combine(lease_end, time(12), SHANGHAI))


def evolve(stay: Stay | None, deed: Deed) -> Stay:
    fact = deed.fact
    if isinstance(fact, CheckedIn):
        return Stay(
            id=deed.case_id,
            version=deed.version,
            state=StayState.IN,
            dwelling_id=fact.dwelling_id,
            estate_id=fact.estate_id,
            building_id=fact.building_id,
            place=fact.place,
            guests=fact.guests,
            entered_at=fact.entered_at,
            recorded_at=deed.at,
            recorded_by="房东报" if deed.role == Role.ENGINE else mask_name(deed.officer_name),
            report_by=fact.report_by,
            late=fact.late,
            lease_end=fact.lease_end,
            leave_by=fact.leave_by,
            filed_id=fact.filed_id,
        )
    assert stay is not None
    changed = replace(stay, version=deed.version)
    match fact:
        case CheckedOut(left_at, late, text):
            return replace(changed, state=StayState.OUT, left_at=left_at, late=stay.late or late, text=text)
        case LeaseMoved(lease_end, leave_by, reason):
            return replace(changed, lease_end=lease_end, leave_by=leave_by, overdue_at=None, text=reason)
        case LeavePassed(leave_by):
            return replace(changed, overdue_at=leave_by)
    raise TypeError(f"no fact of a stay: {fact!r}")


def dues(stay: Stay) -> Sequence[Due]:
    waits = stay.is_open and stay.leave_by is not None and stay.overdue_at is None
    return (Due("leave", stay.leave_by),) if waits and stay.leave_by is not None else ()


def expire(stay: Stay, _what: str, at: datetime) -> Sequence[Said]:
    """Nobody checked out in time: noted once."""
    if not dues(stay) or stay.leave_by is None or stay.leave_by > at:
        return ()
    return [Said(LeavePassed(stay.leave_by))]


STREAM = Stream(
    name=NAME,
    prefix="RZ",
    topic="stays",
    case=Stay,
    facts=(CheckedIn, CheckedOut, LeaseMoved, LeavePassed),
    wishes=(CheckIn, CheckOut, MoveLease),
    decide=decide,
    evolve=evolve,
    due=dues,
    expire=expire,
    shown_for=timedelta(days=30),
)
