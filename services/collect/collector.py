"""The collector's process: sources, receivers, rules and clocks around one store."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from services.collect import (
    boat_summaries,
    checkpoint_statistics,
    checkpoint_summaries,
    control_summary,
    duty_summaries,
    interceptions,
    outbox_summaries,
    performance_summaries,
    pushed_eye,
    store_trends,
)
from services.collect.backtesting import EVERY_S as BACKTEST_EVERY_S
from services.collect.backtesting import BackTesting
from services.collect.boat_works import BoatWorks
from services.collect.camera_health import EVERY_S as CAMERAS_EVERY_S
from services.collect.camera_health import CamerasWatch
from services.collect.community_works import CommunityWorks
from services.collect.convoys import EVERY_S as CONVOYS_EVERY_S
from services.collect.convoys import Convoys
from services.collect.deadlines import Deadlines
from services.collect.followup import EVERY_S as FOLLOW_UP_EVERY_S
from services.collect.followup import FollowUp
from services.collect.history_keeping import EVERY_S as HISTORY_EVERY_S
from services.collect.history_keeping import HistoryKeeping
from services.collect.intake import Intake
from services.collect.listening import EVERY_S as LISTEN_EVERY_S
from services.collect.listening import Listening
from services.collect.noise_summary import EVERY_S as NOISE_EVERY_S
from services.collect.noise_summary import NoiseTally
from services.collect.opening import open_for
from services.collect.outbox import TICK_S, Outbox
from services.collect.outbox_settings import outbox_from
from services.collect.packaging import EVERY_S as PACKAGING_EVERY_S
from services.collect.packaging import Packaging
from services.collect.picture_keeping import EVERY_S as PICTURES_EVERY_S
from services.collect.picture_keeping import PictureKeeping, images_for
from services.collect.poller import Poller
from services.collect.registers import EVERY_S as REGISTERS_EVERY_S
from services.collect.registers import Registers, RegisterTally, limits
from services.collect.reload import EVERY_S as RELOAD_EVERY_S
from services.collect.reload import Reloading
from services.collect.rule_health import HealthTally
from services.collect.site import Site, SiteError
from services.collect.suppression import noise_rules
from services.collect.sweeping import EVERY_S, Sweeping
from services.collect.travel_learning import EVERY_S as LEARN_EVERY_S
from services.collect.travel_learning import TravelLearning, calibrating
from services.collect.viid_out import TICK_S as VIID_EVERY_S
from services.collect.viid_out import upstream_of
from services.collect.watch_hits import EVERY_S as WATCH_HITS_EVERY_S
from services.collect.watch_hits import WatchHits
from services.collect.witnessing import TICK_S as WITNESS_EVERY_S
from services.collect.witnessing import Witnessing
from services.receivers import ais, viid
from services.receivers.fleet_keeper import LOOK_S, FleetKeeper
from services.sources import boat_records, boats, checkpoints, community, positions, registers, units
from services.store.errors import StoreBusy
from services.store.store import Store
from services.store.witness import open_witness

log = logging.getLogger(__name__)

RETRY_S = 2.0
RULES = Path(__file__).resolve().parents[2] / "resources" / "rules"
SOURCES = (
    community.sources,
    boats.sources,
    positions.sources,
    boat_records.sources,
    checkpoints.sources,
    registers.sources,
    units.sources,
)
SUMMARIES = (
    *pushed_eye.SUMMARIES,
    *boat_summaries.SUMMARIES,
    *store_trends.SUMMARIES,
    *checkpoint_summaries.SUMMARIES,
    *checkpoint_statistics.SUMMARIES,
    *outbox_summaries.SUMMARIES,
)


def collect(site: Site, over: threading.Event) -> int:
    """Run until ``over``. A store that cannot be written yet is waited for, and that is said once.
    Raises StoreError for one that never can, SiteError for an address we cannot listen on."""
    said = ""
    while not over.is_set():
        try:
            _collect(site, over)
        except StoreBusy as why:
            if str(why) != said:
                log.warning("waiting for the store: %s", why)
            said = str(why)
            over.wait(RETRY_S)
    return 0


def _collect(site: Site, over: threading.Event) -> None:
    """Receivers stop first and the store last, so nothing accepted is lost. Raises StoreError before
    the first question is asked, never later."""
    told = outbox_from(site.outbox)
    with ExitStack() as unwind:
        store = unwind.enter_context(open_for(site))
        rules = Reloading(store, RULES, site.folder / "rules", site.timebase.now, site.retention, site.budget)
        store.use_noise(noise_rules(site, {rule.id for rule in rules.rules}))
        sweeping = Sweeping(store, site.retention, rules.rules)
        intake = Intake(store, site.timebase)
        intake.start()
        unwind.callback(intake.stop)
        outbox = Outbox(store, site.timebase, told.channels(), told.routes)
        unwind.callback(outbox.stop)
        outbox.start()
        poller = Poller(store, site.timebase)
        for make_sources in SOURCES:
            poller.add_sources(make_sources(site))
        poller.add_summaries(SUMMARIES)
        poller.add_summaries(duty_summaries.summaries(site))
        poller.add_summaries(performance_summaries.summaries(site.performance))
        poller.add_summaries((HealthTally(rules).summary, control_summary.summary(site.control)))
        poller.add_tick("watch_hits", WatchHits(store, lambda: rules.rules).tick, WATCH_HITS_EVERY_S)
        known = Registers(store, site.timebase, limits(site))
        poller.add_tick("registers", known.tick, REGISTERS_EVERY_S)
        poller.add_summaries((RegisterTally(known, rules).summary,))
        learning = TravelLearning(store, site.interception)
        poller.add_tick("travel_times", learning.tick, LEARN_EVERY_S)
        poller.add_summaries((calibrating(learning), interceptions.summary(learning, site.interception)))
        poller.add_tick("rules", rules.tick, RELOAD_EVERY_S)
        backtesting = BackTesting(store, site, RULES)
        unwind.callback(backtesting.stop)
        poller.add_summaries((backtesting.summary,))
        poller.add_tick("backtests", backtesting.tick, BACKTEST_EVERY_S)
        convoys = Convoys(store, site)
        unwind.callback(convoys.stop)
        poller.add_tick("convoys", convoys.tick, CONVOYS_EVERY_S)
        for works in (BoatWorks(store, site), CommunityWorks(store, site)):
            unwind.callback(works.stop)
            poller.add_summaries(works.summaries)
            for name, tick, every_s in works.ticks:
                poller.add_tick(name, tick, every_s)
        poller.add_tick("deadlines", Deadlines(store).tick, 1.0)
        poller.add_tick("listening", Listening(store, rules).tick, LISTEN_EVERY_S)
        poller.add_tick("noise", NoiseTally(store, rules.runner.held, site.noise).tick, NOISE_EVERY_S)
        poller.add_tick("outbox", outbox.tick, TICK_S)
        follow_up = FollowUp(store, site.followup)
        poller.add_summaries(follow_up.summaries)
        poller.add_tick("follow_up", follow_up.tick, FOLLOW_UP_EVERY_S)
        poller.add_tick("packaging", Packaging(store, site, images_for(site).path).tick, PACKAGING_EVERY_S)
        poller.add_tick("sweep", sweeping.tick, EVERY_S)
        kept_days = HistoryKeeping(site.folder / "history", site.retention)
        poller.add_tick("history", kept_days.tick, HISTORY_EVERY_S)
        cameras = CamerasWatch(store, site.cameras)
        poller.add_tick("cameras", cameras.tick, CAMERAS_EVERY_S)
        upstream = upstream_of(site, store)
        if upstream is not None:
            unwind.callback(upstream.stop)
            poller.add_tick("viid_client", upstream.tick, VIID_EVERY_S)
        poller.add_tick("pictures", PictureKeeping(images_for(site), store).tick, PICTURES_EVERY_S)
        if site.record.mirror:
            witness = open_witness(site.record.mirror)
            unwind.callback(witness.close)
            poller.add_tick("witness", Witnessing(store, witness).tick, WITNESS_EVERY_S)
        for make_receivers in (ais.receivers, partial(viid.receivers, facts=known, clocks=cameras.trusts)):
            receivers = _listening(make_receivers, site, store, intake)
            for receiver in receivers:
                unwind.callback(receiver.stop)
            for receiver in receivers:
                receiver.start()
                if isinstance(receiver, FleetKeeper):
                    for name, tick in receiver.ticks:
                        poller.add_tick(name, tick, LOOK_S)
        if upstream is not None:
            upstream.start()
        if over.is_set():  # told while it was still starting: nothing is asked any more
            return
        poller.start()
        unwind.callback(poller.stop)
        log.info("collecting into %s", site.store_url)
        over.wait()


def _listening(make: Callable[..., Sequence[Any]], site: Site, store: Store, intake: Intake) -> Sequence[Any]:
    try:
        return make(site, store, intake)
    except OSError as why:
        raise SiteError(f"接收端口打不开，是否已有采集进程在运行：{why.strerror or why}") from why
