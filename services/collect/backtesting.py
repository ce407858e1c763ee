"""Starts the worker of the rule desk when something waits for it: a process of its own, one at a time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from services.collect import worker
from services.collect.rule_files import texts_of
from services.collect.site import Site
from services.collect.summary import Summary
from services.domain.release import NAME
from services.history.book import rule_book
from services.store import casework
from services.store.store import Store

MAIN = Path(__file__).resolve().parents[2] / "main.py"
EVERY_S = 2.0
BOOK_EVERY_S = 15.0
PATIENCE_S = 5.0


class BackTesting:
    """The worker gets store and rules of the site; its clock begins at the moment it is started."""

    def __init__(self, store: Store, site: Site, rules: Path) -> None:
        self._store = store
        self._site = site
        self._rules = rules
        self._worker: subprocess.Popen[bytes] | None = None
        self._seen: frozenset[tuple[str, int]] = frozenset()
        self.summary = Summary("rule_book", BOOK_EVERY_S, ("rule_book",), self._book)

    def tick(self, _now: datetime) -> None:
        """What a worker could not do is not tried again before it has changed."""
        if self._worker is not None and self._worker.poll() is None:
            return
        waiting = self._waiting()
        if waiting and waiting != self._seen:
            self._seen = waiting
            self._worker = subprocess.Popen(
                [sys.executable, str(MAIN), *self._arguments()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )

    def stop(self) -> None:
        """Idempotent. What was begun is begun again by the next collector."""
        worker.end(self._worker, PATIENCE_S)

    def _waiting(self) -> frozenset[tuple[str, int]]:
        with self._store.read() as reader:
            cases = casework.open_by_id(reader, NAME)
        return frozenset((c.id, c.version) for c in cases if c.waits_for_check or c.waits_for_back_test)

    def _arguments(self) -> list[str]:
        site = self._site
        told = ["backtest", "--asked", "--now", site.timebase.now().isoformat(), "--store", site.store_url]
        return [*told, "--rules", str(site.folder / "rules"), "--cache", str(site.folder / "history")]

    def _book(self, store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
        return {"rule_book": rule_book(store, texts_of(self._rules, self._site.folder / "rules"), now)}
