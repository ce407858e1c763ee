"""交接班: the sheet is prepared, read line by line by the next crew, and signed by two people.

Nothing is handed over while a red alert is unsigned, and no line can be accepted as it was: each
acceptance names the mark that was read, and the store works the sheet out anew inside its own
transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.duty_sheet import Line, Section, Sheet, sheet
from services.domain.handover_case import (
    Acceptance,
    AcceptLine,
    Handover,
    HandoverDone,
    HandoverPrepared,
    HandoverSigned,
    HandoverWithdrawn,
    LineAccepted,
    PrepareHandover,
    Signature,
    SignHandover,
    State,
    WithdrawHandover,
)
from services.domain.masked import mask_name
from services.domain.officer import Officer, Role
from services.domain.roster import ROSTER, DutyShift, current, shift_before, shifts_from
from services.domain.timebase import local

AT_DESK = (Role.DUTY, Role.SHIFT_LEAD)


class Standing(StrEnum):
    """Where a line of the sheet stands between the crews."""

    WAITING = "waiting"  # 待接收
    ACCEPTED = "accepted"  # 已接收
    CHANGED = "changed"  # 已变化: must be read again
    NEW = "new"  # 新增 since the sheet was prepared


STANDING_WORDS = {
    Standing.WAITING: "待接收",
    Standing.ACCEPTED: "已接收",
    Standing.CHANGED: "已变化",
    Standing.NEW: "新增",
}


@dataclass(frozen=True, slots=True)
class Stand:
    section: Section
    line: Line
    standing: Standing
    acceptance: Acceptance | None = None


def stands(handover: Handover, fresh: Sheet) -> tuple[Stand, ...]:
    """Every line that is to be accepted now. What was settled meanwhile is no longer among them."""
    prepared = {line.subject_line: line for _, line in handover.sheet.to_accept()}
    return tuple(_stand(handover, prepared, section, line) for section, line in fresh.to_accept())


def _stand(handover: Handover, prepared: dict[str, Line], section: Section, line: Line) -> Stand:
    taken = handover.acceptance(line.id)
    if taken is not None and taken.mark == line.mark:
        return Stand(section, line, Standing.ACCEPTED, taken)
    before = prepared.get(line.subject_line)
    if before is None:
        return Stand(section, line, Standing.CHANGED if taken else Standing.NEW, taken)
    same = taken is None and (before.id, before.mark) == (line.id, line.mark)
    return Stand(section, line, Standing.WAITING if same else Standing.CHANGED, taken)


def remaining(handover: Handover, fresh: Sheet) -> tuple[Stand, ...]:
    return tuple(stand for stand in stands(handover, fresh) if stand.standing is not Standing.ACCEPTED)


def crews(shifts: Sequence[DutyShift], done: Sequence[str], now: datetime) -> tuple[DutyShift, DutyShift]:
    """Who hands over to whom at ``now``. ``done`` are the ids of shifts handed over already: within
    its time of grace the last shift is still the one to leave. Without a roster the usual hours count."""
    this = current(shifts, now)
    if this is None:
        hours = ROSTER.hours
        first, *_ = shifts_from(hours, now, 1)
        plain = (shift_before(hours, first), *shifts_from(hours, now, 2))
        shifts = [ROSTER.manned(shift) for shift in plain]
        this = shifts[1]
    last = next((shift for shift in shifts if shift.ends_at == this.starts_at), None)
    if last is not None and last.id not in done and now < last.lapses_at:
        return last, this
    return this, next((shift for shift in shifts if shift.starts_at == this.ends_at), this)


def too_early(shift: DutyShift, now: datetime) -> str:
    """Why it cannot begin yet; empty when it can."""
    return f"最早 {local(shift.opens_at):%H:%M} 交接" if now < shift.opens_at else ""


def red_refusal(sheet_now: Sheet) -> str:
    count = sheet_now.red_unsigned
    return f"有 {count} 条红色预警未签收，不能交接" if count else ""


# -------------------------------------------------------------------------------------- decisions


def decide(handover: Handover | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if officer.role not in AT_DESK:
        raise Refused("须为值班员或值班长")
    if handover is None:
        if not isinstance(wish, PrepareHandover):
            raise Refused("请先编制交接单")
        return [Said(_prepared(officer, at, world))]
    if not handover.is_open:
        raise Refused("交接已完成" if handover.state is State.DONE else "交接单已撤回")
    match wish:
        case AcceptLine():
            return [Said(_accepted(handover, wish, officer, at, world))]
        case SignHandover(confirmed=confirmed):
            return _signed(handover, officer, at, world, confirmed=confirmed)
        case WithdrawHandover(reason=reason):
            if officer.id != handover.prepared_by and officer.role is not Role.SHIFT_LEAD:
                raise Refused("须由编制人或值班长撤回")
            if not reason.strip():
                raise Refused("请写明撤回原因")
            return [Said(HandoverWithdrawn(reason.strip()))]
        case _:
            raise Refused("交接单已编制")


def fresh_sheet(world: World, at: datetime, shift: DutyShift, next_shift: DutyShift) -> Sheet:
    """The sheet from the store as it is inside the transaction."""
    return sheet(
        world.open_alerts(),
        world.cases("promise"),
        world.cases("service_window"),
        world.topic("sources"),
        world.cases("duty_log"),
        at,
        shift,
        next_shift,
    )


def _prepared(officer: Officer, at: datetime, world: World) -> HandoverPrepared:
    held = world.topic("handovers")
    if any(one.is_open for one in held):
        raise Refused("交接单已编制，请逐条接收")
    done = [one.sheet.shift.id for one in held if one.state is State.DONE]
    shift, next_shift = crews(world.topic("roster"), done, at)
    if shift.crew and not shift.has(officer.id):
        raise Refused("须由当班人员编制")
    why = too_early(shift, at)
    if why:
        raise Refused(why)
    made = fresh_sheet(world, at, shift, next_shift)
    _require_no_red(made)
    return HandoverPrepared(made)


def _accepted(handover: Handover, wish: AcceptLine, officer: Officer, at: datetime, world: World) -> LineAccepted:
    _require_incoming(handover, officer)
    fresh = fresh_sheet(world, at, handover.sheet.shift, handover.sheet.next_shift)
    line = next((line for _, line in fresh.to_accept() if line.id == wish.line_id), None)
    if line is None:
        raise Refused("此项已了结或已变化，请看最新")
    if line.mark != wish.mark:
        raise Refused("此项已变化，请重新阅读")
    return LineAccepted(line, wish.remark.strip())


def _signed(handover: Handover, officer: Officer, at: datetime, world: World, *, confirmed: bool) -> Sequence[Said]:
    if not confirmed:
        raise Refused("签字须先核对本人密码")
    fresh = fresh_sheet(world, at, handover.sheet.shift, handover.sheet.next_shift)
    _require_no_red(fresh)
    why = too_early(handover.sheet.shift, at)
    if why:
        raise Refused(why)
    left = remaining(handover, fresh)
    if handover.state is State.READING:
        _require_incoming(handover, officer)
        if left:
            raise Refused(f"还有 {len(left)} 项未接收")
        return [Said(HandoverSigned("in"))]
    _require_outgoing(handover, officer)
    if left:
        raise Refused(f"接班签字后又有 {len(left)} 项新增或变化，须接班人先接收")
    head = next(iter(world.topic("chain_head")), None)
    seq, seal = (head.seq, head.hash) if head is not None else (0, "")
    return [Said(HandoverSigned("out")), Said(HandoverDone(fresh, seq, seal))]


def _require_no_red(made: Sheet) -> None:
    why = red_refusal(made)
    if why:
        raise Refused(why)


def _require_incoming(handover: Handover, officer: Officer) -> None:
    if officer.id == handover.prepared_by:
        raise Refused("编制人不能替接班人接收")
    next_shift = handover.sheet.next_shift
    if next_shift.crew and not next_shift.has(officer.id):
        raise Refused("须由接班人员接收")


def _require_outgoing(handover: Handover, officer: Officer) -> None:
    if any(signature.by_id == officer.id for signature in handover.signatures):
        raise Refused("交接双方须为两人")
    if any(one.by_id == officer.id for one in handover.accepted):
        raise Refused("接收人不能替交班人签字")
    shift = handover.sheet.shift
    if shift.crew and not shift.has(officer.id):
        raise Refused("须由交班人员签字")


def evolve(handover: Handover | None, deed: Deed) -> Handover:
    by = mask_name(deed.officer_name)
    if isinstance(deed.fact, HandoverPrepared):
        made = deed.fact.sheet
        return Handover(deed.case_id, deed.version, State.READING, made, deed.officer_id, by, deed.at)
    assert handover is not None
    now = replace(handover, version=deed.version)
    match deed.fact:
        case LineAccepted(line, remark):
            others = tuple(one for one in now.accepted if one.line_id != line.id)
            taken = Acceptance(line.id, line.mark, deed.officer_id, by, deed.at, remark)
            return replace(now, accepted=(*others, taken))
        case HandoverSigned(side):
            signed = Signature(side, deed.officer_id, by, deed.role, deed.at)
            state = State.TAKEN if side == "in" else now.state
            return replace(now, state=state, signatures=(*now.signatures, signed))
        case HandoverDone(made, seq, seal):
            return replace(now, state=State.DONE, sheet=made, done_at=deed.at, chain_seq=seq, chain_hash=seal)
        case HandoverWithdrawn(reason):
            return replace(now, state=State.WITHDRAWN, reason=reason)
    raise TypeError(f"no fact of a hand-over: {deed.fact!r}")


STREAM = Stream(
    name="handover",
    prefix="JJ",
    topic="handovers",
    case=Handover,
    facts=(HandoverPrepared, LineAccepted, HandoverSigned, HandoverDone, HandoverWithdrawn),
    wishes=(PrepareHandover, AcceptLine, SignHandover, WithdrawHandover),
    decide=decide,
    evolve=evolve,
)
