"""What finds: events in, hits out, whatever order they come in and however often they are sent.

Each detector tells, after every event, exactly what ``definition.py`` says of all events received so
far and it has not told before. So doubles and restarts change nothing, and an event that comes late
can make hits of events after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter

from services.domain.band import Usual
from services.domain.contradicting import Contradicting
from services.domain.detector import Detector, Listed, Outcome, Past
from services.domain.event import Event
from services.domain.in_a_row import InARow
from services.domain.kinds import Absence, Attribute, Band, Follow, Threshold, Travel, WatchList
from services.domain.kinds_runs import Consecutive
from services.domain.lasting import Lasting
from services.domain.rule import Found, Rule
from services.domain.sieve import Columns, Places
from services.domain.silence import Silence
from services.domain.waiting import Waiting
from services.domain.watchlist import WatchlistEntry
from services.domain.window import Windows


def detector(rule: Rule, past: Past, listed: Listed) -> Detector:
    match rule.detect:
        case Attribute():
            return EachEvent()
        case WatchList():
            return OnList(rule.detect, listed)
        case Threshold():
            return Lasting(rule.detect, rule.matches, past)
        case Absence():
            return Silence(rule.detect, past)
        case Band():
            return Usual(rule.detect, past)
        case Follow():
            return Waiting(rule.detect, past)
        case Consecutive():
            return InARow(rule.event, rule.detect, rule.matches, past)
        case Travel():
            return Contradicting(rule.event, rule.detect, rule.matches, past)
        case _:
            return Windows(rule.event, rule.detect, rule.matches, past)


class EachEvent(Detector):
    """Every event is a hit."""

    def feed(self, event: Event) -> Sequence[Outcome]:
        return (Found(event, {}, (event.event_id,)),)


class OnList(Detector):
    """Events whose value is on a watch list at their moment; the highest entry speaks."""

    def __init__(self, detect: WatchList, listed: Listed) -> None:
        self._read = attrgetter(detect.match)
        self._match = detect.match
        self._list = detect.list
        self._listed = listed

    def worth(self, columns: Columns, places: Places) -> Places:
        listed = self._listed(self._list)
        values = columns[self._match]
        return [i for i in places if values[i] in listed] if listed else ()

    def feed(self, event: Event) -> Sequence[Outcome]:
        entries = self._listed(self._list).get(self._read(event.record), ())
        here = getattr(event.record, "checkpoint_id", "")
        speaking = (e for e in entries if e.holds_at(event.occurred_at) and e.covers(here))
        entry = max(speaking, key=_rank, default=None)
        if entry is None:
            return ()
        figures = {"listed_reason": entry.reason, "listed_by": entry.owner, "listed_until": entry.valid_until}
        return (Found(event, figures, (event.event_id,), entry.level),)


def _rank(entry: WatchlistEntry) -> tuple[int, datetime]:
    return int(entry.level), entry.valid_until
