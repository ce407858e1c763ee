"""Dispatch for real: two desks at one database at once, and the planning process through its death."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.collect.plan_process import RESTING_S, PlanProcess
from services.domain.dispatch_plan import ConfirmPlan, OfferKind
from services.domain.hand_in_case import CancelHandIn
from services.planning.desk_words import Job, JobKind, Told
from services.store.store import Store
from tests.unit.fleet_days import NOW, ONE, TWO, WU, ZHOU, fill, fleet, hand_in, offer, read

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

SEVEN = "SQ-20261121-07"
ROUNDS = 5
OFFICERS = (ZHOU, WU)


def confirming(store: Store, place: int, together: threading.Barrier, versions: list[int]) -> list[str]:
    """One desk: confirms its own offer in each round, at the same moment as the other's. The refusals."""
    said: list[str] = []
    for number in range(ROUNDS):
        together.wait(30)  # the offers of this round are there
        wish = ConfirmPlan(offer_id=f"o{number}-{place}", expected_version=versions[-1])
        said.append(store.perform(wish, OFFICERS[place], NOW).refusal)
        together.wait(30)
    return said


def test_that_of_two_desks_that_confirm_at_once_one_wins_every_time(store: Store, store_url: str) -> None:
    day, versions, owners = fleet(), [0], [""]
    fill(store, day)
    together = threading.Barrier(3)
    with Store.open(store_url) as other, ThreadPoolExecutor(2) as pool:
        desks = [pool.submit(confirming, one, place, together, versions) for place, one in enumerate((store, other))]
        for number in range(ROUNDS):
            state = read(store, day)
            offers = [offer(state, [(SEVEN, ship)], f"o{number}-{place}") for place, ship in enumerate((ONE, TWO))]
            store.put_topic("plan_offers", offers, NOW)
            versions.append(state.base_version)
            together.wait(30)
            together.wait(30)
            after = read(store, day)
            assert after.base_version == state.base_version + 1
            owners.append(next(one.vessel_id for one in after.hand_ins if one.id == SEVEN))
        said = list(zip(*(desk.result(30) for desk in desks), strict=True))
    for (first, second), owner in zip(said, owners[1:], strict=True):
        winner, refusal = (0, second) if not first else (1, first)
        assert [first, second].count("") == 1
        assert refusal.startswith(("周* 14:30", "吴* 14:30")[winner] + " 已先更新：确认少变动")
        assert owner == (ONE, TWO)[winner]


# ------------------------------------------------------------------------------ the planning process


def land(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


@pytest.fixture
def coast(tmp_path: Path) -> Path:
    """One island of five miles between the vessels and 07, and two rocks that say how far the chart goes."""
    lands = [land(121.76, 28.505, 121.86, 28.515), land(121.3, 28.1, 121.31, 28.11), land(122.3, 28.9, 122.31, 28.91)]
    path = tmp_path / "coast.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": lands}), encoding="utf-8")
    return path


@pytest.fixture
def planner(coast: Path, tmp_path: Path) -> Iterator[PlanProcess]:
    clock = {"ahead": 0.0}
    process = PlanProcess(
        (str(coast), str(tmp_path / "water"), "{}"), tmp_path / "planning", lambda: time.monotonic() + clock["ahead"]
    )
    process.skip = lambda seconds: clock.update(ahead=clock["ahead"] + seconds)  # type: ignore[attr-defined]
    yield process
    process.stop()


def answered(process: PlanProcess, job: Job, until: Callable[[Told], Any] = lambda told: told.done) -> list[Told]:
    process.give(job, 60.0)
    found: list[Told] = []
    over = time.monotonic() + 60
    while not any(until(told) for told in found):
        assert time.monotonic() < over, found
        found += process.told()
        threading.Event().wait(0.02)
    return found


def ways_over_water(process: PlanProcess) -> Told:
    """The first answers are estimates; the graph of one island is there at once."""
    for number in range(200):
        told = answered(process, Job(f"ways-{number}", JobKind.WAYS, fleet(), 1.0))[0]
        if told.ways is not None and not told.ways.straight:
            return told
        threading.Event().wait(0.05)
    raise AssertionError("the graph never came")


def children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(one) for one in listed.split()]


def test_that_the_real_process_plans_round_the_island_and_survives_its_own_death(planner: PlanProcess) -> None:
    told = ways_over_water(planner)
    best = next(one for one in told.proposals if one.number == "07" and one.rank == 1)
    assert len(best.route) > 2
    assert best.distance_nm > 3.0  # 1.3 in a straight line

    offers = [one.offer for one in answered(planner, Job("plan-1", JobKind.PLAN, fleet(), 0.8)) if one.offer]
    assert [one.kind for one in offers] == [OfferKind.GREEDY, OfferKind.BEST]
    assert all(one.checked and one.served == 2 and not one.straight for one in offers)
    assert all(len(route.way) > 2 for route in offers[-1].routes if route.stops)

    held = planner._process
    assert held is not None
    solvers = children_of(held.pid)
    assert solvers
    fault = answered_by_dying(planner, held.pid)
    assert fault == "规划进程意外结束，已重新启动"
    over = time.monotonic() + 10
    while any(map(is_running, solvers)) and time.monotonic() < over:
        threading.Event().wait(0.02)
    assert not [pid for pid in solvers if is_running(pid)]

    planner.skip(RESTING_S)  # type: ignore[attr-defined]
    assert planner.is_ready
    again = answered(planner, Job("plan-3", JobKind.PLAN, fleet(), 0.8))
    assert [one.kind for told in again if (one := told.offer)] == [OfferKind.GREEDY, OfferKind.BEST]


def answered_by_dying(process: PlanProcess, pid: int) -> str:
    process.give(Job("plan-2", JobKind.PLAN, fleet(), 30.0), 60.0)
    os.kill(pid, signal.SIGKILL)
    over = time.monotonic() + 30
    found: list[Told] = []
    while not found and time.monotonic() < over:
        found = [told for told in process.told() if told.done]
        threading.Event().wait(0.02)
    return found[0].fault


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_that_a_plan_of_many_hand_ins_made_far_apart_is_refused_when_one_was_cancelled(store: Store) -> None:
    day = fleet(hand_ins=tuple(hand_in(n, 121.80 + n / 500, 28.55, est_t=0.1) for n in range(1, 13)))
    fill(store, day)
    gives = [(one.id, (ONE, TWO)[n % 2]) for n, one in enumerate(day.hand_ins)]
    store.put_topic("plan_offers", [offer(day, gives), replace(offer(day, gives[:5]), id="o2")], NOW)
    gone = read(store, day).hand_in(gives[-1][0])
    assert gone is not None
    wish = CancelHandIn(case_id=gone.id, expected_version=gone.version, reason="船已返航")
    assert store.perform(wish, ZHOU, NOW).done
    assert store.perform(ConfirmPlan(offer_id="o1"), WU, NOW).refusal == "申请 12 已取消，请重排后再确认"
    assert {one.vessel_id for one in read(store, day).hand_ins} == {""}
    assert store.perform(ConfirmPlan(offer_id="o2"), WU, NOW).done
    assert sum(bool(one.vessel_id) for one in read(store, day).hand_ins) == 5
