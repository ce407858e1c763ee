"""The keepers of what boats are due and what stands against them, by the site's ``[boats.…]`` tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from services.collect import certificate_watch, codes_keeper, findings_keeper, points_keeper
from services.collect.certificate_watch import CertificateWatch
from services.collect.codes_keeper import CodesKeeper
from services.collect.findings_keeper import FindingsKeeper
from services.collect.points_keeper import PointsKeeper
from services.collect.sea_days import SeaDays
from services.collect.site import Site, SiteError
from services.collect.summary import Summary
from services.domain.code_terms import code_from
from services.domain.discharge_terms import discharge_from
from services.domain.points_terms import points_from
from services.domain.sea_figures import cost_from
from services.store.store import Store

Tick = Callable[[datetime], None]


class BoatStanding:
    """Raises SiteError for a setting that cannot be used."""

    def __init__(self, store: Store, site: Site) -> None:
        try:
            points = points_from(site.boats.get("points", {}))
            code = code_from(site.boats.get("code", {}))
            discharge = discharge_from(site.boats.get("discharge", {}))
            cost = cost_from(site.boats.get("cost", {}))
        except ValueError as why:
            raise SiteError(f"site.toml: {why}") from why
        keeper = PointsKeeper(store, points)
        self.summaries: Sequence[Summary] = (*keeper.summaries, *SeaDays(cost).summaries)
        self.ticks: Sequence[tuple[str, Tick, float]] = (
            ("points", keeper.tick, points_keeper.EVERY_S),
            ("boat_codes", CodesKeeper(store, code, discharge.confirmed_days).tick, codes_keeper.EVERY_S),
            ("findings", FindingsKeeper(store, discharge).tick, findings_keeper.EVERY_S),
            ("certificate_watch", CertificateWatch(store).tick, certificate_watch.EVERY_S),
        )
