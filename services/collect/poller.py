"""Asks every source on its own clock and puts the answers in the store."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from services.collect.summary import Summary
from services.domain.event import Refused
from services.domain.snapshot import Quality, SourceStatus
from services.domain.timebase import Timebase
from services.sources.base import LayoutError, Source
from services.store.errors import StoreError
from services.store.store import Store

log = logging.getLogger(__name__)

SOON_S = 15.0


class Workers(ThreadPoolExecutor):
    """The scheduler shuts its executor down with its own locks held, and a worker that then asks the
    scheduler for anything would wait for ever: here shutting down waits for nobody, ``join`` does. Nothing
    is cancelled, which the scheduler would log as a fault: what waits for its turn ends when it has it."""

    def shutdown(self, wait: bool = True) -> None:
        self._pool.shutdown(wait=False)

    def join(self) -> None:
        self._pool.shutdown(wait=True)


class Poller:
    """One named job per source and per summary, so a slow one makes nobody else late.

    A failed fetch keeps the records the store has and marks their source stale, with the error;
    it is logged once when it breaks and once when it mends, and goes to the quarantine when what changed is
    the answer's layout. There is no retry within a poll; a source
    with a long interval that failed is polled again after ``SOON_S`` instead.
    """

    def __init__(self, store: Store, timebase: Timebase, *, workers: int = 12) -> None:
        self._store = store
        self._timebase = timebase
        self._failing: dict[str, datetime] = {}
        self._over = threading.Event()
        self._workers = Workers(workers)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": self._workers},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )

    def add_sources(self, sources: Sequence[Source]) -> None:
        for source in sources:
            self._store.mark(
                SourceStatus(source.key, source.title, late_after_s=source.late_after_s), topics=source.topics
            )
            self._every(source.key, self.poll, source, source.every_s)

    def add_summaries(self, summaries: Sequence[Summary]) -> None:
        for summary in summaries:
            self._every(f"summary:{summary.key}", self.sum_up, summary, summary.every_s)

    def add_tick(self, name: str, tick: Any, every_s: float) -> None:
        """Run ``tick(now)`` regularly (deadlines, housekeeping)."""
        self._every(name, lambda run: self.look(name, run), tick, every_s)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """Stop asking, and wait for the answers under way; what waits for its turn is let go."""
        self._over.set()
        if self._scheduler.running:
            self._scheduler.shutdown()
            self._workers.join()

    def poll(self, source: Source) -> None:
        """Ask once."""
        if self._over.is_set():
            return
        try:
            cursor = self._store.cursor(source.key)
        except StoreError as why:
            self._say_once(source.key, why)
            return
        try:
            answer = source.fetch(cursor)
            batch = source.normalise(answer, self._timebase.now())
        except Exception as why:  # noqa: BLE001 - any upstream may fail in any way
            self._broken(source, why)
            return
        try:
            self._store.take(batch, source.key, self._timebase.now())
        except StoreError as why:
            self._say_once(source.key, why)
            return
        if self._failing.pop(source.key, None):
            log.info("%s answers again", source.key)

    def sum_up(self, summary: Summary) -> None:
        """Work a summary out once. One that fails leaves its old records, whose age every pane shows."""
        if self._over.is_set():
            return
        key = f"summary:{summary.key}"
        now = self._timebase.now()
        try:
            for topic, records in summary.make(self._store, now).items():
                self._store.put_topic(topic, records, now)
        except Exception as why:  # noqa: BLE001 - one summary must not end the others
            self._say_once(key, why)
            return
        if self._failing.pop(key, None):
            log.info("%s is worked out again", key)

    def look(self, name: str, tick: Callable[[datetime], None]) -> None:
        """Let one tick happen. While the store does not answer that is said once, and once when it does."""
        if self._over.is_set():
            return
        try:
            tick(self._timebase.now())
        except StoreError as why:
            self._say_once(name, why)
            return
        if self._failing.pop(name, None):
            log.info("%s goes on", name)

    def _every(self, name: str, run: Any, what: Any, every_s: float) -> None:
        real_s = max(0.2, self._timebase.real_s(every_s))
        self._scheduler.add_job(
            run,
            IntervalTrigger(seconds=real_s, jitter=min(1.0, real_s / 10)),  # type: ignore[arg-type]  # takes fractions
            args=[what],
            id=name,
            next_run_time=datetime.now(UTC),
        )

    def _broken(self, source: Source, why: Exception) -> None:
        now = self._timebase.now()
        since = self._failing.get(source.key, now)
        changed = isinstance(why, LayoutError) and source.key not in self._failing
        refused = [Refused(source.key, "layout_changed", str(why), b"")] if changed else []
        if source.every_s > SOON_S and not self._over.is_set() and self._scheduler.get_job(source.key):
            soon = datetime.now(UTC) + timedelta(seconds=self._timebase.real_s(SOON_S))
            with contextlib.suppress(JobLookupError):  # stopped meanwhile
                self._scheduler.modify_job(source.key, next_run_time=soon)
        self._say_once(source.key, why)
        status = SourceStatus(
            source.key,
            source.title,
            Quality.STALE,
            failing_since=since,
            error=_said(why),
            late_after_s=source.late_after_s,
        )
        try:
            self._store.mark(status, source.topics, refused)
        except StoreError as also:
            log.warning("cannot mark %s stale: %s", source.key, also)

    def _say_once(self, key: str, why: Exception) -> None:
        if key not in self._failing:
            self._failing[key] = self._timebase.now()
            log.warning("%s stopped answering: %s", key, why)


WORDS: Mapping[type[Exception], str] = {  # the first that fits
    requests.JSONDecodeError: "应答不是 JSON",
    json.JSONDecodeError: "应答不是 JSON",
    requests.ConnectTimeout: "连接超时",
    requests.ReadTimeout: "应答超时",
    requests.exceptions.ChunkedEncodingError: "应答中途断开",
    requests.HTTPError: "应答出错",
    requests.ConnectionError: "连接被拒或中断",
    KeyError: "应答缺少",
}


def _said(why: Exception) -> str:
    """An officer's sentence for the common faults, the library's own words for the rest."""
    for kind, words in WORDS.items():
        if isinstance(why, kind):
            return f"{words}{_where(why)}"
    said = str(why)[:200]
    return said if said[:1] >= "一" else f"{type(why).__name__}: {said}"


def _where(why: Exception) -> str:
    """Which address, and with which HTTP status, as far as the error knows."""
    if isinstance(why, KeyError):
        return f" {why}"
    request, answer = getattr(why, "request", None), getattr(why, "response", None)
    parts = [f"HTTP {answer.status_code}"] if answer is not None else []
    if request is not None and request.url:
        address = urlsplit(request.url)
        parts.append(f"{address.netloc.rpartition('@')[2]}{address.path}")
    return f"（{' '.join(parts)}）" if parts else ""
