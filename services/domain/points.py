"""The arithmetic of points, in whole numbers: half when a hand-in is signed for, the rest when it is closed.

What stands posted for a hand-in is always what its newest mass and stage are due, so that a corrected mass
or a cancelled hand-in is one more entry and never a changed one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Any

from services.domain.boats import HandInRequest, HandInState, Pollutant
from services.domain.points_terms import PointsTerms
from services.domain.timebase import local


class Stage(IntEnum):
    VOID = 0  # cancelled or refused after it was signed for: nothing is due
    SIGNED = 1
    CLOSED = 2


@dataclass(frozen=True, slots=True)
class Claim:
    """What a hand-in asks for, as it stands now. ``day`` is that of the signatures, of Shanghai."""

    request_id: str
    boat_id: str
    vessel_no: str
    pollutant: Pollutant
    mass_kg: int
    day: date
    stage: Stage


@dataclass(frozen=True, slots=True)
class Line:
    """What stands posted for one hand-in. ``entitled`` is the whole of it, within the cap of its day."""

    request_id: str
    pollutant: Pollutant
    mass_kg: int
    day: date
    stage: Stage
    entitled: int
    posted: int


_VOID = frozenset({HandInState.CANCELLED, HandInState.REJECTED})


def claim_of(request: HandInRequest) -> Claim | None:
    """None for a hand-in that nobody has signed for, or that was never weighed."""
    signed = request.reached(HandInState.SIGNED)
    mass_t = request.collected_t
    if signed is None or mass_t is None:
        return None
    stage = Stage.VOID if request.state in _VOID else Stage.SIGNED
    if request.state is HandInState.CLOSED:
        stage = Stage.CLOSED
    return Claim(
        request.id,
        request.boat_id,
        request.vessel_no,
        request.pollutant,
        round(mass_t * 1000),
        local(signed).date(),
        stage,
    )


def earned(terms: PointsTerms, pollutant: Pollutant, mass_kg: int) -> int:
    """Before any cap. Parts of a point are not given."""
    rate = terms.rate(pollutant)
    return 0 if rate is None else max(0, mass_kg) * rate.points // rate.per_kg


def settled(terms: PointsTerms, lines: Iterable[Line], claim: Claim) -> Line:
    """The line as it has to stand for this claim; ``lines`` are those of the same boat."""
    taken = sum(line.entitled for line in lines if line.day == claim.day and line.request_id != claim.request_id)
    room = max(0, terms.cap_per_day - taken)
    whole = 0 if claim.stage is Stage.VOID else min(room, earned(terms, claim.pollutant, claim.mass_kg))
    posted = whole if claim.stage is Stage.CLOSED else whole // 2
    return Line(claim.request_id, claim.pollutant, claim.mass_kg, claim.day, claim.stage, whole, posted)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an account, as a list shows it."""

    at: datetime
    vessel_no: str
    word: str  # 预发 实发 更正 冲销 兑换 换物 期初
    points: int  # signed; 0 for plastic
    about: str  # number of the hand-in, or what was given
    by: str = ""  # masked; "" for the system


@dataclass(frozen=True, slots=True)
class CreditApplication:
    """One application for a loan on credit, as the bank tells it; no person's data. Yuan."""

    id: str
    boat_id: str
    vessel_no: str
    bank: str
    asked_yuan: int
    granted_yuan: int | None  # None while it is being looked at
    filed_at: datetime

    @property
    def is_granted(self) -> bool:
        return bool(self.granted_yuan)


@dataclass(frozen=True, slots=True)
class PointsSummary:
    """What the accounts add up to. ``credit_yuan`` is None while no bank has told anything."""

    accounts: int
    opening: int  # brought over from the register
    issued: int  # of hand-ins, corrections included
    redeemed: int
    plastic_kg: int
    swaps: int
    balance: int
    credit_yuan: int | None
    credit_count: int
    latest: tuple[Entry, ...]  # newest first

    id: str = "points"


def summed(accounts: Iterable[Any], applications: Iterable[CreditApplication], latest: int = 40) -> PointsSummary:
    """Of all accounts (``points_case.PointsAccount``) and all granted credit."""
    found = list(accounts)
    granted = [one for one in applications if one.is_granted]
    entries = sorted((entry for one in found for entry in one.recent), key=lambda entry: entry.at, reverse=True)
    return PointsSummary(
        accounts=len(found),
        opening=sum(one.opening for one in found),
        issued=sum(one.issued for one in found),
        redeemed=sum(one.redeemed for one in found),
        plastic_kg=sum(one.plastic_kg for one in found),
        swaps=sum(one.swaps for one in found),
        balance=sum(one.balance for one in found),
        credit_yuan=sum(one.granted_yuan or 0 for one in granted) if granted else None,
        credit_count=len(granted),
        latest=tuple(entries[:latest]),
    )
