"""What was kept long enough goes, a little at a time; what somebody still needs stays."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, insert, select

from services.domain.alert import AlertLevel, Detection
from services.domain.boats import HandInFiled
from services.domain.community_told import CameraEvent
from services.domain.event import Batch, Event, Refused
from services.domain.keeping import Keeping
from services.domain.passage import Passage
from services.domain.track import TRACK_DTYPE
from services.store import sweep
from services.store.errors import StoreError
from services.store.schema import EVENT_TABLES, boat_track, inbox, quarantine, sample
from services.store.store import Store

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
KEEPING = Keeping()


def passage(name: str, at: datetime) -> Event:
    return Event("viid", name, "passage", at, Passage(name, "c1", "d1", at), f"raw {name}".encode())


def camera(name: str, at: datetime) -> Event:
    return Event("cameras", name, "camera_event", at, CameraEvent(name, "c1", "e1", "东苑", "3 幢", "crowd", 0.9, at))


def detection(*event_ids: str) -> Detection:
    return Detection(
        "k1", "r1", 1, "", "checkpoints", AlertLevel.BLUE, "标题", "车", "车", "vehicle", "v1", "桥北", NOW,
        event_ids=event_ids,
    )  # fmt: skip


class Finds:
    """Rules that remember what they were shown and find what they are told to."""

    def __init__(self, *found: Detection) -> None:
        self.found: Sequence[Detection] = found
        self.shown: list[str] = []

    def detections(self, events: Sequence[Event], reader: Connection) -> Sequence[Detection]:
        self.shown += [event.event_id for event in events]
        return self.found

    def forget(self) -> None:
        pass


@pytest.fixture
def kept(store: Store) -> Store:
    store.use_keeping(KEEPING)
    return store


def take(store: Store, events: Iterable[Event], at: datetime):
    return store.take(Batch(events=list(events)), "viid", at)


def swept(store: Store, at: datetime) -> dict[str, int]:
    """Sweep until nothing more is due."""
    gone: dict[str, int] = {}
    for _ in range(100):
        done = store.sweep(at)
        for name, count in done.gone.items():
            gone[name] = gone.get(name, 0) + count
        if not done.more:
            return {name: count for name, count in gone.items() if count}
    raise AssertionError("there is always more")


def names(store: Store, kind: str | None = None) -> list[str]:
    query = select(inbox.c.event_id).order_by(inbox.c.seq)
    if kind is not None:
        query = query.join(EVENT_TABLES[kind].table, EVENT_TABLES[kind].table.c.seq == inbox.c.seq)
    with store.read() as connection:
        return list(connection.execute(query).scalars())


def count(store: Store, table) -> int:
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_that_old_events_go_with_their_inbox_rows_and_young_ones_stay(kept):
    for days in (0, 1, 20):
        take(kept, [passage(f"p{days}", NOW + days * DAY)], NOW + days * DAY)
    gone = swept(kept, NOW + 32.5 * DAY)
    assert (gone["event_passage"], names(kept), names(kept, "passage")) == (2, ["p20"], ["p20"])


def test_that_each_kind_is_kept_for_its_own_time(kept):
    take(kept, [passage("p", NOW), camera("c", NOW)], NOW)
    filed = HandInFiled("h", "HS-1", "浙椒渔1", "b1", "SEWAGE", 1.0, "大陈", 121.9, 28.5, "app", NOW)
    kept.take(Batch(events=[Event("boats", "h", "hand_in_filed", NOW, filed)]), "boats", NOW)
    swept(kept, NOW + 100 * DAY)
    assert names(kept) == ["c", "h"]
    swept(kept, NOW + 3000 * DAY)
    assert names(kept) == ["h"]


def test_that_an_event_is_kept_a_day_longer_for_those_that_come_late(kept):
    take(kept, [passage("p", NOW)], NOW)
    swept(kept, NOW + 31 * DAY)
    assert names(kept) == ["p"]
    swept(kept, NOW + 31 * DAY + timedelta(seconds=1))
    assert names(kept) == []


def test_that_an_event_that_came_late_is_kept_from_when_it_came(kept):
    take(kept, [passage("p", NOW)], NOW + 20 * DAY)
    swept(kept, NOW + 40 * DAY)
    assert names(kept) == ["p"]


def test_that_an_event_of_a_fast_clock_is_kept_from_when_it_says_it_happened(kept):
    take(kept, [passage("ahead", NOW + 5 * DAY), passage("p", NOW)], NOW)
    swept(kept, NOW + 32 * DAY)
    assert names(kept) == ["ahead"]
    swept(kept, NOW + 37 * DAY)
    assert names(kept) == []


def test_that_a_swept_event_that_comes_again_is_neither_stored_nor_judged_again(kept):
    rules = Finds()
    kept.use_rules(rules)
    take(kept, [passage("p", NOW)], NOW)
    swept(kept, NOW + 32 * DAY)
    taken = take(kept, [passage("p", NOW), passage("q", NOW + 32 * DAY)], NOW + 32 * DAY)
    assert (taken.stored, taken.duplicates, taken.outlived) == (1, 0, 1)
    assert (names(kept), rules.shown) == (["q"], ["p", "q"])


def test_that_without_a_time_to_keep_nothing_is_left_out_and_nothing_goes(store):
    assert take(store, [passage("p", NOW - 3000 * DAY)], NOW).stored == 1
    assert swept(store, NOW + 3000 * DAY) == {}
    assert names(store) == ["p"]


def test_that_what_an_open_alert_rests_on_stays_until_it_is_closed(kept):
    kept.use_rules(Finds(replace(detection("p1"), subject_kind="device")))
    take(kept, [passage("p1", NOW), passage("p2", NOW)], NOW)
    swept(kept, NOW + 32 * DAY)
    with kept.read() as connection:
        assert connection.execute(select(inbox.c.event_id, inbox.c.raw)).all() == [("p1", b"raw p1")]
    (alert,) = kept.snapshot("alerts", NOW).records
    kept.report([_Over(alert.key)], NOW + 32 * DAY)
    assert not kept.alert(alert.id).is_open
    swept(kept, NOW + 32.5 * DAY)
    assert names(kept) == ["p1"], "looked at again once a day"
    swept(kept, NOW + 33 * DAY)
    assert names(kept) == []


def test_that_alerts_and_their_log_are_for_ever(kept):
    kept.use_rules(Finds(detection("p1")))
    take(kept, [passage("p1", NOW)], NOW)
    swept(kept, NOW + 5000 * DAY)
    (alert,) = kept.snapshot("alerts", NOW + 5000 * DAY).records
    assert kept.happenings(alert.id)
    assert kept.verify_chain() is None
    assert kept.rebuild() == 1


def test_that_bodies_go_first_and_a_duplicate_is_still_known(kept):
    take(kept, [passage("p", NOW), camera("c", NOW)], NOW)
    take(kept, [passage("young", NOW + 3 * DAY)], NOW + 3 * DAY)
    assert swept(kept, NOW + 8 * DAY) == {"raw": 1}
    with kept.read() as connection:
        bodies = dict(connection.execute(select(inbox.c.event_id, inbox.c.raw)).all())
    assert bodies == {"p": b"", "c": b"", "young": b"raw young"}
    assert take(kept, [passage("p", NOW)], NOW + 8 * DAY).duplicates == 1
    assert swept(kept, NOW + 8 * DAY) == {}


def test_that_a_new_start_does_not_go_through_emptied_bodies_again(kept, store_url):
    take(kept, [passage(str(n), NOW) for n in range(20)], NOW)
    swept(kept, NOW + 8 * DAY)
    with Store.open(store_url) as again:
        again.use_keeping(KEEPING)
        assert again.sweep(NOW + 8 * DAY).gone == {}


def test_that_quarantine_samples_and_tracks_go_by_their_age(kept):
    for days in (0, 200):
        at = NOW + days * DAY
        kept.take(Batch(refused=[Refused("viid", "bad_json", "", b"{")]), "viid", at)
        row = (1, int(at.timestamp() * 1000), 121.0 + days, 28.0, 5.0, 90.0, 0)
        kept.keep_fixes(np.array([row], TRACK_DTYPE))
        with kept._writing() as connection:
            connection.execute(insert(sample).values(topic="t", key="k", field="f", at=at, value=1.0))
    gone = swept(kept, NOW + 201 * DAY)
    assert (gone["quarantine"], gone["boat_track"], gone.get("sample")) == (1, 1, None)
    assert (count(kept, quarantine), count(kept, boat_track), count(kept, sample)) == (1, 1, 2)
    assert swept(kept, NOW + 401 * DAY)["sample"] == 1


@pytest.mark.parametrize("most", [1, 7, 5000])
def test_that_every_old_row_goes_however_small_the_parts(kept, monkeypatch, most):
    monkeypatch.setattr(sweep, "FEWEST", most)
    monkeypatch.setattr(sweep, "MOST", most)
    kept.use_keeping(KEEPING)
    kept.use_rules(Finds(detection(*map(str, range(0, 30, 3)))))
    take(kept, [passage(str(n), NOW) for n in range(30)], NOW)
    swept(kept, NOW + 32 * DAY)
    assert names(kept) == [str(n) for n in range(0, 30, 3)]


def test_that_a_sweep_ends_when_its_time_is_up_and_the_next_goes_on_with_the_next_kind(kept, monkeypatch):
    monkeypatch.setattr(sweep, "BUDGET_S", 0.0)
    take(kept, [passage(str(n), NOW) for n in range(200)] + [camera("c", NOW)], NOW)
    first, second = kept.sweep(NOW + 200 * DAY), kept.sweep(NOW + 200 * DAY)
    assert [list(done.gone) for done in (first, second)] == [["event_camera_event"], ["event_passage"]]
    assert (first.more, second.more) == (True, True)
    assert 0 < len(names(kept)) < 200


def test_that_a_sweep_makes_way_for_a_writer_that_waits(kept, monkeypatch):
    monkeypatch.setattr(type(kept._gate), "is_wanted", True)
    take(kept, [passage("p", NOW), camera("c", NOW)], NOW)
    done = kept.sweep(NOW + 200 * DAY)
    assert (len(done.gone), done.more) == (1, True), "one transaction, then the other's turn"
    assert swept(kept, NOW + 200 * DAY)
    assert names(kept) == []


def test_that_a_thread_waiting_for_its_turn_is_seen(sqlite_store):
    gate = sqlite_store._gate
    with gate.turn():
        assert not gate.is_wanted
        waiting = threading.Thread(target=lambda: take(sqlite_store, [passage("p", NOW)], NOW))
        waiting.start()
        while not gate.is_wanted:
            pass
    waiting.join()
    assert not gate.is_wanted


def test_that_a_sweep_that_fails_leaves_all_rows_and_the_next_takes_them(kept, monkeypatch):
    take(kept, [passage(str(n), NOW) for n in range(5)], NOW)
    with monkeypatch.context() as broken:
        broken.setattr(sweep, "rested_on", _refuse)
        with pytest.raises(StoreError):
            kept.sweep(NOW + 32 * DAY)
    assert len(names(kept)) == len(names(kept, "passage")) == 5
    swept(kept, NOW + 32 * DAY)
    assert names(kept) == []


def test_that_a_quiet_sweep_writes_nothing(kept):
    take(kept, [passage("p", NOW)], NOW)
    seq, _ = kept.changes_since(0)
    assert kept.sweep(NOW + DAY) == sweep.Swept({}, more=False)
    assert kept.changes_since(seq) == (seq, frozenset())


def test_that_every_kind_of_event_has_a_time_to_be_kept():
    assert KEEPING.events.keys() == EVENT_TABLES.keys()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 80), st.integers(0, 40), st.booleans()), max_size=12))
def test_that_however_events_are_sent_again_and_swept_each_is_judged_once(sqlite_store, sent):
    """Each step: the day goes on by so much, an event of so many days ago comes, a sweep may follow."""
    rules = Finds()
    sqlite_store.use_keeping(KEEPING)
    sqlite_store.use_rules(rules)
    now = NOW + 1000 * DAY * next(_runs)
    for forward, ago, then_sweep in sent:
        now += forward / 8 * DAY
        at = now - ago * DAY
        at = at.replace(hour=0)
        take(sqlite_store, [passage(f"{at:%Y%m%d}", at)], now)
        if then_sweep:
            swept(sqlite_store, now)
    assert len(rules.shown) == len(set(rules.shown))


_runs = iter(range(1, 10_000))


@dataclass(frozen=True)
class _Over:
    """The condition of an open alert is back to normal, and the rule says that this closes it."""

    key: str
    auto_close: bool = True


def _refuse(_connection: Connection):
    raise StoreError("磁盘已满")
