"""How the elders of a simulated year live: what befalls them, when water runs, and what they agreed to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from services.domain.community import CareClass

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SLOT = HOUR
# What befalls an elder, and how often beside the others.
_BEFALLS = (
    ("fetched", 20),  # by her daughter, for some days; nobody said so
    ("trip", 16),  # with a notice
    ("drip", 8),  # and nobody minds
    ("broken", 8),  # the meter
    ("gap", 16),  # the meter, less than a day
    ("collapse", 6),
    ("tap", 6),  # left open
    ("lazy", 22),  # a rainy day at home
    ("sick", 8),  # two days in bed: drinks, but does not go out
    ("button", 8),  # falls silent for days
)


@dataclass(frozen=True, slots=True)
class Person:
    """One elder of the year; names do not exist here."""

    elder_id: str
    dwelling_id: str
    meter_id: str
    care: CareClass
    usual_h: float
    goes_out: bool


@dataclass(frozen=True, slots=True)
class Episode:
    kind: str
    begins: datetime
    ends: datetime
    reached: bool = False  # a daughter took the call and gave the notice

    def holds(self, at: datetime) -> bool:
        return self.begins < at <= self.ends


def people(seed: int, count: int) -> tuple[Person, ...]:
    rng = Random(f"{seed}/elders")
    cares = (CareClass.HIGH, CareClass.KEY, CareClass.GENERAL)
    return tuple(
        Person(f"LR9{i:02d}", f"YJ9901{i:04d}", f"SB9{i:02d}", cares[i % 3], rng.uniform(5.2, 7.2), i % 2 == 0)
        for i in range(count)
    )


def episodes(rng: Random, start: datetime, end: datetime) -> tuple[Episode, ...]:
    """One after the other, with quiet weeks between; none in the first three weeks, which are for learning."""
    found: list[Episode] = []
    kinds, weights = zip(*_BEFALLS, strict=True)
    at = start + timedelta(days=21 + rng.uniform(0, 10))
    while at < end - 8 * DAY:
        kind = rng.choices(kinds, weights)[0]
        begins = at.replace(hour=0, minute=0) + timedelta(hours=rng.uniform(7, 20))
        found.append(Episode(kind, begins, begins + _lasts(kind, rng), rng.random() < 0.7))
        at = found[-1].ends + timedelta(days=4 + rng.expovariate(1 / 6))
    return tuple(found)


def _lasts(kind: str, rng: Random) -> timedelta:
    low, high = {
        "fetched": (20, 72),
        "trip": (48, 190),
        "drip": (200, 480),
        "broken": (40, 120),
        "gap": (5, 20),
        "collapse": (30, 34),
        "tap": (26, 40),
        "lazy": (14, 22),
        "sick": (44, 60),
        "button": (36, 96),
    }[kind]
    return timedelta(hours=rng.uniform(low, high))


def water(person: Person, rng: Random, day: datetime) -> dict[datetime, float]:
    """m³ of each hour of an ordinary day, by the end of the hour. Now and then she sleeps long."""
    rises_h = max(4.0, rng.gauss(person.usual_h, 0.4)) + (rng.uniform(2.0, 4.0) if rng.random() < 0.015 else 0.0)
    washes_h = rng.choice((20, 21))
    used: dict[datetime, float] = {}
    for hour in range(24):
        amount = 0.0
        if hour == int(rises_h):
            amount = rng.uniform(0.011, 0.03)
        elif hour == washes_h:
            amount = rng.uniform(0.015, 0.03)
        elif rises_h < hour < 22:
            amount = rng.uniform(0.003, 0.02) if rng.random() < (0.85 if hour in (11, 17) else 0.45) else 0.0
        elif rng.random() < 0.15:
            amount = 0.006
        used[day + (hour + 1) * SLOT] = round(amount, 4)
    return used


def active(episodes_: Sequence[Episode], at: datetime) -> Iterator[Episode]:
    return (one for one in episodes_ if one.holds(at))


def away_times(episodes_: Sequence[Episode]) -> list[tuple[datetime, datetime]]:
    """When a notice holds: of a trip all of it, of a visit to the daughter from the call that reached her,
    after a collapse while she is in hospital."""
    found: list[tuple[datetime, datetime]] = []
    for one in episodes_:
        if one.kind == "trip":
            found.append((one.begins, one.ends))
        elif one.kind == "fetched" and one.reached and one.ends - one.begins > 15 * HOUR:
            found.append((one.begins + 15 * HOUR, one.ends))
        elif one.kind == "collapse":
            found.append((one.ends, one.ends + 4 * DAY))
    return found
