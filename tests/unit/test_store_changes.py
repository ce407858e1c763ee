"""A console that was away catches up and misses nothing."""

import threading
import time
from datetime import UTC, datetime

from services.domain.figures import Figure
from services.domain.snapshot import Quality, SourceStatus
from services.store.store import Store

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


def put(store: Store, topic: str, value: str = "1") -> None:
    store.put_topic(topic, [Figure("a", "指标", value)], NOW)


def test_that_what_moved_since_is_told_once(store):
    put(store, "community_figures")
    seq, topics = store.changes_since(0)
    assert topics == {"community_figures"}
    assert store.changes_since(seq) == (seq, frozenset())
    put(store, "community_figures", "2")
    assert store.changes_since(seq)[1] == {"community_figures"}


def test_that_one_who_was_away_long_is_told_every_topic_that_moved(store):
    for i in range(20):
        put(store, "community_figures", str(i))
    store.mark(SourceStatus("x", "某系统", Quality.STALE, error="坏", failing_since=NOW), topics=["fire"])
    assert store.changes_since(0)[1] == {"community_figures", "sources", "fire"}


def test_that_numbers_are_seen_in_the_order_they_are_given_however_many_write(store):
    """A reader that asks all the time while others write must end with everything."""
    over = threading.Event()
    seen: list[int] = []

    def write(n: int) -> None:
        for i in range(15):
            put(store, "community_figures", f"{n}-{i}")

    def follow() -> None:
        seq = 0
        while not over.is_set():
            seq, topics = store.changes_since(seq)
            seen.extend([seq] if topics else [])

    writers = [threading.Thread(target=write, args=[n]) for n in range(3)]
    reader = threading.Thread(target=follow)
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    reader.join()
    assert seen == sorted(set(seen))
    assert store.changes_since(seen[-1] if seen else 0)[0] == 45


def test_that_waiting_ends_when_another_process_commits(store, store_url):
    assert store.wait_for_change(5)  # the first time at once: what was before is unknown
    assert not store.wait_for_change(0.01)
    with Store.open(store_url) as other:
        writer = threading.Timer(0.05, put, [other, "community_figures"])
        writer.start()
        began = time.monotonic()
        assert store.wait_for_change(5)
        assert time.monotonic() - began < 2
        writer.join()


def test_that_waiting_ends_when_this_store_commits(store):
    assert store.wait_for_change(5)
    put(store, "community_figures")
    assert store.wait_for_change(5)


def test_that_a_closing_store_wakes_who_waits(store):
    store.wait_for_change(5)
    woken: list[bool] = []
    waiter = threading.Thread(target=lambda: woken.append(store.wait_for_change(8)))
    waiter.start()
    store.close()
    waiter.join(4)
    assert woken == [False]


def test_that_a_store_may_be_closed_twice(store):
    store.close()
    store.close()
    assert not store.wait_for_change(0.01)
