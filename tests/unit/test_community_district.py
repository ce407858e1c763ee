"""The demo community: its head counts, its determinism and its stories."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.collect.site import Site
from services.district import community as district
from services.district.community_days import Gates, lin
from services.district.community_estates import building_plans, estate_plans
from services.district.community_people import pseudonym
from services.district.community_world import World
from services.district.part import DistrictSettings, Fault, Faults
from services.domain.timebase import starting
from services.sources.community_events import moment
from tests.unit.community_demo import START, community


@pytest.fixture(scope="module")
def world() -> World:
    return World.of(42, 10_000, START)


def test_that_the_six_estates_have_their_head_counts(world: World) -> None:
    assert [(e.name, e.people) for e in world.estates] == [
        ("城市花园", 1862),
        ("云西小区", 1790),
        ("白云新村", 1655),
        ("健康苑", 1604),
        ("景元家园", 1733),
        ("云锦苑", 1642),
    ]
    assert len(world.census.people) == 10_286
    assert Counter(p.estate.name for p in world.census.people) == {e.name: e.people for e in world.estates}


def test_that_floating_people_rentals_and_elders_add_up(world: World) -> None:
    people = world.census.people
    assert sum(p.floating for p in people) == 2874
    assert sum(p.floating and p.registered for p in people) == 2748
    assert len(world.census.rental_rows) == 1126
    assert len(world.census.elders) == 68


def test_that_every_elder_lives_alone(world: World) -> None:
    heads = Counter(p.house.code for p in world.census.people)
    assert {heads[e.house.code] for e in world.census.elders} == {1}


@pytest.mark.parametrize("residents", [100, 3000, 25_000])
def test_that_the_community_scales_with_the_setting(residents: int) -> None:
    estates = estate_plans(residents)
    plans = [b for e in estates for b in building_plans(e, 1)]
    assert sum(e.people for e in estates) == pytest.approx(residents * 1.0286, rel=0.02)
    assert all(1 <= b.floors <= 17 for b in plans)


def test_that_a_minute_is_the_same_whenever_it_is_asked_for(world: World) -> None:
    gates, again = (Gates.of(42, world.estates, w.census) for w in (world, World.of(42, 10_000, START)))
    assert gates.during(START) == again.during(START)
    assert gates.during(START) != Gates.of(43, world.estates, world.census).during(START)


def test_that_lin_has_nine_passages_before_the_start_and_the_tenth_within_five_minutes(world: World) -> None:
    story = lin(START, world.estates[0], "XQ0103")
    month = [h for h in story if START - timedelta(days=30) < h.at]
    counted = [h for h in month if h.row[9] == 0]
    before = [h for h in counted if h.at <= START]
    assert len(before) == 9
    assert len({h.at.date() for h in before}) >= 5
    assert len({h.at.date() for h in month if h.row[9] == 1}) == 1
    tenth = sorted(counted, key=lambda h: h.at)[9]
    assert START < tenth.at <= START + timedelta(minutes=5)
    assert {h.row[5] for h in story} == {pseudonym(world.estates[0], "LIN")}


def test_that_nobody_else_on_no_list_reaches_ten_passages_in_an_hour_of_history(world: World) -> None:
    gates = Gates.of(42, world.estates, world.census)
    found = Counter(h.row[5] for m in range(60) for h in gates.during(START + timedelta(minutes=m)) if h.row[6] == "99")
    assert max(found.values(), default=0) < 3


def rows(path: Path, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def test_that_two_paces_write_the_same_rows(tmp_path: Path) -> None:
    slow, fast = tmp_path / "slow.db", tmp_path / "fast.db"
    with community(f"sqlite:///{slow}") as (life, _):
        for seconds in range(60, 3660, 60):
            life.go_on(START + timedelta(seconds=seconds))
    with community(f"sqlite:///{fast}") as (life, _):
        life.go_on(START + timedelta(hours=1))
    for table in ("menjin", "chaobiao", "shexiang", "yongliang"):
        statement = f"SELECT * FROM {table} ORDER BY 1, 2, 3"
        assert rows(slow, statement) == rows(fast, statement)


def test_that_row_numbers_grow_with_time(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    with community(f"sqlite:///{path}") as (life, _):
        life.go_on(START + timedelta(minutes=10))
    times = [str(r[0]) for r in rows(path, "SELECT txsj FROM menjin ORDER BY id")]
    assert times == sorted(times)
    assert moment(times[-1]) <= START + timedelta(minutes=10)


def test_that_a_clock_set_back_writes_nothing_twice(tmp_path: Path) -> None:
    with community(f"sqlite:///{tmp_path / 'c.db'}") as (life, _):
        assert life.go_on(START + timedelta(minutes=5)) > 0
        assert life.go_on(START + timedelta(minutes=1)) == 0
        assert life.go_on(START + timedelta(minutes=6)) > 0


def test_that_duplicates_carry_the_same_serial_number(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    with community(f"sqlite:///{path}") as (life, _):
        life.go_on(START + timedelta(minutes=5), Fault.DUPLICATES)
    counts = rows(path, f"SELECT count(*), count(DISTINCT lsh) FROM menjin WHERE txsj > '{START:%Y%m%d%H%M%S}'")
    assert counts[0][0] == 2 * int(str(counts[0][1])) > 0


def test_that_late_rows_come_minutes_after_they_happened(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    with community(f"sqlite:///{path}") as (life, _):
        life.go_on(START + timedelta(minutes=3), Fault.LATE)
        assert rows(path, f"SELECT count(*) FROM menjin WHERE txsj > '{START:%Y%m%d%H%M%S}'") == [(0,)]
        life.go_on(START + timedelta(minutes=10), Fault.LATE)
    newest = moment(str(rows(path, "SELECT max(txsj) FROM menjin")[0][0]))
    assert START + timedelta(minutes=3) < newest <= START + timedelta(minutes=6)


def test_that_the_part_starts_answers_and_stops_twice(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'c.db'}"
    settings = DistrictSettings(residents=300, timebase=starting(datetime(2026, 11, 21, 6, 30, tzinfo=START.tzinfo)))
    part = district.parts(settings, Site(sources={"community": {"url": url}}), Faults())[0]
    part.start()
    try:
        assert rows(tmp_path / "c.db", "SELECT count(*) FROM xiaoqu") == [(6,)]
    finally:
        part.stop()
        part.stop()
