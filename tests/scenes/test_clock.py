"""Everything on the screen changes because the clock ticked."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.board import Board
from console.clock import Clock
from services.domain.alert import Action, Command, Outcome
from services.domain.snapshot import Quality, Snapshot
from tests.scenes.fakes import NOW


@dataclass
class SteppedTime:
    """A timebase whose hand the test moves."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


def clock_of(board: Board, timebase=None) -> Clock:
    return Clock(board, timebase or SteppedTime())


def test_that_a_tick_pulls_each_new_snapshot_once(qtbot):
    board = Board()
    clock = clock_of(board)
    seen: list[Snapshot] = []
    clock.arrived.connect(seen.append)
    board.put(Snapshot("a", (1,), NOW, Quality.GOOD))
    board.put(Snapshot("a", (2,), NOW, Quality.GOOD))
    board.put(Snapshot("b", (3,), NOW, Quality.GOOD))
    clock.tick()
    clock.tick()
    assert [s.records for s in seen] == [(2,), (3,)]


def test_that_a_ring_pulls_at_once_and_does_not_count_as_a_beat(qtbot):
    board = Board()
    clock = clock_of(board)
    seen, beats = [], []
    clock.arrived.connect(seen.append)
    clock.beaten.connect(lambda: beats.append(1))
    board.put(Snapshot("alerts", (1,), NOW, Quality.GOOD))
    clock.hurry()
    assert (len(seen), beats) == (1, [])


def test_that_an_outcome_is_handed_on(qtbot):
    board = Board()
    clock = clock_of(board)
    answers = []
    clock.answered.connect(answers.append)
    outcome = Outcome(Command("x", Action.SIGN, 1), None, "先签收")
    board.put_outcome(outcome)
    clock.tick()
    assert answers == [outcome]


def test_that_the_time_is_told_once_a_second_and_again_after_a_jump_either_way(qtbot, monkeypatch):
    real = [100.0]
    monkeypatch.setattr("console.clock.time.perf_counter", lambda: real[0])
    hand = SteppedTime()
    clock = clock_of(Board(), hand)
    told: list[datetime] = []
    clock.ticked.connect(told.append)

    def beat(district: timedelta, machine_s: float) -> None:
        hand.moment += district
        real[0] += machine_s
        clock.tick()

    beat(timedelta(), 0)
    beat(timedelta(milliseconds=200), 0.2)
    assert len(told) == 1
    beat(timedelta(milliseconds=800), 0.8)
    beat(timedelta(hours=3), 1.0)
    beat(timedelta(days=-1), 1.0)
    assert len(told) == 4
    assert told[-1] < told[0]


def test_that_a_compressed_district_does_not_make_the_window_paint_more_than_once_a_second(qtbot, monkeypatch):
    real = [100.0]
    monkeypatch.setattr("console.clock.time.perf_counter", lambda: real[0])
    hand = SteppedTime()
    clock = clock_of(Board(), hand)
    told = []
    clock.ticked.connect(told.append)
    for _ in range(50):
        hand.moment += timedelta(seconds=2)
        real[0] += 0.2
        clock.tick()
    assert len(told) <= 11


def test_that_a_late_beat_is_measured(qtbot, monkeypatch):
    real = [100.0]
    monkeypatch.setattr("console.clock.time.perf_counter", lambda: real[0])
    clock = clock_of(Board())
    for gap in (0.2, 0.2, 0.35, 0.2):
        real[0] += gap
        clock.tick()
    assert round(clock.worst_beat_ms) == 150


def test_that_the_collector_of_cycles_runs_only_on_the_clock(qtbot):
    clock = clock_of(Board())
    clock.start()
    try:
        assert not gc.isenabled()
    finally:
        clock.stop()
    assert gc.isenabled()
    gc.disable()
