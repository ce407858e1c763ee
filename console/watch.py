"""Notices when the window stops answering, and writes down where it was."""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback

log = logging.getLogger(__name__)


class Watch(threading.Thread):
    """A thread that only reads a timestamp and a stack; it never touches Qt.

    The clock calls ``beat``. When beats stop for longer than ``limit_s`` the GUI thread's stack is
    logged once, and the length of the freeze when it ends. Make it on the GUI thread.
    """

    def __init__(self, limit_s: float = 1.0) -> None:
        super().__init__(name="watch", daemon=True)
        self._gui = threading.get_ident()
        self._limit_s = limit_s
        self._last = 0.0  # before the first beat there is nothing to miss: windows are still being made
        self._done = threading.Event()
        self.freezes = 0

    def beat(self) -> None:
        self._last = time.monotonic()

    def stop(self) -> None:
        self._done.set()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        frozen_since = 0.0
        while not self._done.wait(self._limit_s / 4):
            late = self._last > 0 and time.monotonic() - self._last > self._limit_s
            if late and not frozen_since:
                frozen_since = self._last
                self.freezes += 1
                stack = "".join(traceback.format_stack(sys._current_frames()[self._gui]))
                log.error("the window has stopped answering at:\n%s", stack)
            elif not late and frozen_since:
                log.error("the window answers again after %.1f s", self._last - frozen_since)
                frozen_since = 0.0
