"""Is a promise kept track of until it is kept, broken or moved, and is nobody's number in the log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.domain import promise as pr
from services.domain.deed import Refused
from services.domain.promise import BreakPromise, KeepPromise, MakePromise, MovePromise, PromiseState
from tests.unit.duty_world import EVENING, WALL, WANG, DutyWorld, alert, minutes

DUE = EVENING + minutes(30)


def make(world: DutyWorld, **fields: Any) -> pr.Promise:
    plain = {"to_whom": "林女士", "what": "回电说明进展", "due_at": DUE}
    return world.do(pr.STREAM, MakePromise(**(plain | fields)), WANG)


def step(case: pr.Promise) -> dict[str, Any]:
    return {"case_id": case.id, "expected_version": case.version}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("林小明 13812345678", "林* 138****5678"),
        ("林女士 0576-88812345", "林女士 057****2345"),
        ("渔业局 值班室", "渔业局 值班室"),
        ("张三", "张*"),
    ],
)
def test_that_only_masks_of_names_and_numbers_reach_the_log(said: str, kept: str) -> None:
    assert make(DutyWorld(), to_whom=said).to_whom == kept


def test_that_a_number_in_what_was_promised_is_masked_too() -> None:
    assert make(DutyWorld(), what="回电 13812345678").what == "回电 138****5678"


def test_that_a_promise_is_kept_broken_or_moved() -> None:
    world = DutyWorld([alert(1)])
    kept = make(world, alert_id="YJ-1122-0001")
    assert world.do(pr.STREAM, KeepPromise(**step(kept), text="已回电"), WANG).state is PromiseState.KEPT
    broken = make(world)
    assert world.do(pr.STREAM, BreakPromise(**step(broken), reason="无人接听"), WANG).text == "无人接听"
    moved = make(world)
    moved = world.do(pr.STREAM, MovePromise(**step(moved), due_at=DUE + minutes(60), reason="等鉴定"), WANG)
    assert (moved.due_at, moved.moved, moved.is_open) == (DUE + minutes(60), 1, True)


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (MakePromise(to_whom="", what="回电", due_at=DUE), "对谁"),
        (MakePromise(to_whom="林女士", what=" ", due_at=DUE), "什么"),
        (MakePromise(to_whom="林女士", what="回电", due_at=EVENING), "晚于现在"),
        (MakePromise(to_whom="林女士", what="回电", due_at=EVENING + timedelta(days=31)), "30 天"),
        (MakePromise(to_whom="林女士", what="回电", due_at=DUE, alert_id="YJ-9"), "没有编号为 YJ-9"),
    ],
)
def test_that_an_incomplete_promise_is_refused(wish: MakePromise, why: str) -> None:
    with pytest.raises(Refused, match=why):
        DutyWorld().do(pr.STREAM, wish, WANG)


def test_that_the_wall_promises_nothing_and_a_settled_promise_stays() -> None:
    world = DutyWorld()
    with pytest.raises(Refused, match="值班或承办"):
        world.do(pr.STREAM, MakePromise(to_whom="林女士", what="回电", due_at=DUE), WALL)
    kept = world.do(pr.STREAM, KeepPromise(**step(make(world))), WANG)
    with pytest.raises(Refused, match="已了结"):
        world.do(pr.STREAM, BreakPromise(**step(kept), reason="x"), WANG)


def test_that_its_moment_passes_once_and_is_marked_late_when_nobody_was_counting() -> None:
    world = DutyWorld()
    case = make(world)
    (passed,) = pr.expire(case, "due", DUE + timedelta(hours=3))
    assert passed.fact == pr.PromisePassed(DUE, late=True)
    case = world.expire(pr.STREAM, case, DUE)
    assert (case.passed_at, case.is_open) == (DUE, True)
    assert pr.dues(case) == ()
    moved = world.do(pr.STREAM, MovePromise(**step(case), due_at=DUE + minutes(60), reason="改约"), WANG, DUE)
    assert [due.due_at for due in pr.dues(moved)] == [DUE + minutes(60)]


def test_that_the_store_lets_the_moment_of_a_promise_pass_once(store: Any) -> None:
    case = store.perform(MakePromise(to_whom="林女士", what="回电", due_at=DUE), WANG, EVENING).case
    store.expire(DUE)
    store.expire(DUE + minutes(1))
    (held,) = store.snapshot("promises", DUE).records
    assert (held.id, held.version, held.passed_at) == (case.id, 2, DUE)
    store.rebuild()
    assert store.snapshot("promises", DUE).records == (held,)
