"""Alarm floods: when more came than a person can answer, how many, and which rule came first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import groupby
from typing import NamedTuple


class Call(NamedTuple):
    """An alarm with what counts ask of it; sorts by its moment. A tuple, because there are many."""

    at: datetime
    alert_id: str
    level: int
    rule_id: str
    title: str
    scene: str
    source: str = ""  # kind and id of what it is about
    subject: str = ""  # its name as the desk may show it


@dataclass(frozen=True, slots=True)
class Flood:
    """``start`` is its first alarm, ``end`` the moment the rate had fallen; None while it goes on.

    ``first_*`` is the first-out: the alarm the flood began with, often its cause.
    """

    start: datetime
    end: datetime | None
    count: int
    first_alert: str
    first_rule: str
    first_title: str
    seat: str = ""


def floods(
    calls: Sequence[Call], now: datetime, within: timedelta, over: int, ends_below: int, seat: str = ""
) -> tuple[Flood, ...]:
    """The floods of one desk's alarms, which come in the order of their moments.

    A flood is on once the last ``within`` (t − within, t] hold more than ``over`` alarms; it began with
    the first of them. It ends at the first moment after at which they hold fewer than ``ends_below``
    (at most ``over``). An alarm belongs to one flood at most.
    """
    if not any(late.at - early.at < within for early, late in zip(calls, calls[over:], strict=False)):
        return ()
    found: list[Flood] = []
    come = gone = 0  # alarms at or before the moment; of these, those ``within`` or longer ago
    first, free = -1, 0  # of the running flood; of those that no flood before has
    for moment in _turns(calls, within, now):
        before = come
        while come < len(calls) and calls[come].at <= moment:
            come += 1
        while gone < come and calls[gone].at <= moment - within:
            gone += 1
        if first >= 0 and come - gone < ends_below:
            found.append(_flood(calls[first:before], moment, seat))
            first, free = -1, before
        if first < 0 and come - max(gone, free) > over:
            first = max(gone, free)
    if first >= 0:
        found.append(_flood(calls[first:come], None, seat))
    return tuple(found)


def _turns(calls: Sequence[Call], within: timedelta, now: datetime) -> Iterator[datetime]:
    """The moments at which the number of alarms changes: each comes, and leaves ``within`` after."""
    every = merge((c.at for c in calls), (c.at + within for c in calls))
    return (moment for moment, _ in groupby(every) if moment <= now)


def _flood(calls: Sequence[Call], end: datetime | None, seat: str) -> Flood:
    first = calls[0]
    return Flood(first.at, end, len(calls), first.alert_id, first.rule_id, first.title, seat)


def time_in(found: Sequence[Flood], since: datetime, until: datetime) -> timedelta:
    """How much of a stretch of time was flood; floods of one desk never overlap."""
    spans = ((max(f.start, since), min(f.end or until, until)) for f in found)
    return sum((end - start for start, end in spans if end > start), timedelta())
