"""The topic ``noise``: what each means of noise control keeps from being told singly, each few seconds."""

from __future__ import annotations

from datetime import datetime

from services.collect.held import HeldTally
from services.domain.noise import NOISE, NoiseCounts, NoiseLimits, counts
from services.domain.timebase import local
from services.store.store import Store

EVERY_S = 2.0
TOPIC = "noise"


class NoiseTally:
    """For the poller to tick."""

    def __init__(self, store: Store, held: HeldTally, limits: NoiseLimits = NOISE) -> None:
        self._store, self._held, self._limits = store, held, limits
        self._begun = False

    def tick(self, now: datetime) -> None:
        if not self._begun:
            self._begun = True
            self._go_on(now)
        alerts = self._store.snapshot("alerts", now).records
        record = counts(alerts, now, self._held.today(now), self._limits)
        self._store.put_topic(TOPIC, [record], now)

    def _go_on(self, now: datetime) -> None:
        before = self._store.snapshot(TOPIC, now)
        record = before.first()
        if isinstance(record, NoiseCounts) and before.taken_at and local(before.taken_at).date() == local(now).date():
            self._held.begin(record.held, now)
