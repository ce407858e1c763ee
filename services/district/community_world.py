"""The demo community as it stands when the district starts: registers, and the days before as sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Table

from services.district import community_lets as lets
from services.district.community_days import (
    HOURS,
    PASSAGES_A_DAY,
    SLOT,
    lin_visitor_row,
    slot_of,
    usage_happenings,
)
from services.district.community_disputes import dispute_rows
from services.district.community_estates import (
    BuildingPlan,
    EstatePlan,
    Row,
    building_plans,
    building_rows,
    estate_plans,
    estate_rows,
    grid_rows,
    ground_rows,
    patrol_rows,
    unit_rows,
)
from services.district.community_fire import Device, device_rows, devices, permit_rows
from services.district.community_party import activity_rows, party_rows
from services.district.community_people import Census, take_census
from services.district.community_registers import (
    SILENT,
    elder_rows,
    hazard_rows,
    stamp,
    visit_rows,
)
from services.district.community_samples import sample_rows
from services.sources import community_let_tables as let_tables
from services.sources import community_tables as tables
from services.sources.community_samples import CHOUCHA

BAND_DAYS = 7


@dataclass(frozen=True, slots=True)
class World:
    """Who and what there is. Follows from seed, size and the day of the start."""

    seed: int
    scale: float
    estates: tuple[EstatePlan, ...]
    buildings: tuple[BuildingPlan, ...]
    census: Census
    devices: tuple[Device, ...]

    @classmethod
    def of(cls, seed: int, residents: int, start: datetime) -> World:
        estates = estate_plans(residents)
        buildings = tuple(b for estate in estates for b in building_plans(estate, seed))
        census = take_census(buildings, seed, start)
        scale = residents / 10_000
        return cls(seed, scale, estates, buildings, census, tuple(devices(buildings, census.elders, seed, scale)))


def register_rows(world: World, now: datetime) -> Iterator[tuple[Table, Iterable[Row]]]:
    census, seed, day = world.census, world.seed, now.date()
    yield tables.XIAOQU, estate_rows(world.estates)
    yield tables.LOUDONG, building_rows(world.buildings, seed)
    yield tables.DIWU, ground_rows(world.estates)
    yield tables.WANGGE, grid_rows(world.estates)
    yield tables.DANYUAN, unit_rows(world.buildings, seed)
    yield tables.FANGWU, census.house_rows
    yield tables.RENYUAN, census.person_rows
    yield tables.CHUZUFANG, lets.rental_rows(census, day, seed)
    yield let_tables.JUZHUDENGJI, lets.registration_rows(census, day, seed)
    yield let_tables.RUZHU, lets.report_rows(census, now, seed)
    yield tables.JIUFEN, dispute_rows(census.people, now, seed)
    yield tables.LAOREN, elder_rows(census.elders, day)
    yield tables.TANFANG, visit_rows(census.elders, day)
    yield tables.HUODONG, _door_rows(world, now)
    yield tables.SHEBEI, device_rows(world.devices, now, seed)
    yield tables.ZUOYE, permit_rows(world.devices, now)
    yield tables.YINHUAN, hazard_rows(day)
    yield tables.BIAOJI, _meter_rows(world, now)
    yield tables.FANGKE, [lin_visitor_row(world.estates[0], _lin_house(world))]
    yield tables.DANGZUZHI, party_rows()
    yield tables.DZHD, activity_rows(now, seed, now)
    yield CHOUCHA, sample_rows(now, seed, census.house_rows)
    yield tables.XUNLUO, patrol_rows(world.estates, seed, stamp(now), int(now.timestamp()) // 60)


def history_rows(world: World, now: datetime) -> Iterator[tuple[Table, Iterable[Row]]]:
    """The seven days before as half-hour sums and hourly flows, and today so far."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight - timedelta(days=BAND_DAYS)
    slots = int((slot_of(now) - first) / SLOT)
    yield (
        tables.YONGLIANG,
        [h.row for i in range(slots) for h in usage_happenings(world.seed, world.estates, first + i * SLOT)],
    )
    yield tables.RENLIU, list(_flow_rows(world, first, midnight))


def _flow_rows(world: World, first: datetime, until: datetime) -> Iterator[Row]:
    people = Counter(p.building.code for p in world.census.people)
    rng = Random(f"{world.seed}/flow")
    hour = first
    while hour < until:
        share = PASSAGES_A_DAY * HOURS[hour.hour] / sum(HOURS)
        for building, heads in people.items():
            yield (building, f"{hour:%Y%m%d%H}", max(0, round(heads * share * rng.uniform(0.75, 1.2))))
        hour += timedelta(hours=1)


def _door_rows(world: World, now: datetime) -> list[Row]:
    """This morning's door contacts of the elders who go out."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    rows: list[Row] = []
    for i, elder in enumerate(world.census.elders):
        at = midnight + timedelta(hours=7, minutes=(i * 13) % 90)
        if i > 4 and i % 3 == 0 and at <= now:
            rows.append((int(at.timestamp()) * 100 + i % 100, elder.code, "门磁", stamp(at)))
    return rows


def _meter_rows(world: World, now: datetime) -> list[Row]:
    """A water, power and gas meter for every dwelling; six silent, and the elders' own water meters."""
    heard = stamp(now - timedelta(minutes=17))
    silent = stamp(now - timedelta(hours=31))
    rows: list[Row] = [
        (elder.meter, "1", elder.house.building.estate.code, elder.house.code, silent if i in SILENT else heard, "正常")
        for i, elder in enumerate(world.census.elders)
    ]
    for i, house in enumerate(world.census.house_rows):
        estate = str(house[1])[:4]
        lost = i in (101, 777, 1503, 2999)
        rows += [
            (
                f"{'SDQ'[int(kind) - 1]}{house[0]}",
                kind,
                estate,
                str(house[0]),
                silent if lost and kind == "2" else heard,
                "正常",
            )
            for kind in "23"
        ]
    return rows


def _lin_house(world: World) -> str:
    """A let dwelling of the tall block, middle staircase: where he visits."""
    block = f"{world.estates[0].code}03"
    let = [str(r[0]) for r in world.census.house_rows if r[1] == block and r[5] == "2"]
    middle = [code for code in let if code[len(block)] == "2"]
    choice = middle or let or [""]
    return choice[len(choice) * 2 // 3]
