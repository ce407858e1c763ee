"""The planning process: reads jobs from its standard input, writes what it finds to its standard output.

``python -m services.planning.desk COAST CACHE SETTINGS``. Everything that takes long or may hang is here, so
that the collector only reads and writes; whoever started it kills it when an answer is overdue. The end of its
input ends it and, through theirs, the solvers it has started.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

from services.domain.boat_proposals import propose
from services.domain.dispatch_plan import OfferKind, PlanOffer, Point, StopKind
from services.domain.dispatch_world import route_now
from services.domain.fleet_state import FleetState, assigned, places_of
from services.domain.plan_ask_case import WhatIf
from services.domain.scenario import changed, measures
from services.domain.sea_ways import Apart, SeaWays, apart_of
from services.planning.check import check
from services.planning.crew import Crew
from services.planning.desk_ways import Water, Ways
from services.planning.desk_words import Job, JobKind, Told, Track, job_from, line_of
from services.planning.dispatch_offer import Made, drawn, offer_of
from services.planning.dispatch_problem import Posed, posed
from services.planning.problem import Solution, Visit
from services.planning.race import MOST_MOVED, NoPlanError, Terms, race
from services.planning.validate import ProblemError
from services.planning.water_gates import NO_GATES, Gates
from services.planning.water_settings import water_from
from services.planning.water_soon import WaterSoon

# Not ``-m``: what a worker's own main module defines cannot be unpickled here.
WORKER = (sys.executable, "-c", "from services.planning.worker import main; main()")


class Desk:
    """Answers one job after the other. ``tell`` is called with each part of an answer as it comes."""

    def __init__(
        self, water: Water, hire: Callable[[], Crew], tell: Callable[[Told], None], gates: Gates = NO_GATES
    ) -> None:
        self._ways = Ways(water)
        self._gates = gates
        self._hire = hire
        self._tell = tell

    @cached_property
    def _crew(self) -> Crew:
        """The solvers' processes: not before a plan is wanted."""
        return self._hire()

    def answer(self, job: Job) -> None:
        ways = self._ways.between(tuple(places_of(job.state)), job.state.now)
        try:
            match job.kind:
                case JobKind.WAYS:
                    self._tell(self._about(job, ways))
                case JobKind.PLAN:
                    self._tell(Told(job.id, ways=ways))
                    self._plan(job, ways)
                case JobKind.WHAT_IF:
                    self._tell(Told(job.id))  # the ways are known: its time counts from here
                    self._tell(Told(job.id, what_if=self._what_if(job)))
        except (ProblemError, NoPlanError) as why:
            self._tell(Told(job.id, fault=str(why)))
        self._tell(Told(job.id, done=True, water_version=int(not self._ways.water.is_estimate)))

    # -- ways ------------------------------------------------------------------------------------

    def _about(self, job: Job, ways: SeaWays) -> Told:
        apart = apart_of((ways,))
        spots = dict(zip(ways.places, ways.at, strict=True))
        offers = tuple(
            replace(one, route=drawn(one.route, self._ways.way)) if one.route else one
            for one in propose(job.state, apart)
        )
        tracks = tuple(
            Track(vessel.id, self._track(job.state, vessel.id, apart, spots)) for vessel in job.state.vessels
        )
        return Told(job.id, ways=ways, proposals=offers, tracks=tracks)

    def _track(self, state: FleetState, vessel_id: str, apart: Apart, spots: Mapping[str, Point]) -> tuple[Point, ...]:
        stops = route_now(state, vessel_id, apart).stops
        calls = [stop.request_id if stop.kind is StopKind.COLLECT else stop.warehouse_id for stop in stops]
        return drawn([spots[place] for place in (vessel_id, *calls) if place in spots], self._ways.way)

    # -- plans -----------------------------------------------------------------------------------

    def _plan(self, job: Job, ways: SeaWays) -> None:
        offers = _Offers(job, posed(job.state, ways, apart_of((ways,)), self._gates), self._ways.way)
        for offer in self._race(offers, job.budget_s):
            self._tell(Told(job.id, offer=offer))

    def _race(self, offers: _Offers, budget_s: float) -> Iterator[PlanOffer]:
        """Greedy as soon as it stands, few changes and best at the end; each has passed the checker."""
        at_once: list[PlanOffer] = []

        def better(kind: str, solution: Solution) -> None:
            if kind == "greedy":
                at_once.append(offers.made(OfferKind.GREEDY, solution))
                self._tell(Told(offers.job.id, offer=at_once[-1]))

        standing = standing_of(offers.posed)
        given = sum(map(len, standing.values()))
        terms = Terms(budget_s=budget_s, seed=offers.job.seed, most_moved=max(MOST_MOVED, 1 / max(1, given)))
        answer = race(offers.posed.problem, self._crew, terms, standing or None, better)
        if not at_once:
            yield offers.made(OfferKind.GREEDY, answer.greedy)
        if answer.few is not None:
            yield offers.made(OfferKind.FEW, answer.few)
        yield offers.made(OfferKind.BEST, answer.best)

    # -- what if ---------------------------------------------------------------------------------

    def _what_if(self, job: Job) -> WhatIf:
        """The same race over the day as it is and as it would be."""
        after = changed(job.state, job.scenario, job.seed)
        now, then = (
            self._best(replace(job, state=state, id=f"{job.id}-{n}")) for n, state in enumerate((job.state, after))
        )
        return WhatIf(
            id=job.id,
            ask_id=job.ask_id,
            scenario=job.scenario,
            base=measures(now, job.state),
            changed=measures(then, after),
            offer=then,
            made_at=job.state.now,
            words=job.words,
        )

    def _best(self, job: Job) -> PlanOffer:
        ways = self._ways.between(tuple(places_of(job.state)), job.state.now)
        offers = _Offers(job, posed(job.state, ways, apart_of((ways,)), self._gates), self._ways.way)
        terms = Terms(budget_s=job.budget_s / 2, seed=job.seed)
        return offers.made(OfferKind.BEST, race(offers.posed.problem, self._crew, terms).best)


class _Offers:
    """Numbers the offers of one job and compares them with the plan of the first moment."""

    def __init__(self, job: Job, problem: Posed, way: Callable[[Point, Point], tuple[Point, ...] | None]) -> None:
        self.job, self.posed, self._way = job, problem, way
        self._began = time.monotonic()
        self._greedy_cost = 0.0

    def made(self, kind: OfferKind, solution: Solution) -> PlanOffer:
        """Raises ProblemError for one the checker refuses, which the race should have dropped."""
        faults = check(self.posed.problem, solution)
        if faults:
            raise ProblemError(f"方案未通过校验：{faults[0].text}")
        if kind is OfferKind.GREEDY:
            self._greedy_cost = float(solution.cost)
        seconds = time.monotonic() - self._began
        made = Made(kind, f"{self.job.id}-{kind.value}", self.job.why, self._greedy_cost, seconds)
        return offer_of(self.posed, solution, self._way, made)


def standing_of(problem: Posed) -> dict[str, list[Visit]]:
    """What the vessels have been given, in order, for a plan with few changes; unloading follows from it."""
    given = {one.vessel.id: assigned(problem.state, one.vessel.id) for one in problem.stands}
    return {vessel: [Visit("collect", one.id, 0, 0, 0) for one in calls] for vessel, calls in given.items() if calls}


def lines(stream: BinaryIO) -> Iterator[bytes]:
    """As they come; the end of ``stream`` ends the process at once, whatever it is doing."""
    waiting: SimpleQueue[bytes] = SimpleQueue()

    def listen() -> None:
        for line in stream:
            waiting.put(line)
        os._exit(0)

    threading.Thread(target=listen, name="jobs", daemon=True).start()
    while True:
        yield waiting.get()


def main(arguments: list[str]) -> None:
    coast, cache, settings = arguments
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing else may speak on that line

    def tell(told: Told) -> None:
        answers.write(line_of(replace(told, trouble=water.trouble)))
        answers.flush()

    told_water = water_from(json.loads(settings))
    water = WaterSoon(Path(coast), told_water, Path(cache))
    desk = Desk(water, lambda: Crew(command=WORKER), tell, Gates(told_water.gates))
    for line in lines(sys.stdin.buffer):
        desk.answer(job_from(line))


if __name__ == "__main__":
    main(sys.argv[1:])
