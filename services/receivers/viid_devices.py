"""Which devices have registered, and until when; and what the directory says of their checkpoints."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from services.domain.passage import CheckpointPlace
from services.domain.timebase import Timebase
from services.store.errors import StoreError
from services.store.store import Store

REGISTERED_FOR_S = 300.0  # any good request renews it
MOST_DEVICES = 10_000
LOOK_AGAIN_S = 10.0


class Registry:
    """Registered devices. With an ``allowed`` list only those may register. Thread-safe."""

    def __init__(self, clock: Callable[[], float], allowed: Collection[str] = ()) -> None:
        self._clock = clock
        self._allowed = frozenset(allowed)
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}

    def may_register(self, device_id: str) -> bool:
        return bool(device_id) and (not self._allowed or device_id in self._allowed)

    def register(self, device_id: str) -> bool:
        """False when there is no room for one more device."""
        with self._lock:
            now = self._clock()
            if device_id not in self._until and len(self._until) >= MOST_DEVICES:
                self._until = {each: until for each, until in self._until.items() if until > now}
                if len(self._until) >= MOST_DEVICES:
                    return False
            self._until[device_id] = now + REGISTERED_FOR_S
            return True

    def renew(self, device_id: str) -> bool:
        """Whether the device is registered now; if so it stays so for another five minutes."""
        with self._lock:
            now = self._clock()
            if self._until.get(device_id, 0.0) <= now:
                self._until.pop(device_id, None)
                return False
            self._until[device_id] = now + REGISTERED_FOR_S
            return True

    def unregister(self, device_id: str) -> None:
        with self._lock:
            self._until.pop(device_id, None)


class Directory:
    """Where checkpoints are, from the topic ``checkpoint_places``, looked up again every ten seconds.

    A store that cannot answer leaves what was known: a passage never waits for its name.
    """

    def __init__(self, store: Store, timebase: Timebase) -> None:
        self._store = store
        self._timebase = timebase
        self._looked_s = float("-inf")
        self._places: Mapping[str, CheckpointPlace] = {}

    def __call__(self, checkpoint_id: str) -> CheckpointPlace | None:
        now_s = time.monotonic()
        if now_s - self._looked_s > LOOK_AGAIN_S or (not self._places and now_s - self._looked_s > 1):
            self._looked_s = now_s
            self._look(self._timebase.now())
        return self._places.get(checkpoint_id)

    def _look(self, now: datetime) -> None:
        try:
            self._places = {p.id: p for p in self._store.snapshot("checkpoint_places", now).records}
        except StoreError:
            return
