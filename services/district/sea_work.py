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

from services.district.sea_places import DEPOTS, Depot
from services.district.sea_story import KINDS, Crew, Filing
from services.district.sea_water import COS_LAT, Point, kilometres
from services.domain.boats import HAND_IN_ORDER, HandInState, LegKind, Pollutant

KM_PER_NM = 1.852
LOADED_JOBS = 3  # a vessel unloads after so many
UNLOADING = timedelta(minutes=22)
CAST_OFF = timedelta(seconds=25)
TURN_ROUND = timedelta(minutes=2)
FULL_PCT = 98.0

_EN_ROUTE = HAND_IN_ORDER.index(HandInState.EN_ROUTE)
_COLLECT_STATES = HAND_IN_ORDER[_EN_ROUTE + 1 : _EN_ROUTE + 5]  # ALONGSIDE … SIGNED
_AFTER_STORING_H = (3.0, 9.0, 20.0, 26.0)  # REDUCED, TRANSFERRED, DISPOSED, CLOSED

Route = Callable[[Point, Point], tuple[Point, ...]]


@dataclass(slots=True)
class HandIn:
    """One hand-in with the moment of each state, as far as it has been decided."""

    id: str
    number: str
    filing: Filing
    place: Point
    reached: dict[HandInState, datetime]
    assign_at: datetime
    weighed_t: float
    stored_t: float
    collecting_min: tuple[float, ...]  # from alongside until COLLECTING, WEIGHED, SIGNED
    vessel: int | None = None
    promised: datetime | None = None
    depot: Depot | None = None

    def history(self, now: datetime) -> list[tuple[HandInState, datetime]]:
        return [(s, self.reached[s]) for s in HAND_IN_ORDER if s in self.reached and self.reached[s] <= now]

    def forget(self, state: HandInState, now: datetime) -> None:
        """Take back what had been planned for after ``now``, from ``state`` on."""
        planned = HAND_IN_ORDER[HAND_IN_ORDER.index(state) :]
        self.reached = {s: at for s, at in self.reached.items() if at <= now or s not in planned}

    def is_stored(self, now: datetime) -> bool:
        at = self.reached.get(HandInState.STORED)
        return at is not None and at <= now

    def store(self, depot: Depot, at: datetime) -> None:
        self.depot = depot
        self.reached[HandInState.STORED] = at
        rest = HAND_IN_ORDER[HAND_IN_ORDER.index(HandInState.REDUCED) :]
        for state, hours in zip(rest, _AFTER_STORING_H, strict=True):
            self.reached[state] = at + timedelta(hours=hours)


@dataclass(slots=True)
class Work:
    """One piece of a vessel's time, decided at ``known_at``; dropped at ``dropped_at`` if it had not begun."""

    kind: LegKind
    begin: datetime
    end: datetime
    known_at: datetime
    path: tuple[Point, ...] = ()
    hand_in: HandIn | None = None
    depot: Depot | None = None
    number: str = ""
    note: str = ""
    dropped_at: datetime | None = None

    def is_known(self, now: datetime) -> bool:
        return self.known_at <= now and (self.dropped_at is None or self.dropped_at > now)

    @property
    def is_homeward(self) -> bool:
        return self.kind is LegKind.SAIL and self.depot is not None


@dataclass(slots=True)
class Ship:
    """A collection vessel: its works so far and the hand-ins it is to collect, in order."""

    crew: Crew
    route: Route
    work: list[Work] = field(default_factory=list)
    queue: list[HandIn] = field(default_factory=list)

    # -- asked --------------------------------------------------------------------------------

    def position(self, now: datetime) -> tuple[Point, float, float]:
        """Place, speed over ground in knots and course at ``now``."""
        done = [w for w in self.work if w.path and w.dropped_at is None and w.begin <= now]
        last = max(done, key=lambda w: w.begin, default=None)
        if last is None:
            return self._drifting(self.crew.at, now)
        if last.kind is LegKind.SAIL and now < last.end:
            return _along(last, now, self.crew.speed_kn)
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

    def take(self, hand_in: HandIn, at: datetime, *, first: bool = False) -> None:
        """Collect one more, last or before all others, and lay out the rest of the day anew."""
        self.queue.insert(0 if first else len(self.queue), hand_in)
        self.lay_out(at)

    def lay_out(self, at: datetime) -> None:
        """Drop what has not begun by ``at`` and plan the queue and the unloading from there."""
        for work in self.work:
            if work.begin > at and work.dropped_at is None and work.path:
                work.dropped_at = at
        begun = sorted((w for w in self.work if w.dropped_at is None and w.path), key=lambda w: w.begin)
        aboard: list[HandIn] = []
        for work in begun:
            if work.kind is LegKind.COLLECT and work.hand_in is not None:
                aboard.append(work.hand_in)
            elif work.kind is LegKind.UNLOAD:
                aboard = []
        last = begun[-1] if begun else None
        collected = {id(w.hand_in) for w in begun if w.kind is LegKind.COLLECT}
        self.queue = [h for h in self.queue if id(h) not in collected]
        for hand_in in self.queue:
            hand_in.forget(HandInState.EN_ROUTE, at)
        for hand_in in aboard:
            hand_in.forget(HandInState.IN_TRANSIT, at)
        free, place = (max(at, last.end), last.path[-1]) if last else (at, self.crew.at)
        if last is not None and last.is_homeward:
            free = self._unload(last.depot or DEPOTS[0], last.end, at, aboard)
            aboard = []
        bound = last.hand_in if last is not None and last.kind is LegKind.SAIL else None
        if bound is not None:
            self.queue.sort(key=lambda h: h is not bound)  # stable: the one it is sailing to stays first
        for hand_in in self.queue:
            if hand_in is not bound:
                free = self._sail(hand_in, place, max(free, at + CAST_OFF), at)
            free, place = self._collect(hand_in, free, at), hand_in.place
            aboard.append(hand_in)
            if len(aboard) >= LOADED_JOBS:
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

    def _collect(self, hand_in: HandIn, arrive: datetime, known: datetime) -> datetime:
        for state, minute in zip(_COLLECT_STATES, (0.0, *hand_in.collecting_min), strict=True):
            hand_in.reached[state] = arrive + timedelta(minutes=minute)
        end = hand_in.reached[HandInState.SIGNED]
        path = (hand_in.place, hand_in.place)
        self.work.append(Work(LegKind.COLLECT, arrive, end, known, path, hand_in, number=hand_in.number))
        return end

    def _go_home(self, place: Point, begin: datetime, known: datetime, aboard: list[HandIn]) -> tuple[datetime, Point]:
        oily = any(h.filing.pollutant is Pollutant.OILY_WATER for h in aboard)
        roomy = [d for d in DEPOTS if not oily or (d.level_pct[0] or 0.0) < FULL_PCT]
        depot = min(roomy, key=lambda d: self.sailing(place, d.berth))
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


def _along(work: Work, now: datetime, speed_kn: float) -> tuple[Point, float, float]:
    """Where on its path a vessel under way is."""
    whole = sum(kilometres(a, b) for a, b in pairwise(work.path))
    left = whole * ((now - work.begin) / (work.end - work.begin))
    for a, b in pairwise(work.path):
        length = kilometres(a, b)
        if left <= length and length > 0:
            share = left / length
            course = float(np.degrees(np.arctan2((b[0] - a[0]) * COS_LAT, b[1] - a[1])) % 360)
            return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share), speed_kn, course
        left -= length
    return work.path[-1], 0.1, 0.0


def stored_in(hand_ins: list[HandIn], depot: Depot, since: datetime, now: datetime) -> Iterator[HandIn]:
    """What came into a warehouse after ``since``."""
    return (h for h in hand_ins if h.depot is depot and h.is_stored(now) and h.reached[HandInState.STORED] > since)
