"""Pictures that could not be written: counted, and said once a minute, not once a picture."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from services.domain.event import Refused

log = logging.getLogger(__name__)

SAY_EVERY_S = 60.0


class Losses:
    """Thread-safe. What is lost in the last minute before it ends is said with the next loss."""

    def __init__(self, source: str, clock: Callable[[], float]) -> None:
        self._source = source
        self._clock = clock
        self._lock = threading.Lock()
        self._unsaid = 0
        self._said_s = float("-inf")
        self.total = 0

    def note(self, lost: Mapping[str, OSError]) -> tuple[Refused, ...]:
        """One line for the quarantine when it is time to say how many pictures were lost since the last."""
        if not lost:
            return ()
        why = next(iter(lost.values()))
        with self._lock:
            self.total += len(lost)
            self._unsaid += len(lost)
            now = self._clock()
            if now - self._said_s < SAY_EVERY_S:
                return ()
            count, self._unsaid, self._said_s = self._unsaid, 0, now
        log.warning("%d pictures could not be written: %s", count, why)
        words = f"{count} 张图片未能存盘（过车照收）：{why.strerror or why}"
        return (Refused(self._source, "picture_lost", words, b""),)
