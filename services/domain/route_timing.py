"""The day of one vessel laid out: given the order of its collections, when it is where, and where it unloads.

Pure and quick, so that a change by hand is timed inside the transaction that writes it and while it is
dragged on the screen. Who collects what in which order is the planner's business, not decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.boats import HandInRequest, Pollutant, Warehouse
from services.domain.dispatch_plan import UnservedReason, VesselRoute
from services.domain.fleet_state import FleetState, Standing, takes
from services.domain.plan_stops import collection, unloading
from services.domain.sea_ways import METRES_IN_NM, Apart


class NotPossible(Exception):  # noqa: N818 an answer, not a fault
    """This order cannot be sailed. ``text`` is ready for the screen."""

    def __init__(self, reason: UnservedReason, text: str) -> None:
        super().__init__(text)
        self.reason = reason
        self.text = text


@dataclass(frozen=True, slots=True)
class Call:
    """A collection to make, with the vessel's leave to change it."""

    hand_in: HandInRequest
    locked: bool = False


def laid_out(stands: Standing, calls: Sequence[Call], state: FleetState, apart: Apart) -> VesselRoute:
    """Committed stops, then ``calls`` in order, unloading where the next does not fit and at the end.
    Raises NotPossible."""
    day = _Day(stands, state, apart)
    for call in calls:
        day.make_room(call.hand_in)
        day.collect(call)
    if day.collected and state.warehouses:
        day.unload()
    return day.route()


class _Day:
    """Folds one stop after the other."""

    def __init__(self, stands: Standing, state: FleetState, apart: Apart) -> None:
        self._stands, self._state, self._apart = stands, state, apart
        self._at, self._place = stands.free_at, stands.place
        self._load = dict(stands.load_t)
        self._stops = list(stands.committed)
        self._metres = 0.0
        self.collected = bool(stands.committed)

    def make_room(self, hand_in: HandInRequest) -> None:
        """Unload first where it does not fit on top of what is on board."""
        hold = self._stands.vessel.hold(hand_in.pollutant)
        need = hand_in.est_t * self._state.settings.margin
        capacity = hold.capacity_t if hold is not None else 0.0
        spare = max(0.0, capacity - self._load.get(hand_in.pollutant, 0.0))
        if spare + 1e-9 >= need:
            return
        short = f"余舱 {spare:.2f} t 不足 {need:.2f} t"
        if capacity < need or not self._state.warehouses:
            raise NotPossible(UnservedReason.CAPACITY, short)
        try:
            self.unload(ahead=hand_in.id)
        except NotPossible as why:
            raise NotPossible(why.reason, f"{short}，{why.text}") from why

    def collect(self, call: Call) -> None:
        one = call.hand_in
        arrive = self._sail(one.id, one.number)
        begin = max(arrive, one.window_from) if one.window_from is not None else arrive
        self._at = begin + self._state.settings.collecting
        self._load[one.pollutant] = self._load.get(one.pollutant, 0.0) + one.est_t
        self.collected = True
        self._stops.append(collection(one, arrive, begin, self._at, locked=call.locked))

    def unload(self, ahead: str = "") -> None:
        """At the warehouse least out of the way to ``ahead``, of those with room for all on board."""
        depot = self._depot(ahead)
        arrive = self._sail(depot.id, depot.name)
        self._at = arrive + self._state.settings.unloading
        carried = sum(self._load.values())
        self._stops.append(unloading(depot, arrive, arrive, self._at, carried))
        self._load = dict.fromkeys(self._load, 0.0)
        self.collected = False

    def route(self) -> VesselRoute:
        vessel = self._stands.vessel
        end = self._stops[-1].leave_at if self._stops else None
        nm = round(self._metres / METRES_IN_NM, 2)
        return VesselRoute(vessel.id, vessel.name, tuple(self._stops), (), nm, self._stands.free_at, end)

    def _sail(self, there: str, name: str) -> datetime:
        metres = self._apart(self._place, there)
        if metres is None:
            raise NotPossible(UnservedReason.WATER, f"到 {name} 水路不通或尚未算出")
        self._metres += metres
        self._place = there
        return self._at + self._stands.sailing(metres)

    def _depot(self, ahead: str) -> Warehouse:
        limit = self._state.settings.fill_limit
        roomy = [one for one in self._state.warehouses if takes(one, self._load, limit)]
        if not roomy:
            raise NotPossible(UnservedReason.DEPOT, f"无云仓能收下{_aboard(self._load)}")
        ways = [(one, self._detour(one, ahead)) for one in roomy]
        reached = [(one, metres) for one, metres in ways if metres is not None]
        if not reached:
            raise NotPossible(UnservedReason.WATER, "到云仓水路不通或尚未算出")
        return min(reached, key=lambda pair: (pair[1], pair[0].id))[0]

    def _detour(self, depot: Warehouse, ahead: str) -> float | None:
        there = self._apart(self._place, depot.id)
        onward = self._apart(depot.id, ahead) if ahead else 0.0
        return None if there is None or onward is None else there + onward


def _aboard(load: dict[Pollutant, float]) -> str:
    return f"船上 {sum(load.values()):.2f} t"


def minutes(span: timedelta) -> float:
    return span / timedelta(minutes=1)
