"""What is said to the platform, against a platform that answers, refuses, is busy or breaks off anywhere."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.collect.viid_out_orders import Dispositions
from services.domain.alert import AlertLevel
from services.domain.platform import Disposition, OurSubscription, Standing
from services.domain.platform_course import Saying, Step, Subject, digest, expired, kept, missing, settled, steps
from services.domain.snapshot import Snapshot
from services.domain.watch_order import WatchKind, WatchOrder, WatchState
from services.sources.viid_client_answer import PlatformError, Told
from services.sources.viid_client_settings import ViidClientSettings

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OURS = ViidClientSettings("http://a", "u", "p", "3" * 20, "http://b", organisation="331002000000")


def order(number: int = 1, state: WatchState = WatchState.ACTIVE, **more: Any) -> WatchOrder:
    plain: dict[str, Any] = {"level": AlertLevel.ORANGE, "checkpoint_ids": (), "days": 30, "unit": "公安"}
    fields = plain | {"valid_from": NOON, "valid_until": NOON + 30 * DAY} | more
    return WatchOrder(
        id=f"BK-261122-{number:03d}",
        version=1,
        state=state,
        kind=WatchKind.VEHICLES,
        plate_no=f"浙J{number:05d}",
        reason="肇事逃逸",
        legal_basis="道路交通安全法",
        alert_id="",
        applied_at=NOON,
        applied_by_id="wang",
        applied_by="王**",
        lapses_at=NOON + DAY,
        **fields,
    )


def row(standing: Standing = Standing.RUNNING, **more: Any) -> Disposition:
    return replace(Disposition("x", "BK-261122-001", standing, NOON + 30 * DAY, NOON, digest(order())), **more)


def said(row: Disposition | None, wanted: bool = True, now: datetime = NOON, doubted: tuple[str, ...] = ()) -> Any:
    found = list(steps([("x", order())] if wanted else [], [row] if row else [], now, doubted))
    return found[0].saying if found else None


def test_that_each_difference_has_its_word_and_agreement_none() -> None:
    assert said(None) is Saying.SET
    assert said(row(Standing.NONE, content="")) is Saying.SET
    assert said(row()) is None
    assert said(row(content="other")) is Saying.CHANGE
    assert said(row(), doubted=("x",)) is Saying.CHANGE
    assert said(row(), wanted=False) is Saying.LIFT
    assert said(row(Standing.NONE, content=""), wanted=False) is Saying.LIFT
    assert said(row(Standing.NONE), wanted=False) is None  # it was refused
    assert said(row(Standing.CANCELLED), wanted=False) is None


def test_that_a_refusal_rests_for_an_hour_or_until_the_order_changes() -> None:
    refused = row(Standing.NONE, error="平台拒绝")
    assert said(refused, now=NOON + HOUR / 2) is None
    assert said(refused, now=NOON + HOUR) is Saying.SET
    assert said(refused, now=NOON - HOUR) is Saying.SET  # a clock that was set back
    assert said(replace(refused, content="before"), now=NOON + HOUR / 2) is Saying.SET


def test_that_a_refused_lifting_still_stands_and_one_never_acknowledged_is_done_with() -> None:
    still = settled(Step(Saying.LIFT, row()), "平台拒绝", NOON)
    assert (still.standing, said(still, wanted=False)) == (Standing.RUNNING, None)
    assert said(still, wanted=False, now=NOON + HOUR) is Saying.LIFT
    never = settled(Step(Saying.LIFT, row(Standing.NONE, content="")), "没有这个布控", NOON)
    assert never.standing is Standing.CANCELLED


def test_that_rows_that_are_over_are_let_go_and_no_other() -> None:
    rows = [row(), row(Standing.CANCELLED), row(Standing.NONE)]
    assert list(kept(rows, NOON + 89 * DAY)) == rows
    assert list(kept(rows, NOON + 91 * DAY)) == rows[:1]


def subscription(standing: Standing, **more: Any) -> OurSubscription:
    return replace(OurSubscription("s", "13", "r", "http://b", standing, NOON, NOON + 30 * DAY, NOON), **more)


def test_that_a_subscription_is_missing_when_it_ends_within_a_day() -> None:
    wanted = [Subject("13", "r", "http://b")]
    assert missing([subscription(Standing.RUNNING)], wanted, NOON) == {}
    assert missing([subscription(Standing.RUNNING)], wanted, NOON + 29.5 * DAY) == {wanted[0]: None}
    begun = subscription(Standing.NONE)
    assert missing([begun], wanted, NOON) == {wanted[0]: begun}
    assert missing([replace(begun, error="拒绝")], wanted, NOON + HOUR / 2) == {}
    assert [each.standing for each in expired([subscription(Standing.RUNNING)], NOON + 31 * DAY)] == [Standing.EXPIRED]


# ---------------------------------------------------------------------- any course of orders and answers


@dataclass
class Papers:
    """The store, as far as dispositions are concerned."""

    orders: dict[int, WatchOrder] = field(default_factory=dict)
    rows: tuple[Disposition, ...] = ()
    seq: int = 0

    def snapshot(self, topic: str, now: datetime) -> Snapshot[Any]:
        return Snapshot(topic, tuple(self.orders.values()) if topic == "watch_orders" else self.rows)

    def put_topic(self, _topic: str, rows: tuple[Disposition, ...], _at: datetime) -> None:
        self.rows = rows

    def changes_since(self, _seq: int) -> tuple[int, frozenset[str]]:
        return 0, frozenset({"watch_orders"})


@dataclass
class Moody:
    """A platform whose next answers are ``fates``; without one it answers."""

    held: dict[str, bool] = field(default_factory=dict)  # id → still watched for
    fates: list[str] = field(default_factory=list)

    def set_dispositions(self, named: Any) -> tuple[Told, ...]:
        return self._many(named, lambda name: name not in self.held)

    def change_dispositions(self, named: Any) -> tuple[Told, ...]:
        return self._many(named, lambda name: name in self.held)

    def lift_disposition(self, name: str, _at: datetime) -> Told:
        return self._do([name], lambda each: each in self.held, False)[0]

    def _many(self, named: Any, may: Any) -> tuple[Told, ...]:
        return self._do([name for name, _ in named], may, True)

    def _do(self, names: list[str], may: Any, watched: bool) -> tuple[Told, ...]:
        fate = self.fates.pop(0) if self.fates else "done"
        if fate == "lost before":
            raise PlatformError("连不上平台")
        if fate == "busy":
            return tuple(Told(name, 2) for name in names)
        told = tuple(Told(name, 0 if may(name) else 4) for name in names)
        self.held |= {each.id: watched for each in told if each.is_good}
        if fate == "lost after":
            raise PlatformError("应答中途断开")
        return told


ACTS = st.one_of(
    st.tuples(st.sampled_from(["begin", "end", "extend"]), st.integers(1, 4)),
    st.tuples(st.just("turn"), st.lists(st.sampled_from(["done", "busy", "lost before", "lost after"]), max_size=4)),
    st.tuples(st.just("die"), st.none()),
)


@settings(max_examples=150)
@given(st.lists(ACTS, max_size=14))
def test_that_whatever_happened_the_platform_holds_what_is_in_force_and_nothing_else(acts: list[Any]) -> None:
    papers, platform, now = Papers(), Moody(), NOON
    speaker = Dispositions(papers, platform, OURS)  # type: ignore[arg-type]
    for act, about in acts:
        now += timedelta(minutes=1)
        if act == "begin" and about not in papers.orders:
            papers.orders[about] = order(about)
        elif act == "end" and about in papers.orders:
            papers.orders[about] = replace(papers.orders[about], state=WatchState.WITHDRAWN)
        elif act == "extend" and about in papers.orders:
            papers.orders[about] = replace(papers.orders[about], valid_until=now + 60 * DAY)
        elif act == "turn":
            platform.fates = list(about)
            turn(speaker, now)
        elif act == "die":
            speaker = Dispositions(papers, platform, OURS)  # type: ignore[arg-type]
    platform.fates = []
    turn(speaker, now + HOUR)
    in_force = {each.id for each in papers.orders.values() if each.is_active}
    running = {each.order_id for each in papers.rows if each.standing is Standing.RUNNING}
    watched = {each.order_id for each in papers.rows if platform.held.get(each.id)}
    assert running == watched == in_force
    assert sum(platform.held.values()) == len(in_force)


def turn(speaker: Dispositions, now: datetime) -> None:
    with suppress(PlatformError):
        speaker.say(now)
