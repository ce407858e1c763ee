"""How often dispatchers did not take the first proposal, by reason and vessel: summed up from the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from services.collect.summary import Summary
from services.domain.deed import kind_of
from services.domain.dispatch_facts import Override, VesselAssigned
from services.domain.dispatch_plan import NAME, OverrideCount, OverrideStatistics
from services.store.deeds import deed_of
from services.store.schema import case_event
from services.store.store import Store

EVERY_S = 30.0
SHOWN = 10
KINDS = (kind_of(VesselAssigned), kind_of(Override))


def statistics(facts: Iterable[Any], days: int) -> OverrideStatistics:
    """Of hand-ins that waited; one that changed its vessel was assigned before."""
    told = list(facts)
    assigned = sum(isinstance(fact, VesselAssigned) and not fact.from_vessel for fact in told)
    over = [fact for fact in told if isinstance(fact, Override)]
    return OverrideStatistics(
        id="overrides",
        days=days,
        assigned=assigned,
        overridden=len(over),
        followed=None if not assigned else round(1 - min(len(over), assigned) / assigned, 3),
        by_reason=_counted(fact.reason for fact in over),
        not_taken=_counted(fact.proposed_vessel for fact in over),
        chosen=_counted(fact.chosen_vessel for fact in over),
    )


def _counted(names: Iterable[str]) -> tuple[OverrideCount, ...]:
    most = sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(OverrideCount(name, count) for name, count in most[:SHOWN])


def summary(days: float) -> Summary:
    def make(store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
        query = select(case_event).where(case_event.c.stream == NAME, case_event.c.kind.in_(KINDS))
        query = query.where(case_event.c.at >= now - timedelta(days=days)).order_by(case_event.c.seq)
        with store.read() as reader:
            facts = [deed_of(row).fact for row in reader.execute(query).all()]
        return {"override_statistics": (statistics(facts, round(days)),)}

    return Summary("override_statistics", EVERY_S, ("override_statistics",), make)
