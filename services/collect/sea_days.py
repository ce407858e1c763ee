"""Adds up the day at sea for its report, and the figures of fleet, warehouses and the boats' standing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from services.collect.discharge_reading import fleet_fixes
from services.collect.summary import Summary
from services.domain import discharge_case, hand_in_case, sea_figures
from services.domain.boats import POLLUTANT_WORDS, STATE_WORDS, FleetPlan, HandInRequest, Warehouse
from services.domain.manifest import Manifest
from services.domain.sea_day import (
    KM_PER_NM,
    ManifestRow,
    SeaDay,
    finding_row,
    of_day,
    states,
    tonnes,
    unknowns,
    vessel_row,
)
from services.domain.sea_figures import CostTerms
from services.domain.timebase import local, midnight_before
from services.domain.track import Fixes
from services.domain.track_search import NM_PER_DEG, coverage
from services.store.store import Store

DAYS = "sea_days"
FIGURES = "sea_figures"
GAP_MS = 1_800_000


class SeaDays:
    """The day under way, and the day before as it was last added up."""

    def __init__(self, cost: CostTerms) -> None:
        self._cost = cost
        self.summaries = (
            Summary(FIGURES, 15.0, (FIGURES,), self._figures),
            Summary(DAYS, 60.0, (DAYS,), self._days),
        )

    def _figures(self, store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
        plans: Sequence[FleetPlan] = store.snapshot("fleet_plans", now).records
        warehouses: Sequence[Warehouse] = store.snapshot("warehouses", now).records
        since = midnight_before(now)
        found = (
            sea_figures.overdue_boats(store.snapshot("boat_codes", now).records),
            sea_figures.plastics(store.snapshot("points_summary", now).first()),
            sea_figures.warehouse_use(warehouses),
            sea_figures.days_to_full(warehouses),
            sea_figures.empty_miles(plans, since, now),
            sea_figures.cost_cut(self._cost),
        )
        return {FIGURES: found}

    def _days(self, store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
        today = day_so_far(store, now)
        before = [one for one in store.snapshot(DAYS, now).records if one.day == today.day - timedelta(days=1)]
        return {DAYS: (today, *before)}


def day_so_far(store: Store, now: datetime) -> SeaDay:
    since, day = midnight_before(now), local(now).date()
    every: Sequence[HandInRequest] = store.snapshot(hand_in_case.TOPIC, now).records
    filed = of_day(every, day)
    warehouses = store.snapshot("warehouses", now).records
    codes = store.snapshot("boat_codes", now).records
    figures = (*store.snapshot("boat_figures", now).records, *store.snapshot(FIGURES, now).records)
    rows = tonnes(every, day)
    vessels = _vessels(store, since, now)
    findings = store.snapshot(discharge_case.TOPIC, now).records
    overrides = store.snapshot("override_statistics", now).first()
    manifests: Sequence[Manifest] = store.snapshot("manifests", now).records
    return SeaDay(
        id=day.isoformat(),
        day=day,
        as_of=now,
        figures=figures,
        by_state=states(filed),
        filed=len(filed),
        carried=sum(one.is_open for one in every) - sum(one.is_open for one in filed),
        tonnes=rows,
        vessels=vessels,
        overrides=None if overrides is None else tuple((one.name, one.count) for one in overrides.by_reason),
        findings=tuple(finding_row(one) for one in findings if one.is_open or local(one.raised_at).date() == day),
        manifests=tuple(_manifest(one) for one in manifests if one.is_open),
        unknown=unknowns(figures, rows, vessels, warehouses, codes, store.snapshot("sources", now).records),
    )


def _vessels(store: Store, since: datetime, now: datetime) -> Any:
    vessels = store.snapshot("collection_vessels", now).records
    plans = {plan.id: plan for plan in store.snapshot("fleet_plans", now).records}
    fixes = fleet_fixes(store, since, now, [one.mmsi for one in vessels])
    return tuple(vessel_row(one, plans.get(one.id), sailed(fixes, one.mmsi, since, now), since, now) for one in vessels)


def sailed(fixes: Fixes, mmsi: int, since: datetime, now: datetime) -> tuple[float | None, float]:
    """Kilometres between neighbouring fixes, none across a silence, and the share of the time heard; None
    for a vessel that nobody heard."""
    mine = fixes[fixes["mmsi"] == mmsi]
    heard = coverage(fixes, mmsi, round(since.timestamp() * 1000), round(now.timestamp() * 1000))
    if not len(mine):
        return None, 0.0
    shrink = np.cos(np.radians(mine["lat"][:-1]))
    nm = np.hypot(np.diff(mine["lon"]) * shrink, np.diff(mine["lat"])) * NM_PER_DEG
    return float(nm[np.diff(mine["at_ms"]) <= GAP_MS].sum()) * KM_PER_NM, heard


def _manifest(one: Manifest) -> ManifestRow:
    return ManifestRow(one.id, one.vessel_no, POLLUTANT_WORDS[one.pollutant], STATE_WORDS[one.stage], one.opened_at)
