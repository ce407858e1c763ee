"""A change of order an officer holds in his hand, tried by the same rules that will decide it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.domain.alert import Alert
from services.domain.boat_proposals import straightly
from services.domain.dispatch_plan import PlanStop, VesselRoute
from services.domain.dispatch_world import fleet_state, freed
from services.domain.fleet_state import FleetState, refusal, standing
from services.domain.hand_in_case import MOVABLE
from services.domain.insertion import best_insertion, calls_of
from services.domain.route_timing import NotPossible, laid_out
from services.domain.sea_ways import Apart, apart_of
from services.domain.timebase import local
from widgets.words import duration


@dataclass(frozen=True, slots=True)
class Shown:
    """What a pane has been shown, as a decision looks at the store: so that both come to the same."""

    records: Callable[[str], Any]

    def topic(self, topic: str) -> Sequence[Any]:
        return self.records(topic)

    def cases(self, stream: str, *, open_only: bool = True) -> Sequence[Any]:
        return [case for case in self.records(stream) if case.is_open or not open_only]

    def case(self, stream: str, case_id: str) -> Any | None:
        return next((case for case in self.records(stream) if case.id == case_id), None)

    def alert(self, alert_id: str) -> Alert | None:
        return next((alert for alert in self.open_alerts() if alert.id == alert_id), None)

    def open_alerts(self) -> Sequence[Alert]:
        return self.records("alerts")


@dataclass(frozen=True, slots=True)
class Desk:
    """The fleet on the screen and how far it is between its places."""

    state: FleetState
    apart: Apart

    @classmethod
    def of(cls, records: Callable[[str], Any], now: datetime) -> Desk:
        state = fleet_state(Shown(records), now)
        ways = records("sea_ways")
        return cls(state, apart_of(ways) if ways else straightly(state))

    def order(self, vessel_id: str) -> tuple[str, ...]:
        """The hand-ins the vessel has been given and not begun."""
        return tuple(call.hand_in.id for call in calls_of(self.state, vessel_id))


@dataclass(frozen=True, slots=True)
class Draft:
    """``at``: which place among what ``to_vessel`` has not begun; of another vessel than its own the best
    place is looked for and ``at`` says nothing."""

    request_id: str
    number: str
    from_vessel: str
    to_vessel: str
    at: int = 0

    @property
    def changes_vessel(self) -> bool:
        return self.from_vessel != self.to_vessel


@dataclass(frozen=True, slots=True)
class Trial:
    """What a draft would come to: a route and its order, or why not."""

    draft: Draft
    route: VesselRoute | None = None
    order: tuple[str, ...] = ()
    refusal: str = ""
    unchanged: bool = False

    @property
    def stop(self) -> PlanStop | None:
        stops = self.route.stops if self.route is not None else ()
        return next((stop for stop in stops if stop.request_id == self.draft.request_id), None)

    @property
    def words(self) -> str:
        """``07 → 渔清 03 15:12，06 迟 24 分``."""
        if self.refusal:
            return self.refusal
        if self.unchanged or self.route is None or self.stop is None:
            return "次序未变"
        late = [f"{stop.number} 迟 {duration(stop.late_min * 60)}" for stop in self.route.stops if stop.late_min > 0]
        told = "、".join(late[:3]) if late else "都在承诺内"
        return f"{self.draft.number} → {self.route.vessel_name} {local(self.stop.begin_at):%H:%M}，{told}"


def why_fixed(desk: Desk, request_id: str) -> str:
    """Why this hand-in can be given no other place; "" when it can."""
    hand_in = desk.state.hand_in(request_id)
    if hand_in is None:
        return "不在申请队列"
    if hand_in.state not in MOVABLE:
        return f"{hand_in.number} 已{hand_in.state_word}，不能改"
    return f"{hand_in.number} 已锁定，按 K 解锁" if request_id in desk.state.locked else ""


def tried(draft: Draft, desk: Desk) -> Trial:
    if why := why_fixed(desk, draft.request_id):
        return Trial(draft, refusal=why)
    try:
        return _moved(draft, desk) if draft.changes_vessel else _reordered(draft, desk)
    except NotPossible as reason:
        return Trial(draft, refusal=reason.text)


def _reordered(draft: Draft, desk: Desk) -> Trial:
    calls = calls_of(desk.state, draft.to_vessel)
    mine = next((call for call in calls if call.hand_in.id == draft.request_id), None)
    vessel = desk.state.vessel(draft.to_vessel)
    if mine is None or vessel is None:
        return Trial(draft, refusal=f"{draft.number} 已在前往，只能改派他船")
    others = [call for call in calls if call is not mine]
    at = max(0, min(draft.at, len(others)))
    order = [*others[:at], mine, *others[at:]]
    if order == calls:
        return Trial(draft, unchanged=True)
    for index, call in enumerate(calls):
        if call.locked and order[index] is not call:
            return Trial(draft, refusal=f"{call.hand_in.number} 已锁定在第 {index + 1} 站")
    route = laid_out(standing(desk.state, vessel, desk.apart), order, desk.state, desk.apart)
    return Trial(draft, route, tuple(call.hand_in.id for call in order))


def _moved(draft: Draft, desk: Desk) -> Trial:
    after = freed(desk.state, draft.request_id)
    vessel, hand_in = after.vessel(draft.to_vessel), after.hand_in(draft.request_id)
    if vessel is None or hand_in is None:
        return Trial(draft, refusal="没有这艘收集船")
    if why := refusal(after, vessel, hand_in):
        return Trial(draft, refusal=f"{vessel.name} 不能去：{why}")
    stands = standing(after, vessel, desk.apart)
    found = best_insertion(stands, calls_of(after, vessel.id), hand_in, after, desk.apart)
    return Trial(draft, found.route, found.route.request_ids)
