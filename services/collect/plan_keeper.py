"""Keeps offers, proposals and what-ifs: asks the planning process and publishes what it finds.

A plan is worked out every few minutes while a hand-in waits, and at once when an officer asks. Nothing found
here is ever applied: a dispatcher confirms it. When the process hangs it is killed, what was checked last stays
and the screen says so.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.collect.fleet_reading import fleet_state
from services.collect.plan_process import Planner
from services.domain.boat_proposals import propose, straight_ways
from services.domain.dispatch_plan import OfferKind, PlanOffer, Point
from services.domain.dispatch_settings import TOPIC, DispatchTerms
from services.domain.fleet_state import FleetState, places_of, waiting
from services.domain.officer import ENGINE
from services.domain.plan_ask_case import AnswerAsk, PlanAsk
from services.domain.sea_ways import SeaWays, apart_of
from services.domain.timebase import local
from services.planning.desk_words import Job, JobKind, Told
from services.planning.dispatch_offer import Made, refused
from services.planning.dispatch_problem import is_open
from services.store.store import Store

EVERY_S = 0.5
WHAT_IFS_KEPT = 10
PREPARING_S = 120.0  # the ways between hundreds of new places
PACE = 3  # times as long as working the ways out took, until they are worked out again
WAYS_KEPT_S = 60.0  # that vessels have moved is worth no matrix of all places sooner
SETTLING_S = 5.0  # from the start of the collector: sources come first
FIRST_PLAN = 5  # times as long until the first plan nobody asked for
ORDER = tuple(OfferKind)


class PlanKeeper:
    """For one caller at a time. What it remembers is found anew after a restart: asks stay open in the store."""

    def __init__(self, store: Store, terms: DispatchTerms, planner: Planner, settling_s: float = SETTLING_S) -> None:
        self._store = store
        self._planner = planner
        self.terms = terms
        self._ready_at = time.monotonic() + settling_s
        self._plan_from = time.monotonic() + FIRST_PLAN * settling_s
        self._water_version = 0
        self._given_at = self._took_s = 0.0
        self._ways_at = 0.0  # when they were last published
        self.tracks: Mapping[str, tuple[Point, ...]] = {}
        self._count = 0
        self._planned_at: datetime | None = None
        self._asked_at: datetime | None = None  # when ways were last asked for
        self._signature: object = None
        self._estimated: object = None
        self._ask: PlanAsk | None = None
        self._put: dict[str, Sequence[Any]] = {}

    def stop(self) -> None:
        self._planner.stop()

    def lose(self, lost: tuple[str, ...]) -> None:
        """Which vessels cannot be counted on, as the monitor finds them."""
        self.terms = replace(self.terms, lost=lost)

    def tick(self, now: datetime) -> None:
        self._publish(TOPIC, (self.terms,), now)
        for told in self._planner.told():
            self._hear(told, now)
        self._withdraw_stale(now)
        if self._planner.job is None:
            self._begin(now)

    # -- asking ----------------------------------------------------------------------------------

    def _begin(self, now: datetime) -> None:
        state = fleet_state(self._store, now, self.terms)
        if not state.vessels:
            return
        if time.monotonic() < self._ready_at or not self._planner.is_ready:
            self._estimate(state)
            return
        job = self._next(state, now)
        if job is None:
            return
        budget = self.terms.settings.budget_s
        try:
            self._planner.give(job, 2 * budget, PREPARING_S)
            self._given_at = time.monotonic()
        except OSError as why:
            self._failed(job, f"规划进程启动失败：{why.strerror or why}", now)

    def _next(self, state: FleetState, now: datetime) -> Job | None:
        """What an officer asked for, then ways when the day has changed, then what is due. Ways that take long
        on a large day are worked out less often."""
        signature = _signature(state)
        if self._asked_at is None:
            return self._ways(state, signature, now)
        ask = self._waiting_ask(now)
        if ask is not None:
            return self._asked(ask, state)
        period = timedelta(seconds=max(self.terms.settings.ways_every_s, PACE * self._took_s))
        if signature != self._signature and time.monotonic() - self._given_at >= 2 * self._took_s:
            return self._ways(state, signature, now)
        if waiting(state) and self._is_plan_due(now):
            return self._plan(state, "定时重排", now)
        return self._ways(state, signature, now) if now - self._asked_at >= period else None

    def _is_plan_due(self, now: datetime) -> bool:
        if self._planned_at is None:
            return time.monotonic() >= self._plan_from
        return now - self._planned_at >= timedelta(minutes=self.terms.settings.every_min)

    def _waiting_ask(self, now: datetime) -> PlanAsk | None:
        asks: Sequence[PlanAsk] = self._store.snapshot("plan_asks", now).records
        return min((one for one in asks if one.is_open), key=lambda one: one.asked_at, default=None)

    def _ways(self, state: FleetState, signature: object, now: datetime) -> Job:
        self._asked_at, self._signature, self._estimated = now, signature, None
        return self._job(JobKind.WAYS, _sent(state))

    def _plan(self, state: FleetState, why: str, now: datetime) -> Job:
        self._planned_at = now
        return replace(self._job(JobKind.PLAN, _sent(state)), why=why)

    def _asked(self, ask: PlanAsk, state: FleetState) -> Job:
        self._ask = ask
        if ask.scenario is None:
            return self._plan(state, ask.why or f"{ask.asked_by} 要求重排", state.now)
        job = self._job(JobKind.WHAT_IF, state)
        return replace(job, ask_id=ask.id, scenario=ask.scenario, words=ask.what)

    def _job(self, kind: JobKind, state: FleetState) -> Job:
        self._count += 1
        ident = f"{kind.value}-{local(state.now):%m%d%H%M%S}-{self._count}"
        return Job(ident, kind, state, self.terms.settings.budget_s, seed=self._count)

    # -- hearing ---------------------------------------------------------------------------------

    def _hear(self, told: Told, now: datetime) -> None:
        if told.ways is not None:
            self._take_ways(told.ways, now)
        if told.tracks or told.proposals:
            self.tracks = {one.vessel_id: one.way for one in told.tracks}
            self._publish("proposals", told.proposals, now)
        elif told.ways is not None and told.job_id.startswith(JobKind.WAYS):
            self._publish("proposals", (), now)
        if told.offer is not None:
            self._offer(told.offer, now)
        if told.what_if is not None:
            kept = self._kept("what_ifs", now)[: WHAT_IFS_KEPT - 1]
            self._publish("what_ifs", (told.what_if, *kept), now)
        if told.done and told.job_id.startswith(JobKind.WAYS):
            self._took_s = time.monotonic() - self._given_at
        if told.done and told.water_version != self._water_version:
            self._water_version, self._signature = told.water_version, None
        if told.fault:
            self._fault(told, now)
        elif told.done:
            self._answered("", now)

    def _take_ways(self, ways: SeaWays, now: datetime) -> None:
        """A new place or better knowledge at once; that vessels have moved once a minute."""
        before: SeaWays | None = next(iter(self._kept("sea_ways", now)), None)
        same = before is not None and (before.places, before.straight) == (ways.places, ways.straight)
        if not same or time.monotonic() - self._ways_at >= WAYS_KEPT_S:
            self._ways_at = time.monotonic()
            self._publish("sea_ways", (ways,), now)

    def _offer(self, offer: PlanOffer, now: datetime) -> None:
        """Offers of one planning stand together; the first of a new one clears those of the last."""
        run = offer.id.rpartition("-")[0]
        others = [
            one for one in self._kept("plan_offers", now) if one.kind is not offer.kind and one.id.startswith(run)
        ]
        self._publish("plan_offers", tuple(sorted((*others, offer), key=lambda o: ORDER.index(o.kind))), now)

    def _kept(self, topic: str, now: datetime) -> Sequence[Any]:
        """What was published last, by this keeper or one before it."""
        if topic not in self._put:
            self._put[topic] = tuple(self._store.snapshot(topic, now).records)
        return self._put[topic]

    def _fault(self, told: Told, now: datetime) -> None:
        """What was checked last stays, and says since when."""
        if told.job_id.startswith(JobKind.PLAN):
            kept: Sequence[PlanOffer] = self._kept("plan_offers", now)
            noted = tuple(replace(o, note=f"{told.fault}，沿用 {local(o.made_at):%H:%M} 的方案") for o in kept)
            none = refused(now, ("", 0), Made(OfferKind.GREEDY, f"{told.job_id}-none", "", 0.0, 0.0), told.fault)
            self._publish("plan_offers", noted or (none,), now)
        self._answered(told.fault, now)

    def _failed(self, job: Job, why: str, now: datetime) -> None:
        self._fault(Told(job.id, done=True, fault=why), now)

    def _answered(self, refusal: str, now: datetime) -> None:
        ask, self._ask = self._ask, None
        if ask is not None:
            wish = AnswerAsk(case_id=ask.id, expected_version=ask.version, refusal=refusal)
            self._store.perform(wish, ENGINE, now)

    def _withdraw_stale(self, now: datetime) -> None:
        """Offers that can be confirmed no more go: old ones, and those made from another plan than that in force.
        After these the next planning comes at once if something waits."""
        offers: Sequence[PlanOffer] = self._kept("plan_offers", now)
        if not offers or self._planner.job is not None:
            return
        plan = next((one for one in self._store.snapshot("dispatch_plan", now).records if one.is_open), None)
        base = (plan.id, plan.version) if plan is not None else ("", 0)
        if any((one.base_id, one.base_version) != base for one in offers if not one.refusal):
            self._publish("plan_offers", (), now)
            self._planned_at = None
        elif any(now - one.made_at > timedelta(minutes=self.terms.settings.valid_min) for one in offers):
            self._publish("plan_offers", (), now)

    def _estimate(self, state: FleetState) -> None:
        """While no process can be had: straight lines, said to be such."""
        if _signature(state) == self._estimated:
            return
        self._estimated = _signature(state)
        ways = straight_ways(tuple(places_of(state)), state.settings.winding, state.now)
        self._publish("sea_ways", (ways,), state.now)
        self._publish("proposals", propose(state, apart_of((ways,))), state.now)

    def _publish(self, topic: str, records: Sequence[Any], now: datetime) -> None:
        if self._put.get(topic) != tuple(records):
            self._store.put_topic(topic, records, now)
            self._put[topic] = tuple(records)


def _sent(state: FleetState) -> FleetState:
    """Without the hand-ins no plan is about."""
    return replace(state, hand_ins=tuple(one for one in state.hand_ins if is_open(one)))


def _signature(state: FleetState) -> object:
    """What must change for ways and proposals to be worked out before their time."""
    hand_ins = frozenset((one.id, one.state, one.vessel_id) for one in state.hand_ins if is_open(one))
    return hand_ins, state.base_version, frozenset(one.id for one in state.vessels), state.lost
