"""The working day of one collection vessel: sail, collect, sail home, unload, laid out again at each decision.

What has begun stays as it is; what has not is dropped and laid out anew. So a vessel's past never
changes, and its future is what was decided by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from services.district.sea_hand_in import HandIn
from services.district.sea_leg import Work, aboard_after, along
from services.district.sea_places import DEPOTS, Depot
from services.district.sea_story import KINDS, Crew
from services.district.sea_water import Point, kilometres
from services.domain.boats import HAND_IN_ORDER, HandInState, LegKind, Pollutant

KM_PER_NM = 1.852
LOADED_JOBS = 3  # a vessel unloads after so many
UNLOADING = timedelta(minutes=22)
CAST_OFF = timedelta(seconds=25)
TURN_ROUND = timedelta(minutes=2)
FULL_PCT = 98.0

_EN_ROUTE = HAND_IN_ORDER.index(HandInState.EN_ROUTE)
_COLLECT_STATES = HAND_IN_ORDER[_EN_ROUTE + 1 : _EN_ROUTE + 5]  # ALONGSIDE … SIGNED
MISSED = "未遇船"
LOOKING = timedelta(minutes=10)  # for a boat that is not there

Route = Callable[[Point, Point], tuple[Point, ...]]


@dataclass(slots=True)
class Ship:
    """A collection vessel: its works so far and the hand-ins it is to collect, in order."""

    crew: Crew
    route: Route
    work: list[Work] = field(default_factory=list)
    queue: list[HandIn | Depot] = field(default_factory=list)  # a warehouse: unload there
    is_ordered: bool = False  # by the dispatcher: it unloads where the order says
    breaks_at: datetime | None = None  # will break down
    fails_at: datetime | None = None  # has broken down

    # -- asked --------------------------------------------------------------------------------

    def position(self, now: datetime) -> tuple[Point, float, float]:
        """Place, speed over ground in knots and course at ``now``."""
        done = [w for w in self.work if w.path and w.dropped_at is None and w.begin <= now]
        last = max(done, key=lambda w: w.begin, default=None)
        if last is None:
            return self._drifting(self.crew.at, now)
        if last.kind is LegKind.SAIL and now < last.end:
            return along(last, now, self.crew.speed_kn)
        return self._drifting(last.path[-1], now)

    def load_t(self, pollutant: Pollutant, now: datetime) -> float:
        carried = self.crew.load_t[KINDS.index(pollutant)]
        for work in self.work:
            if work.dropped_at is not None:
                continue
            if work.kind is LegKind.UNLOAD and work.depot is not None and work.end <= now:
                carried = 0.0
            elif work.kind is LegKind.COLLECT and work.hand_in is not None:
                hand_in = work.hand_in
                weighed = hand_in.reached.get(HandInState.WEIGHED)
                if hand_in.filing.pollutant is pollutant and weighed is not None and weighed <= now:
                    carried += hand_in.weighed_t
        return carried

    def current(self, now: datetime) -> Work | None:
        return next((w for w in self.work if w.is_known(now) and w.begin <= now < w.end), None)

    def known(self, now: datetime) -> list[Work]:
        return sorted((w for w in self.work if w.is_known(now)), key=lambda w: w.begin)

    def next_free(self, at: datetime) -> tuple[datetime, Point]:
        """When and where it could turn to one more hand-in."""
        ends = [w for w in self.work if w.dropped_at is None and w.path]
        steady = [w for w in ends if w.begin <= at or not (w.is_homeward or w.kind is LegKind.UNLOAD)]
        last = max(steady, key=lambda w: w.end, default=None)
        if last is None:
            return at, self.crew.at
        return max(at, last.end), last.path[-1]

    # -- decided ------------------------------------------------------------------------------

    def drop(self, hand_in: HandIn, at: datetime) -> None:
        """No longer this one; what was laid out for it is laid out anew."""
        self.queue = [each for each in self.queue if each is not hand_in]
        self.lay_out(at)

    def has_failed(self, at: datetime) -> bool:
        return self.fails_at is not None and self.fails_at <= at

    def fail(self, at: datetime) -> None:
        """It lies still from now on; what it was to do nobody does until somebody orders it."""
        self.fails_at = at
        for work in self._begun(at):
            if work.end > at and work.kind is LegKind.SAIL:
                work.cut(at)
        self.lay_out(at)

    def take(self, hand_in: HandIn, at: datetime, *, first: bool = False) -> None:
        """Collect one more, last or before all others, and lay out the rest of the day anew."""
        self.queue.insert(0 if first else len(self.queue), hand_in)
        self.lay_out(at)

    def lay_out(self, at: datetime) -> None:
        """Drop what has not begun by ``at`` and plan the queue and the unloading from there. A hand-in it was
        sailing to and that is no longer its own is left where the vessel is."""
        begun = self._begun(at)
        last = begun[-1] if begun else None
        if last is not None and last.is_outward(at) and all(h is not last.hand_in for h in self.queue):
            last.cut(at)
        aboard = aboard_after(begun)
        met = {id(w.sought) for w in begun if w.sought and (w.hand_in or w.end > at)}
        self.queue = [h for h in self.queue if id(h) not in met]
        for each in self.queue:
            if isinstance(each, HandIn):
                each.forget(HandInState.EN_ROUTE, at)
        for hand_in in aboard:
            hand_in.forget(HandInState.IN_TRANSIT, at)
        if self.has_failed(at):
            return
        free, place = (max(at, last.end), last.path[-1]) if last else (at, self.crew.at)
        if last is not None and last.is_homeward:
            free = self._unload(last.depot or DEPOTS[0], last.end, at, aboard)
            aboard = []
        bound = last.hand_in if last is not None and last.kind is LegKind.SAIL and last.end > at else None
        self._follow(free, place, aboard, at, bound)

    def _begun(self, at: datetime) -> list[Work]:
        """What has begun by then, in its order; the rest is dropped."""
        for work in self.work:
            if work.begin > at and work.dropped_at is None and work.path:
                work.dropped_at = at
        return sorted((w for w in self.work if w.dropped_at is None and w.path), key=lambda w: w.begin)

    def _follow(self, free: datetime, place: Point, aboard: list[HandIn], at: datetime, bound: HandIn | None) -> None:
        """The queue in its order, but first what it is sailing to."""
        for each in sorted(self.queue, key=lambda h: h is not bound) if bound is not None else self.queue:
            if isinstance(each, Depot):
                free, place = self._go_to(each, place, max(free, at + CAST_OFF), at, aboard)
                aboard = []
                continue
            if each is not bound:
                free = self._sail(each, place, max(free, at + CAST_OFF), at)
            free, place = self._meet(each, free, at), each.place
            if not each.misses:
                aboard.append(each)
            if len(aboard) >= LOADED_JOBS and not self.is_ordered:
                free, place = self._go_home(place, free + TURN_ROUND, at, aboard)
                aboard = []
        if aboard:
            self._go_home(place, free + TURN_ROUND, at, aboard)

    def sailing(self, a: Point, b: Point) -> timedelta:
        length = sum(kilometres(p, q) for p, q in pairwise(self.route(a, b)))
        return timedelta(hours=length / KM_PER_NM / self.crew.speed_kn)

    # -- pieces -------------------------------------------------------------------------------

    def _sail(self, hand_in: HandIn, place: Point, begin: datetime, known: datetime) -> datetime:
        end = begin + self.sailing(place, hand_in.place)
        path = self.route(place, hand_in.place)
        self.work.append(Work(LegKind.SAIL, begin, end, known, path, hand_in, number=hand_in.number))
        hand_in.reached[HandInState.EN_ROUTE] = begin
        if hand_in.promised is None:
            ahead = end - known + timedelta(minutes=10)
            hand_in.promised = known + timedelta(minutes=5 * int(-(-ahead // timedelta(minutes=5))))
        return end

    def _meet(self, hand_in: HandIn, arrive: datetime, known: datetime) -> datetime:
        path = (hand_in.place, hand_in.place)
        if hand_in.misses:
            end = hand_in.reached[HandInState.NO_SHOW] = arrive + LOOKING
            self.work.append(
                Work(LegKind.COLLECT, arrive, end, known, path, number=hand_in.number, note=MISSED, sought=hand_in)
            )
            return end
        for state, minute in zip(_COLLECT_STATES, (0.0, *hand_in.collecting_min), strict=True):
            hand_in.reached[state] = arrive + timedelta(minutes=minute)
        end = hand_in.reached[HandInState.SIGNED]
        self.work.append(
            Work(LegKind.COLLECT, arrive, end, known, path, hand_in, number=hand_in.number, sought=hand_in)
        )
        return end

    def _go_home(self, place: Point, begin: datetime, known: datetime, aboard: list[HandIn]) -> tuple[datetime, Point]:
        oily = any(h.filing.pollutant is Pollutant.OILY_WATER for h in aboard)
        roomy = [d for d in DEPOTS if not oily or (d.level_pct[0] or 0.0) < FULL_PCT]
        return self._go_to(min(roomy, key=lambda d: self.sailing(place, d.berth)), place, begin, known, aboard)

    def _go_to(
        self, depot: Depot, place: Point, begin: datetime, known: datetime, aboard: list[HandIn]
    ) -> tuple[datetime, Point]:
        end = begin + self.sailing(place, depot.berth)
        self.work.append(Work(LegKind.SAIL, begin, end, known, self.route(place, depot.berth), depot=depot))
        for hand_in in aboard:
            hand_in.reached[HandInState.IN_TRANSIT] = begin
        return self._unload(depot, end, known, aboard), depot.berth

    def _unload(self, depot: Depot, begin: datetime, known: datetime, aboard: list[HandIn]) -> datetime:
        end = begin + UNLOADING
        self.work.append(Work(LegKind.UNLOAD, begin, end, known, (depot.berth, depot.berth), depot=depot))
        for hand_in in aboard:
            hand_in.store(depot, end)
        return end

    def _drifting(self, place: Point, now: datetime) -> tuple[Point, float, float]:
        swing = float(np.sin(now.timestamp() / 600 + self.crew.mmsi))
        return (place[0] + swing * 0.00012, place[1]), 0.1, (self.crew.mmsi * 37 % 360 + 10 * swing) % 360


def stored_in(hand_ins: list[HandIn], depot: Depot, since: datetime, now: datetime) -> Iterator[HandIn]:
    """What came into a warehouse after ``since``."""
    return (h for h in hand_ins if h.depot is depot and h.is_stored(now) and h.reached[HandInState.STORED] > since)
