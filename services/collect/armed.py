"""A rule with what it remembers, and which events of a batch it must be fed in which way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.domain.detector import Detector, Outcome
from services.domain.event import Event
from services.domain.kinds import Follow
from services.domain.rule import Rule
from services.domain.sieve import Columns, Places

Step = tuple[Event, Callable[[Event], Sequence[Outcome]]]


@dataclass(frozen=True, slots=True)
class Armed:
    """The quick ways compare whole columns; where a record is so odd that this cannot be done, the slow
    ones ask for each event, so that only the odd one fails."""

    rule: Rule
    online: Detector
    in_shadow: bool

    def steps(self, events: Sequence[Event], columns: Columns) -> Iterable[Step]:
        """Of events of the rule's own kind, in their order."""
        rule, online = self.rule, self.online
        bad = online.worth(columns, rule.sifts(columns, columns.every))
        good: Places = rule.clear_sifts(columns, columns.every) if rule.clear_sifts is not None else ()
        if not good:
            chosen = [events[i] for i in bad]
            if chosen:
                online.prepare(chosen)
            return ((event, online.feed) for event in chosen)
        ways = {**dict.fromkeys(good, online.good), **dict.fromkeys(bad, online.feed)}
        online.prepare([events[i] for i in ways])
        return ((events[i], ways[i]) for i in sorted(ways))

    def answers(self, follow: Follow, events: Sequence[Event], columns: Columns) -> Iterable[Step]:
        """Of events that may be the second part of a sequence."""
        return ((events[i], self.online.then) for i in follow.sifts(columns, columns.every))

    def slow_steps(self, events: Sequence[Event]) -> Iterator[Step]:
        return ((event, self._judged) for event in events)

    def slow_answers(self, follow: Follow, events: Sequence[Event]) -> Iterator[Step]:
        def answered(event: Event) -> Sequence[Outcome]:
            return self.online.then(event) if follow.holds(event.record) is True else ()

        return ((event, answered) for event in events)

    def _judged(self, event: Event) -> Sequence[Outcome]:
        clears = self.rule.clears
        if self.rule.matches(event.record) is True:
            return self.online.feed(event)
        return self.online.good(event) if clears is not None and clears(event.record) is True else ()
