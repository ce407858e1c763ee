"""What may be done with a check of a let dwelling, and by whom; what of it reaches its alert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.domain.alert import Action, Alert
from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.following import WORKED_ON, by_deed, dispatched, fed_back
from services.domain.guard import refusal
from services.domain.happening import Due, Happening, HappeningKind
from services.domain.let_room import LetRoom, place_of
from services.domain.masked import mask_name
from services.domain.officer import Officer
from services.domain.rectification import RectificationAsked, asking
from services.domain.rental_check import (
    KIND_WORDS,
    NAME,
    CancelCheck,
    CheckCancelled,
    CheckPassed,
    CheckPlanned,
    CheckRecorded,
    PlanCheck,
    RecordCheck,
    RentalCheck,
    State,
)
from services.domain.rental_safety import (
    COLOUR_WORDS,
    FOUND_WORDS,
    colour_of,
    crowding_of,
    dangers_of,
    next_check,
    score_of,
)
from services.domain.rental_terms import ITEMS, RentalTerms, terms_in
from services.domain.stay_course import require_clerk, room_of
from services.domain.timebase import local

RULES = ("R-POP-04", "R-RNT-03", "R-RNT-04", "R-RNT-05")  # alerts a check is the work of
DEPARTMENT = "社区"
FIRE = "消防救援"
_SERIOUS = 2  # from here on a finding has to be put right under a case of its own
_FURTHEST = timedelta(days=120)


def decide(check: RentalCheck | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    require_clerk(officer)
    if isinstance(wish, PlanCheck):
        return [Said(_planned(wish, officer, at, world))]
    if check is None or not check.is_open:
        raise Refused("检查已了结")
    match wish:
        case RecordCheck():
            return _recorded(check, wish, at, world)
        case CancelCheck(reason=reason):
            if not reason.strip():
                raise Refused("请写明取消原因")
            return [Said(CheckCancelled(reason.strip()))]
        case _:
            raise Refused("不认识的检查动作")


def _planned(wish: PlanCheck, officer: Officer, at: datetime, world: World) -> CheckPlanned:
    room, terms = room_of(wish.dwelling_id, world), terms_in(world)
    if other := next((case for case in world.cases(NAME) if case.dwelling_id == room.dwelling_id), None):
        raise Refused(f"已有待办的检查 {other.id}")
    if wish.alert_id:
        _require_fit(world.alert(wish.alert_id), wish.alert_id, officer)
    due_at = wish.due_at or terms.due(terms.crowded if wish.alert_id else terms.verify, at)
    if not at < due_at <= at + _FURTHEST:
        raise Refused(f"时限须晚于现在，且不超过 {_FURTHEST.days} 天")
    return CheckPlanned(
        dwelling_id=room.dwelling_id,
        estate_id=room.estate_id,
        building_id=room.building_id,
        place=place_of(room),
        kind=wish.kind,
        due_at=due_at,
        close_by=terms.due(terms.close, due_at),
        colour_before=room.colour,
        alert_id=wish.alert_id,
    )


def _require_fit(alert: Alert | None, alert_id: str, officer: Officer) -> None:
    if alert is None:
        raise Refused(f"没有编号为 {alert_id} 的预警")
    if alert.rule_id not in RULES:
        raise Refused("本类预警不以租房检查办理")
    if alert.work not in WORKED_ON and (why := refusal(alert, Action.DISPATCH, officer)):
        raise Refused(why)


def _recorded(check: RentalCheck, wish: RecordCheck, at: datetime, world: World) -> Sequence[Said]:
    room, terms = room_of(check.dwelling_id, world), terms_in(world)
    if not 0 <= wish.persons <= 99:
        raise Refused("人数须为 0 至 99")
    found = dict(wish.found)
    if wish.persons:
        crowded = crowding_of(wish.persons, room.rooms, room.area_m2, terms)
        found["crowding"] = max(found.get("crowding", 0), crowded)
    try:
        score, colour = score_of(found, terms), colour_of(found, terms)
    except ValueError as why:
        raise Refused(str(why)) from None
    dangers = (*dangers_of(found), *(danger.strip() for danger in wish.dangers if danger.strip()))
    recorded = CheckRecorded(
        found=found,
        score=score,
        colour=colour,
        persons=wish.persons,
        dangers=dangers,
        text=wish.text.strip(),
        next_due=next_check(colour, at, terms),
        close_by=terms.due(terms.close, at),
    )
    return [Said(recorded), *_to_put_right(room, found, wish.dangers, at, world, terms)]


def _to_put_right(
    room: LetRoom, found: Mapping[str, int], said: Sequence[str], at: datetime, world: World, terms: RentalTerms
) -> list[Said]:
    """A case of rectification for each part found serious, and for each danger told in words."""
    serious = {key: grade for key, grade in found.items() if grade >= _SERIOUS}
    dangers = [(key, f"{ITEMS[key]} {FOUND_WORDS[grade]}") for key, grade in serious.items()]
    dangers += [(f"words{i}", words.strip()) for i, words in enumerate(said) if words.strip()]
    asked: list[Said] = []
    for key, words in dangers:
        fact = RectificationAsked(
            source=NAME,
            place=place_of(room),
            danger=words,
            department=FIRE if key in ("escape", "ebike") else DEPARTMENT,
            due_at=next_check(colour_of(found, terms), at, terms),
            matter=f"{room.dwelling_id}/{key}",
            estate_id=room.estate_id,
        )
        asked += asking(world, fact)
    return asked


def evolve(check: RentalCheck | None, deed: Deed) -> RentalCheck:
    fact = deed.fact
    if isinstance(fact, CheckPlanned):
        return RentalCheck(
            id=deed.case_id,
            version=deed.version,
            state=State.PLANNED,
            dwelling_id=fact.dwelling_id,
            estate_id=fact.estate_id,
            building_id=fact.building_id,
            place=fact.place,
            kind=fact.kind,
            due_at=fact.due_at,
            colour_before=fact.colour_before,
            planned_at=deed.at,
            planned_by=mask_name(deed.officer_name),
            alert_id=fact.alert_id,
        )
    assert check is not None
    changed = replace(check, version=deed.version)
    match fact:
        case CheckRecorded():
            return replace(
                changed,
                state=State.DONE,
                found=fact.found,
                score=fact.score,
                colour=fact.colour,
                persons=fact.persons,
                dangers=fact.dangers,
                text=fact.text,
                done_at=deed.at,
                done_by=mask_name(deed.officer_name),
                next_due=fact.next_due,
            )
        case CheckPassed(due_at):
            return replace(changed, overdue_at=due_at)
        case CheckCancelled(reason):
            return replace(changed, state=State.CANCELLED, text=reason, done_at=deed.at)
    raise TypeError(f"no fact of a check: {fact!r}")


def dues(check: RentalCheck) -> Sequence[Due]:
    return (Due("check", check.due_at),) if check.is_open and check.overdue_at is None else ()


def expire(check: RentalCheck, _what: str, at: datetime) -> Sequence[Said]:
    if not dues(check) or check.due_at > at:
        return ()
    return [Said(CheckPassed(check.due_at))]


def moves(alert: Alert, check: RentalCheck, deed: Deed) -> Happening | None:
    match deed.fact:
        case CheckPlanned() as fact:
            task = f"{KIND_WORDS[fact.kind]} {check.id}，{local(fact.due_at):%m-%d} 前"
            return dispatched(alert, deed, alert.department or DEPARTMENT, task, fact.due_at, fact.close_by)
        case CheckRecorded() as fact:
            said = (f"安全码{COLOUR_WORDS[fact.colour]}", f"{fact.score} 分", "、".join(fact.dangers), fact.text)
            text = " · ".join(part for part in said if part)
            if alert.work in WORKED_ON:
                return fed_back(alert, deed, text, fact.close_by)
            return by_deed(HappeningKind.NOTED, alert, deed, text=text) if alert.is_open else None
        case CheckCancelled(reason):
            text = f"检查 {check.id} 取消：{reason}"
            return by_deed(HappeningKind.NOTED, alert, deed, text=text) if alert.is_open else None
        case _:
            return None


STREAM = Stream(
    name=NAME,
    prefix="JC",
    topic="rental_checks",
    case=RentalCheck,
    facts=(CheckPlanned, CheckRecorded, CheckPassed, CheckCancelled),
    wishes=(PlanCheck, RecordCheck, CancelCheck),
    decide=decide,
    evolve=evolve,
    due=dues,
    expire=expire,
    shown_for=timedelta(days=100),
    moves=moves,
)
