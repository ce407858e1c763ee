"""Watches the fleet keep to its plan: publishes ``execution``, tells the rules, and suggests; it changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.collect.fleet_reading import fleet_state
from services.collect.plan_keeper import PlanKeeper
from services.domain.boat_proposals import straightly
from services.domain.dispatch_plan import Point
from services.domain.dispatch_world import route_now
from services.domain.event import Batch, Event
from services.domain.execution import Seen, execution, lost_vessels, next_stop, silences, step_of, told_of
from services.domain.fleet_state import FleetState
from services.domain.sea_ways import Apart, SeaWays, apart_of, holds
from services.domain.snapshot import SourceStatus
from services.store.store import Store

EVERY_S = 5.0
MONITOR = SourceStatus("execution", "执行监测", late_after_s=1e9)  # heard of only when something changes


class Execution:
    """For one caller at a time. The way a vessel set out on is remembered until it turns to another stop; after
    a restart it is the way from where it then is."""

    def __init__(self, store: Store, keeper: PlanKeeper) -> None:
        self._store = store
        self._keeper = keeper
        self._courses: dict[str, tuple[str, tuple[Point, ...]]] = {}  # by vessel: next hand-in and way
        self._steps: dict[str, tuple[object, ...]] = {}

    def tick(self, now: datetime) -> None:
        state = fleet_state(self._store, now, self._keeper.terms)
        if not state.vessels:
            return
        fleet = self._store.snapshot("fleet", now).records
        quiet = silences(fleet, state.vessels, now)
        self._keeper.lose(lost_vessels(quiet, state.settings.lost_min))
        apart, ways_at = self._apart(state)
        seen = Seen(quiet, self._keeper.tracks, self._courses_now(state, apart), ways_at)
        found = execution(state, apart, seen)
        self._store.put_topic("execution", found, now)
        self._tell(found, state)

    def _apart(self, state: FleetState) -> tuple[Apart, datetime]:
        """How far it is, and when the vessels were where that is from."""
        ways: Sequence[SeaWays] = self._store.snapshot("sea_ways", state.now).records
        if all(holds(ways, vessel.id) for vessel in state.vessels):
            return apart_of(ways), ways[0].made_at
        return straightly(state), state.now

    def _courses_now(self, state: FleetState, apart: Apart) -> Mapping[str, tuple[Point, ...]]:
        tracks = self._keeper.tracks
        for vessel in state.vessels:
            stop = next_stop(state, route_now(state, vessel.id, apart))
            bound = stop.request_id if stop is not None and stop.committed else ""
            if not bound:
                self._courses.pop(vessel.id, None)
            elif self._courses.get(vessel.id, ("", ()))[0] != bound and tracks.get(vessel.id):
                self._courses[vessel.id] = (bound, tracks[vessel.id])
        return {vessel_id: way for vessel_id, (_, way) in self._courses.items()}

    def _tell(self, found: Sequence[Any], state: FleetState) -> None:
        events: list[Event] = []
        for one in found:
            told = told_of(one, state)
            if told is None or self._steps.get(one.vessel_id) == step_of(told):
                continue
            self._steps[one.vessel_id] = step_of(told)
            ident = f"{one.vessel_id}:{state.now:%Y%m%d%H%M%S}"
            events.append(Event(MONITOR.id, ident, "vessel_execution", state.now, told))
        if events:
            self._store.take(Batch(events=tuple(events)), MONITOR, state.now)
