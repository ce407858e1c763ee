"""Keeps the accounts of points in step with the hand-ins: what is signed for, closed, corrected or cancelled.

The account is compared with the hand-in as it stands, inside the transaction that writes the entry: a restart,
a second look or two collectors post nothing twice, and what was missed is caught up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.collect.summary import Summary
from services.domain import hand_in_case
from services.domain.boat_marks import PointsPosted
from services.domain.boats import FishingBoat, HandInRequest, HandInState
from services.domain.event import Batch, Event
from services.domain.officer import ENGINE
from services.domain.points import Claim, CreditApplication, Line, Stage, claim_of, settled, summed
from services.domain.points_account import NAME, account_id
from services.domain.points_case import PointsAccount, PostPoints
from services.domain.points_terms import TOPIC, PointsTerms
from services.domain.snapshot import SourceStatus
from services.domain.timebase import local
from services.store.store import Store
from services.store.streams import STREAMS

EVERY_S = 2.0
SOURCE = SourceStatus("points", "积分记账", late_after_s=14 * 86_400.0)
HAND_INS = hand_in_case.TOPIC


class PointsKeeper:
    """For one caller at a time. What was signed for before the accounts began is in the register's points."""

    def __init__(self, store: Store, terms: PointsTerms) -> None:
        self._store = store
        self._terms = terms
        self._seen = 0
        self._begun = False
        self._settled: frozenset[Claim] = frozenset()
        self._told: set[str] = set()  # hand-ins whose event is in the store
        self.summaries = (
            Summary(TOPIC, 60.0, (TOPIC,), self._in_force),
            Summary("points_summary", 3.0, ("points_summary",), _summary),
        )

    def tick(self, now: datetime) -> None:
        """The first look is at all hand-ins there ever were, later ones at those that moved."""
        seen, moved = self._store.changes_since(self._seen)
        if HAND_INS not in moved and self._begun:
            self._seen = seen
            return
        requests = self._requests(now)
        every = frozenset(claim for claim in map(claim_of, requests) if claim is not None)
        if every == self._settled and self._begun:
            self._seen = seen
            return
        accounts: dict[str, PointsAccount] = {account.id: account for account in self._store.cases(NAME)}
        since = self._terms.since or min((one.opened_on for one in accounts.values()), default=local(now).date())
        claims = frozenset(claim for claim in every if claim.day >= since)
        requests = [one for one in requests if claim_of(one) in claims]
        for wish in self._wishes(claims, accounts, now):
            self._store.perform(wish, ENGINE, now)
        self._tell(requests, now)
        self._seen, self._begun, self._settled = seen, True, every

    def _requests(self, now: datetime) -> Sequence[HandInRequest]:
        if not self._begun and hand_in_case.NAME in STREAMS:
            return self._store.cases(hand_in_case.NAME)
        return self._store.snapshot(HAND_INS, now).records

    def _wishes(
        self, claims: Iterable[Claim], accounts: Mapping[str, PointsAccount], now: datetime
    ) -> Iterator[PostPoints]:
        due = [claim for claim in claims if self._is_due(claim, accounts)]
        if not due:
            return
        boats: Sequence[FishingBoat] = self._store.snapshot("boat_register", now).records
        opening = {boat.id: boat.points for boat in boats}
        for claim in sorted(due, key=lambda claim: (claim.day, claim.request_id)):
            yield PostPoints(claim=claim, opening=opening.get(claim.boat_id, 0))

    def _is_due(self, claim: Claim, accounts: Mapping[str, PointsAccount]) -> bool:
        account = accounts.get(account_id(claim.boat_id))
        lines = account.lines if account is not None else ()
        before = account.line(claim.request_id) if account is not None else None
        if before is None and claim.stage is Stage.VOID:
            return False
        return settled(self._terms, lines, claim) != before

    def _tell(self, requests: Sequence[HandInRequest], now: datetime) -> None:
        """The event of each hand-in that was signed for. The store leaves out what it has."""
        fresh = {one.id for one in requests} - self._told
        if not fresh:
            return
        lines = {account.boat_id: account.lines for account in self._store.cases(NAME)}
        events = [self._event(one, lines.get(one.boat_id, ())) for one in requests if one.id in fresh]
        self._store.take(Batch(events=events), SOURCE, now)
        self._told |= fresh

    def _event(self, request: HandInRequest, lines: Sequence[Line]) -> Event:
        claim, signed = claim_of(request), request.reached(HandInState.SIGNED)
        assert claim is not None and signed is not None
        line = next((line for line in lines if line.request_id == request.id), None)
        record = PointsPosted(
            request_id=request.id,
            boat_id=request.boat_id,
            vessel_no=request.vessel_no,
            pollutant=request.pollutant_word,
            mass_kg=claim.mass_kg,
            points=line.posted if line is not None else 0,
            hand_ins_today=Counter(line.day for line in lines)[claim.day],
            same_mass=_same_mass(lines, claim, self._terms.same_mass_days),
            signer_is_collector=signed_by_collector(request),
            place=request.place,
            lon=request.lon,
            lat=request.lat,
            at=signed,
        )
        return Event(SOURCE.id, request.id, "points_posted", signed, record)

    def _in_force(self, _store: Store, _now: datetime) -> Mapping[str, Sequence[Any]]:
        return {TOPIC: (self._terms,)}


def _same_mass(lines: Iterable[Line], claim: Claim, days: int) -> int:
    since = claim.day - timedelta(days=days)
    near = [line for line in lines if since < line.day <= claim.day and line.pollutant is claim.pollutant]
    return sum(line.mass_kg == claim.mass_kg for line in near)


def signed_by_collector(request: HandInRequest) -> bool | None:
    """Whether the boat's signature bears the collector's name; None while either is not known."""
    named = {one.party: one.name for one in request.signers if one.state is HandInState.SIGNED and one.name}
    if "boat" not in named or "collector" not in named:
        return None
    return named["boat"] == named["collector"]


def _summary(store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
    accounts: Sequence[PointsAccount] = store.snapshot("points_accounts", now).records
    applications: Sequence[CreditApplication] = store.snapshot("credit_applications", now).records
    return {"points_summary": (summed(accounts, applications),)}
