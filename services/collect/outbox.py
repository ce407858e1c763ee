"""Sends what is to be told outside: each channel by a thread of its own, so that none waits for another.

At least once: a notice is marked only after its receiver answered, and goes out under the same id again
when we died in between. What is no longer wanted at the moment of sending is withdrawn with the reason.
"""

from __future__ import annotations

import logging
import random
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.collect.channels import Channel, NeverTaken, NotTaken
from services.domain.alert import AlertLevel
from services.domain.notice import Notice, NoticeState, Route
from services.domain.telling import wait_after
from services.domain.timebase import Timebase
from services.store.errors import StoreError
from services.store.store import Store

log = logging.getLogger(__name__)

EVERY_S = 0.5  # a look for what is due costs one indexed query
MOST = 50  # notices of one look
TICK_S = 2.0
KEPT = timedelta(days=400)  # [D] how long a notice that is done with stays readable
HOUR = timedelta(hours=1)
STOP_S = 15.0  # a receiver that answers slowly is not waited for any longer


class Outbox:
    """The senders of a site. ``start`` puts the routes in force; ``stop`` is idempotent."""

    def __init__(
        self, store: Store, timebase: Timebase, channels: Sequence[Channel], routes: Sequence[Route] = ()
    ) -> None:
        self._store = store
        self._timebase = timebase
        self._routes = tuple(routes)
        self._over = threading.Event()
        self._failing = False
        self._couriers = [Courier(store, channel) for channel in channels]
        self._threads = [
            threading.Thread(target=self._run, args=[courier], name=f"outbox-{courier.name}", daemon=True)
            for courier in self._couriers
        ]

    def start(self) -> None:
        """Raises StoreError when the routes cannot be written."""
        self._store.use_outbox(self._routes, self._timebase.now())
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(STOP_S)
        for courier in self._couriers:
            courier.close()

    def tick(self, now: datetime) -> None:
        """Give up what is too late, of channels that are gone as well, and let go of what is old."""
        try:
            self._store.outbox.expire(now)
            self._store.outbox.forget(now - KEPT)
        except StoreError as why:
            if not self._failing:
                log.warning("notices wait for the store: %s", why)
            self._failing = True
            return
        self._failing = False

    def _run(self, courier: Courier) -> None:
        while not self._over.wait(EVERY_S):
            courier.send_due(self._timebase.now, self._over)


class Courier:
    """Takes what is due for one channel and sends it. After a failure the channel rests, longer each
    time; the notice that failed goes behind the others, so that one alone cannot hold them up."""

    def __init__(self, store: Store, channel: Channel, chance: Callable[[], float] = random.random) -> None:
        self.name = channel.name
        self._store = store
        self._channel = channel
        self._chance = chance
        self._failures = 0
        self._rest: tuple[datetime, datetime] | None = None  # from, until
        self._waits_for_store = False
        self._sent_at: deque[datetime] = deque()  # in the last hour

    def close(self) -> None:
        self._channel.close()

    def send_due(self, clock: Callable[[], datetime], over: threading.Event) -> int:
        """Send until nothing is due, the channel fails or ``over``. How many were sent."""
        sent = 0
        try:
            while not over.is_set() and not self._rests(clock()):
                due = self._store.outbox.due(self.name, clock(), MOST)
                for notice in due:
                    if over.is_set() or self._rests(clock()):
                        break
                    sent += self._deliver(notice, clock)
                if len(due) < MOST:
                    break
        except StoreError as why:
            if not self._waits_for_store:
                log.warning("notices of %s wait for the store: %s", self.name, why)
            self._waits_for_store = True
        else:
            self._waits_for_store = False
        return sent

    def _rests(self, now: datetime) -> bool:
        """A clock that was set back ends the rest."""
        return self._rest is not None and self._rest[0] <= now < self._rest[1]

    def _deliver(self, notice: Notice, clock: Callable[[], datetime]) -> bool:
        now = clock()
        if notice.expires_at <= now:
            self._settle(notice, NoticeState.EXPIRED, now)
            return False
        if why := self._store.outbox.why_not(notice):
            self._settle(replace(notice, answer=why), NoticeState.WITHDRAWN, now)
            return False
        if (free_at := self._free_at(notice, now)) is not None:
            self._settle(replace(notice, next_at=free_at, answer="本渠道已达每小时上限"), NoticeState.PENDING, now)
            return False
        return self._post(replace(notice, attempts=notice.attempts + 1), clock)

    def _free_at(self, notice: Notice, now: datetime) -> datetime | None:
        """When the channel may take another one; None for now. Red ones always may."""
        most = self._channel.most_per_hour
        while self._sent_at and not now - HOUR < self._sent_at[0] <= now:
            self._sent_at.popleft()
        if not most or len(self._sent_at) < most or notice.news.level is AlertLevel.RED:
            return None
        return self._sent_at[-most] + HOUR

    def _post(self, tried: Notice, clock: Callable[[], datetime]) -> bool:
        try:
            answer = self._channel.post(tried)
        except NeverTaken as why:
            log.warning("channel %s will not take notice %s: %s", self.name, tried.id, why.answer)
            self._settle(replace(tried, answer=why.answer), NoticeState.FAILED, clock())
            return False
        except NotTaken as why:
            self._put_off(tried, why, clock())
            return False
        except Exception as why:  # a fault over one notice must not end the channel
            log.exception("channel %s could not send notice %s", self.name, tried.id)
            self._put_off(tried, NotTaken(f"发送出错：{type(why).__name__}"), clock())
            return False
        self._mended()
        now = clock()
        self._sent_at.append(now)
        self._settle(replace(tried, answer=answer), NoticeState.SENT, now)
        return True

    def _put_off(self, notice: Notice, why: NotTaken, now: datetime) -> None:
        if not self._failures:
            log.warning("channel %s is broken: %s", self.name, why.answer)
        self._failures += 1
        wait = max(wait_after(self._failures, self._chance()), timedelta(seconds=why.after_s))
        self._rest = now, now + wait
        self._settle(replace(notice, answer=why.answer, next_at=now + wait), NoticeState.PENDING, now)

    def _mended(self) -> None:
        if self._failures:
            log.info("channel %s works again", self.name)
        self._failures, self._rest = 0, None

    def _settle(self, notice: Notice, state: NoticeState, now: datetime) -> None:
        self._store.outbox.settle(replace(notice, state=state, changed_at=now))
