"""Which hand-in 派船 is about and which vessels there are for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.domain.boat_proposals import propose
from services.domain.boats import HandInRequest, Proposal
from services.domain.dispatch_world import freed
from services.domain.hand_in_case import ASSIGNABLE, MOVABLE
from widgets.plan_draft import Desk

Records = Callable[[str], Any]
RANKED_FOR_S = 30  # a ranking made here is kept so long: with thirty vessels it costs some 50 ms


@dataclass(frozen=True, slots=True)
class Choice:
    """``offers``: ranked ones first, then those that cannot go. ``is_selected``: the desk points at it."""

    request: HandInRequest | None = None
    offers: tuple[Proposal, ...] = ()
    is_selected: bool = False

    @property
    def waits(self) -> bool:
        return self.request is not None and self.request.state in ASSIGNABLE

    def offer(self, vessel_id: str) -> Proposal | None:
        return next((offer for offer in self.offers if offer.vessel_id == vessel_id), None)


class Chooser:
    """Of a hand-in that waits the planner ranks the vessels; of one that has a vessel they are ranked here, by
    the same rules, as if it waited again."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._ranked_for: object = None
        self._ranked: tuple[Proposal, ...] = ()

    def choice(self, wanted: str, now: datetime | None) -> Choice:
        """The selected hand-in (``wanted``) while a vessel can be sent to it, else the one proposed for first."""
        every: Sequence[HandInRequest] = self._records("hand_in_requests")
        chosen = next((r for r in every if r.id == wanted and r.state in ASSIGNABLE | MOVABLE), None)
        if chosen is not None and chosen.state in MOVABLE:
            return Choice(chosen, self._rank(chosen, now), is_selected=True)
        offers: Sequence[Proposal] = self._records("proposals")
        if chosen is None:
            first = offers[0].request_id if offers else ""
            chosen = next((r for r in every if r.id == first), None)
        if chosen is None:
            return Choice()
        mine = (offer for offer in offers if offer.request_id == chosen.id)
        return Choice(chosen, _sorted(mine), is_selected=chosen.id == wanted)

    def _rank(self, request: HandInRequest, now: datetime | None) -> tuple[Proposal, ...]:
        if now is None:
            return ()
        plans = tuple((plan.id, plan.version) for plan in self._records("dispatch_plan"))
        key = (request.id, request.vessel_id, plans, len(self._records("collection_vessels")), _slot(now))
        if key != self._ranked_for:
            desk = Desk.of(self._records, now)
            alone = (one for one in freed(desk.state, request.id).hand_ins if one.id == request.id or one.vessel_id)
            self._ranked = _sorted(propose(replace(desk.state, hand_ins=tuple(alone)), desk.apart))
            self._ranked_for = key
        return self._ranked


def _slot(now: datetime) -> int:
    return int(now.timestamp()) // RANKED_FOR_S


def _sorted(offers: Any) -> tuple[Proposal, ...]:
    return tuple(sorted(offers, key=lambda p: (bool(p.refusal), p.rank or 99, p.vessel_name)))
