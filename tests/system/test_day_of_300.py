"""Noon of the large day: three hundred hand-ins, twenty vessels, and 渔清 07 breaks down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.domain.boats import WAITING_FOR_VESSEL, HandInState
from services.domain.dispatch_plan import ConfirmPlan, OfferKind, PlanOffer
from services.domain.hand_in_case import MOVABLE
from services.domain.plan_ask_case import AskReplan
from services.domain.timebase import SHANGHAI
from services.store.store import Store
from tests.system.day_at_sea import DayAtSea
from tests.system.test_kill import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240), pytest.mark.allows_logs]

START = datetime(2026, 11, 21, 11, 50, tzinfo=SHANGHAI)
MINUTE = timedelta(minutes=1)
BROKEN = "渔清 07"


def offers(day: DayAtSea, why: str) -> dict[OfferKind, PlanOffer]:
    return {one.kind: one for one in day.topic("plan_offers") if one.why == why and not one.refusal}


def planned(day: DayAtSea, why: str) -> dict[OfferKind, PlanOffer]:
    """What the planner offers once it was asked; the best comes last."""
    plan = day.plan()
    day.wish(AskReplan(why=why, expected_version=0))
    found = day.wait_for(lambda: OfferKind.BEST in offers(day, why) and offers(day, why), f"a plan: {why}")
    assert plan == day.plan()  # nothing is applied by itself
    return found


def confirm(day: DayAtSea, offer: PlanOffer) -> None:
    day.wish(ConfirmPlan(offer_id=offer.id, expected_version=offer.base_version))


def vessel_of(day: DayAtSea) -> Mapping[str, str]:
    plan = day.plan()
    assert plan is not None
    return {ident: route.vessel_name for route in plan.routes for ident in route.request_ids}


def test_that_a_vessel_lost_at_noon_is_told_and_its_hand_ins_go_to_others_while_the_rest_stay(
    sqlite_store: Store, tmp_path: Path
) -> None:
    with DayAtSea(sqlite_store, tmp_path, START, free_port, every_min=10_000, day="300") as day:
        day.wait_for(lambda: day.topic("sea_ways") and not day.topic("sea_ways")[0].straight, "ways over water")
        accepted = WAITING_FOR_VESSEL - {HandInState.FILED}
        waiting = {one.id: one.state for one in day.topic("hand_in_requests") if one.state in accepted}
        best = planned(day, "早间计划")[OfferKind.BEST]
        assert best.cost <= best.greedy_cost
        told = {ident for route in best.routes for ident in route.request_ids} | {
            one.request_id for one in best.unserved
        }
        assert {ident: state for ident, state in waiting.items() if ident not in told} == {}
        assert len(waiting) > 50
        assert all(one.text for one in best.unserved)
        confirm(day, best)
        before = vessel_of(day)
        theirs = {ident for ident, vessel in before.items() if vessel == BROKEN}
        assert theirs

        day.turn(5 * MINUTE, lambda: any(BROKEN in one.suggestion for one in day.topic("execution")))
        assert day.clock.moment - START <= 35 * MINUTE
        found = planned(day, f"{BROKEN} 失联")
        taken = found.get(OfferKind.FEW, found[OfferKind.BEST])
        confirm(day, taken)
        after = vessel_of(day)
        left = {one.request_id for one in taken.unserved}  # said with the reason why nobody can come
        waits = {one.id for one in day.topic("hand_in_requests") if one.state in MOVABLE} - left
        assert {ident: after.get(ident) for ident in theirs & waits if after.get(ident) in (None, BROKEN)} == {}
        others = [ident for ident in before.keys() & after.keys() if ident not in theirs]
        moved = [ident for ident in others if before[ident] != after[ident]]
        assert len(moved) <= 0.1 * len(others) + 1
        day.turn(5 * MINUTE, lambda: day.clock.moment >= START + 60 * MINUTE)
