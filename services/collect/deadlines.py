"""Lets what is due happen: clocks that passed, shelves that end, signatures that lapse."""

from __future__ import annotations

import logging
from datetime import datetime

from services.store.errors import StoreError
from services.store.store import Store

log = logging.getLogger(__name__)


class Deadlines:
    """The escalation clock. The store holds what is due and marks late what passed while nobody looked;
    this only asks until nothing is, and says once when the store does not answer and once when it does again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._failing = False

    def tick(self, now: datetime) -> None:
        try:
            while self._store.expire(now):
                pass
        except StoreError as why:
            if not self._failing:
                log.warning("deadlines wait for the store: %s", why)
            self._failing = True
            return
        if self._failing:
            log.info("deadlines run again")
        self._failing = False
