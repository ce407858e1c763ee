"""The community's past: some weeks of every family's year through its rules, judged by what is true in it.

It ends ten days before the start. What a rule listens for in silence is left out: a meter of the past would be
missed as soon as the district's own are heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from services.collect.rules import RuleRunner
from services.district.history_verdicts import Verdicts
from services.district.truth import Planted, Told, Year
from services.district.truth_families import rules_of, year_of
from services.district.truth_trial import slices
from services.domain.alert import Alert, Detection
from services.domain.event import Event
from services.domain.kinds import Absence
from services.domain.rule import Rule
from services.store import cases, events, states

DAYS = {"disputes": 30, "people": 45, "elders": 30, "fire": 60, "meters": 60}  # enough of each to be judged
ENDED = timedelta(days=10)  # before the start
LOOKS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class CommunityPast:
    """``rules`` are those of which the past knows the truth."""

    end: datetime
    rules: Sequence[Rule]
    years: Sequence[tuple[datetime, Year]]  # each with its beginning
    verdicts: Verdicts


def community_past(start: datetime, seed: int, shipped: Sequence[Rule]) -> CommunityPast:
    end = (start - ENDED).replace(hour=0, minute=0, second=0, microsecond=0)
    years: list[tuple[datetime, Year]] = []
    rules: list[Rule] = []
    planted: list[Planted] = []
    listened = {rule.event for rule in shipped if isinstance(rule.detect, Absence)}
    for family, days in DAYS.items():
        making = year_of(family)
        if making is None:
            continue
        began = end - timedelta(days=days)
        year = making(seed, began, days)
        known = {case.rule_id for case in year.planted}
        rules += [rule for rule in rules_of(family, shipped) if rule.id in known and rule.event not in listened]
        years.append((began, _renamed(year, family, listened)))
        planted += year.planted
    return CommunityPast(end, rules, years, Verdicts(planted, seed))


def _renamed(year: Year, family: str, left_out: Set[str]) -> Year:
    """Events of a source of their own: two families may count alike."""
    kept = [replace(event, source=f"past_{family}") for event in year.events if event.kind not in left_out]
    return replace(year, events=kept, looks=LOOKS)


class CommunityHistory:
    """Takes the past day by day. One caller, one connection."""

    def __init__(self, past: CommunityPast, runner: RuleRunner) -> None:
        self._past = past
        self._runner = runner
        self._steps = sorted(
            (step for began, year in past.years for step in slices(year, began, past.end)), key=lambda step: step[0]
        )
        self._at = 0

    def begin(self, connection: Connection) -> None:
        """Topics that excuse and were never told are empty, not unknown."""
        told = {one.topic for _, year in self._past.years for one in year.told}
        asked = {rule.excuse.topic for rule in self._past.rules if rule.excuse} - told
        began = min((began for began, _ in self._past.years), default=self._past.end)
        self._tell(connection, [Told(topic, began, ()) for topic in sorted(asked)])

    def until(self, moment: datetime, connection: Connection) -> Iterator[Alert]:
        """What was raised up to a moment, in order of time."""
        while self._at < len(self._steps) and self._steps[self._at][0] <= moment:
            now, told, happened = self._steps[self._at]
            self._at += 1
            self._tell(connection, told)
            yield from self._take(connection, happened, now)

    def _tell(self, connection: Connection, told: Sequence[Told]) -> None:
        for one in told:
            states.put(connection, one.topic, one.records, one.at, "")

    def _take(self, connection: Connection, happened: Sequence[Event], now: datetime) -> Sequence[Alert]:
        fresh = events.keep(connection, happened, now)
        found = self._runner.detections(fresh.events, connection) if fresh.events else ()
        events.type_rows(connection, fresh)
        by_clock = self._runner.due(now, connection)
        said = [(one.occurred_at, one) for one in found if isinstance(one, Detection)]
        return raised(connection, [*said, *((now, one) for one in by_clock if isinstance(one, Detection))])


def raised(connection: Connection, said: Sequence[tuple[datetime, Detection]]) -> Sequence[Alert]:
    """Each alert at its own moment, not at the end of the day it came with."""
    alerts: list[Alert] = []
    for at, detection in sorted(said, key=lambda pair: (pair[0], pair[1].key)):
        docket = cases.Docket(connection, at + timedelta(seconds=2))
        alerts += docket.found([detection])
        docket.write()
    return alerts
