"""A minimal collector that is there to be killed: ``python -m tests.system.receiving URL PORT [ROOM]``.

Receiver, intake and store as the collector has them, nothing else. The parent has everything
imported, forks the one that receives, says its number on stdout and forks the next when it is dead.
With ROOM the intake holds so many records and answers busy for more.
"""

from __future__ import annotations

import os
import sys
import threading

from services.collect.intake import Intake
from services.domain.timebase import REAL
from services.receivers.viid import ViidReceiver
from services.store.store import Store


def receive(url: str, port: int, room: int) -> None:
    store = Store.open(url)
    intake = Intake(store, REAL, room=room)
    intake.start()
    login = {"username": "jiaojiang", "password": "demo-only", "realm": "viid"}
    ViidReceiver({"host": "127.0.0.1", "port": port, **login}, store, intake, REAL).start()
    threading.Event().wait()


def main(url: str, port: int, room: int = 20_000) -> None:
    while True:
        pid = os.fork()
        if pid == 0:
            receive(url, port, room)
        print(pid, flush=True)  # noqa: T201
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
