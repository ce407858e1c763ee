"""Plans the visits elders are due, closes those the community's system made, and tells the rules how they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from services.collect.elder_watching import Watching
from services.domain.community import Elder, Safety
from services.domain.elder_events import ElderVisitState
from services.domain.elder_terms import ElderTerms
from services.domain.elder_view import SETTLING, Beside, visit_due
from services.domain.event import Batch, Event
from services.domain.officer import ENGINE
from services.domain.snapshot import SourceStatus
from services.domain.visit import (
    NAME,
    PLANNED_BY_CHANGE,
    PLANNED_BY_CLASS,
    MakeVisit,
    Planning,
    PlanVisits,
    Proof,
    Visit,
    VisitState,
)
from services.store import casework
from services.store.store import Store

SOURCE = SourceStatus("elder_visits", "探访核对", late_after_s=14 * 86_400.0)
_AT_ONCE = 25


class ElderVisits:
    """For one caller at a time."""

    def __init__(self, store: Store, terms: ElderTerms) -> None:
        self._store, self._terms = store, terms
        self._made: dict[str, datetime] | None = None
        self._told: dict[str, tuple[str, int]] = {}

    def made(self, shown: Sequence[Visit]) -> dict[str, datetime]:
        """When each elder was last visited by our own record."""
        if self._made is None:
            with self._store.read() as connection:
                shown, self._made = casework.read(connection, NAME), {}
        for visit in shown:
            if visit.kind == "elder" and visit.state is VisitState.MADE and visit.made_at is not None:
                self._made[visit.subject_id] = max(visit.made_at, self._made.get(visit.subject_id, visit.made_at))
        return self._made

    def keep(self, elders: Sequence[Elder], watching: Watching, now: datetime) -> None:
        visits: Sequence[Visit] = self._store.snapshot("visits", now).records
        planned = [one for one in visits if one.is_open and one.kind == "elder"]
        self._close(planned, {elder.id: elder for elder in elders}, now)
        known = {(one.subject_id, one.why) for one in planned}
        plans: list[Planning] = []
        events: list[Event] = []
        for elder in elders:
            beside = watching.beside(elder, now)
            state = state_of(elder, beside, now, self._terms)
            if state is None:
                continue
            why = PLANNED_BY_CHANGE if state.after_change else PLANNED_BY_CLASS
            near = state.due_at <= now + timedelta(days=self._terms.plan_ahead_d)
            if near and state.state in ("planned", "overdue") and (elder.id, why) not in known:
                plans.append(Planning("elder", elder.id, str(elder.name), state.due_at, why))
            events += self._news(state)
        for start in range(0, len(plans), _AT_ONCE):
            self._store.perform(PlanVisits(visits=tuple(plans[start : start + _AT_ONCE])), ENGINE, now)
        if events:
            self._store.take(Batch(events=tuple(events)), SOURCE, now)

    def _close(self, planned: Sequence[Visit], elders: dict[str, Elder], now: datetime) -> None:
        for visit in planned:
            elder = elders.get(visit.subject_id)
            if elder is None or elder.visited_at is None or elder.visited_at <= visit.planned_at:
                continue
            about: dict[str, Any] = {"case_id": visit.id, "expected_version": visit.version}
            at = min(elder.visited_at, now)
            self._store.perform(
                MakeVisit(**about, proof=Proof.CHECKED_IN, text="社区系统记录", made_at=at), ENGINE, now
            )

    def _news(self, state: ElderVisitState) -> list[Event]:
        """Told when it falls due, each further day of it, and when it is over."""
        days = int((state.at - state.due_at) / timedelta(days=1)) if state.state == "overdue" else 0
        stage, before = (state.state, days), self._told.get(state.elder_id)
        self._told[state.elder_id] = stage
        was_due = before is not None and before[0] == "overdue"
        if stage == before or not (state.state == "overdue" or was_due or before is None):
            return []
        ident = f"{state.elder_id}:{state.at:%Y%m%d%H%M%S%f}"
        return [Event(SOURCE.id, ident, "elder_visit", state.at, state)]


def state_of(elder: Elder, beside: Beside, now: datetime, terms: ElderTerms) -> ElderVisitState | None:
    """How the elder's visit stands; None when neither a visit nor a plan is known. Who has come back gets a
    day before a visit that fell due meanwhile is late."""
    due_at, after_change = visit_due(elder, beside, terms)
    if due_at is None:
        return None
    back = beside.watched_from
    settling = back is not None and now - back < SETTLING
    is_away = beside.away is not None or elder.safety is Safety.AWAY
    state = "away" if is_away else "overdue" if due_at < now and not settling else "planned"
    limit_d = terms.change_h / 24 if after_change else float(terms.visit_days(elder.care))
    since = due_at - timedelta(days=limit_d)
    return ElderVisitState(
        elder_id=elder.id,
        dwelling_id=elder.dwelling_id,
        estate_id=elder.estate_id,
        estate_name=elder.estate_name,
        building=elder.building,
        care=elder.care.value,
        state=state,
        since_d=round(max(0.0, (now - since) / timedelta(days=1)), 2),
        limit_d=limit_d,
        after_change=after_change,
        due_at=due_at,
        at=now,
    )
