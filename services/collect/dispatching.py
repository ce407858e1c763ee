"""Everything of dispatch that the collector runs: the plan keeper, the monitor, the count of overrides."""

from __future__ import annotations

import json
from pathlib import Path

from services.collect import overrides
from services.collect.execution import EVERY_S as EXECUTION_EVERY_S
from services.collect.execution import Execution
from services.collect.plan_keeper import EVERY_S as KEEPER_EVERY_S
from services.collect.plan_keeper import PlanKeeper
from services.collect.plan_process import PlanProcess
from services.collect.sea_resources import read_fences
from services.collect.site import Site, SiteError
from services.domain.dispatch_settings import DispatchTerms, dispatch_from, weights_from
from services.domain.fences import FenceKind
from services.planning.water_settings import WaterError, water_from, with_closed
from services.store.store import Store

COAST = Path(__file__).resolve().parents[2] / "resources" / "basemap" / "coast.geojson"


def dispatch_terms(site: Site) -> DispatchTerms:
    """Of ``[boats.dispatch]`` and ``[boats.weights]``. Raises SiteError."""
    try:
        return DispatchTerms(dispatch_from(site.boats.get("dispatch", {})), weights_from(site.boats.get("weights", {})))
    except ValueError as why:
        raise SiteError(f"site.toml: {why}") from why


def planner_of(site: Site, coast: Path) -> PlanProcess:
    """The process with this site's coast, water and closed fences; its cache lies beside the store. Raises
    SiteError."""
    closed = [(fence.id, fence.outline) for fence in read_fences(site) if fence.kind is FenceKind.CLOSED]
    try:
        table = with_closed(site.boats.get("water", {}), closed)
        water_from(table)
    except WaterError as why:
        raise SiteError(f"site.toml: {why}") from why
    settings = json.dumps(table, default=str)
    return PlanProcess((str(coast), str(site.folder / "water"), settings), site.folder / "planning")


class Dispatching:
    """Raises SiteError for settings that cannot be used. ``stop`` is idempotent."""

    def __init__(self, store: Store, site: Site) -> None:
        terms = dispatch_terms(site)
        self._keeper = PlanKeeper(store, terms, planner_of(site, COAST))
        execution = Execution(store, self._keeper)
        self.ticks = (
            ("plan_keeper", self._keeper.tick, KEEPER_EVERY_S),
            ("execution", execution.tick, EXECUTION_EVERY_S),
        )
        self.summaries = (overrides.summary(terms.settings.days),)

    def stop(self) -> None:
        self._keeper.stop()
