"""The large day on the real parts: 300 hand-ins, 20 vessels, one that breaks down at noon, a dispatcher who
confirms what is offered. One JSON line a plan confirmed and one for the day.

    python -m benchmarks.day [--step-min 5] [--plan-min 15]
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any

from services.domain.boats import HandInRequest, HandInState
from services.domain.dispatch_plan import ConfirmPlan, OfferKind, PlanOffer
from services.domain.plan_ask_case import AskReplan
from services.domain.timebase import SHANGHAI
from services.store.store import Store
from tests.system.day_at_sea import DISPATCHER, DayAtSea
from tests.system.test_kill import free_port

BEGIN, END = (datetime(2026, 11, 21, hour, tzinfo=SHANGHAI) for hour in (5, 22))
MINUTE = timedelta(minutes=1)
WORTH_IT = 0.9  # the best is taken instead of few changes when it costs less than this share of it


class Dispatcher:
    """Asks for a plan, takes the one with few changes unless the best is worth its moves."""

    def __init__(self, day: DayAtSea) -> None:
        self.day = day
        self.confirmed: list[dict[str, Any]] = []
        self.refused = 0

    def plan(self, why: str) -> None:
        began = time.monotonic()
        self.day.wish(AskReplan(why=why))
        offers: dict[OfferKind, PlanOffer] = self.day.wait_for(lambda: self._offered(why), f"a plan: {why}")
        best, few = offers[OfferKind.BEST], offers.get(OfferKind.FEW)
        taken = best if few is None or best.cost < WORTH_IT * few.cost else few
        outcome = self.day.store.perform(
            ConfirmPlan(offer_id=taken.id, expected_version=taken.base_version), DISPATCHER, self.day.clock.now()
        )
        if not outcome.done:  # a vessel has come alongside meanwhile: the next plan knows
            self.refused += 1
            return
        line = {
            "at": f"{self.day.clock.now().astimezone(SHANGHAI):%H:%M}", "why": why, "kind": taken.kind.value,
            "seconds": round(time.monotonic() - began, 1), "served": taken.served, "unserved": len(taken.unserved),
            "late": taken.late, "moved": taken.moved, "of_greedy": round(taken.cost / max(1.0, taken.greedy_cost), 3),
        }  # fmt: skip
        self.confirmed.append(line)
        print(json.dumps(line, ensure_ascii=False), flush=True)

    def _offered(self, why: str) -> dict[OfferKind, PlanOffer] | None:
        found = {one.kind: one for one in self.day.topic("plan_offers") if one.why == why and not one.refusal}
        return found if OfferKind.BEST in found and not any(a.is_open for a in self.day.topic("plan_asks")) else None


def run(step: timedelta, every: timedelta) -> dict[str, Any]:
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(f"sqlite:///{folder}/day.db") as store,
        DayAtSea(store, Path(folder), BEGIN, free_port, every_min=10_000, day="300") as day,
    ):
        dispatcher, planned, suggested = Dispatcher(day), BEGIN - every, set[str]()
        while day.clock.now() < END:
            day.turn(step, partial(_is_past, day, day.clock.now() + step))
            told = {one.vessel_id: one.suggestion for one in day.topic("execution") if "失联" in one.suggestion}
            new = [said for vessel, said in told.items() if vessel not in suggested]
            waits = any(one.is_open and not one.vessel_id for one in day.topic("hand_in_requests"))
            if new or (waits and day.clock.now() - planned >= every):
                planned, suggested = day.clock.now(), suggested | set(told)
                dispatcher.plan(new[0][:24] if new else f"定时 {len(dispatcher.confirmed) + dispatcher.refused + 1}")
        found = [one for one in day.topic("hand_in_requests") if one.filed_at >= BEGIN]
        return summed(found, dispatcher)


def _is_past(day: DayAtSea, moment: datetime) -> bool:
    return day.clock.now() >= moment


def summed(hand_ins: list[HandInRequest], dispatcher: Dispatcher) -> dict[str, Any]:
    met = [(one, at) for one in hand_ins if (at := one.reached(HandInState.ALONGSIDE)) is not None]
    late = [one for one, at in met if one.window_to is not None and at > one.window_to + 20 * MINUTE]
    lost = [line for line in dispatcher.confirmed if "失联" in line["why"]]
    return {
        "filed": len(hand_ins), "collected": sum(one.reached(HandInState.SIGNED) is not None for one in hand_ins),
        "stored": sum(one.reached(HandInState.STORED) is not None for one in hand_ins),
        "still_open": sum(one.is_open and one.reached(HandInState.SIGNED) is None for one in hand_ins),
        "late": len(late), "mean_wait_min": round(fmean((at - one.filed_at) / MINUTE for one, at in met), 1),
        "plans": len(dispatcher.confirmed), "refused": dispatcher.refused,
        "moved_by_the_loss": lost[0]["moved"] if lost else None, "of_then": lost[0]["served"] if lost else None,
        "slowest_plan_s": max(line["seconds"] for line in dispatcher.confirmed),
    }  # fmt: skip


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--step-min", type=float, default=5.0)
    ask.add_argument("--plan-min", type=float, default=15.0)
    told = ask.parse_args()
    print(json.dumps({"day": run(told.step_min * MINUTE, told.plan_min * MINUTE)}, ensure_ascii=False))


if __name__ == "__main__":
    main()
