"""What happens in the demo community, minute by minute, as a function of seed and district time alone.

Nothing here remembers: the passages of a minute are the same whether they are made at start as
history or live, and whether the district ran through or was started again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from services.district.community_estates import EstatePlan, Row
from services.district.community_people import Census, ElderPlan, Person, pseudonym
from services.district.community_registers import AWAY, SILENT, stamp

PASSAGES_A_DAY = 2.15  # a head
HOURS = (4, 2, 1, 1, 2, 8, 38, 86, 82, 52, 44, 52, 58, 46, 42, 44, 56, 84, 92, 74, 56, 40, 24, 12)
SLOT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Happening:
    """A row that a table gets at a moment (Shanghai time)."""

    at: datetime
    table: str
    row: Row


def number(at: datetime, k: int) -> int:
    """Row numbers grow with time and survive a restart: milliseconds of the moment plus a counter."""
    return int(at.timestamp()) * 1000 + k


# -------------------------------------------------------------------------------------------- gates


@dataclass(frozen=True, slots=True)
class Gates:
    """Who passes which gate when."""

    seed: int
    estates: Sequence[EstatePlan]
    people: Sequence[Person]

    @classmethod
    def of(cls, seed: int, estates: Sequence[EstatePlan], census: Census) -> Gates:
        return cls(seed, estates, [p for p in census.people if p.registered])

    def during(self, minute: datetime) -> list[Happening]:
        """Every passage of one minute, in order."""
        rng = Random(f"{self.seed}/gate/{int(minute.timestamp()) // 60}")
        expected = len(self.people) * PASSAGES_A_DAY * HOURS[minute.hour] / sum(HOURS) / 60
        count = int(expected * rng.uniform(0.6, 1.4) + rng.random())
        moments = sorted(minute + timedelta(milliseconds=rng.randrange(60_000)) for _ in range(count))
        return [self._passage(at, k, rng) for k, at in enumerate(moments)]

    def _passage(self, at: datetime, k: int, rng: Random) -> Happening:
        person = self.people[rng.randrange(len(self.people))]
        estate, block = person.estate, person.building.code
        who, code, registered, resident, visitor = person.pseudonym, "10", 1, 1, 0
        draw = rng.random()
        if draw < 0.01:  # somebody on no list, seldom twice the same
            who, code, registered, resident = pseudonym(estate, f"U{rng.randrange(40_000)}"), "99", 0, 0
        elif draw < 0.03:
            who, code, registered, resident, visitor = pseudonym(estate, f"V{rng.randrange(9000)}"), "30", 0, 0, 1
        elif draw < 0.11:
            who, code, registered, resident = pseudonym(estate, f"C{rng.randrange(60)}"), "40", 0, 0
        elif draw < 0.14:
            who, code, registered, resident = pseudonym(estate, f"W{rng.randrange(25)}"), "50", 0, 0
        elif person.floating:
            code, resident = "20", 0
        inward = rng.random() < (0.25 if at.hour < 10 else 0.68 if at.hour >= 16 else 0.5)
        gate = rng.choice(("南门", "北门", "东门"))
        return passage(at, k, estate, gate, inward, who, code, (registered, resident, visitor), block)


def passage(
    at: datetime,
    k: int,
    estate: EstatePlan,
    gate: str,
    inward: bool,
    who: str,
    code: str,
    lists: tuple[int, int, int],
    block: str,
    marks: tuple[int, int, int, int] = (0, 0, 0, 0),  # minor, kin, protected, accompanied
) -> Happening:
    key = number(at, k)
    row = (key, f"MJ{key}", estate.code, gate, "1" if inward else "2", who, code, *lists, stamp(at), block, *marks)
    return Happening(at, "menjin", row)


# -------------------------------------------------------------------------------------- story T1, Lin

_LIN_BEFORE = (  # days before the start, hour, minute, inward, announced as a visitor
    (28, 18, 42, True, 0),
    (24, 12, 10, True, 0),
    (24, 13, 5, False, 0),
    (20, 7, 50, False, 0),
    (16, 19, 31, True, 0),
    (10, 15, 0, True, 1),
    (10, 17, 10, False, 1),
    (8, 8, 2, False, 0),
    (5, 18, 20, True, 0),
    (5, 20, 40, False, 0),
    (2, 17, 55, True, 0),
)
_LIN_LIVE_S = ((100, True), (235, False), (1500, True), (5400, False))  # seconds after the start


def lin(start: datetime, estate: EstatePlan, block: str) -> list[Happening]:
    """林 from Fujian at 城市花园: nine passages on seven days without a registration, the tenth
    100 s after the start. The day he was announced as a visitor counts for nothing."""
    who = pseudonym(estate, "LIN")
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    past = [
        (midnight - timedelta(days=days) + timedelta(hours=hour, minutes=minute), inward, visitor)
        for days, hour, minute, inward, visitor in _LIN_BEFORE
    ]
    live = [(start + timedelta(seconds=after), inward, 0) for after, inward in _LIN_LIVE_S]
    return [
        passage(at, 490, estate, "南门", inward, who, "30" if visitor else "99", (0, 0, visitor), block)
        for at, inward, visitor in [*past, *live]
    ]


def lin_visitor_row(estate: EstatePlan, house: str) -> Row:
    """The visitor desk's line of that one day: the only place where a name stands beside the pseudonym."""
    return (pseudonym(estate, "LIN"), "林某", "福建", house)


# -------------------------------------------------------------------------------------------- meters

_METERS = (("1", "m3", 0.0021), ("2", "kWh", 0.075), ("3", "m3", 0.0016))  # kind, unit, use a head and half hour
_SHAPES = {
    "1": (3, 2, 2, 2, 2, 4, 10, 14, 11, 8, 7, 8, 10, 8, 6, 6, 7, 10, 14, 15, 13, 10, 7, 4),
    "2": (6, 5, 4, 4, 4, 5, 7, 8, 7, 7, 7, 8, 9, 8, 7, 7, 8, 11, 14, 15, 15, 13, 11, 8),
    "3": (1, 1, 1, 1, 1, 3, 9, 11, 7, 4, 5, 12, 10, 4, 3, 3, 6, 13, 15, 10, 7, 5, 3, 2),
}


def slot_of(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)


def estate_use(seed: int, estate: EstatePlan, kind: str, slot: datetime) -> float:
    """What a whole estate used in one half hour, between the hour before's habit and the next one's."""
    index = [code for code, _, _ in _METERS].index(kind)
    shape = _SHAPES[kind]
    here = shape[slot.hour] if slot.minute == 0 else (shape[slot.hour] + shape[(slot.hour + 1) % 24]) / 2
    rng = Random(f"{seed}/use/{estate.code}/{kind}/{int(slot.timestamp())}")
    day = Random(f"{seed}/day/{kind}/{slot:%Y%m%d}").uniform(0.84, 1.18)
    mean = sum(shape) / 24
    return round(estate.people * _METERS[index][2] * here / mean * day * rng.uniform(0.88, 1.12), 3)


def usage_happenings(seed: int, estates: Sequence[EstatePlan], slot: datetime) -> Iterator[Happening]:
    """The half-hour sums, written when the half hour is over."""
    for estate in estates:
        for kind, _, _ in _METERS:
            use = estate_use(seed, estate, kind, slot)
            yield Happening(slot + SLOT, "yongliang", (estate.code, kind, stamp(slot), use))


class ElderMeters:
    """Water meters of elders who live alone. Each reports every half hour at a second of its own."""

    def __init__(self, seed: int, elders: Sequence[ElderPlan], start: datetime) -> None:
        self._seed = seed
        self._elders = elders
        self._start = start
        self.total = [round(Random(f"{seed}/{e.code}").uniform(40, 400), 3) for e in elders]

    def during(self, after: datetime, until: datetime) -> list[Happening]:
        """Readings in ``(after, until]``. Call with stretches that follow each other: counters count on."""
        found: list[Happening] = []
        slot = slot_of(after - SLOT)
        while slot <= until:
            for i in range(len(self._elders)):
                at = slot + timedelta(seconds=(i * 397) % 1800)
                if after < at <= until and not (i in SILENT and at > self._start - timedelta(hours=26 - i % 2)):
                    found.append(self._reading(i, at, slot))
            slot += SLOT
        return sorted(found, key=lambda h: h.at)

    def _reading(self, i: int, at: datetime, slot: datetime) -> Happening:
        self.total[i] = round(self.total[i] + self._use(i, at, slot), 3)
        key = number(at, i)
        meter = self._elders[i].meter
        return Happening(at, "chaobiao", (key, f"CB{key}", meter, stamp(at), self.total[i], "m3"))

    def _use(self, i: int, at: datetime, slot: datetime) -> float:
        if i in AWAY and at > self._start - timedelta(hours=30):
            return 0.0
        if i == 0 and at > self._start - timedelta(hours=24, minutes=4):
            return 0.0
        if i == 1 and at > self._start - timedelta(hours=13):
            return 0.0
        rng = Random(f"{self._seed}/elder/{i}/{int(slot.timestamp())}")
        first = 13 + i % 4  # half hours after midnight: everybody's first use lies between 6:30 and 8:30
        if slot.hour * 2 + slot.minute // 30 == first:
            return round(rng.uniform(0.012, 0.03), 3)
        busy = _SHAPES["1"][slot.hour] / 15 * 0.8
        return round(rng.uniform(0.002, 0.02), 3) if 5 <= slot.hour < 23 and rng.random() < busy else 0.0
