"""Looks for vehicles that drive together, once a night, in a process of its own; what it finds become events."""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from services.collect import worker
from services.collect.site import Site
from services.domain.event import Batch
from services.domain.passage import ConvoyFound
from services.domain.snapshot import Quality, SourceStatus
from services.domain.timebase import local
from services.history.convoys import SOURCE, events_of
from services.store import codec
from services.store.store import Store

log = logging.getLogger(__name__)

MAIN = Path(__file__).resolve().parents[2] / "main.py"
EVERY_S = 30.0
PATIENCE_S = 5.0
_SAID = SourceStatus(SOURCE, "夜间伴随计算", late_after_s=2 * 86_400.0)
LATE = timedelta(hours=3)  # a collector that starts later than that after the hour waits for the next night


class Convoys:
    """The rules run where the store is written, so the worker only tells what it found: one JSON line a convoy."""

    def __init__(self, store: Store, site: Site) -> None:
        self._store = store
        self._site = site
        self._night: datetime | None = None  # whose look is begun or done
        self._worker: subprocess.Popen[bytes] | None = None
        self._told: IO[bytes] | None = None

    def tick(self, now: datetime) -> None:
        """Begin when the hour has come, take over what was found. Raises StoreError, and then tries again."""
        if self._worker is not None:
            if self._worker.poll() is not None:
                self._take(now)
            return
        night = hour_before(now, self._site.convoys.at_hour)
        if night != self._night and now - night < LATE:
            self._begin(night)

    def stop(self) -> None:
        """Idempotent. A look that is cut short is not made again before the next night."""
        worker.end(self._worker, PATIENCE_S)
        self._end()

    def _begin(self, night: datetime) -> None:
        self._night = night
        self._told = tempfile.TemporaryFile()  # noqa: SIM115  closed by _end
        told = ["convoys", "--store", self._site.store_url, "--now", night.isoformat()]
        for name, value in asdict(self._site.convoys).items():
            told += ["--set", f"{name}={value}"]
        self._worker = subprocess.Popen([sys.executable, str(MAIN), *told], stdin=subprocess.DEVNULL, stdout=self._told)

    def _take(self, now: datetime) -> None:
        assert self._worker is not None and self._told is not None
        self._told.seek(0)
        if self._worker.returncode:
            why = f"夜间伴随计算没有完成（退出码 {self._worker.returncode}）"
            self._store.mark(replace(_SAID, quality=Quality.STALE, failing_since=now, error=why))
        else:
            self.keep(codec.decode_all(ConvoyFound, [line.decode() for line in self._told]), now)
        self._end()

    def keep(self, found: Sequence[ConvoyFound], now: datetime) -> None:
        self._store.take(Batch(events=list(events_of(found))), _SAID, now)
        log.info("%d convoys found", len(found))

    def _end(self) -> None:
        if self._told is not None:
            self._told.close()
        self._worker = self._told = None


def hour_before(now: datetime, hour: float) -> datetime:
    """The last time it was that hour in Shanghai."""
    today = local(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=hour)
    return today if today <= now else today - timedelta(days=1)
