"""Floods as cases of the log: when one began, with which rule, how high it rose, when it was over.

Written by the engine alone, in the transaction that raised the alerts; alarm performance reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.officer import Officer

NAME = "flood"


@dataclass(frozen=True, slots=True)
class FloodBegan:
    """``first_*`` is the alert the flood began with (first-out)."""

    since: datetime
    count: int
    first_alert: str
    first_rule: str
    first_title: str
    first_scene: str


@dataclass(frozen=True, slots=True)
class FloodEnded:
    """``peak`` is the most new alerts within one window, ``total`` all that came between."""

    peak: int
    total: int


@dataclass(frozen=True, slots=True)
class FloodCase:
    id: str
    version: int
    since: datetime
    began_at: datetime
    count: int  # when it was noticed
    first_alert: str
    first_rule: str
    first_title: str
    first_scene: str
    ended_at: datetime | None = None
    peak: int = 0
    total: int = 0

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


def decide(_case: FloodCase | None, _wish: Wish, _officer: Officer, _at: datetime, _world: World) -> Sequence[Said]:
    raise Refused("泛滥由引擎记录")


def evolve(case: FloodCase | None, deed: Deed) -> FloodCase:
    fact: Any = deed.fact
    if isinstance(fact, FloodBegan):
        return FloodCase(
            deed.case_id,
            deed.version,
            fact.since,
            deed.at,
            fact.count,
            fact.first_alert,
            fact.first_rule,
            fact.first_title,
            fact.first_scene,
        )
    assert case is not None
    return replace(case, version=deed.version, ended_at=deed.at, peak=fact.peak, total=fact.total)


STREAM = Stream(
    name=NAME,
    prefix="FL",
    case=FloodCase,
    facts=(FloodBegan, FloodEnded),
    wishes=(),
    decide=decide,
    evolve=evolve,
    topic="floods",
)
