"""What may happen to an order: who may ask for what in which state, what the log then comes to.

Two people make an order, a third may be asked: the applicant never approves, and of the approvals a
share drawn by lot goes before the security administrator. Only time and people end it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from services.domain.alert import AlertLevel
from services.domain.control_rules import TOPIC, ControlRules, rules_in
from services.domain.deed import Refused, Said, Stream, World
from services.domain.happening import Due
from services.domain.officer import Officer, Role
from services.domain.plate_pattern import NotOnePlate, one_plate
from services.domain.watch_order import NAME, POLICE, STATE_WORDS, WatchOrder, WatchState, as_seen_by
from services.domain.watch_order_fold import evolve
from services.domain.watch_order_refusal import REASON_LEAST, VAGUE, refusal
from services.domain.watch_order_steps import (
    ApplyWatch,
    ApproveWatch,
    AskExtension,
    ConfirmSpot,
    ExtensionApproved,
    ExtensionAsked,
    ExtensionRejected,
    NoteHit,
    RejectWatch,
    RevokeSpot,
    SpotConfirmed,
    SpotRevoked,
    WatchApplied,
    WatchApproved,
    WatchExpired,
    WatchHit,
    WatchLapsed,
    WatchRejected,
    WatchWithdrawn,
    WithdrawWatch,
)
from services.domain.watchlist import KIND_WORDS, WatchKind

LEVELS = frozenset({AlertLevel.RED, AlertLevel.ORANGE})
LAPSE, EXPIRE = "lapse", "expire"


def decide(order: Any | None, wish: Any, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    """Raises Refused with the sentence for the screen."""
    why = refusal(order, type(wish), officer)
    if why:
        raise Refused(why)
    rules = rules_in(world.topic(TOPIC))
    if isinstance(wish, ApplyWatch):
        return [Said(_applied(wish, officer, at, world, rules))]
    assert isinstance(order, WatchOrder)
    _require_in_scope(order, officer)
    match wish:
        case ApproveWatch():
            return [Said(_approved(order, wish.note.strip(), at, rules))]
        case RejectWatch():
            rejected = WatchRejected if order.state is WatchState.APPLIED else ExtensionRejected
            return [Said(rejected(_told(wish.reason, "请写明驳回理由")))]
        case AskExtension():
            return [Said(_extension(order, wish, at, rules))]
        case WithdrawWatch():
            return [Said(WatchWithdrawn(_told(wish.reason, "请写明撤控理由")))]
        case ConfirmSpot():
            return [Said(SpotConfirmed(wish.note.strip()))]
        case RevokeSpot():
            return [Said(SpotRevoked(_told(wish.reason, "请写明撤销理由")))]
        case NoteHit():
            return _hit(order, wish)
        case _:
            raise Refused("不认识的布控动作")


def _require_in_scope(order: WatchOrder, officer: Officer) -> None:
    """A liaison acts on the orders of his own department; the police on those of the police."""
    unit = _unit_of(officer)
    if unit and not (unit == order.unit or (unit.startswith(POLICE) and order.unit.startswith(POLICE))):
        raise Refused("不是本单位的布控单")


def _unit_of(officer: Officer) -> str:
    """The unit an officer speaks for; empty: any, because he enters what a unit asked the duty room for."""
    if officer.role is Role.POLICE_ROOM:
        return POLICE
    return officer.department if officer.role is Role.DEPT_LIAISON else ""


def _applied(wish: ApplyWatch, officer: Officer, at: datetime, world: World, rules: ControlRules) -> WatchApplied:
    try:
        plate = one_plate(wish.plate_no)
    except NotOnePlate as why:
        raise Refused(str(why)) from why
    reason = wish.reason.strip()
    if reason in VAGUE:
        raise Refused(f"“{reason}”不是布控事由，请写明事实")
    if len(reason) < REASON_LEAST:
        raise Refused(f"布控事由至少 {REASON_LEAST} 个字")
    grounds = rules.laws if wish.kind is WatchKind.VEHICLES else rules.grounds
    if wish.legal_basis not in grounds:
        raise Refused("须从清单中选定法律依据" if wish.kind is WatchKind.VEHICLES else "须从清单中选定依据")
    if wish.kind is WatchKind.VEHICLES and wish.level not in LEVELS:
        raise Refused("布控级别为红或橙")
    days = wish.days or rules.days
    if not 1 <= days <= rules.most_days:
        raise Refused(f"布控须有期限：1 至 {rules.most_days} 天")
    unit = _unit(wish, officer, rules)
    _require_known_places(wish, world)
    _require_first(wish.kind, plate, unit, world)
    if wish.alert_id and world.alert(wish.alert_id) is None:
        raise Refused(f"没有编号为 {wish.alert_id} 的预警")
    lapses_at = at + timedelta(hours=rules.lapse_hours)
    level = wish.level if wish.kind is WatchKind.VEHICLES else AlertLevel.BLUE
    return WatchApplied(
        wish.kind, plate, reason, wish.legal_basis, level, wish.checkpoint_ids, days, unit, wish.alert_id, lapses_at
    )


def _unit(wish: ApplyWatch, officer: Officer, rules: ControlRules) -> str:
    own = _unit_of(officer)
    if officer.role is Role.DEPT_LIAISON and not own:
        raise Refused("联络员账号没有部门")
    if own and wish.unit not in ("", own):
        raise Refused(f"只能以 {own} 的名义申请")
    unit = own or wish.unit
    if unit not in rules.units and not own:
        raise Refused("须选定提出布控的单位")
    return unit


def _require_known_places(wish: ApplyWatch, world: World) -> None:
    known = {place.id for place in world.topic("checkpoint_places")}
    unknown = [place for place in wish.checkpoint_ids if known and place not in known]
    if unknown:
        raise Refused(f"卡口目录里没有 {unknown[0]}")


def _require_first(kind: WatchKind, plate: str, unit: str, world: World) -> None:
    for other in world.cases(NAME):
        if (other.kind, other.plate_no, other.unit) == (kind, plate, unit):
            raise Refused(f"该号牌已有 {KIND_WORDS[kind]} {other.id}（{STATE_WORDS[other.state]}）")


def _approved(order: WatchOrder, note: str, at: datetime, rules: ControlRules) -> WatchApproved | ExtensionApproved:
    spot = at + timedelta(hours=rules.spot_hours) if drawn(order, at, rules.spot_share) else None
    if order.state is WatchState.APPLIED:
        return WatchApproved(at, at + timedelta(days=order.days), spot, note)
    assert order.extension is not None and order.valid_until is not None
    return ExtensionApproved(order.valid_until + timedelta(days=order.extension.days), spot, note)


def drawn(order: WatchOrder, at: datetime, share: float) -> bool:
    """By lot: by the order's number and the moment of the approval, which nobody chooses to the microsecond."""
    lot = hashlib.sha256(f"{order.id}|{order.version}|{at.isoformat()}".encode()).digest()
    return int.from_bytes(lot[:8], "big") < share * 2**64


def _extension(order: WatchOrder, wish: AskExtension, at: datetime, rules: ControlRules) -> ExtensionAsked:
    assert order.valid_until is not None
    reason = _told(wish.reason, "请写明延期理由")
    until = order.valid_until + timedelta(days=wish.days)
    if wish.days < 1 or until > at + timedelta(days=rules.most_days):
        raise Refused(f"延期后自今日起不得超过 {rules.most_days} 天")
    return ExtensionAsked(wish.days, reason)


def _hit(order: WatchOrder, wish: NoteHit) -> Sequence[Said]:
    if order.noted(wish.passage_id):
        raise Refused("已记入")
    ends = order.ended_at or order.valid_until
    if order.valid_from is None or ends is None or not order.valid_from <= wish.passed_at < ends:
        raise Refused("不在布控期内")
    return [Said(WatchHit(wish.alert_id, wish.passage_id, wish.checkpoint_id, wish.checkpoint_name, wish.passed_at))]


def _told(words: str, otherwise: str) -> str:
    if len(words.strip()) < REASON_LEAST:
        raise Refused(f"{otherwise}，至少 {REASON_LEAST} 个字")
    return words.strip()


def dues(order: WatchOrder) -> Sequence[Due]:
    if order.state is WatchState.APPLIED:
        return (Due(LAPSE, order.lapses_at),)
    if order.is_active and order.valid_until is not None:
        return (Due(EXPIRE, order.valid_until),)
    return ()


def expire(order: WatchOrder, what: str, at: datetime) -> Sequence[Said]:
    """Its time is up: noted once, whatever is still asked about it."""
    due = next((due for due in dues(order) if due.what == what), None)
    if due is None or due.due_at > at:
        return ()
    return [Said(WatchLapsed(due.due_at) if what == LAPSE else WatchExpired(due.due_at))]


STREAM = Stream(
    name=NAME,
    prefix="BK",
    topic="watch_orders",
    case=WatchOrder,
    facts=(
        WatchApplied,
        WatchApproved,
        WatchRejected,
        WatchLapsed,
        WatchWithdrawn,
        WatchExpired,
        ExtensionAsked,
        ExtensionApproved,
        ExtensionRejected,
        SpotConfirmed,
        SpotRevoked,
        WatchHit,
    ),
    wishes=(
        ApplyWatch,
        ApproveWatch,
        RejectWatch,
        AskExtension,
        WithdrawWatch,
        ConfirmSpot,
        RevokeSpot,
        NoteHit,
    ),
    decide=decide,
    evolve=evolve,
    due=dues,
    expire=expire,
    seen_by=as_seen_by,
    shown_for=timedelta(days=7),
)
