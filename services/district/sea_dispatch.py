"""The hand-ins of the demo bay and the collection fleet that serves them.

Everything is decided by events in their order, never by how often somebody looks: two districts
with one seed, one start and the same orders at the same moments tell the same second of the same story.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache

import numpy as np

from services.district.part import DistrictSettings
from services.district.sea_boats import Boats
from services.district.sea_days import days_before, large_day
from services.district.sea_hand_in import HandIn
from services.district.sea_opening import past, underway
from services.district.sea_places import DEPOTS
from services.district.sea_story import CREWS, FAILS, LARGE_CREWS, Filing, later, moment, opening
from services.district.sea_water import Water, kilometres
from services.district.sea_work import KM_PER_NM, Ship
from services.domain.boats import HAND_IN_ORDER, HandInState, LegKind
from services.domain.timebase import local

KEEP = timedelta(days=4)
WAVE_M = 1.4
TURNS_AGAIN = timedelta(minutes=30)  # until another seat sends a vessel to what was let go
CONSIDERED = 4  # vessels whose way over water is worked out
CALLED_OFF = "渔民取消，提前返航"
NOT_THERE = "到位后未见渔船，呼叫无应答"
_EN_ROUTE = HAND_IN_ORDER.index(HandInState.EN_ROUTE)

Due = tuple[datetime, str, Callable[[], None]]


class Dispatch:
    """Call ``advance(now)``; then the hand-ins and ships tell anything about ``now``."""

    def __init__(self, settings: DistrictSettings, boats: Boats, water: Water, start: datetime) -> None:
        self.start = start
        self.boats = boats
        self._seed = settings.seed
        self.hand_ins: list[HandIn] = []
        self._numbers: dict[str, int] = {}
        self._waiting: list[tuple[datetime, str, HandIn]] = []
        self._uncertain: list[HandIn] = []  # will be called off, or missed
        large = settings.day == "300"
        self._later = iter(()) if large else later(settings, boats)
        self._next = next(self._later, None)
        route = cache(water.route)
        self.ships = [Ship(crew, route) for crew in (LARGE_CREWS if large else CREWS)]
        for filing, depot in days_before(self._seed, boats):
            hand_in = self._file(filing)
            hand_in.store(depot, hand_in.reached[HandInState.STORED])
        (self._large_day if large else self._story)()

    def _story(self) -> None:
        for nth, ship in enumerate(self.ships):
            ship.work = past(nth, self.start)
        for filing in opening(self.boats):
            self._file(filing)
        underway(self.hand_ins, self.ships, self.start)

    def _large_day(self) -> None:
        for filing in large_day(self._seed, self.boats, self.start):
            hand_in = self._file(filing)
            if filing.steps:
                hand_in.store(DEPOTS[len(self.hand_ins) % 2], moment(self.start, filing.steps[-1]))
        noon = local(self.start).replace(hour=12, minute=0, second=0, microsecond=0).astimezone(self.start.tzinfo)
        self.ships[FAILS].breaks_at = noon if noon > self.start else noon + timedelta(days=1)

    # -- what comes by itself -------------------------------------------------------------------

    def advance(self, now: datetime) -> None:
        """File, assign, call off, miss and break down: everything due up to ``now``, in order."""
        while self._next is not None and moment(self.start, self._next.at) <= now:
            self._file(self._next)
            self._next = next(self._later, None)
        while (due := min(self._due(), key=lambda one: one[:2], default=None)) is not None and due[0] <= now:
            due[2]()
        self._forget(now - KEEP)

    def _due(self) -> Iterator[Due]:
        """What comes next of each kind, and what it does."""
        if self._waiting:
            yield self._waiting[0][0], self._waiting[0][1], self._send
        for hand_in in self._uncertain:
            cancel, missed = hand_in.filing.cancel, hand_in.reached.get(HandInState.NO_SHOW)
            if cancel is not None:
                yield moment(self.start, cancel), hand_in.id, lambda h=hand_in: self._call_off(h)
            elif missed is not None:
                yield missed, hand_in.id, lambda h=hand_in, at=missed: self._miss(h, at)
        for ship in self.ships:
            if ship.breaks_at is not None:
                yield ship.breaks_at, ship.crew.name, lambda s=ship: self._break(s)

    def _send(self) -> None:
        """Another seat's dispatcher, for what nobody has ordered by then."""
        at, _, hand_in = heapq.heappop(self._waiting)
        if hand_in.assign_at != at or hand_in.is_over(at) or hand_in.is_met(at):
            return
        if hand_in.is_assigned(at):
            if hand_in.vessel is None or not self.ships[hand_in.vessel].has_failed(at):
                return
            self.let_go(hand_in, at)
        asked = hand_in.filing.vessel if not hand_in.past else None
        self.assign(hand_in, self._soonest(hand_in, at) if asked is None else asked, at)
        ship = self.ships[hand_in.vessel or 0]
        ship.take(hand_in, at, first=hand_in.filing.number == "11")

    def _call_off(self, hand_in: HandIn) -> None:
        self._uncertain.remove(hand_in)
        self.end(hand_in, moment(self.start, hand_in.filing.cancel or 0.0), HandInState.CANCELLED, CALLED_OFF)

    def _miss(self, hand_in: HandIn, at: datetime) -> None:
        self._uncertain.remove(hand_in)
        hand_in.misses = False
        self.let_go(hand_in, at, reason=NOT_THERE)

    def _break(self, ship: Ship) -> None:
        """When it is alongside, it finishes first."""
        at = ship.breaks_at or self.start
        current = ship.current(at)
        if current is not None and current.kind is LegKind.COLLECT:
            ship.breaks_at = current.end
            return
        ship.breaks_at = None
        ship.fail(at)
        for each in ship.queue:
            if isinstance(each, HandIn):
                self.wait(each, at + TURNS_AGAIN)

    # -- what is decided ------------------------------------------------------------------------

    def assign(self, hand_in: HandIn, vessel: int, at: datetime) -> None:
        """On paper; the vessel takes it up when its day is laid out."""
        if hand_in.past and hand_in.state(at) is not HandInState.REASSIGNED:
            hand_in.turn(at, HandInState.REASSIGNED)
        if not hand_in.past and not hand_in.has(HandInState.ACCEPTED, at):
            hand_in.reached[HandInState.ACCEPTED] = at
        hand_in.vessel = vessel
        hand_in.reached[HandInState.ASSIGNED] = at

    def let_go(self, hand_in: HandIn, at: datetime, reason: str = "") -> None:
        """It waits for a vessel again."""
        turned = (HandInState.REASSIGNED,) if hand_in.is_assigned(at) and not reason else ()
        hand_in.turn(at, *turned)
        self._leave(hand_in, at)
        hand_in.promised, hand_in.reason = None, reason or hand_in.reason
        self.wait(hand_in, at + TURNS_AGAIN)

    def end(self, hand_in: HandIn, at: datetime, state: HandInState, reason: str) -> bool:
        """False when it is too late for that."""
        if hand_in.is_over(at) or hand_in.is_met(at):
            return False
        hand_in.turn(at, state)
        hand_in.reason = reason
        self._leave(hand_in, at)
        return True

    def wait(self, hand_in: HandIn, until: datetime) -> None:
        hand_in.assign_at = until
        heapq.heappush(self._waiting, (until, hand_in.id, hand_in))

    def _leave(self, hand_in: HandIn, at: datetime) -> None:
        ship, hand_in.vessel = hand_in.vessel, None
        if ship is not None:
            self.ships[ship].drop(hand_in, at)

    def filed(self, now: datetime) -> list[HandIn]:
        return [h for h in self.hand_ins if h.filed_at <= now]

    def add(self, hand_in: HandIn) -> None:
        self.hand_ins.append(hand_in)

    def _file(self, filing: Filing) -> HandIn:
        filed = moment(self.start, filing.at)
        day = f"{local(filed):%Y%m%d}"
        number = filing.number or f"{self._numbers.get(day, 0) + 1:02d}"
        self._numbers[day] = max(self._numbers.get(day, 0), int(number))
        rng = np.random.default_rng([self._seed, 11, int(filed.timestamp())])
        accept = filing.accept if filing.accept is not None else filing.at + 2
        assign = filing.assign if filing.assign is not None else accept + float(rng.uniform(5.0, 12.0))
        weighed = round(filing.est_t * float(rng.uniform(0.85, 1.12)), 3)
        share = float(rng.normal(0.979, 0.008)) if filing.stored_share is None else filing.stored_share
        x, y = self.boats.corners[filing.boat, 0]
        hand_in = HandIn(
            id=f"SQ-{day}-{number}",
            number=number,
            filing=filing,
            place=(float(x), float(y)),
            reached={HandInState.FILED: filed, HandInState.ACCEPTED: moment(self.start, accept)},
            assign_at=moment(self.start, assign),
            weighed_t=weighed,
            stored_t=round(weighed * share, 3),
            collecting_min=tuple(float(m) for m in np.cumsum([0.9, rng.uniform(5, 10), 2.0])),
            vessel=filing.vessel if assign < 0 else None,
            promised=None if filing.promised is None else moment(self.start, filing.promised),
            misses=filing.misses,
        )
        self.hand_ins.append(hand_in)
        if filing.misses or filing.cancel is not None:
            self._uncertain.append(hand_in)
        if assign >= 0:
            heapq.heappush(self._waiting, (hand_in.assign_at, hand_in.id, hand_in))
        else:
            hand_in.reached[HandInState.ASSIGNED] = hand_in.assign_at
            for state, step in zip(HAND_IN_ORDER[_EN_ROUTE:], filing.steps, strict=False):
                hand_in.reached[state] = moment(self.start, step)
        return hand_in

    def _soonest(self, hand_in: HandIn, at: datetime) -> int:
        """The vessel that would be alongside first, of those that may go out."""

        def arrival(i: int) -> tuple[datetime, int]:
            free, place = self.ships[i].next_free(at)
            return free + self.ships[i].sailing(place, hand_in.place), i

        able = [i for i, ship in enumerate(self.ships) if not ship.has_failed(at)]
        out = [i for i in able if self.ships[i].crew.wave_limit_m >= WAVE_M]
        near = sorted(able if hand_in.filing.in_port else out, key=lambda i: self._straight_h(i, hand_in, at))
        return min(near[:CONSIDERED], key=arrival)

    def _straight_h(self, ship: int, hand_in: HandIn, at: datetime) -> float:
        free, place = self.ships[ship].next_free(at)
        return (free - at) / timedelta(hours=1) + kilometres(place, hand_in.place) / KM_PER_NM / self.ships[
            ship
        ].crew.speed_kn

    def _forget(self, old: datetime) -> None:
        if self.hand_ins and self.hand_ins[0].last_at < old:
            self.hand_ins = [h for h in self.hand_ins if h.last_at >= old]
            for ship in self.ships:
                ship.work = [w for w in ship.work if w.end >= old]
