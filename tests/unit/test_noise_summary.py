"""The topic ``noise``: counted each few seconds, with what rules held back since midnight, restarts and all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.collect.held import EXCUSED, OLD, HeldTally
from services.collect.noise_summary import NoiseTally
from services.domain.alert import AlertLevel, Detection
from services.domain.noise import HeldBack, NoiseCounts
from services.domain.rule import Clearing
from services.store.store import Store

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def found(key: str, **more) -> Detection:
    at = more.pop("at", NOW)
    level = AlertLevel.YELLOW
    return Detection(key, "R", 1, "", "community", level, "题", "户", "户", "estate", "E1", "1 幢", at, **more)


def record(store: Store, now: datetime = NOW) -> NoiseCounts:
    (one,) = store.snapshot("noise", now).records
    return one


def test_that_the_record_counts_the_open_alerts(store):
    store.report([found("a"), found("a"), *(found(f"k{n}") for n in range(11))], NOW)
    NoiseTally(store, HeldTally()).tick(NOW)
    assert (record(store).repeats, record(store).grouped, record(store).held_back) == (1, 12, 0)


def test_that_what_rules_held_back_is_counted_by_rule_and_reason_and_goes_on_after_a_restart(sqlite_store):
    held = HeldTally()
    for _ in range(3):
        held.note("R-1", EXCUSED)
    held.note("R-2", OLD)
    NoiseTally(sqlite_store, held).tick(NOW)
    assert record(sqlite_store).held == (HeldBack("R-1", EXCUSED, 3), HeldBack("R-2", OLD, 1))
    after = HeldTally()
    after.note("R-2", OLD)
    NoiseTally(sqlite_store, after).tick(NOW + timedelta(hours=1))
    assert (record(sqlite_store).held_back, record(sqlite_store).held[1].count) == (5, 2)


def test_that_a_new_day_begins_at_nothing(sqlite_store):
    held = HeldTally()
    held.note("R-1", EXCUSED)
    tally = NoiseTally(sqlite_store, held)
    tally.tick(NOW)
    tally.tick(NOW + DAY)
    assert record(sqlite_store, NOW + DAY).held_back == 0
    NoiseTally(sqlite_store, HeldTally()).tick(NOW + 2 * DAY)
    assert record(sqlite_store, NOW + 2 * DAY).held_back == 0


def test_that_what_a_failed_transaction_held_back_is_counted_once():
    held = HeldTally()
    held.note("R-1", EXCUSED)
    held.forget()
    held.note("R-1", EXCUSED)
    assert held.today(NOW) == (HeldBack("R-1", EXCUSED, 1),)


def test_that_the_systems_behind_a_chatter_are_flagged(sqlite_store):
    within = ("source:viid",)
    for minute in range(5):
        at = NOW + timedelta(minutes=minute)
        sqlite_store.report([found("k", at=at, within=within)], at)
        sqlite_store.report([Clearing("k")], at)
    NoiseTally(sqlite_store, HeldTally()).tick(NOW + timedelta(minutes=5))
    now = record(sqlite_store)
    assert (now.chattering, now.noisy_sources) == (1, ("viid",))
