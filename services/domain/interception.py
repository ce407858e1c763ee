"""拦截: an order to meet a vehicle at its next checkpoint, and what came of it. Stream ``interception``.

One order an alert and one a unit at a time: of two officers who order at once, one wins. A red one
waits for a second person. What was missed goes back to the alert, which is free for the next window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.domain.alert import Alert
from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.happening import Due, Happening, HappeningKind
from services.domain.interception_case import (
    AcceptInterception,
    ConfirmInterception,
    FeedbackPassed,
    FollowedOnly,
    FollowOnly,
    Intercepted,
    Interception,
    InterceptionAccepted,
    InterceptionConfirmed,
    InterceptionLapsed,
    InterceptionMissed,
    InterceptionOrdered,
    InterceptionWithdrawn,
    OrderInterception,
    OrderState,
    ReportIntercepted,
    ReportMissed,
    WithdrawInterception,
)
from services.domain.interception_orders import (
    NAME,
    confirmed,
    followed,
    needed,
    ordered,
    require_orderer,
    require_road,
)
from services.domain.masked import mask_name
from services.domain.officer import Officer

LATE_AFTER = timedelta(minutes=1)  # noted later than this after its moment: the collector was down


# ------------------------------------------------------------------------------------------- decide


def decide(case: Interception | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if isinstance(wish, OrderInterception):
        return [Said(ordered(wish, officer, at, world))]
    if isinstance(wish, FollowOnly) and case is None:
        return [Said(followed(wish, officer, world))]
    if case is None or not case.is_open:
        raise Refused("此令已了结")
    match wish:
        case ConfirmInterception():
            return [Said(confirmed(case, officer, at, world))]
        case AcceptInterception():
            require_road(case, officer)
            if case.state is OrderState.ACCEPTED:
                raise Refused("单位已受令")
            return [Said(InterceptionAccepted(case.line))]
        case ReportIntercepted(text=text):
            require_road(case, officer)
            return [Said(Intercepted(case.line, text.strip()))]
        case ReportMissed(reason=reason):
            require_road(case, officer)
            return [Said(InterceptionMissed(case.line, needed(reason, "请写明为何错过")))]
        case FollowOnly(reason=reason):
            require_orderer(officer)
            return [Said(FollowedOnly(case.line, case.alert_id, needed(reason, "请写明为何不拦")))]
        case WithdrawInterception(reason=reason):
            require_orderer(officer)
            return [Said(InterceptionWithdrawn(case.line, needed(reason, "请写明为何撤令")))]
        case _:
            raise Refused("不认识的拦截动作")


# ------------------------------------------------------------------------------------------- evolve


def evolve(case: Interception | None, deed: Deed) -> Interception:
    fact = deed.fact
    if isinstance(fact, InterceptionOrdered):
        return _begun(fact, deed)
    if isinstance(fact, FollowedOnly) and case is None:
        by = mask_name(deed.officer_name)
        begun = Interception(
            deed.case_id, deed.version, OrderState.FOLLOWING, fact.alert_id, deed.at, by, deed.officer_id
        )
        return replace(begun, ended_at=deed.at, text=fact.reason)
    assert case is not None
    changed = replace(case, version=deed.version)
    match fact:
        case InterceptionConfirmed(feedback_by=feedback_by):
            by = mask_name(deed.officer_name)
            given = replace(changed, state=OrderState.ORDERED, confirmed_by=by)
            return replace(given, ordered_at=deed.at, feedback_by=feedback_by)
        case InterceptionAccepted():
            return replace(changed, state=OrderState.ACCEPTED, accepted_at=deed.at)
        case Intercepted(text=text):
            return _ended(changed, OrderState.INTERCEPTED, deed.at, text)
        case InterceptionMissed(reason=reason):
            return _ended(changed, OrderState.MISSED, deed.at, reason)
        case FollowedOnly(reason=reason):
            return _ended(changed, OrderState.FOLLOWING, deed.at, reason)
        case InterceptionWithdrawn(reason=reason):
            return _ended(changed, OrderState.WITHDRAWN, deed.at, reason)
        case InterceptionLapsed():
            return _ended(changed, OrderState.LAPSED, deed.at, "")
        case FeedbackPassed():
            return replace(changed, overdue_at=deed.at)
    raise TypeError(f"no fact of an interception: {fact!r}")


def _begun(fact: InterceptionOrdered, deed: Deed) -> Interception:
    return Interception(
        id=deed.case_id,
        version=deed.version,
        state=OrderState.ASKED if fact.red else OrderState.ORDERED,
        alert_id=fact.alert_id,
        asked_at=deed.at,
        asked_by=mask_name(deed.officer_name),
        asker_id=deed.officer_id,
        checkpoint_id=fact.checkpoint_id,
        checkpoint_name=fact.checkpoint_name,
        unit_id=fact.unit_id,
        call_sign=fact.call_sign,
        chance=fact.chance,
        p20_at=fact.p20_at,
        p80_at=fact.p80_at,
        unit_s=fact.unit_s,
        red=fact.red,
        confirm_by=fact.confirm_by,
        ordered_at=None if fact.red else deed.at,
        feedback_by=fact.feedback_by,
    )


def _ended(case: Interception, state: OrderState, at: datetime, text: str) -> Interception:
    return replace(case, state=state, ended_at=at, text=text)


# --------------------------------------------------------------------------------------------- time


def dues(case: Interception) -> Sequence[Due]:
    """A red one wants its second person, an order its answer from the road."""
    if case.state is OrderState.ASKED and case.confirm_by is not None:
        return (Due("confirm", case.confirm_by),)
    waits = case.is_open and case.overdue_at is None and case.feedback_by is not None
    return (Due("feedback", case.feedback_by),) if waits and case.feedback_by is not None else ()


def expire(case: Interception, what: str, at: datetime) -> Sequence[Said]:
    due = next((one for one in dues(case) if one.what == what and one.due_at <= at), None)
    if due is None:
        return ()
    late = at - due.due_at > LATE_AFTER
    if what == "confirm":
        return [Said(InterceptionLapsed(case.line, due.due_at, late))]
    return [Said(FeedbackPassed(case.line, due.due_at, late))]


# ---------------------------------------------------------------------------------------- timeline

WORDS = {
    InterceptionOrdered: "下令拦截",
    InterceptionConfirmed: "确认拦截",
    InterceptionAccepted: "单位受令",
    Intercepted: "已拦截",
    InterceptionMissed: "拦截错过",
    FollowedOnly: "跟踪不拦",
    InterceptionWithdrawn: "撤令",
    InterceptionLapsed: "拦截令未确认失效",
    FeedbackPassed: "拦截超时未反馈",
}


def note_on(alert: Alert, case: Interception, deed: Deed) -> Happening:
    """Every deed stands in the alert's own timeline as a note."""
    fact = deed.fact
    told = [WORDS[type(fact)], fact.what, getattr(fact, "reason", "") or getattr(fact, "text", "")]
    return Happening(
        HappeningKind.NOTED,
        alert.id,
        alert.version + 1,
        deed.at,
        deed.officer_id,
        deed.officer_name,
        deed.role,
        text=" · ".join(part for part in (*told, case.id) if part),
    )


STREAM = Stream(
    name=NAME,
    prefix="LJ",
    topic="interceptions",
    case=Interception,
    facts=(
        InterceptionOrdered,
        InterceptionConfirmed,
        InterceptionAccepted,
        Intercepted,
        InterceptionMissed,
        FollowedOnly,
        InterceptionWithdrawn,
        InterceptionLapsed,
        FeedbackPassed,
    ),
    wishes=(
        OrderInterception,
        FollowOnly,
        ConfirmInterception,
        AcceptInterception,
        ReportIntercepted,
        ReportMissed,
        WithdrawInterception,
    ),
    decide=decide,
    evolve=evolve,
    due=dues,
    expire=expire,
    moves=note_on,
)
