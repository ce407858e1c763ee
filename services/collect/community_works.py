"""Everything of the community that the collector runs on its clock: one line a subject."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from services.collect import (
    community_summaries,
    elder_works,
    fire_keeper,
    lets,
    mediation_keeper,
    meter_nights,
    register_keeper,
)
from services.collect.site import Site
from services.collect.summary import Summary
from services.collect.work import Tick, Work
from services.store.store import Store

PARTS: Sequence[Callable[[Store, Site], Work]] = (
    register_keeper.work,
    community_summaries.work,
    meter_nights.work,
    lets.work,
    mediation_keeper.work,
    elder_works.work,
    fire_keeper.work,
)


class CommunityWorks:
    """Raises SiteError for settings that cannot be used. ``stop`` is idempotent."""

    def __init__(self, store: Store, site: Site) -> None:
        self._unwind = ExitStack()
        summaries: list[Summary] = []
        ticks: list[Tick] = []
        for make in PARTS:
            work = make(store, site)
            self._unwind.callback(work.stop)
            summaries += work.summaries
            ticks += work.ticks
        self.summaries: Sequence[Summary] = tuple(summaries)
        self.ticks: Sequence[Tick] = tuple(ticks)

    def stop(self) -> None:
        self._unwind.close()
