"""The window's one clock: everything on the screen changes because it fired."""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from console.board import Board
from services.domain.timebase import REAL, Timebase

EVERY_MS = 200
PAINT_EVERY_S = 0.95  # a little under a second, so that no second is skipped on an uncompressed clock
YOUNG_EVERY_S = 10
WHOLE_EVERY_S = 120


class Clock(QObject):
    """Takes what is new from the board, five times a second, on the GUI thread.

    Worker threads never touch a QObject and no signal crosses a thread. ``hurry`` pulls at once
    (an alert came); it never counts as a beat.
    """

    arrived = Signal(object)  # a Snapshot newer than the last one of its topic
    answered = Signal(object)  # the Outcome of a command
    ticked = Signal(object)  # the district's time, once a second
    beaten = Signal()  # every beat, for the freeze watch

    def __init__(
        self, board: Board, timebase: Timebase = REAL, parent: QObject | None = None, every_ms: int = EVERY_MS
    ) -> None:
        super().__init__(parent)
        self._board = board
        self._timebase = timebase
        self._every_s = every_ms / 1000
        self._version = 0
        self._second = -1
        self._told_s = 0.0
        self._last_s = 0.0
        self._collected_s = self._swept_s = time.perf_counter()
        self.worst_beat_ms = 0.0
        self.lag_ms = 0.0  # from the feed's notice to the end of drawing into the models, newest snapshot
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self.tick)

    def start(self) -> None:
        """Also takes garbage collection over: a worker's allocation may free a widget on its own thread."""
        gc.disable()
        gc.collect()
        gc.freeze()
        self._last_s = 0.0
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def forget_worst(self) -> None:
        """Start measuring the worst beat anew (the first paint of a window is not its everyday)."""
        self.worst_beat_ms = 0.0
        self._last_s = 0.0

    @Slot()
    def tick(self) -> None:
        started = time.perf_counter()
        if self._last_s:
            late_ms = (started - self._last_s - self._every_s) * 1000
            self.worst_beat_ms = max(self.worst_beat_ms, late_ms)
        self._last_s = started
        busy = self._pull()
        self._tell_time(started)
        self.beaten.emit()
        if not busy:
            self._collect(started)

    @Slot()
    def hurry(self) -> None:
        self._pull()

    def _pull(self) -> bool:
        self._version, posts = self._board.newer_than(self._version)
        for post in posts:
            self.arrived.emit(post.snapshot)
            self.lag_ms = (time.perf_counter() - post.noticed_s) * 1000
        outcomes = self._board.take_outcomes()
        for outcome in outcomes:
            self.answered.emit(outcome)
        return bool(posts or outcomes)

    def _tell_time(self, started: float) -> None:
        """Once a district second, and at most once a real one: a compressed district must not make us paint more."""
        now = self._timebase.now()
        second = int(now.timestamp())
        if second == self._second or started - self._told_s < PAINT_EVERY_S:
            return
        self._second, self._told_s = second, started
        self.ticked.emit(now)

    def _collect(self, started: float) -> None:
        if started - self._swept_s > WHOLE_EVERY_S:
            self._swept_s = self._collected_s = started
            gc.collect()
        elif started - self._collected_s > YOUNG_EVERY_S:
            self._collected_s = started
            gc.collect(1)
