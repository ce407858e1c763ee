"""Who lives in the demo community: residents, tenants, elders. Names are drawn from lists and mean nobody."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from services.district.community_estates import BuildingPlan, EstatePlan, House, Row, houses

OWN, LET, VACANT, UNKNOWN = "1", "2", "3", "9"
TENANTS, UNREGISTERED, RENTALS, OWN_HOMES, ELDERS = 2874, 126, 1126, 2745, 68  # of 10,286 people
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕"
    "丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严"
)
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志文云海波宁欣怡浩然子轩梓涵"
_ORIGINS = (("安徽", 412), ("江西", 388), ("贵州", 301), ("福建", 146), ("四川", 268), ("河南", 251), ("湖北", 214))
_OTHER_ORIGINS = (("云南", 188), ("浙江", 706))
_BANDS = ((80, 19, 29), (70, 38, 49), (60, 63, 68), (50, 85, 86), (40, 90, 90), (30, 107, 98), (20, 74, 78))
_YOUNG = ((10, 60, 59), (0, 60, 56))


@dataclass(frozen=True, slots=True)
class Person:
    code: str
    estate: EstatePlan
    building: BuildingPlan
    house: House
    floating: bool
    registered: bool

    @property
    def pseudonym(self) -> str:
        return pseudonym(self.estate, self.code)


@dataclass(frozen=True, slots=True)
class ElderPlan:
    code: str
    name: str
    house: House
    care: str
    meter: str


@dataclass(frozen=True, slots=True)
class Census:
    """Everybody, and the rows of their tables."""

    people: tuple[Person, ...]
    elders: tuple[ElderPlan, ...]
    person_rows: list[Row]
    house_rows: list[Row]
    rental_rows: list[Row]


def pseudonym(estate: EstatePlan, code: str) -> str:
    """What the estate's gates call a person: stable there, useless elsewhere."""
    return f"{estate.code}-{hashlib.sha256(f'{estate.code}/{code}'.encode()).hexdigest()[:10]}"


def take_census(plans: Sequence[BuildingPlan], seed: int, start: datetime) -> Census:
    rng = Random(f"{seed}/census")
    day = start.date()
    people: list[Person] = []
    lone: list[tuple[Person, Row]] = []
    person_rows: list[Row] = []
    house_rows: list[Row] = []
    let_houses: list[House] = []
    before = 0
    for estate in sorted({p.estate.code: p.estate for p in plans}.values(), key=lambda e: e.code):
        here = [house for plan in plans if plan.estate is estate for house in houses(plan)]
        share = _Share(before, before := before + estate.people)
        uses = _uses(here, share, rng)
        house_rows += [_house_row(house, uses[house.code]) for house in here]
        own = [h for h in here if uses[h.code] == OWN]
        let = [h for h in here if uses[h.code] == LET]
        let_houses += let
        alone = _alone(own, share, rng)
        crowd = [*_settle(estate, share, own, alone, let)]
        people += crowd
        person_rows += [_person_row(p, p.house.code in alone, day, rng) for p in crowd]
        lone += [(p, r) for p, r in zip(crowd, person_rows[-len(crowd) :], strict=True) if p.house.code in alone]
    rng.shuffle(lone)
    elders = [_elder(person, row, i, rng) for i, (person, row) in enumerate(lone)]
    person_rows += _moved_away(people[:12], day)
    return Census(tuple(people), tuple(elders), person_rows, house_rows, _rental_rows(let_houses, day))


@dataclass(frozen=True, slots=True)
class _Share:
    """The heads of one estate within all, so that rounded parts add up to the rounded whole."""

    first: int
    last: int

    def of(self, whole: int) -> int:
        return round(self.last * whole / 10_286) - round(self.first * whole / 10_286)


def _uses(here: Sequence[House], share: _Share, rng: Random) -> dict[str, str]:
    order = list(here)
    rng.shuffle(order)
    uses = [LET] * share.of(RENTALS) + [OWN] * share.of(OWN_HOMES) + [UNKNOWN] * max(1, len(order) // 400)
    uses += [VACANT] * max(0, len(order) - len(uses))
    return {house.code: use for house, use in zip(order, uses, strict=False)}


def _alone(own: Sequence[House], share: _Share, rng: Random) -> frozenset[str]:
    """Dwellings of elders who live alone: most of the first estate's in its tall block."""
    wanted = max(1, share.of(ELDERS))
    tall = [h for h in own if h.building.across == 4]
    first = rng.sample(tall, min(len(tall), wanted))
    others = [h for h in own if h.building.across != 4]
    return frozenset(h.code for h in [*first, *rng.sample(others, min(len(others), wanted - len(first)))])


def _settle(
    estate: EstatePlan, share: _Share, own: Sequence[House], alone: frozenset[str], let: Sequence[House]
) -> list[Person]:
    """Exactly ``estate.people`` persons: tenants into let dwellings, the others into their own."""
    tenants = share.of(TENANTS) if let else 0
    unregistered = share.of(UNREGISTERED)
    family = [h for h in own if h.code not in alone] or list(own)
    homes = [h for h in own if h.code in alone]
    homes += [family[i % len(family)] for i in range(estate.people - tenants - len(homes))]
    homes += [let[i % len(let)] for i in range(tenants)]
    crowd: list[Person] = []
    for i, house in enumerate(homes[: estate.people]):
        floating = i >= estate.people - tenants
        registered = not floating or i < estate.people - unregistered
        crowd.append(Person(f"{estate.code}R{i:05d}", estate, house.building, house, floating, registered))
    return crowd


def _house_row(house: House, use: str) -> Row:
    registered = int(use == LET and int(house.code[-1]) + house.floor % 5 > 1)
    return (house.code, house.building.code, house.unit, house.floor, house.at, use, registered)


def _person_row(person: Person, alone: bool, day: date, rng: Random) -> Row:
    sex, age = (
        ("2" if rng.random() < 0.6 else "1", rng.randint(71, 93)) if alone else _sex_and_age(rng, person.floating)
    )
    born = day - timedelta(days=age * 365 + age // 4 + rng.randrange(365))
    name = rng.choice(_SURNAMES) + "".join(rng.choices(_GIVEN, k=rng.choice((1, 2, 2))))
    origin = _origin(rng) if person.floating else "浙江"
    since = day - timedelta(days=rng.randrange(8, 2000))
    if person.floating and person.registered and rng.random() < 31 / 2748:
        since = day - timedelta(days=rng.randrange(0, 7))
    return (
        person.code,
        name,
        sex,
        f"{born:%Y%m%d}",
        "2" if person.floating else "1",
        origin,
        person.estate.code,
        person.house.code,
        int(person.registered),
        f"{since:%Y%m%d}" if person.registered else "",
        "",
    )


def _sex_and_age(rng: Random, floating: bool) -> tuple[str, int]:
    bands = _BANDS if floating else (*_BANDS, *_YOUNG)
    if floating:
        bands = tuple(b for b in bands if b[0] < 60)
    weights = [w for _, men, women in bands for w in (men, women)]
    pick = rng.choices(range(len(weights)), weights)[0]
    floor = bands[pick // 2][0]
    return ("1", "2")[pick % 2], floor + rng.randrange(10)


def _origin(rng: Random) -> str:
    names, weights = zip(*_ORIGINS, *_OTHER_ORIGINS, strict=True)
    return rng.choices(names, weights)[0]


def _moved_away(sample: Sequence[Person], day: date) -> list[Row]:
    """Cancelled registrations of the last week: they left, the net flow counts them."""
    return [
        (
            f"{p.code}X",
            "已注销",
            "1",
            "19900101",
            "2",
            "江西",
            p.estate.code,
            p.house.code,
            1,
            f"{day - timedelta(days=400):%Y%m%d}",
            f"{day - timedelta(days=i % 7):%Y%m%d}",
        )
        for i, p in enumerate(sample)
    ]


def _rental_rows(let: Sequence[House], day: date) -> list[Row]:
    rng = Random(f"rentals/{len(let)}")
    order = list(let)
    rng.shuffle(order)
    share = len(order) / 1126
    hotel, soon, overdue, verify = (round(n * share) for n in (1061, 63, 4, 7))
    rows: list[Row] = []
    for i, house in enumerate(order):
        days = rng.randrange(1, 30) if i < soon else rng.randrange(31, 700)
        rows.append(
            (
                house.code,
                int(i < hotel),
                f"{day + timedelta(days=days):%Y%m%d}",
                int(i >= len(order) - overdue),
                int(i % 160 == 1 and i // 160 < verify),
            )
        )
    return rows


def _elder(person: Person, row: Row, index: int, rng: Random) -> ElderPlan:
    care = "12213"[index] if index < 5 else rng.choices("123", (10, 22, 36))[0]
    return ElderPlan(f"LR{index + 1:03d}", str(row[1]), person.house, care, f"SB{index + 1:05d}")
