"""五联单: the five copies of a hand-in's manifest, the balance at each hand-over, how far it has come.

Masses are kg as weighed; what treatment takes away (减量化) is no difference and stands by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.domain.boats import LIMITS, HandInLimits, HandInRequest, HandInState, Pollutant
from services.domain.custody_state import Lamp
from services.domain.custody_steps import kg, manifest_id

_S = HandInState
ENDED = frozenset({_S.DISPOSED, _S.CLOSED})


class Party(StrEnum):
    """The five who keep a copy, in the order the waste goes through their hands."""

    BOAT = "boat"
    COLLECTOR = "collector"
    WAREHOUSE = "warehouse"
    CARRIER = "carrier"
    DISPOSER = "disposer"


COPY_WORDS = {
    Party.BOAT: "船舶联",
    Party.COLLECTOR: "收集联",
    Party.WAREHOUSE: "云仓联",
    Party.CARRIER: "转运联",
    Party.DISPOSER: "处置联",
}
PARTY_WORDS = {
    Party.BOAT: "交付渔船",
    Party.COLLECTOR: "收集船",
    Party.WAREHOUSE: "云仓",
    Party.CARRIER: "转运单位",
    Party.DISPOSER: "处置单位",
}
_SIGNED_AT = {
    Party.BOAT: _S.SIGNED,
    Party.COLLECTOR: _S.SIGNED,
    Party.WAREHOUSE: _S.STORED,
    Party.CARRIER: _S.TRANSFERRED,
    Party.DISPOSER: _S.DISPOSED,
}


@dataclass(frozen=True, slots=True)
class Copy:
    """One of the five. ``at`` is None until its keeper has signed; ``mass_kg`` until it was weighed there."""

    party: Party
    name: str = ""
    mass_kg: float | None = None
    at: datetime | None = None
    signer: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """From one scale to the next. ``pct`` is of what was given."""

    giver: Party
    taker: Party
    given_kg: float
    taken_kg: float
    at: datetime

    @property
    def diff_kg(self) -> float:
        """Under 0 when less came than was given."""
        return round(self.taken_kg - self.given_kg, 1)

    @property
    def pct(self) -> float:
        return round(100 * abs(self.diff_kg) / self.given_kg, 2) if self.given_kg else 0.0


@dataclass(frozen=True, slots=True)
class Manifest:
    """One 五联单. ``treated_kg`` is what treatment took away, None before it is told; ``entries`` how many
    stand of it in the custody log, ``lamp`` what the last look at them found."""

    id: str
    request_id: str
    number: str
    boat_id: str
    vessel_no: str
    pollutant: Pollutant
    stage: HandInState
    opened_at: datetime
    changed_at: datetime
    copies: tuple[Copy, ...]
    transfers: tuple[Transfer, ...]
    place: str
    lon: float
    lat: float
    treated_kg: float | None = None
    collected_at: datetime | None = None
    store_by: datetime | None = None  # while it is on the way to a warehouse
    dispose_by: datetime | None = None  # while it lies in one
    photos: tuple[str, ...] = ()
    entries: int = 0
    lamp: Lamp = Lamp.UNKNOWN
    lamp_why: str = ""
    witnessed: bool = False

    @property
    def is_open(self) -> bool:
        return self.stage not in ENDED and self.stage is not _S.CANCELLED

    @property
    def worst(self) -> Transfer | None:
        return max(self.transfers, key=lambda one: one.pct, default=None)

    @property
    def due_at(self) -> datetime | None:
        return self.store_by or self.dispose_by

    @property
    def holder(self) -> str:
        """Who has it now: the last who signed."""
        return next((copy.name for copy in reversed(self.copies) if copy.at is not None), self.vessel_no)

    @property
    def mass_kg(self) -> float | None:
        """As weighed last."""
        known = [copy.mass_kg for copy in self.copies if copy.at is not None and copy.mass_kg is not None]
        return known[-1] if known else self.copies[0].mass_kg


def manifests(
    requests: Iterable[HandInRequest], names: Mapping[str, str], limits: HandInLimits = LIMITS
) -> tuple[Manifest, ...]:
    """Of every hand-in that was weighed, the ones opened last first. ``names`` are those of warehouses by id."""
    found = [manifest_of(one, names, limits) for one in requests if one.reached(_S.WEIGHED) is not None]
    return tuple(sorted(found, key=lambda one: (one.opened_at, one.id), reverse=True))


def manifest_of(request: HandInRequest, names: Mapping[str, str], limits: HandInLimits = LIMITS) -> Manifest:
    collected = request.reached(_S.COLLECTING) or request.reached(_S.WEIGHED) or request.history[-1].at
    stored, disposed = request.reached(_S.STORED), request.reached(_S.DISPOSED)
    stopped = request.state in (_S.CANCELLED, _S.REJECTED)
    return Manifest(
        id=manifest_id(request.id),
        request_id=request.id,
        number=request.number,
        boat_id=request.boat_id,
        vessel_no=request.vessel_no,
        pollutant=request.pollutant,
        stage=request.state,
        opened_at=request.reached(_S.WEIGHED) or collected,
        changed_at=request.history[-1].at,
        copies=_copies(request, names),
        transfers=tuple(_transfers(request)),
        place=request.place,
        lon=request.lon,
        lat=request.lat,
        treated_kg=_treated(request),
        collected_at=collected,
        store_by=collected + limits.store if stored is None and not stopped else None,
        dispose_by=stored + limits.dispose if stored is not None and disposed is None and not stopped else None,
        photos=request.photos,
    )


def with_lamp(manifest: Manifest, entries: int, lamp: Lamp, why: str, *, witnessed: bool) -> Manifest:
    return replace(manifest, entries=entries, lamp=lamp, lamp_why=why, witnessed=witnessed)


def _boat_t(request: HandInRequest) -> float | None:
    return request.agreed_t if request.agreed_t is not None else request.weighed_t


def _treated(request: HandInRequest) -> float | None:
    if request.reduced_t is None or request.stored_t is None:
        return None
    return kg(request.stored_t - request.reduced_t)


def _copies(request: HandInRequest, names: Mapping[str, str]) -> tuple[Copy, ...]:
    boat = kg(_boat_t(request))
    told = {
        Party.BOAT: (request.vessel_no, boat),
        Party.COLLECTOR: (request.vessel_name, boat),
        Party.WAREHOUSE: (names.get(request.warehouse, request.warehouse), kg(request.stored_t)),
        Party.CARRIER: (request.carrier, kg(request.transferred_t)),
        Party.DISPOSER: (request.disposer, kg(request.disposed_t)),
    }
    return tuple(
        Copy(party, *told[party], request.reached(_SIGNED_AT[party]), _signer(request, party)) for party in Party
    )


def _signer(request: HandInRequest, party: Party) -> str:
    state = _SIGNED_AT[party]
    return next((one.name for one in request.signers if one.party == party and one.state is state), "")


def _transfers(request: HandInRequest) -> Iterator[Transfer]:
    left_t = request.reduced_t if request.reduced_t is not None else request.stored_t
    pairs = (
        (Party.COLLECTOR, Party.WAREHOUSE, _boat_t(request), request.stored_t, _S.STORED),
        (Party.WAREHOUSE, Party.CARRIER, left_t, request.transferred_t, _S.TRANSFERRED),
        (Party.CARRIER, Party.DISPOSER, request.transferred_t, request.disposed_t, _S.DISPOSED),
    )
    for giver, taker, given, taken, state in pairs:
        at = request.reached(state)
        if given is not None and taken is not None and at is not None:
            yield Transfer(giver, taker, round(given * 1000, 1), round(taken * 1000, 1), at)
