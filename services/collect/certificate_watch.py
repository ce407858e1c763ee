"""Tells once a day which certificates of vessels run out within thirty days, and once that one was renewed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from services.domain.boat_marks import CertificateDue
from services.domain.certificates import NEAR_DAYS, Certificate, due, licences
from services.domain.event import Batch, Event
from services.domain.snapshot import SourceStatus
from services.domain.timebase import local
from services.store.store import Store

EVERY_S = 60.0
RULE = "R-FSH-16"
LONG_DAYS = 100_000
SOURCE = SourceStatus("certificate_watch", "证书到期核对", late_after_s=14 * 86_400.0)


def renewed(papers: Sequence[Certificate], open_for: Collection[str], now: datetime) -> tuple[CertificateDue, ...]:
    """Those that an alert is still open for and that run long enough again."""
    asked = [one for one in papers if f"{RULE}|{one.holder_id}|{one.kind}" in open_for]
    return tuple(one for one in due(asked, now, within=LONG_DAYS) if one.days_left > NEAR_DAYS)


class CertificateWatch:
    """For one caller at a time. The store leaves out what was told today already."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._told: set[str] = set()

    def tick(self, now: datetime) -> None:
        papers: Sequence[Certificate] = self._store.snapshot("certificates", now).records
        vessels = self._store.snapshot("collection_vessels", now).records
        day, every = f"{local(now):%Y%m%d}", (*papers, *licences(vessels))
        open_for = {alert.key for alert in self._store.snapshot("alerts", now).records if alert.rule_id == RULE}
        told = (*due(every, now), *renewed(every, open_for, now))
        found = {f"{one.holder_id}:{one.kind}:{one.valid_until:%Y%m%d}:{day}": one for one in told}
        fresh = {ident: one for ident, one in found.items() if ident not in self._told}
        if fresh:
            events = [Event(SOURCE.id, ident, "certificate", now, one) for ident, one in fresh.items()]
            self._store.take(Batch(events=events), SOURCE, now)
        self._told = set(found)
