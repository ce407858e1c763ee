"""What a band and a sequence find, said of a whole list of events; see ``definition.py``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from services.domain.event import Event
from services.domain.kinds import Band, Follow
from services.domain.order import known, order, same
from services.domain.timebase import local


def is_followed(first: Event, answers: Sequence[Event], detect: Follow, now: datetime | None) -> bool:
    """A later event of the key answers it within the time; an expiry when none does and the time, with
    its grace, is up at ``now``."""
    if not known(first, detect.by):
        return False
    mine = [e for e in answers if same(first, e, detect.by, detect.then_by) and order(e) > order(first)]
    in_time = any(e.occurred_at - first.occurred_at <= detect.within for e in mine)
    if not detect.expires:
        return in_time
    return now is not None and not in_time and now - first.occurred_at >= detect.within + detect.grace


def is_unusual_then(event: Event, received: Sequence[Event], detect: Band) -> bool:
    """Judged by what had been received of its key before it."""
    if not known(event, detect.by):
        return False
    mine = [e for e in received if same(e, event, detect.by) and _value(e, detect) is not None]
    value = _value(event, detect)
    if value is None:
        return False
    hour = _hour(event.occurred_at)
    if detect.column:
        low, high = _usual(hour, mine, detect)
        return (detect.direction != "low" and value > high) or (detect.direction != "high" and value < low)
    before = _count(hour, mine)
    _, high = _usual(hour, mine, detect)
    if detect.direction != "low" and before <= high < before + 1:
        return True
    last = hour - timedelta(hours=1)
    low, _ = _usual(last, mine, detect)
    return detect.direction != "high" and not before and 0 < _count(last, mine) < low


def _usual(hour: datetime, mine: Sequence[Event], detect: Band) -> tuple[float, float]:
    """Lower and upper limit for an hour; with too few samples nothing is outside."""
    weeks = [
        [_value(e, detect) for e in mine if _hour(e.occurred_at) == hour - timedelta(weeks=i + 1)]
        for i in range(detect.weeks)
    ]
    samples = [value for week in weeks for value in week] if detect.column else [len(week) for week in weeks if week]
    if len(samples) < detect.least:
        return float("-inf"), float("inf")
    usual = median(samples)
    move = max(detect.spread * 1.4826 * median([abs(s - usual) for s in samples]), detect.least_move)
    return usual - move, usual + move


def _count(hour: datetime, mine: Sequence[Event]) -> int:
    return sum(1 for e in mine if _hour(e.occurred_at) == hour)


def _value(event: Event, detect: Band) -> Any:
    value = getattr(event.record, detect.column) if detect.column else 1.0
    return value if value == value else None


def _hour(moment: datetime) -> datetime:
    return local(moment).replace(minute=0, second=0, microsecond=0)
