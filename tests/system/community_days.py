"""Days of a community on a clock the test turns: the demo's own database, our sources, the shipped rules,
everything the collector runs for the community, a real store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert

from services.collect.community_works import CommunityWorks
from services.collect.deadlines import Deadlines
from services.collect.listening import Listening
from services.collect.rule_files import areas_of, rules_from_texts, texts_of
from services.collect.rules import RuleRunner
from services.collect.site import Site
from services.district.community import CommunityLife
from services.district.community_database import CommunityDatabase
from services.district.part import DistrictSettings
from services.domain.alert import Alert, Command
from services.domain.deed import Wish
from services.domain.officer import Officer, Role
from services.domain.timebase import local
from services.sources.community import sources
from services.store.store import Store
from tests.system.turned_clock import Clock

RULES = Path(__file__).parents[2] / "resources" / "rules"
FAMILIES = ("R-POP", "R-RNT", "R-ELD", "R-FIR", "R-UTL", "R-EYE", "R-DSP", "R-PTY")

WANG = Officer("wang", "王海涛", Role.DUTY)
LI = Officer("li", "李建国", Role.SHIFT_LEAD)
ZHAO = Officer("zhao", "赵敏", Role.DUTY_LEADER)


class CommunityDays:
    """``turn`` lets time pass in steps; everything that comes by itself happens at each of them.

    The demo's own life goes on in the database only with ``lives``; without it the test writes every row
    itself (``write``) into the tables as they stood at the start. ``only`` are the rules that are run.
    """

    def __init__(
        self, store: Store, folder: Path, start: datetime, *, only: Sequence[str] = FAMILIES, lives: bool = False,
        residents: int = 300, settings: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.store, self.clock, self._lives = store, Clock(start.astimezone(UTC), start.astimezone(UTC)), lives
        url = f"sqlite:///{folder / 'community.db'}"
        self._database = CommunityDatabase(url)
        demo = DistrictSettings(timebase=self.clock, residents=residents)  # type: ignore[arg-type]
        self._life = CommunityLife(self._database, demo, local(start))
        self.world = self._life.world
        self._life.create(local(start))
        self.site = Site(
            folder=folder,
            timebase=self.clock,  # type: ignore[arg-type]
            sources={"community": {"url": url}},
            **(settings or {}),
        )
        self._sources = sources(self.site)
        self._only = tuple(only)
        self.begin(store)

    def begin(self, store: Store) -> None:
        """Start the collector's parts over this store, as after its death."""
        self.store = store
        texts = {file: text for file, text in texts_of(RULES).items() if file.startswith(self._only)}
        rules = rules_from_texts(texts, areas_of(RULES))
        runner = RuleRunner(rules, now=self.clock.now)
        store.use_rules(runner)
        self._works = CommunityWorks(store, self.site)
        own = [tick for _, tick, _ in self._works.ticks]
        self._clocks = [*own, Listening(store, runner).tick, Deadlines(store).tick]

    def __enter__(self) -> CommunityDays:
        return self

    def __exit__(self, *_: object) -> None:
        self._works.stop()
        self._database.close()

    # -- time ------------------------------------------------------------------------------------

    def turn(self, **span: float) -> None:
        """Let so much time pass at once, and happen what comes by itself."""
        self.clock.moment += timedelta(**span)
        if self._lives:
            self._life.go_on(local(self.clock.moment))
        self.look()

    def turn_until(self, what: Callable[[], object], step: timedelta, at_most: int = 400) -> None:
        for _ in range(at_most):
            if what():
                return
            self.turn(seconds=step.total_seconds())
        pytest.fail(f"not so after {at_most} steps of {step}")

    def look(self) -> None:
        """One look of every source, clock, keeper and summary."""
        now = self.clock.now()
        self.poll()
        for tick in self._clocks:
            tick(now)
        for summary in self._works.summaries:
            for topic, records in summary.make(self.store, now).items():
                self.store.put_topic(topic, records, now)

    def poll(self, *keys: str) -> None:
        """These sources, or all of them."""
        for source in self._sources:
            if not keys or source.key in keys:
                answer = source.fetch(self.store.cursor(source.key))
                self.store.take(source.normalise(answer, self.clock.now()), source.key, self.clock.now())

    # -- what the test does ----------------------------------------------------------------------

    def write(self, table: Table, *rows: Mapping[str, Any]) -> None:
        """Rows of the community's own system, as its clerks and devices write them."""
        with self._database.begin() as connection:
            connection.execute(insert(table), [dict(row) for row in rows])

    def perform(self, wish: Command | Wish, officer: Officer = WANG) -> Any:
        return self.store.perform(wish, officer, self.clock.now())

    # -- what the test looks at ------------------------------------------------------------------

    def records(self, topic: str) -> Sequence[Any]:
        return self.store.snapshot(topic, self.clock.now()).records

    def alerts(self, rule: str) -> Sequence[Alert]:
        return [alert for alert in self.records("alerts") if alert.rule_id == rule]

    def figure(self, key: str) -> Any:
        """Of the community's strip."""
        return next(figure for figure in self.records("community_figures") if figure.id == key)
