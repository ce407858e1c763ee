"""积分账户: one case a boat; every posting, correction and redemption is an entry of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.domain.boats import FishingBoat
from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.masked import mask_name
from services.domain.officer import Officer, Role
from services.domain.points import Entry, Line, Stage, settled
from services.domain.points_case import (
    AccountOpened,
    PlasticSwapped,
    PointsAccount,
    PointsEntered,
    PointsRedeemed,
    PostPoints,
    RedeemPoints,
    SwapPlastic,
)
from services.domain.points_terms import TERMS, TOPIC, Gift, PointsTerms
from services.domain.roles import DUTY_UP, READERS
from services.domain.timebase import local

NAME = "points"
RECENT = 12  # entries an account shows of itself
COUNTER = DUTY_UP | {Role.DISPATCHER, Role.DEPT_LIAISON}  # who may give something for points
MOST_GIFTS = 1000  # of one redemption


def account_id(boat_id: str) -> str:
    return f"JF-{boat_id}"


def decide(account: PointsAccount | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    terms = next(iter(world.topic(TOPIC)), TERMS)
    match wish:
        case PostPoints():
            if officer.role is not Role.ENGINE:
                raise Refused("积分由系统按签收与办结记账")
            return _posted(wish, terms, world)
        case RedeemPoints(boat_id=boat_id):
            _require_counter(officer)
            account, opened = _account(account, boat_id, at, world)
            return [*opened, Said(_redeemed(account, wish, terms), account.id)]
        case SwapPlastic(boat_id=boat_id):
            _require_counter(officer)
            account, opened = _account(account, boat_id, at, world)
            return [*opened, Said(_swapped(wish, terms), account.id)]
        case _:
            raise Refused("不认识的积分动作")


def _require_counter(officer: Officer) -> None:
    if officer.role not in COUNTER:
        raise Refused(READERS.get(officer.role, "须调度员或值班员"))


def _account(
    account: PointsAccount | None, boat_id: str, at: datetime, world: World
) -> tuple[PointsAccount, Sequence[Said]]:
    known = account or world.case(NAME, account_id(boat_id))
    if known is not None:
        return known, ()
    boats: Sequence[FishingBoat] = world.topic("boat_register")
    boat = next((one for one in boats if one.id == boat_id), None)
    if boat is None:
        raise Refused("档案中没有这艘船")
    opened = AccountOpened(boat_id, boat.vessel_no, boat.points)
    made = PointsAccount(account_id(boat_id), 0, boat_id, boat.vessel_no, local(at).date(), boat.points)
    return made, [Said(opened, made.id)]


def _posted(wish: PostPoints, terms: PointsTerms, world: World) -> Sequence[Said]:
    claim = wish.claim
    case_id = account_id(claim.boat_id)
    account: PointsAccount | None = world.case(NAME, case_id)
    lines = account.lines if account is not None else ()
    before = account.line(claim.request_id) if account is not None else None
    after = settled(terms, lines, claim)
    if after == before or (before is None and claim.stage is Stage.VOID):
        raise Refused("已记账")
    opened = [] if account is not None else [Said(AccountOpened(claim.boat_id, claim.vessel_no, wish.opening), case_id)]
    entered = PointsEntered(
        after.request_id,
        after.pollutant,
        after.mass_kg,
        after.day,
        after.stage,
        after.entitled,
        after.posted - (before.posted if before is not None else 0),
        _word(before, after),
    )
    return [*opened, Said(entered, case_id)]


def _word(before: Line | None, after: Line) -> str:
    if after.stage is Stage.VOID:
        return "冲销"
    if before is None or before.stage is Stage.VOID:
        return "预发" if after.stage is Stage.SIGNED else "实发"
    return "实发" if after.stage > before.stage and after.entitled == before.entitled else "更正"


def _redeemed(account: PointsAccount, wish: RedeemPoints, terms: PointsTerms) -> PointsRedeemed:
    gift = _gift(terms, wish.gift)
    if not 1 <= wish.quantity <= MOST_GIFTS:
        raise Refused(f"数量须为 1 至 {MOST_GIFTS}")
    need = gift.points * wish.quantity
    if need > account.balance:
        raise Refused(f"积分不足：余额 {account.balance}，需 {need}")
    return PointsRedeemed(gift.id, wish.quantity, need, f"{gift.name} {wish.quantity} {gift.unit}")


def _swapped(wish: SwapPlastic, terms: PointsTerms) -> PlasticSwapped:
    gift = _gift(terms, wish.gift)
    if not gift.plastic_kg:
        raise Refused(f"{gift.name}不接受塑料换取")
    quantity = wish.plastic_kg // gift.plastic_kg
    if quantity < 1:
        raise Refused(f"塑料不足：{gift.name}每{gift.unit}需 {gift.plastic_kg} kg")
    if quantity > MOST_GIFTS:
        raise Refused(f"数量须为 1 至 {MOST_GIFTS}")
    told = f"塑料 {wish.plastic_kg} kg 换{gift.name} {quantity} {gift.unit}"
    return PlasticSwapped(gift.id, quantity, wish.plastic_kg, told)


def _gift(terms: PointsTerms, gift_id: str) -> Gift:
    gift = terms.gift(gift_id)
    if gift is None:
        raise Refused("没有这种兑换")
    return gift


def evolve(account: PointsAccount | None, deed: Deed) -> PointsAccount:
    if isinstance(deed.fact, AccountOpened):
        fact = deed.fact
        about = (deed.case_id, deed.version, fact.boat_id, fact.vessel_no)
        opened = PointsAccount(*about, local(deed.at).date(), fact.points)
        return _noted(opened, deed, "期初", fact.points, "渔船档案")
    assert account is not None
    changed = replace(account, version=deed.version)
    match deed.fact:
        case PointsEntered() as fact:
            rest = tuple(line for line in account.lines if line.request_id != fact.request_id)
            old = account.line(fact.request_id)
            posted = fact.points + (old.posted if old is not None else 0)
            line = Line(
                fact.request_id, fact.pollutant, fact.mass_kg, fact.day, fact.stage, fact.entitled, posted
            )  # fmt: skip
            changed = replace(changed, lines=(*rest, line), issued=account.issued + fact.points)
            return _noted(changed, deed, fact.text, fact.points, fact.request_id)
        case PointsRedeemed(points=points, text=text):
            changed = replace(changed, redeemed=account.redeemed + points)
            return _noted(changed, deed, "兑换", -points, text)
        case PlasticSwapped(plastic_kg=plastic_kg, text=text):
            changed = replace(changed, plastic_kg=account.plastic_kg + plastic_kg, swaps=account.swaps + 1)
            return _noted(changed, deed, "换物", 0, text)
    raise TypeError(f"no fact of an account: {deed.fact!r}")


def _noted(account: PointsAccount, deed: Deed, word: str, points: int, about: str) -> PointsAccount:
    by = "" if deed.role == Role.ENGINE else mask_name(deed.officer_name)
    entry = Entry(deed.at, account.vessel_no, word, points, about, by)
    return replace(account, recent=(entry, *account.recent)[:RECENT])


STREAM = Stream(
    name=NAME,
    prefix="JF",
    topic="points_accounts",
    case=PointsAccount,
    facts=(AccountOpened, PointsEntered, PointsRedeemed, PlasticSwapped),
    wishes=(PostPoints, RedeemPoints, SwapPlastic),
    decide=decide,
    evolve=evolve,
)
