"""Asks the rules by the clock: what has not been heard of for too long."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from services.domain.alert import Detection
from services.domain.rule import Clearing
from services.store.errors import StoreError
from services.store.store import Store

log = logging.getLogger(__name__)

EVERY_S = 5.0


class Asked(Protocol):
    """The rules, whichever are active at the moment."""

    @property
    def waits(self) -> bool: ...

    def due(self, now: datetime, reader: Connection) -> Sequence[Detection | Clearing]: ...


class Listening:
    """The clock of the absence rules. Says once when the store does not answer and once when it does again."""

    def __init__(self, store: Store, rules: Asked) -> None:
        self._store = store
        self._rules = rules
        self._failing = False

    def tick(self, now: datetime) -> None:
        if not self._rules.waits:
            return
        try:
            self._store.report(lambda reader: self._rules.due(now, reader), now)
        except StoreError as why:
            if not self._failing:
                log.warning("absence rules wait for the store: %s", why)
            self._failing = True
            return
        if self._failing:
            log.info("absence rules are asked again")
        self._failing = False
