"""Looks over the whole sea every ten seconds: silence, moratorium, gales, fences, encounters."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from services.collect.sea_resources import read_calendar, read_fences, read_safety
from services.collect.site import Site, SiteError
from services.domain.boats import CollectionVessel, FishingBoat, HandInRequest, SeaWeather
from services.domain.encounters import EncounterWatch
from services.domain.event import Batch, Event
from services.domain.fence_watch import FenceWatch
from services.domain.moratorium import Moratorium
from services.domain.position import DoubtedBoat
from services.domain.recall_watch import Recall, RecallWatch
from services.domain.sea_safety import SeaSafety
from services.domain.sea_view import Ports, SeaView
from services.domain.season_watch import SeasonWatch
from services.domain.silent_boats import SOURCE, SilentBoats
from services.domain.snapshot import SourceStatus
from services.domain.timebase import local
from services.receivers.fleet_table import Heard
from services.store.store import Store

log = logging.getLogger(__name__)

RECALL_EVERY = timedelta(minutes=1)
STATUS = SourceStatus(SOURCE, "海上安全巡查", late_after_s=120)  # of ours: says nothing of the feeds


class SeaWatch:
    """``look`` is for one thread. Raises StoreError; what was not written is found again at the next look."""

    def __init__(self, site: Site, store: Store) -> None:
        self._site = site
        self._store = store
        self.fences = read_fences(site)
        settings = read_safety(site)
        self._ports = Ports(self.fences)
        self._silent = SilentBoats(settings, self.fences)
        self._season = SeasonWatch()
        self._recall = RecallWatch(settings)
        self._recalled: tuple[SeaWeather | None, int, int] | None = None
        self._recalled_at: datetime | None = None
        self._listed = Recall()
        self._closed = FenceWatch(self.fences, settings.hysteresis_nm)
        self._encounters = EncounterWatch(settings)
        self._calendars: dict[int, Moratorium | None] = {}
        self._fault = ""
        self._began = False

    def look(self, heard: Heard, now: datetime) -> None:
        view = self._view(heard, now)
        if not self._began:
            self._silent.remember(self._store.snapshot("silent_boats", now).records)
            self._began = True
        calendar = self._calendar(local(now).year)
        silent, events = self._silent.look(view)
        events += self._gales(view)
        events += self._season.look(view, calendar) + self._closed.look(view) + self._encounters.look(view)
        watched = view.watched
        safety = SeaSafety(
            id="sea",
            at=now,
            at_sea=int((watched & ~view.in_port).sum()),
            in_port=int((watched & view.in_port).sum()),
            silent=sum(boat.at_sea for boat in silent),
            doubted=len(view.doubted),
            ratings=self._listed.ratings,
            recalled=self._listed.boats,
            far=self._listed.far,
            season_fault=self._fault,
        )
        states: dict[str, Any] = {
            "silent_boats": silent,
            "recall_list": self._listed.rows,
            "sea_safety": (safety,),
            "moratorium": (calendar,) if calendar else (),
            "fences": self.fences,
        }
        self._store.take(Batch(states, tuple(events)), STATUS, now)

    def _gales(self, view: SeaView) -> list[Event]:
        """Forecasts and distances to port change slowly: once a minute is enough, and when weather or
        fleet are others."""
        known = view.weather, len(view.boats), len(view.rows)
        at = self._recalled_at
        if known == self._recalled and at is not None and timedelta() <= view.now - at < RECALL_EVERY:
            return []
        self._recalled, self._recalled_at = known, view.now
        self._listed, events = self._recall.look(view)
        return events

    def _view(self, heard: Heard, now: datetime) -> SeaView:
        boats: Collection[FishingBoat] = self._store.snapshot("boat_register", now).records
        vessels: Collection[CollectionVessel] = self._store.snapshot("collection_vessels", now).records
        requests: Collection[HandInRequest] = self._store.snapshot("hand_in_requests", now).records
        doubted: Collection[DoubtedBoat] = self._store.snapshot("doubted_boats", now).records
        weather: SeaWeather | None = self._store.snapshot("sea_weather", now).first()
        return SeaView(
            now=now,
            rows=heard.fleet.rows,
            source=heard.source,
            heard_ms=heard.heard_ms,
            in_port=self._ports.holds(heard.fleet),
            boats={b.mmsi: b for b in boats},
            vessels={v.mmsi: v for v in vessels},
            weather=weather,
            doubted=frozenset(d.mmsi for d in doubted),
            served=frozenset((r.vessel_id, r.boat_id) for r in requests if r.vessel_id and r.is_open),
            fences=self.fences,
        )

    def _calendar(self, year: int) -> Moratorium | None:
        """Read once a year. A year without a table, or with one that cannot be used, is not watched; said once."""
        if year not in self._calendars:
            try:
                self._calendars[year] = read_calendar(self._site, year)
                self._fault = "" if self._calendars[year] else f"没有 {year} 年休渔日历，R-FSH-10 暂停"
            except SiteError as why:
                self._calendars[year], self._fault = None, f"休渔日历不能用，R-FSH-10 暂停：{why}"
            if self._fault:
                log.info("%s", self._fault)
        return self._calendars[year]
