"""What is true in a simulated year, so that every rule can be held against it.

Each family of rules has one module ``services/district/year_<family>.py`` with

    def year(seed: int, start: datetime, days: int) -> Year

that makes ordinary life with honest noise, plants true cases in it and says where they are. It follows from its
three arguments alone, looks at no clock and names nobody. A family is thousands of events, not millions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.domain.event import Event


@dataclass(frozen=True, slots=True)
class Planted:
    """One case that a rule ought to find.

    ``key`` is the rule's ``key`` filled in, without the rule's id in front (``YJ01|p-17``). ``at`` is when the
    matter began in the world, not when the rule could first know: the delay is counted from there. An alert after
    ``until`` is too late and counts as false.
    """

    rule_id: str
    key: str
    at: datetime
    until: datetime

    def __post_init__(self) -> None:
        if self.until < self.at:
            raise ValueError(f"{self.rule_id} {self.key}: ends before it begins")

    def holds_at(self, moment: datetime) -> bool:
        return self.at <= moment <= self.until


@dataclass(frozen=True, slots=True)
class Told:
    """The whole of one topic as it stood from ``at`` on: what ``excused`` and ``counter`` of a rule ask (away
    notices, permits, devices out of service)."""

    topic: str
    at: datetime
    records: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Year:
    """``events`` in any order; each comes in at its ``occurred_at``. ``looks`` is how often the clock is asked for
    what is overdue (absence, expiry); the delay of such a rule cannot be told more finely."""

    events: Sequence[Event]
    planted: Sequence[Planted]
    told: Sequence[Told] = ()
    looks: timedelta = timedelta(hours=1)


Making = Callable[[int, datetime, int], Year]  # seed, start (aware), days


def ordered(year: Year) -> list[Event]:
    """The events in the order in which they come in."""
    return sorted(year.events, key=lambda event: (event.occurred_at, event.source, event.event_id))
