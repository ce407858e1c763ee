"""Carries the log's head to the second place: every minute that it moved, and at each hand-over."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import select

from services.domain.sighting import HANDOVER, MINUTE, Sighting, next_after
from services.domain.snapshot import Quality, SourceStatus
from services.store.errors import StoreError
from services.store.schema import case_event
from services.store.store import Store
from services.store.witness import Witness

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
TICK_S = 5.0
TITLE = "日志存证副本"
NEVER_LATE_S = 1e9  # it is heard of only when it breaks and when it mends


class Witnessing:
    """Says once when the second place cannot be reached, in the log and among the data sources, and once
    when it can again. Nothing is lost meanwhile: the next sighting covers all rows before it."""

    def __init__(self, store: Store, witness: Witness) -> None:
        self._store = store
        self._witness = witness
        self._last: Sighting | None = None
        self._known = False
        self._looked_at: datetime | None = None
        self._failing: datetime | None = None

    def tick(self, now: datetime) -> None:
        try:
            self._look(now)
        except StoreError as why:
            self._broken(str(why), now)
            return
        if self._failing is not None:
            log.info("the log is mirrored again")
            self._failing = None
            self._mark(Quality.GOOD, "", now)

    def _look(self, now: datetime) -> None:
        if not self._known:
            self._last = max(self._witness.read(), key=lambda s: s.number, default=None)
            self._known = True
        head = self._store.chain_head()
        if head.seq == (self._last.seq if self._last else 0):
            return
        handed_over = self._handed_over()
        due = self._looked_at is None or not self._looked_at <= now < self._looked_at + EVERY
        if handed_over or due:
            sighting = next_after(self._last, head.seq, head.hash, now, HANDOVER if handed_over else MINUTE)
            self._witness.add(sighting)
            self._last, self._looked_at = sighting, now

    def _handed_over(self) -> bool:
        """Whether a shift was handed over since the last sighting."""
        since = self._last.seq if self._last else 0
        done = select(case_event.c.seq).where(
            case_event.c.seq > since, case_event.c.stream == "handover", case_event.c.kind == "handover_done"
        )
        with self._store.read() as connection:
            return connection.execute(done.limit(1)).first() is not None

    def _broken(self, why: str, now: datetime) -> None:
        if self._failing is None:
            self._failing = now
            log.warning("the log is not mirrored: %s", why)
            self._mark(Quality.STALE, why, now)
        self._known = False  # what is there is read again once it can be reached

    def _mark(self, quality: Quality, error: str, now: datetime) -> None:
        try:
            self._store.mark(
                SourceStatus(
                    "witness", TITLE, quality, failing_since=self._failing, error=error, late_after_s=NEVER_LATE_S
                )
            )
        except StoreError as why:
            log.warning("cannot say that the log is not mirrored: %s", why)
