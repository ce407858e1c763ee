"""A window that stops answering is written down, with the line that stopped it."""

from __future__ import annotations

import threading

from console.watch import Watch


def test_that_a_freeze_is_logged_with_the_line_that_caused_it(caplog):
    watch = Watch(limit_s=0.05)
    seen = threading.Event()

    class Heard:
        def write(self, record):
            seen.set()
            return True

    heard = Heard()
    caplog.handler.addFilter(heard.write)
    watch.beat()
    watch.start()
    seen.wait(3.0)  # the freeze
    seen.clear()
    watch.beat()
    assert seen.wait(3.0)
    watch.stop()
    caplog.handler.removeFilter(heard.write)
    assert "seen.wait(3.0)  # the freeze" in caplog.messages[0]
    assert "answers again after" in caplog.messages[1]
    assert watch.freezes == 1


def test_that_a_window_still_being_made_is_not_called_frozen():
    watch = Watch(limit_s=0.02)
    watch.start()
    threading.Event().wait(0.1)
    watch.stop()
    assert watch.freezes == 0


def test_that_a_window_that_beats_is_left_alone():
    watch = Watch(limit_s=5.0)
    watch.start()
    watch.beat()
    watch.stop()
    watch.stop()
    assert watch.freezes == 0
