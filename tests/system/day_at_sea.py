"""A day at sea on a clock the test turns: the demo bureau by real HTTP, the collector's own parts, a real store
and the real planning process."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.collect.boat_standing import BoatStanding
from services.collect.custody import custody_of
from services.collect.dispatching import Dispatching
from services.collect.hand_ins import HandIns, hand_in_limits
from services.collect.site import Site
from services.collect.vessel_orders import vessel_orders
from services.district.http import HttpPart
from services.district.part import DistrictSettings, Faults
from services.district.sea import Sea
from services.district.sea_witness import custody_table
from services.district.sea_witness import parts as witness_parts
from services.domain.boats import HandInRequest, HandInState
from services.domain.deed import Wish
from services.domain.dispatch_plan import DispatchPlan
from services.domain.fleet import FLEET_DTYPE, Fleet
from services.domain.officer import Officer, Role
from services.domain.timebase import midnight_before
from services.sources.base import Source
from services.sources.boats import sources
from services.store.store import Store
from tests.system.turned_clock import Clock

DISPATCHER = Officer("zhou", "周晓东", Role.DISPATCHER)
PLANNING_S = 120.0  # of this machine, however loaded


class DayAtSea:
    """``turn`` lets time pass in steps; everything that comes by itself happens at each of them."""

    def __init__(
        self, store: Store, folder: Path, start: datetime, port: Callable[[], int], every_min: float, **sea: Any
    ) -> None:
        self.store, self.clock = store, Clock(start.astimezone(UTC), start.astimezone(UTC))
        settings = DistrictSettings(timebase=self.clock, **sea)  # type: ignore[arg-type]
        faults, (bureau, witness) = Faults(), (port(), port())
        self.site = Site(
            folder=folder,
            sources={"boats": {"url": f"http://127.0.0.1:{bureau}"}},
            boats={
                "custody": custody_table(folder, "127.0.0.1", witness),
                "dispatch": {"budget_s": 2.0, "every_min": every_min},
            },
        )
        self.sea = Sea(settings, faults)
        bureau_part = HttpPart(
            "boats", "127.0.0.1", bureau, self.sea.routes(), faults, posts={"/orders": self.sea.order}
        )
        self._heard: dict[int, Any] = {}
        self._parts = [bureau_part, *witness_parts(settings, self.site, faults)]
        self._sources: Sequence[Source] = sources(self.site)
        self._hand_ins = HandIns(store, hand_in_limits(self.site))
        self._orders = vessel_orders(self.site, store)
        self._dispatching = Dispatching(store, self.site)
        custody = custody_of(self.site, store)
        assert custody is not None
        standing = BoatStanding(store, self.site)
        kept = ("points",)  # codes and findings have their own tests
        self._ticks = [tick for name, tick, _ in (*self._dispatching.ticks, *custody.ticks, *standing.ticks)
                       if name in ("plan_keeper", "execution", *kept) or name.startswith("custody")]  # fmt: skip
        self._summaries = [self._hand_ins.summary, custody.summary, *standing.summaries]

    def __enter__(self) -> DayAtSea:
        for part in self._parts:
            part.start()
        self.poll(*(source.key for source in self._sources))
        self.sum_up()
        self.look()
        return self

    def __exit__(self, *_: object) -> None:
        self._dispatching.stop()
        if self._orders is not None:
            self._orders.stop()
        for part in self._parts:
            part.stop()

    # -- time ------------------------------------------------------------------------------------

    def turn(self, step: timedelta, until: Callable[[], object], at_most: int = 400) -> None:
        """Let time pass step by step until something is so."""
        for _ in range(at_most):
            if until():
                return
            self.clock.moment += step
            self.poll("hand_ins", "vessels", "warehouses")
            self.look()
        pytest.fail(f"not so after {at_most} steps of {step}")

    def poll(self, *keys: str) -> None:
        for source in self._sources:
            if source.key in keys:
                answer = source.fetch(self.store.cursor(source.key))
                self.store.take(source.normalise(answer, self.clock.now()), source.key, self.clock.now())

    def look(self) -> None:
        """One look of every keeper, as the collector's clock has them take."""
        now = self.clock.now()
        while self.store.expire(now):
            pass
        self.store.put_fleet(self._fleet(now).to_bytes(), now)
        self._hand_ins.tick(now)
        if self._orders is not None:
            self._orders.tick(now)
        for tick in self._ticks:
            tick(now)

    def _fleet(self, now: datetime) -> Fleet:
        """The newest AIS fix of each collection vessel; of one that has failed the last it sent."""
        for mmsi, _name, _kind, lon, lat, sog_kn, cog_deg in self.sea.craft(now):
            row = np.zeros(1, FLEET_DTYPE)
            row["mmsi"], row["lon"], row["lat"], row["sog_kn"], row["cog_deg"] = mmsi, lon, lat, sog_kn, cog_deg
            row["at_ms"] = int(now.timestamp() * 1000)
            self._heard[mmsi] = row
        return Fleet(np.concatenate([self._heard[mmsi] for mmsi in sorted(self._heard)]))

    def sum_up(self) -> None:
        """What the collector works out at longer intervals."""
        now = self.clock.now()
        for summary in self._summaries:
            for topic, records in summary.make(self.store, now).items():
                self.store.put_topic(topic, records, now)

    def wait_for(self, what: Callable[[], Any], said: str) -> Any:
        """The district's clock runs slowly beside the planning process."""
        over = time.monotonic() + PLANNING_S
        while not (found := what()):
            if time.monotonic() > over:
                pytest.fail(f"waited in vain for {said}")
            time.sleep(0.1)
            self.clock.moment += timedelta(seconds=0.2)
            self.poll("hand_ins", "vessels")
            self.look()
        return found

    # -- asked and wished ------------------------------------------------------------------------

    def topic(self, name: str) -> Sequence[Any]:
        return self.store.snapshot(name, self.clock.now()).records

    def hand_in(self, number: str) -> HandInRequest | None:
        """Of the first day: numbers begin anew at midnight."""
        midnight = midnight_before(self.clock.start)
        found = (one for one in self.topic("hand_in_requests") if one.number == number and one.filed_at >= midnight)
        return min(found, key=lambda one: one.filed_at, default=None)

    def plan(self) -> DispatchPlan | None:
        return next((one for one in self.topic("dispatch_plan") if one.is_open), None)

    def has(self, number: str, state: HandInState) -> bool:
        one = self.hand_in(number)
        return one is not None and one.reached(state) is not None

    def wish(self, wish: Wish, officer: Officer = DISPATCHER) -> Any:
        outcome = self.store.perform(wish, officer, self.clock.now())
        assert outcome.done, outcome.refusal
        return outcome.case
