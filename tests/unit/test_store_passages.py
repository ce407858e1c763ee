"""Where one vehicle was and what one checkpoint saw, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from services.domain.event import Batch, Event
from services.domain.passage import Passage
from services.store.passages import near_passages, passages_between, passages_of_plate
from services.store.store import Store

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def passage(name: str, at: datetime, plate: str = "浙J8T56K", checkpoint: str = "c1") -> Event:
    record = Passage(name, checkpoint, "d1", at, plate_no=plate, speed_kmh=48.5, is_covered=False)
    return Event("viid", name, "passage", at, record)


def taken(store: Store, *events: Event) -> Store:
    store.take(Batch(events=events), "viid", NOW)
    return store


def ids(passages: tuple[Passage, ...]) -> list[str]:
    return [p.passage_id for p in passages]


def of_plate(store: Store, plate: str, since: datetime, until: datetime, limit: int = 2000) -> tuple[Passage, ...]:
    with store.read() as connection:
        return passages_of_plate(connection, plate, since, until, limit)


def test_that_a_plates_passages_come_whole_and_oldest_first(store):
    sent = [passage("late", NOW), passage("early", NOW - 40 * DAY), passage("other", NOW, "浙J00000")]
    found = of_plate(taken(store, *sent), "浙J8T56K", NOW - 180 * DAY, NOW + DAY)
    assert found == (sent[1].record, sent[0].record)


def test_that_the_end_of_the_span_is_open_and_its_begin_closed(store):
    taken(store, *(passage(str(n), NOW + n * MINUTE) for n in range(4)))
    assert ids(of_plate(store, "浙J8T56K", NOW + MINUTE, NOW + 3 * MINUTE)) == ["1", "2"]


def test_that_of_too_many_the_newest_are_given(store):
    taken(store, *(passage(str(n), NOW + n * MINUTE) for n in range(9)))
    assert ids(of_plate(store, "浙J8T56K", NOW, NOW + DAY, limit=3)) == ["6", "7", "8"]


def test_that_vehicles_without_a_plate_are_not_one_vehicle(store):
    taken(store, passage("bare", NOW, plate=""))
    assert of_plate(store, "", NOW - DAY, NOW + DAY) == ()


def test_that_one_checkpoint_tells_what_it_saw(store):
    taken(store, passage("here", NOW), passage("there", NOW, checkpoint="c2"), passage("later", NOW + DAY))
    with store.read() as connection:
        assert ids(passages_between(connection, "c1", NOW - MINUTE, NOW + MINUTE)) == ["here"]


def test_that_what_a_plate_may_have_been_is_found_among_what_was_seen(store):
    seen = ("浙J8T56K", "浙J8A56K", "浙J9T56K", "浙J8-56K")
    taken(store, *(passage(plate, NOW + n * MINUTE, plate) for n, plate in enumerate(seen)))
    with store.read() as connection:
        found = near_passages(connection, "浙J8-56K", NOW - DAY, NOW + DAY)
        none = near_passages(connection, "", NOW - DAY, NOW + DAY)
    assert [(candidate.words, each.plate_no) for candidate, each in found] == [
        ("第 4 位未读，或为 T", "浙J8T56K"),
        ("第 4 位未读，或为 A", "浙J8A56K"),
    ]
    assert none == ()


def plan(connection: Connection) -> str:
    """How the database would look for one plate over 180 days, in its own words."""
    query = "SELECT * FROM event_passage WHERE plate_no = 'x' AND occurred_at >= 1 AND occurred_at < 2"
    word = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    if connection.dialect.name != "sqlite":
        connection.execute(text("SET LOCAL enable_seqscan = off"))
    return "\n".join(str(row) for row in connection.execute(text(f"{word} {query}")))


def test_that_a_plate_is_looked_up_by_an_index(store):
    with store.read() as connection:
        assert "plate_no" in plan(connection)
