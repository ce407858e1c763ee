"""Publishes the merged fleet once a second and says how its feeds are."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from services.domain.event import Batch
from services.domain.fleet import VesselKind
from services.domain.snapshot import Quality, SourceStatus
from services.domain.timebase import Timebase
from services.receivers.fleet_table import FleetTable
from services.store.errors import StoreError
from services.store.store import Store

log = logging.getLogger(__name__)

EVERY_S = 1.0
WELL_EVERY_S = 5.0  # how often a feed that is well says so
BEIDOU = "boat_positions"  # key of the HTTP source of Beidou fixes


class Feed(Protocol):
    """What the keeper needs to know of a receiver."""

    @property
    def key(self) -> str: ...

    @property
    def heard_at_s(self) -> float: ...

    @property
    def error(self) -> str: ...

    @property
    def reports(self) -> int: ...

    def status(self) -> SourceStatus: ...


class FleetKeeper:
    """Reads registers and Beidou fixes back from the store, so that a restart loses nothing."""

    def __init__(self, store: Store, table: FleetTable, feeds: Sequence[Feed], timebase: Timebase) -> None:
        self._store = store
        self._table = table
        self._feeds = feeds
        self._timebase = timebase
        self._seen = 0
        self._said_well: dict[str, float] = {}
        self._counted: dict[str, int] = {}
        self._failing: dict[str, datetime] = {}
        self._store_fails = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet-keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(10)

    def _run(self) -> None:
        self._safely(self._announce)
        while not self._over.wait(EVERY_S):
            self._safely(self.beat)

    def _safely(self, act: Callable[[], None]) -> None:
        try:
            act()
        except StoreError as why:
            if not self._store_fails:
                log.warning("the fleet cannot be written: %s", why)
            self._store_fails = True
        else:
            if self._store_fails:
                log.info("the fleet is written again")
            self._store_fails = False

    def _announce(self) -> None:
        for feed in self._feeds:
            self._store.mark(feed.status(), topics=("fleet",))

    def beat(self) -> None:
        """One second's work."""
        now = self._timebase.now()
        seen, moved = self._store.changes_since(self._seen)
        if "boat_register" in moved:
            boats = self._store.snapshot("boat_register", now).records
            self._table.know({b.mmsi: VesselKind.FISHING for b in boats}, {b.mmsi: b.code for b in boats})
        if "collection_vessels" in moved:
            vessels = self._store.snapshot("collection_vessels", now).records
            self._table.know({v.mmsi: VesselKind.COLLECTION for v in vessels}, {})
        if "beidou_fixes" in moved:
            for block in self._store.snapshot("beidou_fixes", now).records:
                self._table.merge(block.fleet)
        self._seen = seen
        fleet = self._table.take()
        if fleet is not None:
            self._store.put_fleet(fleet.to_bytes(), now, self._source(now))
        for feed in self._feeds:
            self._say(feed, now)

    def _source(self, now: datetime) -> str:
        """Whose the fleet is: the feed heard last, else Beidou's service."""
        fresh = [f for f in self._feeds if now.timestamp() - f.heard_at_s < f.status().late_after_s]
        return max(fresh, key=lambda f: f.heard_at_s).key if fresh else BEIDOU

    def _say(self, feed: Feed, now: datetime) -> None:
        if feed.error:
            if feed.key not in self._failing:
                self._failing[feed.key] = now
                log.warning("%s: %s", feed.key, feed.error)
                said = feed.status()
                self._store.mark(
                    SourceStatus(
                        said.id, said.title, Quality.STALE,
                        failing_since=now, error=feed.error, late_after_s=said.late_after_s,
                    )
                )  # fmt: skip
            return
        if feed.heard_at_s > self._said_well.get(feed.key, 0.0):
            due = now.timestamp() - self._said_well.get(feed.key, 0.0) >= WELL_EVERY_S
            if due or feed.key in self._failing:
                reports = feed.reports
                self._store.take(Batch(merged=reports - self._counted.get(feed.key, 0)), feed.status(), now)
                self._counted[feed.key] = reports
                self._said_well[feed.key] = feed.heard_at_s
            if self._failing.pop(feed.key, None):
                log.info("%s is heard again", feed.key)
