"""Where a site keeps its pictures, and the clock by which it lets them go."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from services.collect.site import Site
from services.store.errors import StoreError
from services.store.images import Images, images_rested_on
from services.store.store import Store

log = logging.getLogger(__name__)

EVERY_S = 5.0  # a 256th each time: a round of all takes 21 minutes
_SQLITE = "sqlite:///"


def images_for(site: Site) -> Images:
    """The same folder for the collector and every console: as set, or ``images`` beside a SQLite store,
    else beside the site file."""
    return Images(_folder(site), site.images, site.timebase.now)


def _folder(site: Site) -> Path:
    if site.images.folder:
        return site.folder.resolve() / site.images.folder
    if site.store_url.startswith(_SQLITE):
        return Path(site.store_url.removeprefix(_SQLITE)).resolve().parent / "images"
    return site.folder.resolve() / "images"


class PictureKeeping:
    """Lets pictures go that were kept long enough; none that an open alert rests on. Says once when it
    cannot, and once when it can again."""

    def __init__(self, images: Images, store: Store) -> None:
        self._images = images
        self._store = store
        self._failing = False

    def tick(self, now: datetime) -> None:
        try:
            self._images.sweep(now, self._rested_on)
        except (OSError, StoreError) as why:
            if not self._failing:
                log.warning("old pictures stay: %s", why)
            self._failing = True

    def _rested_on(self) -> frozenset[str]:
        """Asked only when a picture would go, so an answer is the end of a failure."""
        with self._store.read() as connection:
            names = images_rested_on(connection)
        if self._failing:
            log.info("old pictures are let go again")
        self._failing = False
        return names
