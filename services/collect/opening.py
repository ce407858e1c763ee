"""A site's store, opened with what the site settles: the same for the collector and every console."""

from __future__ import annotations

from services.collect.site import Site
from services.collect.suppression import noise_rules
from services.store.store import Store


def open_for(site: Site) -> Store:
    """Raises StoreError in an officer's words."""
    noise = noise_rules(site)
    store = Store.open(site.store_url)
    store.use_limits(site.limits, demo=site.demo)
    store.use_noise(noise)
    return store
