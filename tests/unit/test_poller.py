"""The poller: an upstream may fail in any way, and the console learns it once."""

import logging
import threading
from datetime import UTC, datetime

import pytest

from services.collect.poller import Poller
from services.collect.summary import Summary
from services.domain.event import Batch
from services.domain.snapshot import Quality
from services.domain.timebase import Timebase
from services.sources.base import Source
from services.store.errors import StoreBusy

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
CLOCK = Timebase(0.0, NOON, 0.0)  # always noon


class Shelf:
    """A store that remembers what it was told."""

    def __init__(self, failing: bool = False) -> None:
        self.batches, self.marks, self.topics, self.failing = [], [], {}, failing

    def cursor(self, source):
        return self.batches[-1].cursor if self.batches else ""

    def take(self, batch, source, at):
        if self.failing:
            raise StoreBusy("磁盘已满")
        self.batches.append(batch)

    def mark(self, status, topics=(), refused=()):
        self.marks.append((status, topics))

    def put_topic(self, topic, records, at, source=""):
        self.topics[topic] = records


def answers(*values):
    """A fetch that gives each value in turn; an exception is raised instead."""
    queue = list(values)

    def fetch(cursor):
        value = queue.pop(0)
        if isinstance(value, Exception):
            raise value
        return value

    return fetch


def polled(shelf, *values):
    source = Source(
        "x", "甲系统", 1, 60, answers(*values), lambda answer, now: Batch(cursor=str(answer)), topics=("things",)
    )
    poller = Poller(shelf, CLOCK)
    for _ in values:
        poller.poll(source)
    return shelf


def test_that_each_answer_is_taken_and_its_cursor_handed_to_the_next_fetch():
    shelf = Shelf()
    seen = []
    source = Source("x", "甲", 1, 60, seen.append, lambda answer, now: Batch(cursor=f"c{len(seen)}"))
    poller = Poller(shelf, CLOCK)
    poller.poll(source)
    poller.poll(source)
    assert seen == ["", "c1"]


@pytest.mark.allows_logs
def test_that_a_failed_fetch_marks_the_source_and_its_topics_stale_with_the_error():
    [(status, topics)] = polled(Shelf(), OSError("no route")).marks
    assert (status.quality, status.failing_since, topics) == (Quality.STALE, NOON, ("things",))
    assert "no route" in status.error


def test_that_an_outage_is_logged_once_and_its_end_once(caplog):
    caplog.set_level(logging.INFO)
    polled(Shelf(), 1, OSError("a"), OSError("b"), OSError("c"), 2)
    assert caplog.messages == ["x stopped answering: a", "x answers again"]


@pytest.mark.allows_logs
def test_that_an_answer_nobody_can_read_counts_as_a_failure():
    def unreadable(answer, now):
        raise ValueError("changed columns: nmae")

    shelf = Shelf()
    Poller(shelf, CLOCK).poll(Source("x", "甲", 1, 60, lambda cursor: 1, unreadable))
    assert "changed columns: nmae" in shelf.marks[0][0].error


def test_that_a_store_that_cannot_write_is_said_once_and_polling_goes_on(caplog):
    shelf = Shelf(failing=True)
    polled(shelf, 1, 2, 3)
    assert caplog.messages == ["x stopped answering: 磁盘已满"]


def test_that_a_tick_whose_store_is_away_is_said_once_and_its_return_once(caplog):
    caplog.set_level("INFO")
    away = [StoreBusy("磁盘已满"), StoreBusy("磁盘已满"), None]

    def tick(now):
        why = away.pop(0)
        if why is not None:
            raise why

    poller = Poller(Shelf(), CLOCK)
    for _ in range(3):
        poller.look("noise", tick)
    assert [record.getMessage() for record in caplog.records] == [
        "noise stopped answering: 磁盘已满",
        "noise goes on",
    ]


def test_that_a_summary_puts_its_topics():
    shelf = Shelf()
    Poller(shelf, CLOCK).sum_up(Summary("s", 5, ("a",), lambda store, now: {"a": (now,)}))
    assert shelf.topics == {"a": (NOON,)}


@pytest.mark.parametrize(("factor", "real_s"), [(1.0, 5.0), (10.0, 0.5), (1000.0, 0.2)])
def test_that_intervals_follow_the_districts_clock_down_to_a_fifth_of_a_second(factor, real_s):
    poller = Poller(Shelf(), Timebase(0.0, NOON, factor))
    poller.add_summaries([Summary("s", 5, (), lambda store, now: {})])
    [job] = poller._scheduler.get_jobs()
    assert job.trigger.interval.total_seconds() == pytest.approx(real_s)


@pytest.mark.allows_logs
def test_that_a_failed_source_with_a_long_interval_is_polled_again_soon():
    source = Source("x", "甲", 3600, 60, answers(OSError("not up yet")), lambda answer, now: Batch())
    poller = Poller(Shelf(), Timebase(0.0, NOON, 1.0))
    poller.add_sources([source])
    poller._scheduler.start(paused=True)
    try:
        poller.poll(source)
        [job] = poller._scheduler.get_jobs()
        assert (job.next_run_time - datetime.now(UTC)).total_seconds() < 20
    finally:
        poller.stop()


@pytest.mark.allows_logs
def test_that_a_source_that_fails_while_the_poller_stops_does_not_keep_it():
    asked, go_on = threading.Event(), threading.Event()

    def fetch(cursor):
        asked.set()
        go_on.wait(5)
        raise OSError("too late")

    shelf = Shelf()
    poller = Poller(shelf, Timebase(0.0, NOON, 100.0))
    poller.add_sources([Source("x", "甲系统", 60, 600, fetch, lambda answer, now: Batch())])
    poller.start()
    assert asked.wait(5)
    stopping = threading.Thread(target=poller.stop, daemon=True)
    stopping.start()
    go_on.set()
    stopping.join(5)
    assert not stopping.is_alive()
    assert shelf.marks[-1][0].error


def test_that_what_waits_for_its_turn_when_the_poller_stops_is_let_go_without_a_fault_in_the_log():
    under_way, go_on, ran = threading.Event(), threading.Event(), []

    def first(_now):
        under_way.set()
        go_on.wait(5)

    poller = Poller(Shelf(), Timebase(0.0, NOON, 100.0), workers=1)
    poller.add_tick("first", first, 60)
    poller.start()
    assert under_way.wait(5)
    poller.add_tick("second", ran.append, 0.1)
    queued = poller._workers._pool._work_queue
    assert any(queued.qsize() or go_on.wait(0.02) for _ in range(250))
    stopping = threading.Thread(target=poller.stop, daemon=True)
    stopping.start()
    assert poller._over.wait(5)
    go_on.set()
    stopping.join(5)
    assert not stopping.is_alive() and ran == []
