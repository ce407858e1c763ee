"""Works the colour codes out when what they rest on has moved, and tells which turned.

Nothing is worked out before both the activity and the bureau's book are known: the register's codes stand
till then, and a missing book turns nobody red. The first working out tells no change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from services.domain import discharge_case, hand_in_case
from services.domain.boat_activity import ActivityBlock, HandedInLedger
from services.domain.boat_marks import BoatCodeTurned
from services.domain.boats import FishingBoat, HandInRequest
from services.domain.code_terms import CodeTerms
from services.domain.colour_code import BoatCode, codes
from services.domain.discharge_case import CheckResult, DischargeFinding
from services.domain.event import Batch, Event
from services.domain.handed_in import handed_in
from services.domain.points import Claim, claim_of
from services.domain.snapshot import SourceStatus
from services.domain.timebase import local
from services.store.store import Store

EVERY_S = 10.0
SOURCE = SourceStatus("boat_codes", "三色码计算", late_after_s=14 * 86_400.0)
TOPIC = "boat_codes"
RESTS_ON = frozenset({"boat_register", "boat_activity", "hand_in_ledger", hand_in_case.TOPIC, discharge_case.TOPIC})

_Basis = tuple[date, frozenset[Claim], frozenset[str], int]


class CodesKeeper:
    """For one caller at a time."""

    def __init__(self, store: Store, terms: CodeTerms, confirmed_days: int) -> None:
        self._store = store
        self._terms = terms
        self._confirmed = timedelta(days=confirmed_days)
        self._seen = 0
        self._books = 0  # how often register, activity or ledger moved
        self._basis: _Basis | None = None

    def tick(self, now: datetime) -> None:
        seen, moved = self._store.changes_since(self._seen)
        today = local(now).date()
        same_day = self._basis is not None and self._basis[0] == today
        if same_day and not moved & RESTS_ON:
            self._seen = seen
            return
        self._books += bool(moved & {"boat_register", "boat_activity", "hand_in_ledger"})
        activity: ActivityBlock | None = self._store.snapshot("boat_activity", now).first()
        ledger: HandedInLedger | None = self._store.snapshot("hand_in_ledger", now).first()
        register: Sequence[FishingBoat] = self._store.snapshot("boat_register", now).records
        boats = list({boat.id: boat for boat in register}.values())  # of two with one MMSI the later row
        self._seen = seen
        if activity is None or ledger is None or not boats:
            return
        requests = [one for one in self._store.cases(hand_in_case.NAME) if claim_of(one) is not None]
        confirmed = self._found(now)
        claims = frozenset(claim for one in requests if (claim := claim_of(one)) is not None)
        basis = (today, claims, confirmed, self._books)
        if basis == self._basis:
            return
        self._work_out(boats, activity, ledger, requests, confirmed, now)
        self._basis = basis

    def _work_out(
        self,
        boats: Sequence[FishingBoat],
        block: ActivityBlock,
        ledger: HandedInLedger,
        requests: Sequence[HandInRequest],
        confirmed: frozenset[str],
        now: datetime,
    ) -> None:
        today = local(now).date()
        activity = block.unpacked().until(today, self._terms.days)
        handed = handed_in(boats, self._terms.days, activity.first_day, ledger, requests)
        after = codes(boats, activity, handed, confirmed, today, self._terms)
        before: Sequence[BoatCode] = self._store.snapshot(TOPIC, now).records
        if after == tuple(before):
            return
        events = tuple(turned({one.id: one for one in before}, after, now))
        if events:
            self._store.take(Batch(events=events), SOURCE, now)
        self._store.put_topic(TOPIC, after, now)

    def _found(self, now: datetime) -> frozenset[str]:
        """Boats whose discharge a check found, as long as that counts."""
        findings: Iterable[DischargeFinding] = self._store.cases(discharge_case.NAME)
        return frozenset(
            one.boat_id
            for one in findings
            if one.result is CheckResult.CONFIRMED and one.ended_at and now - one.ended_at < self._confirmed
        )


def turned(before: Mapping[str, BoatCode], after: Iterable[BoatCode], now: datetime) -> Iterable[Event]:
    """One event for each boat that was known and whose code is another one now. The same turn is told once
    a day, so that it may be told again after a failure."""
    day = f"{local(now):%Y%m%d}"
    for one in after:
        was = before.get(one.id)
        if was is None or was.code is one.code:
            continue
        record = BoatCodeTurned(
            boat_id=one.id,
            vessel_no=one.vessel_no,
            home_port=one.home_port,
            code_before=was.code.name,
            code=one.code.name,
            ratio=one.ratio,
            expected_kg=one.expected_kg,
            handed_in_kg=one.handed_in_kg,
            days_without=one.days_without,
            coverage=one.coverage,
            at=now,
        )
        ident = f"{one.id}:{was.code.name}:{one.code.name}:{day}"
        yield Event(SOURCE.id, ident, "boat_code", now, record)
