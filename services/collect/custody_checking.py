"""Reads the custody log again: what is new every few minutes, all of it once a day. What it finds is an event."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from services.domain.audit import CustodyBroken, NoteCustodyBroken
from services.domain.custody_events import CustodyCheck
from services.domain.custody_settings import CustodySettings
from services.domain.event import Batch, Event
from services.domain.officer import ENGINE
from services.domain.signed_note import VerifierKey
from services.domain.snapshot import SourceStatus
from services.reports.custody_audit import Audit, Broken
from services.store.store import Store

log = logging.getLogger(__name__)

TICK_S = 5.0
NEW, ALL = "new", "all"
SOURCE = "custody_check"
HOUR = timedelta(hours=1)


class CustodyChecking:
    """``last`` is what the newest look found, None before the first, which reads all. A break is written into
    the audit as well, for the administrator who sees no alerts."""

    def __init__(self, store: Store, key: VerifierKey, settings: CustodySettings) -> None:
        self._store = store
        self._key = key
        self._settings = settings
        self._audit = Audit(key)
        self._all_at: datetime | None = None
        self._new_at: datetime | None = None
        every_s = 60 * settings.check_min
        self._said = SourceStatus(SOURCE, "存证日志核验", late_after_s=max(3600.0, 3 * every_s))
        self._noted = 0  # the break that stands in the audit
        self.last: CustodyCheck | None = None

    def tick(self, now: datetime) -> None:
        """Nothing is said of a log without entries: there is nothing yet to hold."""
        if self.last is None and not self._store.custody.written():
            return
        if _is_due(self._all_at, timedelta(hours=self._settings.full_check_h), now):
            self._look(ALL, now)
            self._all_at = self._new_at = now
        elif _is_due(self._new_at, timedelta(minutes=self._settings.check_min), now):
            self._look(NEW, now)
            self._new_at = now

    def _look(self, scope: str, now: datetime) -> None:
        custody = self._store.custody
        if scope == ALL or (self.last is not None and not self.last.holds):
            scope, self._audit = ALL, Audit(self._key)
        first = len(self._audit.tree) + 1
        written, heads = custody.written(), custody.heads()  # before the rows: they only grow
        broken = self._audit.go_on(custody.rows(first - 1), heads, written)
        self.last = self._told(scope, first, broken, now)
        ident = f"{now:%Y%m%dT%H%M%S}"
        event = Event(SOURCE, ident, "custody_check", now, self.last)
        self._store.take(Batch(events=(event,)), self._said, now)
        if broken is not None and broken.seq != self._noted:
            self._noted = broken.seq
            found = CustodyBroken(self._key.name, broken.seq, broken.manifest, broken.reason)
            self._store.perform(NoteCustodyBroken(found=found), ENGINE, now)
            log.error("the custody log does not hold from entry %d on", broken.seq)

    def _told(self, scope: str, first: int, broken: Broken | None, now: datetime) -> CustodyCheck:
        witnessed, since = witness_state(self._store)
        return CustodyCheck(
            log=self._key.name,
            scope=scope,
            first=first,
            last=len(self._audit.tree),
            holds=broken is None,
            broken=broken.seq if broken is not None else 0,
            manifest=broken.manifest if broken is not None else "",
            reason=broken.reason if broken is not None else "",
            witnessed=witnessed,
            unwitnessed_h=int((now - since) / HOUR) if since is not None else 0,
            at=now,
        )


def witness_state(store: Store) -> tuple[int, datetime | None]:
    """How many entries a witness has seen, and since when there are some it has not."""
    heads = store.custody.heads()
    witnessed = max((head.size for head in heads if head.witnessed_at is not None), default=0)
    return witnessed, min((head.at for head in heads if head.size > witnessed), default=None)


def _is_due(last: datetime | None, every: timedelta, now: datetime) -> bool:
    """Also when the clock was set back."""
    return last is None or not last <= now < last + every
