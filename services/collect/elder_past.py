"""What the collector remembers of each elder from the events: read once at the start, then read on by number."""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from services.domain.elder_baseline import Baseline, baseline_of
from services.domain.elder_terms import ElderTerms
from services.domain.elder_water import Quiet, Use, quiet_of
from services.domain.timebase import local
from services.store import elder_past

KEPT = timedelta(hours=60)
_A_DAY = timedelta(hours=25)
_SIGNALS = timedelta(days=30)
_FOUR_WEEKS = timedelta(days=28)


class ElderPast:
    """For one caller at a time. ``read_on`` costs what is new; habits are learned anew once a day."""

    def __init__(self, terms: ElderTerms) -> None:
        self._terms = terms
        self._uses: dict[str, list[Use]] = {}
        self._quiet: dict[str, Quiet | None] = {}
        self._water_seq = 0
        self._signal_seq = 0
        self._proofs: dict[str, dict[str, datetime]] = {}
        self._baselines: dict[str, Baseline | None] = {}
        self._outings: Mapping[str, int] = {}
        self._learned: date | None = None
        self.feed_at: datetime | None = None
        self.safe_words: Mapping[str, datetime] = {}  # she took a call and said she is well

    def read_on(self, connection: Connection, dwellings: Sequence[str], now: datetime) -> None:
        new = [one for one in dwellings if one and one not in self._uses]
        seq = elder_past.newest_number(connection, "meter_reading")
        if new:
            self._take(elder_past.water(connection, new, now - KEPT), new)
        if seq > self._water_seq:
            known = [one for one in dwellings if one and one not in new]
            self._take(elder_past.water(connection, known, now - KEPT, self._water_seq), ())
        self._water_seq = seq
        self._hear(connection, now)
        self.safe_words = elder_past.safe_words(connection, now - _A_DAY)
        if self._learned != local(now).date() or new:
            self._learn(connection, [one for one in dwellings if one], now)

    def quiet(self, dwelling: str, now: datetime) -> Quiet | None:
        if dwelling not in self._quiet:
            uses = self._uses.get(dwelling, [])
            while uses and uses[0].at < now - KEPT:
                uses.pop(0)
            self._quiet[dwelling] = quiet_of(uses, self._terms)
        return self._quiet[dwelling]

    def baseline(self, dwelling: str) -> Baseline | None:
        return self._baselines.get(dwelling)

    def proofs(self, elder_id: str) -> Mapping[str, datetime]:
        return self._proofs.get(elder_id, {})

    def outings(self, elder_id: str) -> int:
        return self._outings.get(elder_id, 0)

    def _take(self, rows: object, new: Sequence[str]) -> None:
        for dwelling in new:
            self._uses[dwelling] = []
            self._quiet.pop(dwelling, None)
        for _, dwelling, at, used in rows:  # type: ignore[attr-defined]
            uses = self._uses.setdefault(dwelling, [])
            if used is None and uses:
                continue  # its stretch was told already
            insort(uses, Use(at, used or 0.0), key=lambda use: use.at)
            self._quiet.pop(dwelling, None)
            self.feed_at = max(self.feed_at or at, at)

    def _hear(self, connection: Connection, now: datetime) -> None:
        if not self._signal_seq:
            self._signal_seq = elder_past.newest_number(connection, "elder_device")
            for elder_id, kind, at in elder_past.newest_signals(connection, now - _SIGNALS):
                self._note(elder_id, kind, at)
            return
        for row in elder_past.signals(connection, self._signal_seq):
            self._signal_seq = row.seq
            self._note(row.elder_id, row.kind, row.at)

    def _note(self, elder_id: str, kind: str, at: datetime) -> None:
        known = self._proofs.setdefault(elder_id, {})
        known[kind] = max(at, known.get(kind, at))

    def _learn(self, connection: Connection, dwellings: Sequence[str], now: datetime) -> None:
        self._learned = local(now).date()
        days: dict[str, list[datetime]] = {}
        since = now - timedelta(days=self._terms.baseline_d + 1)
        for dwelling, at in elder_past.first_uses(connection, dwellings, since):
            days.setdefault(dwelling, []).append(at)
        self._baselines = {one: baseline_of(days.get(one, ()), now, self._terms) for one in dwellings}
        self._outings = elder_past.outings(connection, now - _FOUR_WEEKS)
