"""What 重排 has to go by: the plan in force, the newest question for another one, the offers there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.domain.dispatch_plan import UNSERVED_WORDS, DispatchPlan, Move, OfferKind, PlanOffer, Unserved
from services.domain.plan_ask_case import PlanAsk
from widgets.plan_sheet import plan_of


@dataclass(frozen=True, slots=True)
class PlanBook:
    """``offers`` by kind: the quick one only until the others of its planning are there."""

    plan: DispatchPlan | None = None
    ask: PlanAsk | None = None
    offers: tuple[PlanOffer, ...] = ()

    @classmethod
    def of(cls, records: Callable[[str], Any]) -> PlanBook:
        asks = [ask for ask in records("plan_asks") if isinstance(ask, PlanAsk) and ask.scenario is None]
        newest = max(asks, key=lambda ask: ask.asked_at, default=None)
        return cls(plan_of(records("dispatch_plan")), newest, _newest(records("plan_offers")))

    @property
    def computing(self) -> PlanAsk | None:
        """A question under way whose better answers are not there yet."""
        ask = self.ask
        if ask is None or not ask.is_open:
            return None
        done = any(offer.kind is OfferKind.BEST and offer.made_at > ask.asked_at for offer in self.offers)
        return None if done else ask

    def offer(self, kind: OfferKind | None) -> PlanOffer | None:
        """That of the kind; the one that moves least when there is none of it."""
        picked = next((offer for offer in self.offers if offer.kind is kind), None)
        return picked or next(iter(self.offers), None)

    def stale(self, offer: PlanOffer) -> str:
        """Why it can no longer be confirmed; "" while it can."""
        plan = self.plan
        version = plan.version if plan is not None else 0
        if offer.base_version == version and (not offer.base_id or plan is None or offer.base_id == plan.id):
            return ""
        if plan is None:
            return "所据计划已结束"
        change = f"（{plan.last_change}）" if plan.last_change else ""
        return f"计划已由 {plan.changed_by or plan.confirmed_by} 改为第 {version} 版{change}"


def _newest(records: Any) -> tuple[PlanOffer, ...]:
    found: dict[OfferKind, PlanOffer] = {}
    for offer in records:
        if offer.kind not in found or found[offer.kind].made_at < offer.made_at:
            found[offer.kind] = offer
    quick = found.pop(OfferKind.GREEDY, None)
    if quick is not None and all(offer.made_at < quick.made_at for offer in found.values()):
        return (quick,)
    return tuple(found[kind] for kind in (OfferKind.FEW, OfferKind.BEST) if kind in found)


def move_words(move: Move) -> str:
    return f"{move.from_vessel or '待派'} → {move.to_vessel or '不排'}"


def left_words(one: Unserved) -> str:
    word = UNSERVED_WORDS.get(one.reason, one.reason)
    return f"{word}：{one.text}" if one.text and one.text != word else word
