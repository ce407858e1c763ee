"""Everything of dispatch that the collector runs: the plan keeper, the monitor, the count of overrides."""

from __future__ import annotations

from pathlib import Path

from services.collect import overrides
from services.collect.execution import EVERY_S as EXECUTION_EVERY_S
from services.collect.execution import Execution
from services.collect.plan_keeper import EVERY_S as KEEPER_EVERY_S
from services.collect.plan_keeper import PlanKeeper, dispatch_terms, planner_of
from services.collect.site import Site
from services.store.store import Store

COAST = Path(__file__).resolve().parents[2] / "resources" / "basemap" / "coast.geojson"


class Dispatching:
    """Raises SiteError for settings that cannot be used. ``stop`` is idempotent."""

    def __init__(self, store: Store, site: Site) -> None:
        terms = dispatch_terms(site)
        self._keeper = PlanKeeper(store, terms, planner_of(site, str(COAST)))
        execution = Execution(store, self._keeper)
        self.ticks = (
            ("plan_keeper", self._keeper.tick, KEEPER_EVERY_S),
            ("execution", execution.tick, EXECUTION_EVERY_S),
        )
        self.summaries = (overrides.summary(terms.settings.days),)

    def stop(self) -> None:
        self._keeper.stop()
