"""What is written down of the plan in force. Each ``what`` says it in a line of the duty log."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.dispatch_plan import OfferKind, Unserved, VesselRoute


@dataclass(frozen=True, slots=True)
class PlanConfirmed:
    """``what`` says it in a line; ``routes`` are in force from now on, with what was done before them."""

    what: str
    offer_id: str
    offer_kind: OfferKind
    solver: str
    seed: int
    cost: float
    routes: tuple[VesselRoute, ...]
    unserved: tuple[Unserved, ...]
    moved: int
    parent: str


@dataclass(frozen=True, slots=True)
class PlanReplaced:
    """A plan of a later day took its place."""

    what: str


@dataclass(frozen=True, slots=True)
class VesselAssigned:
    """By hand. ``rank`` is the place of the vessel among the proposals, 0 when it was none of them;
    ``from_vessel`` is "" of a hand-in that waited. ``routes`` are those that changed."""

    what: str
    request_id: str
    number: str
    vessel_id: str
    from_vessel: str
    rank: int
    reason: str
    routes: tuple[VesselRoute, ...]


@dataclass(frozen=True, slots=True)
class Override:
    """The first proposal was not taken. Names of vessels, not ids."""

    what: str
    request_id: str
    proposed_vessel: str
    chosen_vessel: str
    rank: int
    reason: str


@dataclass(frozen=True, slots=True)
class RouteReordered:
    what: str
    reason: str
    routes: tuple[VesselRoute, ...]


@dataclass(frozen=True, slots=True)
class StopLocked:
    what: str
    request_id: str


@dataclass(frozen=True, slots=True)
class StopUnlocked:
    what: str
    request_id: str
