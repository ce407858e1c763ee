"""What a test must not leave behind: threads, Qt's own threads, timers, animations, windows, warnings."""

from __future__ import annotations

import gc
import logging
import threading
import traceback
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

GRACE_S = 2.0  # a thread told to end may take this long


class UnexpectedLogs(logging.Handler):
    """Collects what was logged at WARNING or above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@contextmanager
def no_unexpected_logs(*, allowed: bool) -> Iterator[None]:
    """Fail on a warning nobody asked for."""
    listener = UnexpectedLogs()
    root = logging.getLogger()
    root.addHandler(listener)
    try:
        yield
    finally:
        root.removeHandler(listener)
    if listener.lines and not allowed:
        pytest.fail("logged without being asked for:\n" + "\n".join(listener.lines))


@contextmanager
def no_dangling_threads() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before]
    for thread in left:
        thread.join(GRACE_S)
    alive = sorted(thread.name for thread in left if thread.is_alive())
    if alive:
        pytest.fail(f"left threads running: {', '.join(alive)}")


class _Started:
    """Every object of some Qt classes that was started, and from where."""

    def __init__(self) -> None:
        self._seen: list[tuple[weakref.ref[Any], str]] = []

    def watching(self, start: Callable[..., Any]) -> Callable[..., Any]:
        def watched(thing: Any, *args: Any, **kwargs: Any) -> Any:
            self._seen.append((weakref.ref(thing), "".join(traceback.format_stack(limit=4)[:-1])))
            return start(thing, *args, **kwargs)

        return watched

    def running(self, is_running: Callable[[Any], bool]) -> list[str]:
        import shiboken6

        alive = {id(thing): (thing, place) for ref, place in self._seen if (thing := ref()) is not None}
        return [
            f"{type(thing).__name__} started at\n{place}"
            for thing, place in alive.values()
            if shiboken6.isValid(thing) and is_running(thing)
        ]


@contextmanager
def no_dangling_qt(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail on a running QThread, QTimer or animation, or a top-level widget, that the test made."""
    from PySide6.QtCore import QAbstractAnimation, QThread, QTimer
    from PySide6.QtWidgets import QApplication

    kinds: tuple[tuple[Any, Callable[[Any], bool]], ...] = (
        (QThread, lambda thread: thread.isRunning()),
        (QTimer, lambda timer: timer.isActive()),
        (QAbstractAnimation, lambda moving: moving.state() == QAbstractAnimation.State.Running),
    )
    started = {kind: _Started() for kind, _ in kinds}
    for kind, seen in started.items():
        monkeypatch.setattr(kind, "start", seen.watching(kind.start))
    before = {id(widget) for widget in QApplication.topLevelWidgets()}

    def dangling() -> list[str]:
        left = [line for kind, is_running in kinds for line in started[kind].running(is_running)]
        windows = [w for w in QApplication.topLevelWidgets() if id(w) not in before]
        return left + [f"window {w!r}" for w in windows if type(w).__name__ not in ("QTipLabel", "QWidget")]

    yield
    _delete_later()
    if dangling():
        gc.collect()  # a cycle is no leak
        _delete_later()
    if left := dangling():
        pytest.fail("left running or open:\n" + "\n".join(left))


def _delete_later() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
