"""One community of a database that holds many: every table is narrowed, no question knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from services.collect.site import Site
from services.district.community_database import CommunityDatabase, bulk_insert
from services.domain.meter_settings import METERS
from services.domain.timebase import Timebase
from services.sources import community_scope
from services.sources.community import sources
from services.sources.community_tables import (
    BIAOJI,
    CHAOBIAO,
    FANGWU,
    LAOREN,
    LOUDONG,
    METADATA,
    RENYUAN,
    TANFANG,
    XIAOQU,
)
from services.sources.community_upstream import CommunityError, Upstream
from tests.postgres import Postgres

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
OURS, OTHERS = "331002002001", "331002002002"
SHARED = {"houxuan"}  # belong to events, which are narrowed themselves


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres) -> Iterator[str]:
    """Two communities, alike but for their codes; the second has more of everything."""
    where = f"sqlite:///{tmp_path / 'many.db'}" if request.param == "sqlite" else postgres.new_database()
    database = CommunityDatabase(where)
    with database.begin() as connection:
        METADATA.create_all(connection)
        for estate, code, people in (("A", OURS, 3), ("B", OTHERS, 5)):
            bulk_insert(connection, XIAOQU, [(estate, estate, "", "1", code)])
            bulk_insert(connection, LOUDONG, [(f"{estate}1", estate, "1 幢", "", None)])
            bulk_insert(connection, FANGWU, [(f"{estate}1-1", f"{estate}1", 1, 2, 0, "1", 0)])
            homes = [
                (f"{estate}R{i}", "", "1", "19800101", "1", "浙江", estate, f"{estate}1-1", 1) for i in range(people)
            ]
            bulk_insert(connection, RENYUAN, [(*row, "", "") for row in homes])
            bulk_insert(connection, LAOREN, [(f"{estate}L", "", f"{estate}1-1", f"{estate}1", "1")])
            bulk_insert(connection, TANFANG, [(f"{estate}T{i}", f"{estate}L", "20261101", "") for i in range(people)])
            bulk_insert(connection, BIAOJI, [(f"{estate}M", "1", estate, f"{estate}1-1", "", "正常")])
        rows = [(n, f"L{n}", "AB"[n % 2] + "M", f"202611211{n:01d}0000", 10.0 + n, "m3", "") for n in range(1, 9)]
        bulk_insert(connection, CHAOBIAO, rows[:4])
    database.close()
    yield where


@pytest.mark.parametrize(("code", "people"), [(OURS, 3), (OTHERS, 5), ("", 8)])
def test_that_people_visits_and_readings_are_those_of_the_community(url: str, code: str, people: int) -> None:
    upstream = Upstream(url, community=code)
    count = select(func.count().label("n"))
    asked = {"renyuan": RENYUAN, "tanfang": TANFANG, "laoren": LAOREN, "chaobiao": CHAOBIAO}
    found = upstream.ask(**{name: count.select_from(table) for name, table in asked.items()})
    own = 2 if code == "" else 1
    expected = {"renyuan": people, "tanfang": people, "laoren": own, "chaobiao": 4 if code == "" else 2}
    assert {name: found.only(name)["n"] for name in asked} == expected


def test_that_a_table_under_another_name_is_narrowed_too(url: str) -> None:
    other = RENYUAN.alias("other")
    asked = Upstream(url, community=OURS).ask(n=select(func.count().label("n")).select_from(other))
    assert asked.only("n")["n"] == 3


def test_that_a_code_the_database_does_not_know_is_an_error_and_not_an_empty_community(url: str) -> None:
    with pytest.raises(CommunityError, match="331099"):
        Upstream(url, community="331099").ask(n=select(func.count()).select_from(RENYUAN))


def test_that_every_source_asks_for_one_community_of_many(url: str) -> None:
    site = Site(sources={"community": {"url": url, "community": OURS}}, timebase=Timebase(0.0, NOW, 1.0))
    for source in sources(site):
        source.normalise(source.fetch(""), NOW)


def test_that_readings_of_others_are_never_seen(url: str) -> None:
    site = Site(sources={"community": {"url": url, "community": OURS}}, timebase=Timebase(0.0, NOW, 1.0))
    meters = next(source for source in sources(site) if source.key == "community_meters")
    batch = meters.normalise(meters.fetch(""), NOW)
    assert {event.record.meter_id for event in batch.events} == {"AM"}
    assert METERS.reports_min == 30.0


def test_that_it_is_known_of_every_table_whose_its_rows_are() -> None:
    known = {column for column, _ in community_scope._WHOSE}
    assert {t.name for t in METADATA.sorted_tables if not known & set(t.c.keys())} <= SHARED
