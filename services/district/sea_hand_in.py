"""One hand-in of the demo bay: what its fate has in store for it, and how far it has come."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.district.sea_places import Depot
from services.district.sea_story import Filing
from services.district.sea_water import Point
from services.domain.boats import HAND_IN_ORDER, HandInState, Pollutant

_AFTER_STORING_H = (3.0, 9.0, 20.0, 26.0)  # REDUCED, TRANSFERRED, DISPOSED, CLOSED
_REDUCED = {Pollutant.OILY_WATER: 0.14, Pollutant.SEWAGE: 0.22, Pollutant.GARBAGE: 0.62}  # of its mass is left
_ORDER = {state: place for place, state in enumerate(HandInState)}
CARRIERS = ("演示转运一队", "演示转运二队")
DISPOSERS = ("演示处置厂甲", "演示处置厂乙")
_CREW = "陈王林郑叶金"
S = HandInState


@dataclass(slots=True)
class HandIn:
    """``past`` is what happened before it was turned last; ``reached`` the moment of each state since, as far
    as it has been decided, ahead of time as well."""

    id: str
    number: str
    filing: Filing
    place: Point
    reached: dict[HandInState, datetime]
    assign_at: datetime
    weighed_t: float
    stored_t: float
    collecting_min: tuple[float, ...]  # from alongside until COLLECTING, WEIGHED, SIGNED
    vessel: int | None = None
    promised: datetime | None = None
    depot: Depot | None = None
    misses: bool = False  # the boat will not be where the vessel looks for it
    reason: str = ""
    past: list[tuple[HandInState, datetime]] = field(default_factory=list)

    def history(self, now: datetime) -> list[tuple[HandInState, datetime]]:
        lately = [(s, at) for s, at in self.reached.items() if at <= now]
        past = [(s, at) for s, at in self.past if at <= now]
        return [*past, *sorted(lately, key=lambda step: (step[1], _ORDER[step[0]]))]

    @property
    def filed_at(self) -> datetime:
        return self.past[0][1] if self.past else self.reached[S.FILED]

    @property
    def last_at(self) -> datetime:
        return max((at for at in self.reached.values()), default=self.filed_at)

    def state(self, now: datetime) -> HandInState:
        return self.history(now)[-1][0]

    def has(self, state: HandInState, now: datetime) -> bool:
        return any(s is state for s, _ in self.history(now))

    def forget(self, state: HandInState, now: datetime) -> None:
        """Take back what had been planned for after ``now``, from ``state`` on."""
        planned = (*HAND_IN_ORDER[HAND_IN_ORDER.index(state) :], S.NO_SHOW)
        self.reached = {s: at for s, at in self.reached.items() if at <= now or s not in planned}

    def turn(self, at: datetime, *states: HandInState) -> None:
        """An exception at that moment: what was still to come does not."""
        self.past = [*self.history(at), *((state, at) for state in states)]
        self.reached = {}

    def is_assigned(self, now: datetime) -> bool:
        at = self.reached.get(S.ASSIGNED)
        return at is not None and at <= now

    def is_met(self, now: datetime) -> bool:
        """A vessel is, or was, alongside."""
        at = self.reached.get(S.ALONGSIDE)
        return at is not None and at <= now

    def is_over(self, now: datetime) -> bool:
        return self.state(now) in (S.CANCELLED, S.REJECTED, S.CLOSED)

    def is_stored(self, now: datetime) -> bool:
        at = self.reached.get(S.STORED)
        return at is not None and at <= now

    def store(self, depot: Depot, at: datetime) -> None:
        self.depot = depot
        self.reached[S.STORED] = at
        rest = HAND_IN_ORDER[HAND_IN_ORDER.index(S.REDUCED) :]
        for state, hours in zip(rest, _AFTER_STORING_H, strict=True):
            self.reached[state] = at + timedelta(hours=hours)

    # -- told -----------------------------------------------------------------------------------

    @property
    def reduced_t(self) -> float:
        return round(self.stored_t * _REDUCED.get(self.filing.pollutant, 1.0), 3)

    def papers(self, now: datetime, owner: str) -> dict[str, Any]:
        """Masses, places, photographs and signatures, as far as it has come."""
        come = {state for state, _ in self.history(now)}
        nth = int(self.id[-2:]) if self.id[-2:].isdigit() else 0
        carrier, disposer = CARRIERS[nth % len(CARRIERS)], DISPOSERS[nth // 2 % len(DISPOSERS)]
        signed = [
            [S.SIGNED, "boat", owner], [S.SIGNED, "collector", _CREW[nth % 6] + "师傅"],
            [S.STORED, "warehouse", _CREW[(nth + 2) % 6] + "师傅"],
            [S.TRANSFERRED, "carrier", _CREW[(nth + 3) % 6] + "师傅"],
            [S.DISPOSED, "disposer", _CREW[(nth + 4) % 6] + "师傅"],
        ]  # fmt: skip
        return {
            "weighed_t": self.weighed_t if S.WEIGHED in come else None,
            "stored_t": self.stored_t if S.STORED in come else None,
            "reduced_t": self.reduced_t if S.REDUCED in come else None,
            "transferred_t": self.reduced_t if S.TRANSFERRED in come else None,
            "disposed_t": self.reduced_t if S.DISPOSED in come else None,
            "warehouse": self.depot.id if S.STORED in come and self.depot else "",
            "manifest": f"LD{self.id[2:]}" if S.SIGNED in come else "",
            "carrier": carrier if S.TRANSFERRED in come else "",
            "disposer": disposer if S.DISPOSED in come else "",
            "photos": [self._photo(state) for state in (S.WEIGHED, S.SIGNED, S.STORED) if state in come],
            "signers": [[state.value, party, name] for state, party, name in signed if state in come],
            "reason": self.reason if come & set(tuple(S)[14:]) else "",
        }

    def _photo(self, state: HandInState) -> str:
        """SHA-256 of a picture that is made of nothing but its name."""
        return hashlib.sha256(f"{self.id}/{state.value}.jpg".encode()).hexdigest()
