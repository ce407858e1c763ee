"""What the care of elders has the collector do."""

from __future__ import annotations

from services.collect.elder_keeper import EVERY_S, ElderKeeper
from services.collect.site import Site, SiteError
from services.collect.work import Work
from services.domain.elder_terms import ElderTerms, elder_terms_from
from services.store.store import Store


def work(store: Store, site: Site) -> Work:
    """Raises SiteError for ``[community.elders]`` that cannot be used."""
    return Work(ticks=(("elders", ElderKeeper(store, _terms(site)).tick, EVERY_S),))


def _terms(site: Site) -> ElderTerms:
    table = site.community.get("elders", {})
    if not isinstance(table, dict):
        raise SiteError("site.toml: community.elders 须为一张表，例如 [community.elders]")
    try:
        return elder_terms_from(table)
    except ValueError as why:
        raise SiteError(f"site.toml: {why}") from why
