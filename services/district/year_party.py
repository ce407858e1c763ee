"""A simulated year of party branches: what they planned, and what nobody recorded for days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from services.district.truth import Planted
from services.domain.dispute_events import activity_events
from services.domain.event import Event
from services.domain.mediation_terms import TERMS
from services.domain.party import MEETINGS, ActivityKind, PartyActivity, PartyBranch
from services.domain.timebase import local

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_OFTEN = 8 * HOUR
_BRANCHES = 11


def party_year(rng: Random, start: datetime, end: datetime) -> tuple[list[Event], list[Planted]]:
    """Every month each branch plans its meetings; one in thirty is not recorded for days."""
    events: list[Event] = []
    planted: list[Planted] = []
    month = _midnight(start)
    nth = 0
    while month + 31 * DAY < end:
        for branch in range(_BRANCHES):
            for kind in sorted((*MEETINGS, ActivityKind.PARTY_DAY)):
                nth += 1
                at = month + timedelta(days=rng.randrange(27), hours=19)
                forgotten = rng.random() < 1 / 30
                recorded = at + (rng.randrange(5, 12) * DAY if forgotten else rng.choice((2, 20, 30, 44)) * HOUR)
                activity = PartyActivity(f"HD{nth:05d}", kind, "", at, recorded)
                events += _told(activity, branch, end)
                if forgotten:
                    planted.append(Planted("R-PTY-01", activity.id, _midnight(at) + 3 * DAY, recorded + DAY))
        month += 30 * DAY
    return events, planted


def _told(activity: PartyActivity, branch: int, end: datetime) -> Iterator[Event]:
    """Each day while it is not recorded, and once when it is."""
    assert activity.recorded_at is not None

    def at(moment: datetime, told: PartyActivity) -> Iterator[Event]:
        known = PartyBranch(f"ZB{branch}", f"第{branch + 1}支部", 30, 0, 0, (told,))
        for event in activity_events(known, moment, TERMS.grid_code):
            yield replace(event, event_id=f"{event.event_id}:{moment:%H%M}")

    day = _midnight(activity.planned_at) + DAY + timedelta(minutes=1)
    while day < min(activity.recorded_at, end):
        yield from at(day, replace(activity, recorded_at=None))
        day += _OFTEN
    told_at = max(day, activity.recorded_at)
    if told_at < end:
        yield from at(told_at, activity)


def _midnight(at: datetime) -> datetime:
    return local(at).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(at.tzinfo)
