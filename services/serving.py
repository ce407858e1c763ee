"""A WSGI server in a thread that stops when it is told, whatever connections are open."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import Any

from waitress import wasyncore
from waitress.server import create_server
from waitress.task import ThreadedTaskDispatcher

# It warns of each request that waits a moment for a thread; receivers say themselves when they are busy.
logging.getLogger("waitress.queue").setLevel(logging.ERROR)


class WsgiServer:
    """waitress on one address. Port 0 picks a free one; ``port`` tells which. Raises OSError for one in use.

    waitress's own ``close`` leaves its loop running while a client keeps a connection open; here the
    loop's thread itself closes all of them, so ``stop`` returns at once. ``stop`` is idempotent.
    """

    def __init__(
        self, app: Callable[..., Any], host: str, port: int, name: str, threads: int = 4, **settings: Any
    ) -> None:
        self._sockets: dict[int, Any] = {}
        workers = ThreadedTaskDispatcher()
        try:
            self._server: Any = create_server(
                app,
                map=self._sockets,
                _dispatcher=workers,
                host=host,
                port=port,
                threads=threads,
                clear_untrusted_proxy_headers=True,
                **settings,
            )
        except OSError:
            self._close_all()
            raise
        workers.set_thread_count(threads)  # only now: an address in use leaves no thread
        self._thread = threading.Thread(target=self._server.run, name=name, daemon=True)
        self._stopped = False

    @property
    def port(self) -> int:
        return int(self._server.effective_port)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._stopped:
            return
        self._stopped = True
        self._server.task_dispatcher.shutdown()  # first: a worker that ends later would wake a closed loop
        if self._thread.is_alive():
            with contextlib.suppress(OSError):  # another wake-up may have run it before ours was sent
                self._server.trigger.pull_trigger(self._close_all)
            self._thread.join()
        else:
            self._close_all()

    def _close_all(self) -> None:
        wasyncore.close_all(self._sockets, ignore_all=True)
