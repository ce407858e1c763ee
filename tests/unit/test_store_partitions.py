"""Passages by the month on PostgreSQL: made ahead, dropped whole, never in anybody's way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import select, text

from services.domain.event import Batch, Event
from services.domain.keeping import Keeping
from services.domain.passage import Passage
from services.store import migrate, partitions
from services.store.events import event_table
from services.store.partitions import Month, parts
from services.store.schema import metadata
from services.store.store import Store
from tests.postgres import Postgres

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MONTHS = ["2026-10", "2026-11", "2026-12", "2027-01"]


@pytest.fixture
def kept(postgres: Postgres) -> Iterator[Store]:
    """A store of its own: parts stay behind."""
    url = postgres.new_database("district_template")
    with Store.open(url) as store:
        store.use_keeping(Keeping())
        yield store
    postgres.drop_database(url)


def passage(name: str, at: datetime) -> Event:
    return Event("viid", name, "passage", at, Passage(name, "c1", "d1", at, plate_no="浙J8T56K"))


def take(store: Store, *events: Event, at: datetime = NOW) -> None:
    store.take(Batch(events=events), "viid", at)


def swept(store: Store, at: datetime) -> None:
    while store.sweep(at).more:
        pass


def months(store: Store) -> list[str]:
    with store.read() as connection:
        return [str(month) for month in parts(connection)]


def lying(store: Store, table: str) -> list[str]:
    with store.read() as connection:
        return list(connection.execute(text(f"SELECT passage_id FROM {table} ORDER BY seq")).scalars())


def test_that_the_sweep_makes_months_from_the_oldest_wanted_to_two_ahead(kept):
    swept(kept, NOW)
    assert months(kept) == MONTHS


def test_that_what_came_before_its_month_was_made_moves_into_it(kept):
    take(kept, passage("early", NOW), passage("stray", NOW + 200 * DAY))
    assert lying(kept, "event_passage_other") == ["early", "stray"]
    swept(kept, NOW)
    assert lying(kept, "event_passage_2026_11") == ["early"]
    assert lying(kept, "event_passage_other") == ["stray"]
    assert lying(kept, "event_passage") == ["early", "stray"]


def test_that_a_month_with_more_than_can_be_moved_at_once_stays_where_it_is(kept, monkeypatch):
    monkeypatch.setattr(partitions, "MOVED", 1)
    take(kept, passage("a", NOW), passage("b", NOW))
    swept(kept, NOW)
    assert months(kept) == ["2026-10", "2026-12", "2027-01"]
    assert lying(kept, "event_passage") == ["a", "b"]


def test_that_a_month_goes_whole_once_nothing_of_it_is_kept(kept):
    swept(kept, NOW)
    take(kept, passage("a", NOW))
    swept(kept, NOW + 100 * DAY)
    assert "2026-11" in months(kept), "vehicles with a hit would still be kept"
    swept(kept, NOW + 196 * DAY)
    assert (months(kept)[0], lying(kept, "event_passage")) == ("2026-12", [])


def test_that_what_is_left_in_a_month_that_goes_lies_elsewhere(kept):
    swept(kept, NOW)
    take(kept, passage("evidence", NOW))
    with kept._writing() as connection:
        assert partitions.fold(connection, Month(2026, 11))
    assert lying(kept, "event_passage_other") == lying(kept, "event_passage") == ["evidence"]


def test_that_a_reader_is_not_waited_for(kept):
    """It holds what a new month needs; the month is made a minute later."""
    with kept.read() as reading:
        reading.execute(select(event_table("passage").table)).all()
        swept(kept, NOW)
        assert months(kept) == []
    swept(kept, NOW + timedelta(seconds=30))
    assert months(kept) == []
    swept(kept, NOW + timedelta(seconds=60))
    assert months(kept) == MONTHS


def test_that_passages_of_a_store_of_before_move_into_their_months(postgres, monkeypatch):
    url = postgres.new_database("district_template")
    with Store.open(url) as store:
        take(store, passage("a", NOW - 40 * DAY), *(passage(f"b{n}", NOW) for n in range(3)))
        with store._gate.turn(), store._gate.writing() as connection:
            command.downgrade(migrate.alembic_config(connection), "0007")
        assert len(lying(store, "event_passage")) == 4
        _reckon_months_from(monkeypatch, 2)
        migrate.bring_up(store._gate)
        assert months(store) == ["2026-11"]
        assert lying(store, "event_passage_2026_11") == ["b0", "b1", "b2"]
        assert lying(store, "event_passage_other") == ["a"]
        assert set(metadata.tables) >= {"past_passage", "month_key"}
    postgres.drop_database(url)


def _reckon_months_from(monkeypatch, passages: int) -> None:
    from alembic.script import ScriptDirectory

    found = ScriptDirectory.from_config

    def patched(config):
        scripts = found(config)
        scripts.get_revision("0008").module.FEWEST = passages
        return scripts

    monkeypatch.setattr(ScriptDirectory, "from_config", patched)
