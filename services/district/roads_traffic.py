"""Who drives where and when: a function of seed and district time only."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from services.district.roads_network import BY_NAME, PLACES, Place, distance_km, heading, neighbours
from services.domain.timebase import local

# Share of the busiest hour, by hour of the Shanghai day.
_MORNING = (0.13, 0.09, 0.07, 0.06, 0.09, 0.22, 0.55, 0.93, 1.0, 0.84, 0.75, 0.74)
_EVENING = (0.71, 0.73, 0.75, 0.79, 0.93, 1.0, 0.88, 0.66, 0.52, 0.40, 0.29, 0.19)
DAY: tuple[float, ...] = _MORNING + _EVENING
NAMED_RATE_AT = 14  # the hour in which the settings' passages per second are met
LONGEST_TRIP_S = 1800
# Each second of a round has vehicles of its own, so that none is ever under way twice at once.
ROUND_S = 2400
STARTS = 45  # vehicles of one second; more than ever set out in it
FLEET = ROUND_S * STARTS
LEGS = (1, 2, 3, 4, 5)
LEG_WEIGHTS = (3, 4, 4, 2, 1)
MEAN_LEGS = sum(n * w for n, w in zip(LEGS, LEG_WEIGHTS, strict=True)) / sum(LEG_WEIGHTS)


@dataclass(frozen=True, slots=True)
class Vehicle:
    plate: str
    plate_colour: str  # codes of the protocol
    plate_class: str
    vehicle_class: str
    colour: str

    @property
    def is_truck(self) -> bool:
        return self.vehicle_class.startswith("H")


@dataclass(frozen=True, slots=True, order=True)
class Sighting:
    """One vehicle at one checkpoint. ``at_s`` is Unix seconds of the true moment; ``extra`` are further
    members of the sender's object."""

    at_s: float
    number: int  # of the trip and leg; orders what happens at one moment
    place: Place
    vehicle: Vehicle
    direction: str
    opacity_pct: float | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, compare=False)


def rate_at(moment: datetime, per_s: float, seed: int) -> float:
    """Passages per second of the whole district."""
    here = local(moment)
    hour = here.hour + here.minute / 60 + here.second / 3600
    before, after = DAY[int(hour)], DAY[(int(hour) + 1) % 24]
    share = before + (after - before) * (hour - int(hour))
    return per_s * share / DAY[NAMED_RATE_AT] * day_factor(here, seed)


def day_factor(here: datetime, seed: int) -> float:
    """A day is up to 8 % busier or quieter than the usual one; week-ends are quieter."""
    weekend = 0.93 if here.weekday() >= 5 else 1.0
    return weekend * (1 + 0.08 * (2 * Random(f"day:{seed}:{here:%Y%m%d}").random() - 1))


class Traffic:
    """Everything that passes, second by second. Two of the same seed tell the same story whenever
    each of them began to be asked."""

    def __init__(self, seed: int, per_s: float, story: Sequence[Sighting] = ()) -> None:
        self._seed = seed
        self._per_s = per_s
        self._next = neighbours()
        self._weights = [place.share for place in PLACES]
        self._story = sorted(story)
        self._waiting: list[Sighting] = []
        self._second: int | None = None

    def between(self, since: int, until: int) -> Iterator[Sighting]:
        """Sightings of the seconds ``since ≤ s < until``, in order. Ask for spans that follow on."""
        if self._second != since:
            self._start_over(since)
        for second in range(since, until):
            self._set_out(second)
            while self._waiting and self._waiting[0].at_s < second + 1:
                yield heapq.heappop(self._waiting)
        self._second = until

    def _start_over(self, since: int) -> None:
        self._waiting = [s for s in self._story if s.at_s >= since]
        for second in range(since - LONGEST_TRIP_S, since):
            self._set_out(second)
        self._waiting = [s for s in self._waiting if s.at_s >= since]
        heapq.heapify(self._waiting)

    def _set_out(self, second: int) -> None:
        chance = Random(f"trips:{self._seed}:{second}")
        moment = datetime.fromtimestamp(second, UTC)
        first = chance.randrange(STARTS)
        for trip in range(min(STARTS, _poisson(chance, rate_at(moment, self._per_s, self._seed) / MEAN_LEGS))):
            vehicle = vehicle_of(self._seed, second % ROUND_S * STARTS + (first + trip) % STARTS)
            for sighting in self._trip(chance, second, trip, vehicle):
                heapq.heappush(self._waiting, sighting)

    def _trip(self, chance: Random, second: int, trip: int, vehicle: Vehicle) -> Iterator[Sighting]:
        legs = chance.choices(LEGS, LEG_WEIGHTS)[0]
        here = chance.choices(PLACES, self._weights)[0]
        came_from: Place | None = None
        at_s = second + chance.random()
        for leg in range(legs):
            onward = [p for p in self._next[here.name] if p is not came_from] or self._next[here.name]
            there = chance.choices(onward, [p.share for p in onward])[0]
            number = (second % 100_000) * 1000 + trip * 10 + leg
            yield Sighting(at_s, number, here, vehicle, heading(here, there), _opacity(chance, here, vehicle))
            at_s += distance_km(here, there) / chance.uniform(28, 52) * 3600
            came_from, here = here, there
            if at_s > second + LONGEST_TRIP_S:
                return


CLONED = Vehicle("浙J2K86D", "5", "02", "K33", "1")
CLONE = Vehicle("浙J2K86D", "5", "02", "H31", "3")  # another car under the same plate


def story(start: datetime, watched: Sequence[Vehicle], smoky: Vehicle) -> tuple[Sighting, ...]:
    """T2, the watch-list hits and one plate on two cars, at fixed district seconds after the start."""
    begin = start.timestamp()

    def seen(
        after_s: float, name: str, vehicle: Vehicle, direction: str, opacity: float | None = None, brand: str = ""
    ) -> Sighting:
        extra = {"VehicleBrand": brand} if brand else {}
        return Sighting(begin + after_s, 0, BY_NAME[name], vehicle, direction, opacity, extra)

    first, second = watched
    return (
        seen(75, "椒江大桥", first, "3"),
        seen(75 + 310, "中心大道西", first, "3"),
        seen(150, "椒江二桥", smoky, "3", 38.2),
        seen(150 + 420, "疏港大道口", smoky, "3"),
        seen(210, "疏港大道口", second, "1"),
        seen(210 + 350, "三甲", second, "1"),
        seen(700, "台州东站", CLONED, "1", brand="大众"),
        seen(700 + 90, "滨海大道", CLONE, "2", brand="五菱"),
    )


@lru_cache(maxsize=32_768)
def vehicle_of(seed: int, index: int) -> Vehicle:
    """The vehicle with this number of the demo fleet; always the same one. No two have one plate."""
    chance = Random(f"vehicle:{seed}:{index}")
    kind = chance.choices(("K33", "K39", "K11", "H31", "H21", "H11", "H14", "H17"), (820, 40, 22, 60, 18, 22, 6, 12))[0]
    area = chance.choices(("浙J", "浙A", "浙C", "浙B", "沪A", "闽A", "皖S", "赣E"), (860, 30, 30, 25, 15, 15, 13, 12))[
        0
    ]
    letter, digits = divmod((index * 7919 + seed) % (len(_LETTERS) * 10_000), 10_000)
    serial = f"{digits:04d}"
    if kind == "K33" and chance.random() < 0.17:
        plate = f"{area}{chance.choice('DDDDABF')}{_LETTERS[letter]}{serial}"
        return Vehicle(plate, "9", "52", kind, chance.choice(_BODIES))
    at = index % 5
    plate = f"{area}{serial[:at]}{_LETTERS[letter]}{serial[at:]}"
    yellow = (kind[0] == "H" and kind != "H31") or kind == "K11"
    return Vehicle(plate, "6" if yellow else "5", "01" if yellow else "02", kind, chance.choice(_BODIES))


_AREAS = ("浙J", "浙A", "浙C", "浙B", "沪A", "闽A", "皖S", "赣E")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_BODIES = ("1", "2", "2", "2", "3", "3", "4", "5", "8")


def _opacity(chance: Random, place: Place, vehicle: Vehicle) -> float | None:
    """Trucks at the sensing points; about one in four thousand readings is over the limit."""
    if not (place.sees_exhaust and vehicle.is_truck):
        return None
    if chance.random() < 1 / 4000:
        return round(chance.uniform(31, 46), 1)
    return round(min(28.0, chance.gammavariate(2.2, 4.2)), 1)


def _poisson(chance: Random, mean: float) -> int:
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def hourly(day: datetime, seed: int, per_s: float) -> list[int]:
    """Expected passages of each hour of the Shanghai day that ``day`` lies in."""
    midnight = local(day).replace(hour=0, minute=0, second=0, microsecond=0)
    return [_expected(midnight + timedelta(hours=hour), timedelta(hours=1), seed, per_s) for hour in range(24)]


def so_far(now: datetime, seed: int, per_s: float) -> int:
    """Expected passages of the running hour up to now."""
    begun = local(now).replace(minute=0, second=0, microsecond=0)
    return _expected(begun, local(now) - begun, seed, per_s)


def _expected(begin: datetime, span: timedelta, seed: int, per_s: float) -> int:
    """The rate is straight within an hour: its middle is its mean."""
    return round(rate_at(begin + span / 2, per_s, seed) * span.total_seconds())
