"""How a windowless process learns that it is over."""

from __future__ import annotations

import os
import signal
import sys
import threading


def stopping(*, with_parent: bool = False, loaded: threading.Event | None = None) -> threading.Event:
    """An event that is set by SIGINT, SIGTERM or, for a child process, by the end of its parent.

    Until ``loaded`` is set a child holds nothing yet, and the end of its parent ends it at once: loading takes
    seconds where nothing is compiled.

    A child's standard input is a pipe from its parent; it closes whichever way the parent dies,
    on every system, so no collector outlives its console.
    """
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    if with_parent:
        threading.Thread(target=_wait_for_parent, args=[over, loaded], name="parent", daemon=True).start()
    return over


def _wait_for_parent(over: threading.Event, loaded: threading.Event | None) -> None:
    sys.stdin.buffer.read()
    if loaded is not None and not loaded.is_set():
        os._exit(1)
    over.set()
