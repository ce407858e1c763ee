"""The hand-ins of the demo bay and the collection fleet that serves them.

Everything is decided by events in their order, never by how often somebody looks: two districts
with one seed and one start tell the same second of the same story.
"""

from __future__ import annotations

import heapq
from datetime import datetime, timedelta
from functools import cache

import numpy as np

from services.district.part import DistrictSettings
from services.district.sea_boats import Boats
from services.district.sea_places import DEPOTS, MIX
from services.district.sea_story import CREWS, PAST_LEGS, Filing, later, moment, opening
from services.district.sea_water import Point, Water
from services.district.sea_work import HandIn, Ship, Work
from services.domain.boats import HAND_IN_ORDER, HandInState, LegKind
from services.domain.timebase import local

KEEP = timedelta(days=4)
WAVE_M = 1.4
_EN_ROUTE = HAND_IN_ORDER.index(HandInState.EN_ROUTE)
_DAYS_BEFORE = 4


class Dispatch:
    """Call ``advance(now)``; then the hand-ins and ships tell anything about ``now``."""

    def __init__(self, settings: DistrictSettings, boats: Boats, water: Water, start: datetime) -> None:
        self.start = start
        self._boats = boats
        self._seed = settings.seed
        self.hand_ins: list[HandIn] = []
        self._numbers: dict[str, int] = {}
        self._waiting: list[tuple[datetime, str, HandIn]] = []
        self._later = later(settings, boats)
        self._next = next(self._later)
        route = cache(water.route)
        self.ships = [Ship(crew, route, self._past(i)) for i, crew in enumerate(CREWS)]
        self._days_before()
        for filing in opening(boats):
            self._file(filing)
        self._underway()

    def advance(self, now: datetime) -> None:
        """File and assign everything due up to ``now``, in order."""
        while moment(self.start, self._next.at) <= now:
            self._file(self._next)
            self._next = next(self._later)
        while self._waiting and self._waiting[0][0] <= now:
            self._assign(heapq.heappop(self._waiting)[2])
        self._forget(now - KEEP)

    def filed(self, now: datetime) -> list[HandIn]:
        return [h for h in self.hand_ins if h.reached[HandInState.FILED] <= now]

    def _file(self, filing: Filing) -> HandIn:
        filed = moment(self.start, filing.at)
        day = f"{local(filed):%Y%m%d}"
        number = filing.number or f"{self._numbers.get(day, 0) + 1:02d}"
        self._numbers[day] = max(self._numbers.get(day, 0), int(number))
        rng = np.random.default_rng([self._seed, 11, int(filed.timestamp())])
        accept = filing.accept if filing.accept is not None else filing.at + 2
        assign = filing.assign if filing.assign is not None else accept + float(rng.uniform(2.0, 9.0))
        weighed = round(filing.est_t * float(rng.uniform(0.85, 1.12)), 3)
        x, y = self._boats.corners[filing.boat, 0]
        hand_in = HandIn(
            id=f"SQ-{day}-{number}",
            number=number,
            filing=filing,
            place=(float(x), float(y)),
            reached={HandInState.FILED: filed, HandInState.ACCEPTED: moment(self.start, accept)},
            assign_at=moment(self.start, assign),
            weighed_t=weighed,
            stored_t=round(weighed * float(rng.normal(0.979, 0.008)), 3),
            collecting_min=tuple(float(m) for m in np.cumsum([0.9, rng.uniform(5, 10), 2.0])),
            vessel=filing.vessel,
            promised=None if filing.promised is None else moment(self.start, filing.promised),
        )
        self.hand_ins.append(hand_in)
        if assign >= 0:
            heapq.heappush(self._waiting, (hand_in.assign_at, hand_in.id, hand_in))
        else:
            hand_in.reached[HandInState.ASSIGNED] = hand_in.assign_at
            for state, step in zip(HAND_IN_ORDER[_EN_ROUTE:], filing.steps, strict=False):
                hand_in.reached[state] = moment(self.start, step)
        return hand_in

    def _assign(self, hand_in: HandIn) -> None:
        at = hand_in.assign_at
        hand_in.vessel = self._soonest(hand_in, at) if hand_in.vessel is None else hand_in.vessel
        hand_in.reached[HandInState.ASSIGNED] = at
        self.ships[hand_in.vessel].take(hand_in, at, first=hand_in.filing.number == "11")

    def _soonest(self, hand_in: HandIn, at: datetime) -> int:
        """The vessel that would be alongside first, of those that may go out."""

        def arrival(i: int) -> tuple[datetime, int]:
            free, place = self.ships[i].next_free(at)
            return free + self.ships[i].sailing(place, hand_in.place), i

        in_port = hand_in.filing.in_port
        return min((i for i, s in enumerate(self.ships) if in_port or s.crew.wave_limit_m >= WAVE_M), key=arrival)

    # -- the state of affairs at the start ------------------------------------------------------

    def _underway(self) -> None:
        """03 and those before are stored, 04 is being unloaded, 05 collected; then 06 is next, and 08."""
        by_number = {h.number: h for h in self.hand_ins if h.filing.number}
        for number, depot in (("01", 0), ("02", 0), ("03", 0)):
            stored = by_number[number].reached[HandInState.STORED]
            reached = dict(by_number[number].reached)
            by_number[number].store(DEPOTS[depot], stored)
            by_number[number].reached |= reached
        second, third, fifth = self.ships[1], self.ships[2], self.ships[4]
        begin, berth = moment(self.start, -12), (fifth.crew.at, fifth.crew.at)
        unloading = Work(LegKind.UNLOAD, begin, moment(self.start, 10), begin, berth, depot=DEPOTS[0])
        fifth.work.append(unloading)
        by_number["04"].store(DEPOTS[0], unloading.end)
        collecting = by_number["05"]
        collecting.collecting_min = (4.0, 28.0, 31.0)
        before = moment(self.start, -22)
        second.work.append(
            Work(LegKind.SAIL, moment(self.start, -60), before, moment(self.start, -62), _spot(collecting), collecting)
        )
        second.take(collecting, before - timedelta(seconds=1))
        second.take(by_number["06"], before + timedelta(seconds=1))
        third.take(by_number["08"], moment(self.start, 3.5))

    def _past(self, ship: int) -> list[Work]:
        """Works from before the start have no path: nobody asks where a vessel was then."""
        return [
            Work(p.kind, begin, moment(self.start, p.end), begin, number=p.number, note=p.note)
            for p in PAST_LEGS
            if p.vessel == ship
            for begin in [moment(self.start, p.begin)]
        ]

    def _days_before(self) -> None:
        """Closed hand-ins of the last days, so that rates have something to stand on."""
        rng = np.random.default_rng([self._seed, 5])
        for day in range(_DAYS_BEFORE, 0, -1):
            for at in sorted(rng.uniform(-9.0, 2.5, int(rng.integers(7, 10)))):
                filed = (at - 24.0 * day) * 60
                kind, _, usual = MIX[int(rng.choice(len(MIX), p=[m[1] for m in MIX]))]
                accept, assign = filed + rng.uniform(0.6, 4), filed + rng.uniform(7, 16)
                alongside = assign + rng.uniform(22, 65)
                steps = np.cumsum([assign + 1 - alongside, 0, 1.2, rng.uniform(6, 12), 2, 2, rng.uniform(30, 80), 20])
                late = rng.random() < 0.07
                hand_in = self._file(
                    Filing(
                        filed, int(rng.choice(np.asarray(self._boats.anchored)[9:])), "海门港", True, kind,
                        max(0.02, round(usual * float(rng.lognormal(0, 0.3)), 2)),
                        accept=accept, assign=assign, vessel=int(rng.integers(5)),
                        promised=alongside + (-32 if late else rng.uniform(2, 20)),
                        steps=(assign + 1, *(alongside + s - steps[1] for s in steps[1:])),
                    )
                )  # fmt: skip
                hand_in.store(DEPOTS[int(rng.integers(2))], hand_in.reached[HandInState.STORED])

    def _forget(self, old: datetime) -> None:
        if self.hand_ins and max(self.hand_ins[0].reached.values()) < old:
            self.hand_ins = [h for h in self.hand_ins if max(h.reached.values()) >= old]
            for ship in self.ships:
                ship.work = [w for w in ship.work if w.end >= old]


def _spot(hand_in: HandIn) -> tuple[Point, Point]:
    return hand_in.place, hand_in.place
