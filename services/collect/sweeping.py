"""Keeps the store from growing for ever: lets go, every two seconds, of what was kept long enough."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from services.collect.site import SiteError
from services.domain.keeping import Keeping, too_short
from services.domain.rule import Rule
from services.store.errors import StoreError
from services.store.store import Store

log = logging.getLogger(__name__)

EVERY_S = 2.0


class Sweeping:
    """The collector's broom. Raises SiteError when a rule looks back further than its events are kept;
    says once when the store does not answer and once when it does again."""

    def __init__(self, store: Store, keeping: Keeping, rules: Iterable[Rule]) -> None:
        if why := too_short(keeping, rules):
            raise SiteError(f"site.toml: {why}")
        store.use_keeping(keeping)
        self._store = store
        self._failing = False

    def tick(self, now: datetime) -> None:
        try:
            self._store.sweep(now)
        except StoreError as why:
            if not self._failing:
                log.warning("old records wait for the store: %s", why)
            self._failing = True
            return
        if self._failing:
            log.info("old records are let go again")
        self._failing = False
