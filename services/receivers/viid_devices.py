"""Which devices have registered, and until when."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection

from services.receivers.viid_directory import Directory

__all__ = ["Directory", "Registry"]

REGISTERED_FOR_S = 300.0  # any good request renews it
MOST_DEVICES = 10_000


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
