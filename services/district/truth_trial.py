"""Runs rules over a simulated year as the collector does, and says when each alert was raised and said again.

The engine is the real one: the rules' own detectors, what they ask of the store, quiet days, excuses. Only people
are simple: an alert is closed so long after it was last said.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, update

from services.collect.rules import RuleRunner
from services.district.truth import Told, Year, ordered
from services.domain.alert import Detection
from services.domain.event import Event
from services.domain.kinds import Absence, Follow
from services.domain.rule import Rule
from services.store import cases, events, states
from services.store.engine import Gate, open_engine, spoken
from services.store.schema import alert as alert_table
from services.store.store import Store

CLOSED_AFTER = timedelta(hours=12)  # of silence; people are simple here


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alert: the moments at which it was said, the first of which raised it."""

    rule_id: str
    key: str  # without the rule's id in front
    said: tuple[datetime, ...]


def run(rules: Sequence[Rule], year: Year, start: datetime, days: int) -> tuple[Alarm, ...]:
    """All alerts of ``days`` days, in a store of its own that is gone afterwards. Raises StoreError."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "year.db"
        file.write_bytes(_empty_store())
        url = f"sqlite:///{file}"
        gate = Gate(open_engine(url), spoken(url))
        try:
            with gate.turn(), gate.writing() as connection:
                return _Trial(connection, rules).through(year, start, start + timedelta(days=days))
        finally:
            gate.engine.dispose()


@cache
def _empty_store() -> bytes:
    """Made once: bringing a store up to date takes longer than a month of a family."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        Store.open(f"sqlite:///{file}").close()
        return file.read_bytes()


class _Trial:
    def __init__(self, connection: Connection, rules: Sequence[Rule]) -> None:
        self._connection = connection
        self._rules = {rule.id: rule for rule in rules}
        self._runner = RuleRunner(rules, budget=None)
        self._open: dict[str, tuple[str, list[datetime]]] = {}  # key → alert's id, when it was said
        self._ended: list[Alarm] = []

    def through(self, year: Year, start: datetime, end: datetime) -> tuple[Alarm, ...]:
        self._tell(Told(topic, start, ()) for topic in self._excuses() - {told.topic for told in year.told})
        for now, told, happened in slices(year, start, end):
            self._close(happened[0].occurred_at if happened else now)
            if happened or self._runner.waits:
                self._take(happened, now)
            self._tell(told)
        self._close(end + CLOSED_AFTER)
        return tuple(sorted(self._ended, key=lambda alarm: (alarm.said[0], alarm.rule_id, alarm.key)))

    def _excuses(self) -> set[str]:
        """A topic that was never filled holds everything back: a year that says nothing of it says it is empty."""
        return {rule.excuse.topic for rule in self._rules.values() if rule.excuse}

    def _tell(self, told: Iterable[Told]) -> None:
        for one in told:
            states.put(self._connection, one.topic, one.records, one.at, "year")

    def _take(self, happened: Sequence[Event], now: datetime) -> None:
        found: list[Any] = []
        if happened:
            fresh = events.keep(self._connection, happened, now)
            found += self._runner.detections(fresh.events, self._connection)
            events.type_rows(self._connection, fresh)
        found += self._runner.due(now, self._connection)
        said = ((self._said_at(one, now), one) for one in found if isinstance(one, Detection))
        for at, detection in sorted(said, key=lambda pair: (pair[0], pair[1].key)):
            self._say(detection, at)

    def _said_at(self, found: Detection, now: datetime) -> datetime:
        """When a rule could say it: at the event, or when the clock was asked."""
        detect = self._rules[found.rule_id].detect
        by_clock = isinstance(detect, Absence) or (isinstance(detect, Follow) and detect.expires)
        return now if by_clock else found.occurred_at

    def _say(self, detection: Detection, at: datetime) -> None:
        if detection.key in self._open:
            self._open[detection.key][1].append(at)
            return
        docket = cases.Docket(self._connection, at)
        alert = next(one for one in docket.found([detection]) if one.key == detection.key)  # others are linked to it
        docket.write()
        self._open[detection.key] = alert.id, [at]

    def _close(self, now: datetime) -> None:
        over = [key for key, (_, said) in self._open.items() if now - said[-1] > CLOSED_AFTER]
        for key in over:
            alert_id, said = self._open.pop(key)
            rule_id, _, own = key.partition("|")
            self._ended.append(Alarm(rule_id, own, tuple(said)))
            ended = {"is_open": False, "ended_at": said[-1] + CLOSED_AFTER}
            self._connection.execute(update(alert_table).where(alert_table.c.id == alert_id).values(ended))


def slices(year: Year, start: datetime, end: datetime) -> Iterator[tuple[datetime, Sequence[Told], Sequence[Event]]]:
    """What happened up to each look at the clock, and what was told at it: the year cut at every ``looks`` and at
    every moment a topic changed. An event at the very moment of a cut came before it."""
    told = sorted(year.told, key=lambda one: one.at)
    every = (start + year.looks * n for n in range(1, (end - start) // year.looks + 1))
    cuts = sorted({*every, end, *(one.at for one in told if start < one.at < end)})
    happened = ordered(year)
    e = t = 0
    for cut in cuts:
        first, first_told = e, t
        while e < len(happened) and happened[e].occurred_at <= cut:
            e += 1
        while t < len(told) and told[t].at <= cut:
            t += 1
        yield cut, told[first_told:t], happened[first:e]
