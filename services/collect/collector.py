"""The collector's process: sources, receivers, rules and clocks around one store."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from services.collect import boat_summaries, checkpoint_summaries, community_summaries
from services.collect.deadlines import Deadlines
from services.collect.intake import Intake
from services.collect.poller import Poller
from services.collect.rules import RuleRunner, read_rules
from services.collect.site import Site
from services.collect.sweeping import EVERY_S, Sweeping
from services.domain.rule import Rule
from services.receivers import ais, viid
from services.sources import boats, checkpoints, community
from services.store.store import Store

log = logging.getLogger(__name__)

RULES = Path(__file__).resolve().parents[2] / "resources" / "rules"
SOURCES = (community.sources, boats.sources, checkpoints.sources)
RECEIVERS = (ais.receivers, viid.receivers)
SUMMARIES = (
    *community_summaries.SUMMARIES,
    *boat_summaries.SUMMARIES,
    *checkpoint_summaries.SUMMARIES,
)


def collect(site: Site, over: threading.Event) -> int:
    """Run until ``over``. Receivers stop first and the store last, so nothing accepted is lost."""
    with ExitStack() as unwind:
        store = unwind.enter_context(Store.open(site.store_url))
        rules = shipped_rules(site)
        store.use_rules(RuleRunner(rules, site.timebase.now))
        sweeping = Sweeping(store, site.retention, rules)
        intake = Intake(store, site.timebase)
        intake.start()
        unwind.callback(intake.stop)
        poller = Poller(store, site.timebase)
        for make_sources in SOURCES:
            poller.add_sources(make_sources(site))
        poller.add_summaries(SUMMARIES)
        poller.add_tick("deadlines", Deadlines(store).tick, 1.0)
        poller.add_tick("sweep", sweeping.tick, EVERY_S)
        for make_receivers in RECEIVERS:
            for receiver in make_receivers(site, store, intake):
                receiver.start()
                unwind.callback(receiver.stop)
        poller.start()
        unwind.callback(poller.stop)
        log.info("collecting into %s", site.store_url)
        over.wait()
    return 0


def shipped_rules(site: Site) -> Sequence[Rule]:
    """The shipped rules, each overridden by a file of the same name in the site's folder."""
    return read_rules(RULES, override=site.folder / "rules")
