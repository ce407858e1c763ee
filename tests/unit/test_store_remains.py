"""Old passages: whole where a vehicle had a hit, else a pseudonym by the hour that no two months share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from services.domain.alert import AlertLevel, Detection
from services.domain.event import Batch, Event
from services.domain.keeping import Keeping
from services.domain.passage import Passage
from services.store import remains, sweep
from services.store.columns import from_micros
from services.store.errors import StoreError
from services.store.partitions import Month
from services.store.schema import counter, hit_event, hit_plate, inbox, month_key, past_passage
from services.store.store import Store

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KEEPING = Keeping()


def passage(name: str, at: datetime, plate: str = "浙J8T56K", checkpoint: str = "c1") -> Event:
    record = Passage(name, checkpoint, "d1", at, plate_no=plate, vehicle_class="K33")
    return Event("viid", name, "passage", at, record, b"{}")


def detection(*event_ids: str, subject_kind: str = "passage") -> Detection:
    return Detection(
        "k1", "r1", 1, "", "checkpoints", AlertLevel.YELLOW, "标题", "车", "车", subject_kind, "v1", "桥北", NOW,
        event_ids=event_ids,
    )  # fmt: skip


class Finds:
    def __init__(self, *found: Detection) -> None:
        self.found: Sequence[Detection] = found

    def detections(self, events: Sequence[Event], reader: object) -> Sequence[Detection]:
        found, self.found = self.found, ()
        return found

    def forget(self) -> None:
        pass


@pytest.fixture
def kept(store: Store) -> Store:
    store.use_keeping(KEEPING)
    return store


def take(store: Store, *events: Event, at: datetime = NOW) -> None:
    store.take(Batch(events=events), "viid", at)


def swept(store: Store, at: datetime) -> None:
    while store.sweep(at).more:
        pass


def names(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.execute(select(inbox.c.event_id).order_by(inbox.c.seq)).scalars())


def statistics(store: Store) -> list[tuple[datetime, str, str, str, int]]:
    table = past_passage.c
    with store.read() as connection:
        query = select(table.at, table.checkpoint_id, table.vehicle_class, table.plate_hash, table.count)
        return [tuple(row) for row in connection.execute(query.order_by(table.at, table.checkpoint_id))]


def total(store: Store) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.sum(past_passage.c.count))).scalar() or 0)


def test_that_a_passage_without_a_hit_becomes_a_count_by_hour_class_and_pseudonym(kept):
    take(kept, passage("a", NOW), passage("b", NOW + 59 * timedelta(minutes=1)), passage("c", NOW + HOUR))
    swept(kept, NOW + 32 * DAY)
    [first, second] = statistics(kept)
    assert (first[0], second[0]) == (NOW, NOW + HOUR)
    assert (first[1:3], first[4], second[4]) == (("c1", "K33"), 2, 1)
    assert first[3] == second[3] and "8T56K" not in first[3]
    assert names(kept) == []


def test_that_pseudonyms_of_two_months_cannot_be_joined(kept):
    take(kept, passage("a", NOW), passage("b", NOW + 10 * DAY), at=NOW + 10 * DAY)
    swept(kept, NOW + 45 * DAY)
    november, december = (row[3] for row in statistics(kept))
    assert november != december
    with kept.read() as connection:
        keys = dict(connection.execute(select(month_key.c.month, month_key.c.key)).all())
    assert keys.keys() == {"2026-11", "2026-12"}
    assert remains.pseudonym(bytes(keys["2026-12"]), "浙J8T56K") == december


def test_that_vehicles_no_plate_names_share_no_pseudonym(kept):
    take(kept, passage("a", NOW, ""), passage("b", NOW, "浙J8-56K"))
    swept(kept, NOW + 32 * DAY)
    assert [row[3:] for row in statistics(kept)] == [("", 2)]


def test_that_passages_of_a_vehicle_with_a_hit_stay_whole_for_six_months(kept):
    kept.use_rules(Finds(detection("hit")))
    take(kept, passage("hit", NOW), passage("same", NOW + HOUR), passage("other", NOW, "浙J00000"), at=NOW + HOUR)
    swept(kept, NOW + 60 * DAY)
    assert names(kept) == ["hit", "same"]
    swept(kept, NOW + 200 * DAY)
    assert names(kept) == ["hit"], "what the alert itself rests on stays as long as the alert"


def test_that_an_alert_about_a_camera_is_no_hit_of_a_vehicle(kept):
    kept.use_rules(Finds(detection("a", subject_kind="checkpoint")))
    take(kept, passage("a", NOW), passage("b", NOW))
    swept(kept, NOW + 40 * DAY)
    assert "b" not in names(kept)
    with kept.read() as connection:
        assert connection.execute(select(hit_event)).all() == []


def test_that_a_repeat_of_an_alert_is_a_hit_too(kept):
    kept.use_rules(Finds(detection("a")))
    take(kept, passage("a", NOW))
    kept.use_rules(Finds(detection("b")))
    take(kept, passage("b", NOW + HOUR, "浙J00000"), at=NOW + HOUR)
    swept(kept, NOW + 60 * DAY)
    assert names(kept) == ["a", "b"]


def test_that_a_hit_long_after_the_passage_still_keeps_the_vehicle(kept):
    """Seen 20 days ago, wanted today."""
    take(kept, passage("early", NOW - 20 * DAY), at=NOW - 20 * DAY)
    kept.use_rules(Finds(detection("hit")))
    take(kept, passage("hit", NOW))
    swept(kept, NOW + 30 * DAY)
    assert names(kept) == ["early", "hit"]


def test_that_nothing_goes_while_hits_of_the_log_are_still_unread(kept, monkeypatch):
    monkeypatch.setattr(sweep, "FEWEST", 1)
    monkeypatch.setattr(sweep, "MOST", 1)
    kept.use_keeping(KEEPING)
    kept.use_rules(Finds(*(replace(detection(str(n)), key=f"k{n}") for n in range(9))))
    take(kept, *(passage(str(n), NOW, f"浙J0000{n}") for n in range(12)))
    swept(kept, NOW + 40 * DAY)
    assert names(kept) == [str(n) for n in range(9)]
    assert total(kept) == 3


def test_that_statistics_go_after_their_time_and_the_key_of_the_month_with_them(kept):
    take(kept, passage("a", NOW), passage("b", NOW + 10 * DAY), at=NOW + 10 * DAY)
    swept(kept, NOW + 45 * DAY)
    swept(kept, NOW + 189 * DAY)  # 29 May: November ended 179 days before
    assert [from_day for from_day, *_ in statistics(kept)] == [NOW + 10 * DAY]
    with kept.read() as connection:
        assert set(connection.execute(select(month_key.c.month)).scalars()) == {"2026-11", "2026-12"}
    swept(kept, NOW + 190 * DAY + 20 * HOUR)
    with kept.read() as connection:
        assert list(connection.execute(select(month_key.c.month)).scalars()) == ["2026-12"]
    swept(kept, NOW + 300 * DAY)
    assert statistics(kept) == []
    with kept.read() as connection:
        assert connection.execute(select(month_key)).all() == []


def test_that_a_passage_kept_longer_than_statistics_leaves_none(store):
    store.use_keeping(replace(KEEPING, passage_statistics=10 * DAY))
    take(store, passage("a", NOW))
    swept(store, NOW + 60 * DAY)
    assert (names(store), statistics(store)) == ([], [])


def test_that_a_sweep_that_is_cut_off_loses_and_doubles_nothing(kept, monkeypatch):
    take(kept, *(passage(str(n), NOW, f"浙J000{n:02}") for n in range(20)))
    monkeypatch.setattr(sweep, "FEWEST", 7)
    monkeypatch.setattr(sweep, "MOST", 7)
    kept.use_keeping(KEEPING)
    for cut in range(3):
        with monkeypatch.context() as broken:
            broken.setattr(sweep.rows, "delete", _after(cut, sweep.rows.delete))
            with pytest.raises(StoreError):
                swept(kept, NOW + 40 * DAY)
        assert len(names(kept)) + total(kept) == 20
    swept(kept, NOW + 40 * DAY)
    assert (names(kept), total(kept)) == ([], 20)


def _after(turns: int, delete_rows):
    """The delete, which fails once it has been asked so often."""
    left = iter(range(turns))

    def stop(*arguments):
        if next(left, None) is None:
            raise StoreError("磁盘已满")
        delete_rows(*arguments)

    return stop


def test_that_hits_are_found_in_a_log_older_than_their_table(kept):
    """A store that was brought up from before there were any."""
    kept.use_rules(Finds(detection("hit")))
    take(kept, passage("hit", NOW), passage("same", NOW))
    swept(kept, NOW + 40 * DAY)
    with kept._writing() as connection:
        for table in (hit_event, hit_plate):
            connection.execute(delete(table))
        connection.execute(delete(counter).where(counter.c.name == "hits.followed"))
    swept(kept, NOW + 41 * DAY)
    assert names(kept) == ["hit", "same"]


_runs = iter(range(1, 10_000))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 20), st.sampled_from(["浙J00001", "浙J00002", ""])), max_size=12))
def test_that_every_passage_is_either_kept_or_counted_once(sqlite_store, sent):
    sqlite_store.use_keeping(KEEPING)
    now = NOW + 500 * DAY * next(_runs)
    for n, (days, plate) in enumerate(sent):
        take(sqlite_store, passage(f"{now:%Y%m%d}-{n}", now + days * DAY, plate), at=now + days * DAY)
    for days in (32, 40, 45, 60):
        swept(sqlite_store, now + days * DAY)
    assert (names(sqlite_store), total(sqlite_store)) == ([], len(sent))
    swept(sqlite_store, now + 400 * DAY)
    assert total(sqlite_store) == 0


def test_that_a_month_is_a_month_of_shanghai():
    assert Month.of(datetime(2026, 11, 30, 16, 0, tzinfo=UTC)) == Month(2026, 12)
    assert (str(Month(2026, 12)), Month(2026, 12).next) == ("2026-12", Month(2027, 1))
    assert from_micros(0).tzinfo is UTC
