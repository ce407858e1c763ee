"""Runs the rules over what arrives, inside the transaction that stores it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection

from services.collect.armed import Armed
from services.collect.budgets import Budgets
from services.collect.counter import CounterEvidence
from services.collect.held import EXCUSED, HeldTally
from services.collect.rule_files import event_columns, read_rules, rules_from_texts
from services.collect.rule_past import past_of
from services.collect.rule_quiet import Quiet
from services.collect.rule_reading import WATCHLIST, Reading
from services.collect.shadows import Shadows
from services.domain.alert import Detection
from services.domain.budget import DEFAULT, Budget
from services.domain.detect import detector
from services.domain.detector import Outcome
from services.domain.event import Event
from services.domain.kinds import Follow, WatchList
from services.domain.rule import Clearing, Found, Rule
from services.domain.sieve import Columns

__all__ = ["WATCHLIST", "RuleRunner", "event_columns", "read_rules", "rules_from_texts"]

log = logging.getLogger(__name__)

# What a record that is not as its type says can make of a checked condition or text.
_ODD_RECORD = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
_IN_ORDER = attrgetter("occurred_at", "source", "event_id")


class RuleRunner:
    """The rules with what they remember. Called by one writer at a time.

    A rule that cannot digest a record is left out for that record and said once in the log; the
    others and the record itself go on. What a rule ``shadow`` finds is written down beside the alerts,
    in the same transaction. Rules that ``inherit`` also ran go on with what they remember there.

    ``now`` tells how old an event is when it comes; without it (replay) every event is fresh.
    ``budget`` is that of rules without one of their own.
    """

    def __init__(
        self,
        active: Iterable[Rule],
        shadow: Iterable[Rule] = (),
        *,
        now: Callable[[], datetime] | None = None,
        budget: Budget | None = DEFAULT,
        inherit: RuleRunner | None = None,
    ) -> None:
        self._now = now or (inherit._now if inherit else None)
        self._reading = inherit._reading if inherit else Reading()
        self._odd: set[str] = set()
        self._quiet = Quiet(self._now)
        self._counters = CounterEvidence()
        self.held = inherit.held if inherit else HeldTally()
        self._shadows = Shadows()
        self.budgets = inherit.budgets if inherit else Budgets(budget)
        self._clock = inherit._clock if inherit else datetime(1970, 1, 1, tzinfo=UTC)
        self.active = tuple(active)
        self.shadow = tuple(shadow)
        known = {id(armed.rule): armed for armed in inherit._armed} if inherit else {}
        self._armed = [
            self._arm(rule, in_shadow, known)
            for rules, in_shadow in ((self.active, False), (self.shadow, True))
            for rule in rules
        ]
        self._own: dict[str, list[Armed]] = {}
        self._then: dict[str, list[tuple[Armed, Follow]]] = {}
        for armed in self._armed:
            self._own.setdefault(armed.rule.event, []).append(armed)
            if isinstance(armed.rule.detect, Follow):
                self._then.setdefault(armed.rule.detect.event, []).append((armed, armed.rule.detect))

    def detections(self, events: Sequence[Event], reader: Connection) -> Sequence[Detection | Clearing]:
        """What the rules find in these events, each rule's findings in order of time.

        Through ``reader`` the store is as it was before these events; what rules in shadow find is
        written through it.
        """
        with self._reading.of(reader):
            at = self._at(events)
            self.held.settle()
            self.budgets.load(self.active, at, reader)
            if any(isinstance(armed.rule.detect, WatchList) for armed in self._armed):
                self._reading.renew_lists(reader)
            said: dict[int, list[Detection | Clearing]] = {}
            for armed in self._armed:
                armed.online.begin()
            for kind, some in _by_kind(events).items():
                self._judge(kind, some, said)
            return [*self._allowed(said, at, reader), *self.budgets.released(self.active, at)]

    def due(self, now: datetime, reader: Connection) -> Sequence[Detection | Clearing]:
        """What the rules find because time has passed. For the store to call, as ``detections``."""
        self._clock = max(self._clock, now)
        with self._reading.of(reader):
            said = {
                place: list(self._worded(armed.rule, armed.online.due(now)))
                for place, armed in enumerate(self._armed)
                if armed.online.waits
            }
            return [*self._allowed(said, now, reader), *self.budgets.released(self.active, now)]

    @property
    def waits(self) -> bool:
        """Whether any rule finds something, or is let go on, by the clock."""
        return bool(self.budgets.stopped) or any(armed.online.waits for armed in self._armed)

    def forget(self) -> None:
        """The transaction failed: windows are seeded again from what the store really has."""
        self._reading.forget()
        self._quiet.forget()
        self._counters.forget()
        self.held.forget()
        self.budgets.forget()
        for armed in self._armed:
            armed.online.forget()

    # ------------------------------------------------------------------------------------- private

    def _arm(self, rule: Rule, in_shadow: bool, known: Mapping[int, Armed]) -> Armed:
        before = known.get(id(rule))
        if before is not None and before.in_shadow is in_shadow:
            return before
        return Armed(rule, detector(rule, past_of(rule, self._reading.now), self._reading.listed), in_shadow)

    def _at(self, events: Sequence[Event]) -> datetime:
        """Now; in a replay, the newest moment seen."""
        if self._now is not None:
            return self._now()
        self._clock = max(self._clock, *(event.occurred_at for event in events))
        return self._clock

    def _judge(self, kind: str, events: Sequence[Event], said: dict[int, list[Detection | Clearing]]) -> None:
        """What came in a batch counts as come at once, in order of time."""
        own, then = self._own.get(kind, ()), self._then.get(kind, ())
        if not own and not then:
            return
        events = sorted(events, key=_IN_ORDER)
        columns = Columns([event.record for event in events])
        places = {id(armed): place for place, armed in enumerate(self._armed)}
        for armed, follow in then:
            said.setdefault(places[id(armed)], []).extend(self._run(armed, events, columns, follow))
        for armed in own:
            said.setdefault(places[id(armed)], []).extend(self._run(armed, events, columns, None))

    def _run(
        self, armed: Armed, events: Sequence[Event], columns: Columns, follow: Follow | None
    ) -> Iterator[Detection | Clearing]:
        try:
            todo = iter(armed.answers(follow, events, columns) if follow else armed.steps(events, columns))
        except _ODD_RECORD:
            todo = armed.slow_answers(follow, events) if follow else armed.slow_steps(events)
        event: Event | None = None
        going = True
        while going:
            try:
                for event, way in todo:
                    outcomes = way(event)
                    if outcomes:
                        yield from self._worded(armed.rule, outcomes)
                going = False
            except _ODD_RECORD:
                self._say_odd(armed.rule, event)

    def _say_odd(self, rule: Rule, event: Event | None) -> None:
        if rule.id not in self._odd:
            self._odd.add(rule.id)
            log.exception("rule %s v%d left out event %s", rule.id, rule.version, event.event_id if event else "")

    def _worded(self, rule: Rule, outcomes: Iterable[Outcome]) -> Iterator[Detection | Clearing]:
        for outcome in outcomes:
            if not isinstance(outcome, Found):
                yield rule.clearing(outcome.event.record)
            elif self._quiet.about(rule, outcome, reader := self._reading.now()):
                self.held.note(rule.id, EXCUSED)
            elif why := self._quiet.of(rule, detection := rule.detection(outcome), reader):
                self.held.note(rule.id, why)
            else:
                yield self._counters.beside(detection, rule.counters, outcome.event, reader, self._now)

    def _allowed(
        self, said: Mapping[int, Sequence[Detection | Clearing]], at: datetime, reader: Connection
    ) -> Iterator[Detection | Clearing]:
        """Alerts within the budget of each rule; what rules in shadow say is written down apart."""
        for place, found in said.items():
            armed = self._armed[place]
            if not found:
                continue
            if armed.in_shadow:
                self._shadows.keep(reader, [f for f in found if isinstance(f, Detection)], at)
            else:
                yield from self.budgets.passed(armed.rule, found, at, reader)


def _by_kind(events: Sequence[Event]) -> Mapping[str, Sequence[Any]]:
    sorted_events: dict[str, list[Event]] = {}
    for event in events:
        sorted_events.setdefault(event.kind, []).append(event)
    return sorted_events
