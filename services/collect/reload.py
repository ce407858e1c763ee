"""Keeps the rules that run those that are wanted: takes over what changed, refuses what cannot be used."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from services.collect import released
from services.collect.budgets import Finding
from services.collect.rule_files import files_of, read_text, stamp_of
from services.collect.rule_shelf import Shelf
from services.collect.rules import RuleRunner
from services.domain.budget import DEFAULT, Budget
from services.domain.keeping import Keeping
from services.domain.rule import Rule
from services.domain.rule_file import RuleError
from services.domain.snapshot import Quality, SourceStatus
from services.store.errors import StoreError
from services.store.store import Store

log = logging.getLogger(__name__)

EVERY_S = 2.0
SOURCE = "rules"
TITLE = "规则文件"
NEVER_LATE_S = timedelta(days=3650).total_seconds()


class Reloading:
    """The rules of the shipped folder, of the site's, and those officers released, as they are now.

    Raises RuleError for a shipped rule that cannot be used. Later, and of the site's own files, what
    cannot be used is refused and said, and the version before it stays active.
    """

    def __init__(
        self,
        store: Store,
        shipped: Path,
        own: Path | None,
        now: Callable[[], datetime],
        keeping: Keeping | None = None,
        budget: Budget | None = DEFAULT,
    ) -> None:
        self._store = store
        self._folders = (shipped, own)
        self._shelf = Shelf(keeping or Keeping())
        self._seen: object = None
        self._said: str | None = None
        self._since: datetime | None = None
        self._store_failed = False
        self._shelf.put({name: read_text(file) for name, file in files_of(shipped).items()}, {}, (shipped,))
        if self._shelf.errors:
            raise RuleError("；".join(self._shelf.errors.values()))
        self.runner = RuleRunner(self._shelf.active, now=now, budget=budget)
        self.tick(now())
        store.use_rules(self.runner)

    # ------------------------------------------------------------------------- for the others to ask

    @property
    def rules(self) -> Sequence[Rule]:
        """Those that are active."""
        return self.runner.active

    @property
    def errors(self) -> Mapping[str, str]:
        """Why a file, or a released version, was refused."""
        return dict(self._shelf.errors)

    @property
    def waits(self) -> bool:
        return self.runner.waits

    def due(self, now: datetime, reader: Connection) -> Sequence[Finding]:
        return self.runner.due(now, reader)

    # ------------------------------------------------------------------------------------- the clock

    def tick(self, now: datetime) -> None:
        """Look whether anything changed; take it over between two transactions."""
        try:
            wanted = released.texts(self._store)
            self._look(wanted)
            self._say(now)
        except StoreError as why:
            if not self._store_failed:
                log.warning("rules wait for the store: %s", why)
            self._store_failed = True
            return
        self._store_failed = False

    def _look(self, wanted: released.Released) -> None:
        files = files_of(*self._folders)
        seen = (wanted.mark, tuple((name, file, stamp_of(file)) for name, file in files.items()), self._areas_stamp())
        if seen == self._seen:
            return
        texts: dict[str, str] = {}
        unread: dict[str, str] = {}
        for name, file in files.items():
            try:
                texts[name] = read_text(file)
            except RuleError as why:  # as it was until it can be read again
                unread[name] = str(why)
        if self._shelf.put(_active(texts, wanted), wanted.shadow, self._folders, unread):
            self.runner = RuleRunner(self._shelf.active, self._shelf.shadow, inherit=self.runner)
            self._store.use_rules(self.runner)
            log.info("%d rules active, %d in shadow", len(self._shelf.active), len(self._shelf.shadow))
        if not unread:
            self._seen = seen

    def _areas_stamp(self) -> object:
        return tuple(stamp_of(place / "areas.toml") for place in self._folders if place)

    def _say(self, now: datetime) -> None:
        """To the list of sources, when there is something new to say."""
        error = "；".join(self._shelf.errors.values())
        if error == self._said:
            return
        if error:
            log.warning("rules refused: %s", error)
            self._since = self._since or now
            status = SourceStatus(SOURCE, TITLE, Quality.STALE, None, self._since, error, NEVER_LATE_S)
        else:
            self._since = None
            status = SourceStatus(SOURCE, TITLE, Quality.GOOD, now, late_after_s=NEVER_LATE_S)
        self._store.mark(status)
        self._said = error


def _active(texts: Mapping[str, str], wanted: released.Released) -> dict[str, str]:
    """The files' texts with what was released in their place, and released rules of no file."""
    known = {released.id_of(text) for text in texts.values()}
    new = {f"{rule_id}.toml": text for rule_id, text in wanted.active.items() if rule_id not in known}
    return {**wanted.over(texts), **new}
