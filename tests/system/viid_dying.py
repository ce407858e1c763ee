"""A collector's client that is killed before its first write, commit or request, its second, …

``python -m tests.system.viid_dying URL PORT``: each time a new watch order comes into force, a child
that speaks to the platform is killed one step later than the last, and another takes its place; then
the order is withdrawn, and the same again. When a child lives to the end of both, it says how many died.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import requests
from sqlalchemy import event

from services.collect.viid_out import Upstream
from services.domain.timebase import REAL
from services.domain.watch_order import WatchOrder
from services.domain.watch_order_steps import WithdrawWatch
from services.store.engine import Gate, open_engine
from services.store.store import Store
from tests.system.viid_above import settings_for
from tests.unit.watch_world import CHEN, granted, step

TURNS = 2  # the second finds nothing to say
AGO = timedelta(minutes=2)


class Fuse:
    """Ends the process at the so manieth step from now."""

    def __init__(self, steps: int) -> None:
        self._left = count(steps, -1)

    def write(self, _c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith("SELECT"):
            self.burn()

    def burn(self, *_: Any) -> None:
        if next(self._left) == 1:
            os.kill(os.getpid(), signal.SIGKILL)


class Session(requests.Session):
    """Steps before each request goes out and after its answer came in."""

    burn: Callable[..., None]

    def send(self, *about: Any, **more: Any) -> requests.Response:
        self.burn()
        answer = super().send(*about, **more)
        self.burn()
        return answer


def speak(url: str, port: int, steps: int) -> None:
    """With 0 steps it is left alone."""
    store = Store(Gate(open_engine(url), "here"))
    upstream = Upstream(store, REAL, settings_for(port))
    fuse = Fuse(steps)
    event.listen(store._gate.engine, "before_cursor_execute", fuse.write)
    event.listen(store._gate.engine, "commit", fuse.burn)
    session = Session()
    session.burn = fuse.burn
    session.headers.update(upstream._client._session.headers)
    upstream._client._session = session
    for _ in range(TURNS):
        upstream.turn()


def lived(url: str, port: int, steps: int) -> bool:
    child = os.fork()
    if child == 0:
        speak(url, port, steps)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def with_deaths(url: str, port: int, steps: int) -> bool:
    """Whether nobody died; in any case the platform has been told all by the end."""
    survived = lived(url, port, steps)
    assert lived(url, port, 0)
    return survived


def began(store: Store, number: int) -> WatchOrder:
    order = granted(store, REAL.now() - AGO, plate_no=f"浙J{number:05d}")
    store._gate.engine.dispose()  # no child gets a connection of its parent's
    return order


def ended(store: Store, order: WatchOrder) -> None:
    done = store.perform(WithdrawWatch(**step(order), reason="车辆已找到"), CHEN, REAL.now())
    assert done.done, done.refusal
    store._gate.engine.dispose()


def main(url: str, port: int) -> None:
    died = 0
    with Store.open(url) as store:
        for steps in count(1):
            order = began(store, steps)
            set_whole = with_deaths(url, port, steps)
            ended(store, order)
            lifted_whole = with_deaths(url, port, steps)
            died += (not set_whole) + (not lifted_whole)
            if set_whole and lifted_whole:
                sys.stdout.write(f"{died} died over {steps} orders\n")
                return


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
