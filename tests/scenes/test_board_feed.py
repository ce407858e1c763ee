"""From the store to the board and back, without a window and without waiting."""

from __future__ import annotations

import logging

from console.board import NO_LINK, Board
from console.feed import Feed
from console.session import DEMO_ROSTER
from services.domain.alert import Action, Command
from services.domain.snapshot import Quality, Snapshot
from tests.scenes.fakes import NOW, FakeStore, alert, alerts

SIGN = Command("YJ-1121-0001", Action.SIGN, 1)


def feed_of(store: FakeStore, *topics: str) -> tuple[Feed, Board]:
    board = Board()
    feed = Feed(lambda: store, board)
    feed.want(topics)
    return feed, board


def without_waiting(feed: Feed) -> None:
    """The pause before a retry is not what these tests are about."""
    feed._done.wait = lambda timeout=None: False  # type: ignore[method-assign]


def test_that_a_slow_reader_gets_the_newest_state_once_and_none_between():
    board = Board()
    for number in range(5):
        board.put(Snapshot("fleet", (number,), NOW, Quality.GOOD))
    version, posts = board.newer_than(0)
    assert [post.snapshot.records for post in posts] == [(4,)]
    assert board.newer_than(version) == (version, ())


def test_that_posts_come_in_the_order_they_were_put():
    board = Board()
    for topic in ("c", "a", "b", "a"):
        board.put(Snapshot(topic))
    assert [post.snapshot.topic for post in board.newer_than(0)[1]] == ["c", "b", "a"]


def test_that_a_topic_nobody_shows_is_never_read():
    store = FakeStore()
    store.put(alerts(alert(1)))
    store.put(Snapshot("fleet", (1,), NOW, Quality.GOOD))
    feed, board = feed_of(store, "alerts")
    feed.turn()
    assert store.reads == ["alerts"]
    assert board.get("fleet").quality is Quality.WAITING


def test_that_a_topic_is_read_when_it_comes_on_the_screen_though_it_did_not_change():
    store = FakeStore()
    store.put(Snapshot("fleet", (1,), NOW, Quality.GOOD))
    feed, board = feed_of(store, "alerts")
    feed.turn()
    feed.want(("alerts", "fleet"))
    feed.turn()
    assert board.get("fleet").records == (1,)


def test_that_alerts_are_read_before_anything_else_that_changed():
    store = FakeStore()
    for topic in ("a_topic", "alerts", "b_topic"):
        store.put(Snapshot(topic, (1,), NOW, Quality.GOOD))
    feed, _ = feed_of(store, "a_topic", "alerts", "b_topic")
    feed.turn()
    assert store.reads[0] == "alerts"


def test_that_a_lost_store_keeps_the_records_and_marks_them_stale(caplog):
    store = FakeStore()
    store.put(alerts(alert(1)))
    feed, board = feed_of(store, "alerts")
    feed.turn()
    store.down = True
    without_waiting(feed)
    feed.turn()
    kept = board.get("alerts")
    assert [a.id for a in kept.records] == ["YJ-1121-0001"]
    assert (kept.quality, kept.error) == (Quality.STALE, NO_LINK)
    assert "连不上" in board.trouble


def test_that_a_lost_store_is_said_once_and_its_return_once(caplog):
    caplog.set_level(logging.INFO)
    store = FakeStore()
    feed, board = feed_of(store, "alerts")
    without_waiting(feed)
    store.down = True
    for _ in range(5):
        feed.turn()
    store.down = False
    for _ in range(3):
        feed.turn()
    said = [r.getMessage() for r in caplog.records if r.name == "console.feed"]
    assert len([s for s in said if "does not answer" in s]) == 1
    assert len([s for s in said if "answers again" in s]) == 1
    assert board.trouble == ""


def test_that_a_store_that_returns_is_read_whole_again():
    store = FakeStore()
    store.put(alerts(alert(1)))
    feed, board = feed_of(store, "alerts")
    feed.turn()
    store.topics["alerts"] = alerts(alert(1), alert(2))
    feed._close()
    feed.turn()
    assert len(board.get("alerts").records) == 2


def test_that_a_command_is_carried_out_and_its_outcome_handed_out_once():
    store = FakeStore()
    feed, board = feed_of(store, "alerts")
    feed.perform(SIGN, DEMO_ROSTER[0])
    feed.turn()
    assert store.performed == [(SIGN, DEMO_ROSTER[0])]
    assert [outcome.done for outcome in board.take_outcomes()] == [True]
    assert board.take_outcomes() == ()


def test_that_a_command_asked_while_the_store_is_down_is_refused_and_not_kept_for_later(caplog):
    store = FakeStore()
    feed, board = feed_of(store, "alerts")
    without_waiting(feed)
    store.down = True
    feed.perform(SIGN, DEMO_ROSTER[0])
    feed.turn()
    store.down = False
    feed.turn()
    (outcome,) = board.take_outcomes()
    assert "没有写入" in outcome.refusal
    assert store.performed == []


def test_that_the_bell_rings_for_alerts_and_not_for_figures():
    store, rings = FakeStore(), []
    feed = Feed(lambda: store, Board(), ring=lambda: rings.append(1))
    feed.want(("alerts", "fleet"))
    feed.turn()
    rings.clear()
    store.put(Snapshot("fleet", (1,), NOW, Quality.GOOD))
    feed.turn()
    assert rings == []
    store.put(alerts(alert(1)))
    feed.turn()
    assert rings == [1]


def test_that_stopping_closes_the_store_and_may_be_asked_twice():
    store = FakeStore()
    feed, _ = feed_of(store)
    feed.start()
    feed.stop()
    feed.stop()
    assert store.closed == 1
