"""A site's store, opened with what the site settles: the same for the collector and every console."""

from __future__ import annotations

from services.collect.picture_keeping import images_for
from services.collect.site import Site
from services.collect.suppression import noise_rules
from services.store.store import Store


def open_for(site: Site, *, read_only: bool = False) -> Store:
    """Raises StoreError in an officer's words. ``read_only``: the database itself refuses to write."""
    noise = noise_rules(site)
    store = Store.open(site.store_url, read_only=read_only)
    store.use_limits(site.limits, demo=site.demo)
    store.use_noise(noise)
    store.use_seal(site.record.hash)
    store.use_images(images_for(site))
    return store
