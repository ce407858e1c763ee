"""What has become of disputes and of activities of party branches, told to the rules.

An event's id follows from its case and the day alone, so one told twice is stored once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from services.domain.dispute_events import SOURCE as SOURCE_ID
from services.domain.dispute_events import activity_events, filed_events, is_told_daily, state_event
from services.domain.event import Batch, Event
from services.domain.mediation import NAME, Mediation
from services.domain.party import PartyBranch
from services.domain.snapshot import SourceStatus
from services.domain.timebase import local
from services.store import casework
from services.store.store import Store

SOURCE = SourceStatus(SOURCE_ID, "纠纷台账", late_after_s=1e9)  # heard of only when there is something
PAST = timedelta(days=91)  # filings that may still count in a window


class DisputeEvents:
    """For one caller at a time. What it remembers only spares work."""

    def __init__(self, store: Store, grid_code: str) -> None:
        self._store = store
        self._grid_code = grid_code
        self._versions: dict[str, int] = {}  # of each case whose events are in the store
        self._daily: dict[str, Mediation] = {}
        self._day: date | None = None

    def tell(self, now: datetime, *, moved: bool, party: bool) -> None:
        """Events of the cases that ``moved``, and on a new day of every one that time alone can make worse."""
        today = local(now).date()
        new_day, self._day = today != self._day, today
        cases = self._changed(now) if moved or new_day else ()
        events = [event for case in cases for event in self._of(case, now)]
        if new_day:
            told = {case.id for case in cases}
            events += [state_event(c, now) for c in self._daily.values() if c.id not in told and is_told_daily(c, now)]
        if party or new_day:
            branches: Sequence[PartyBranch] = self._store.snapshot("party_branches", now).records
            events += [event for branch in branches for event in activity_events(branch, now, self._grid_code)]
        if events:
            self._store.take(Batch(events=sorted(events, key=lambda event: event.occurred_at)), SOURCE, now)
        for case in cases:
            self._versions[case.id] = case.version
            self._daily.pop(case.id, None)
            if case.is_open:
                self._daily[case.id] = case

    def _of(self, case: Mediation, now: datetime) -> list[Event]:
        new = case.id not in self._versions and case.filed_at > now - PAST
        return [*(filed_events(case) if new else ()), state_event(case, now)]

    def _changed(self, now: datetime) -> Sequence[Mediation]:
        with self._store.read() as connection:
            versions = casework.shown_versions(connection, NAME, now - PAST)
            moved = [case_id for case_id, version in versions.items() if self._versions.get(case_id) != version]
            self._versions = {key: version for key, version in self._versions.items() if key in versions}
            return casework.read_many(connection, NAME, moved)
