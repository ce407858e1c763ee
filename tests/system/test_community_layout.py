"""A community's database that is not as its vendor documented it: other columns, another encoding."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine

from services.collect.poller import Poller
from services.district.part import Fault
from services.domain.snapshot import Quality
from services.store.store import Store
from tests.unit.community_demo import START, community, source_of, standing

NOW = standing(START).now()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'community.db'}"


@pytest.mark.allows_logs
def test_that_a_changed_column_stands_in_the_quarantine_once(sqlite_store: Store, url: str) -> None:
    with community(url) as (_, database):
        database.suffer(Fault.GARBAGE)
        poller = Poller(sqlite_store, standing(NOW))
        for _ in range(2):
            poller.poll(source_of(url, "community_fire"))
        database.suffer(Fault.NONE)
    with sqlite_store.read() as connection:
        rows = connection.exec_driver_sql("SELECT source, reason, detail FROM quarantine").all()
    assert [tuple(row) for row in rows] == [
        ("community_fire", "layout_changed", "社区库：列 shebei.zhsj 不存在，表结构已变")
    ]
    (told,) = (s for s in sqlite_store.snapshot("sources", NOW).records if s.id == "community_fire")
    assert (told.quality, told.quarantined) == (Quality.STALE, 1)


def test_that_a_database_whose_clerks_write_gbk_is_read(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'gbk.db'}"
    with community(url):
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE xiaoqu SET xqmc = CAST(? AS TEXT) WHERE xqbh = 'XQ01'", ("城市花园".encode("gbk"),)
            )
        engine.dispose()
        source = source_of(url, "community_estates")
        batch = source.normalise(source.fetch(""), NOW)
    assert {"城市花园", "云西小区"} <= {estate.name for estate in batch.states["estates"]}
