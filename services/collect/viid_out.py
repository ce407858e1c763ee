"""Keeps us registered with the platform above, subscribed, and hands on the watch orders in force.

One thread speaks; the collector's tick only shows how it stands, so a platform that hangs makes nobody
else late. A row is on disk before its first word goes out and again after the answer, under an id that
follows from the order alone: killed between the two, we say the same thing again under the same id.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from services.collect.site import Site, SiteError
from services.collect.viid_out_orders import Dispositions
from services.collect.viid_out_subjects import Subscriptions
from services.domain.platform import Platform
from services.domain.snapshot import Quality, SourceStatus
from services.domain.timebase import Timebase
from services.sources.viid_client import NotRegisteredError, ViidClient
from services.sources.viid_client_answer import PlatformError
from services.sources.viid_client_settings import ViidClientSettings, viid_client_from
from services.store.errors import StoreError
from services.store.store import Store

log = logging.getLogger(__name__)

SOURCE = "viid_client"
TICK_S = 2.0
EVERY_S = 1.0  # a turn without anything to say costs one look at the store's change numbers
LONGEST_REST_S = 60.0
STOP_S = 9.0  # a platform that answers slowly is not waited for any longer
NEVER_LATE_S = 1e9  # it is heard of only when it breaks and when it mends


def upstream_of(site: Site, store: Store) -> Upstream | None:
    """None for a site without ``[viid_client]``. Raises SiteError."""
    try:
        settings = viid_client_from(site.viid_client, site.name)
    except ValueError as why:
        raise SiteError(f"site.toml: {why}") from why
    return Upstream(store, site.timebase, settings) if settings else None


class Upstream:
    """One platform. ``turn`` is one round of everything; the thread takes one every second, and after a
    failure rests longer each time. ``stop`` unregisters and is idempotent."""

    def __init__(
        self,
        store: Store,
        timebase: Timebase,
        settings: ViidClientSettings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._timebase = timebase
        self._settings = settings
        self._clock = clock
        self._client = ViidClient(settings, clock)
        self._dispositions = Dispositions(store, self._client, settings)
        self._subscriptions = Subscriptions(store, self._client, settings)
        self._now_stands = Platform(settings.device_id, settings.title, settings.address)
        self._shown: Platform | None = None
        self._failures = 0
        self._waits_for_store = False
        self._was_known = False  # since this process began
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="viid-client", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join(STOP_S)
        self._client.close()

    def tick(self, now: datetime) -> None:
        """Show how it stands. Raises StoreError, which the poller says once."""
        stands = self._now_stands
        if stands == self._shown:
            return
        if self._shown is None or _lamp(stands) != _lamp(self._shown):
            self._store.mark(_status(stands))
        self._store.put_topic("viid_platforms", (stands,), now)
        self._shown = stands

    # -- the thread -------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._over.wait(self._rest_s()):
            self.turn()
        self._leave()

    def _rest_s(self) -> float:
        return min(LONGEST_REST_S, EVERY_S * 2**self._failures) if self._failures else EVERY_S

    def turn(self) -> None:
        """One round. Says once when the platform or the store stops answering and once when it does again."""
        now = self._timebase.now()
        was_known = self._client.is_registered
        try:
            for say in (self._be_known, self._subscriptions.say, self._dispositions.say):
                if not self._over.is_set():
                    say(now)
        except PlatformError as why:
            self._broken(why, now, was_known)
        except StoreError as why:
            if not self._waits_for_store:
                log.warning("the platform above waits for the store: %s", why)
            self._waits_for_store = True
            self._failures += 1
        else:
            self._works(now)

    def _be_known(self, now: datetime) -> None:
        """Register, or say that we are still here when nothing else was said for long enough."""
        if not self._client.is_registered:
            self._client.register()
            if self._was_known:
                self._subscriptions.doubt()
                self._dispositions.doubt()
            self._was_known = True
            self._now_stands = replace(self._now_stands, registered_at=now, heard_at=now)
            log.info("registered with %s at %s", self._settings.title, self._settings.address)
        elif self._clock() - self._client.heard_s >= self._settings.keepalive_s:
            self._client.keep_alive()
            self._now_stands = replace(self._now_stands, heard_at=now)

    def _works(self, now: datetime) -> None:
        if self._now_stands.error:
            log.info("%s answers again", self._settings.title)
            self._now_stands = replace(self._now_stands, error="", failing_since=None, heard_at=now)
        self._waits_for_store = False
        self._failures = 0

    def _broken(self, why: PlatformError, now: datetime, was_known: bool) -> None:
        """To be told to register again is no fault, unless we just had: the next turn does."""
        stands = self._now_stands
        if not self._client.is_registered:
            stands = replace(stands, registered_at=None)
        if isinstance(why, NotRegisteredError) and was_known:
            self._now_stands = stands
            return
        if not stands.error:
            log.warning("%s does not take what we say: %s", self._settings.title, why)
        self._failures += 1
        self._now_stands = replace(stands, error=str(why), failing_since=stands.failing_since or now)

    def _leave(self) -> None:
        """A platform that did not answer just now is not asked once more."""
        if not self._client.is_registered or self._now_stands.error:
            return
        try:
            self._client.unregister()
        except PlatformError as why:
            log.debug("not unregistered: %s", why)


def _lamp(stands: Platform) -> tuple[Quality, str]:
    heard = Quality.GOOD if stands.registered_at else Quality.WAITING
    return Quality.STALE if stands.error else heard, stands.error


def _status(stands: Platform) -> SourceStatus:
    """As 数据源 lists it."""
    quality, error = _lamp(stands)
    return SourceStatus(
        SOURCE,
        stands.title,
        quality,
        taken_at=stands.heard_at,
        failing_since=stands.failing_since,
        error=error,
        late_after_s=NEVER_LATE_S,
    )
