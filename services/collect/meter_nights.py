"""Once a night: the least flow of every estate's mains, and what is usual of every meter."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from services.collect import worker
from services.collect.convoys import hour_before
from services.collect.meter_watch import STATUS, MeterWatch, marks_of, night_event
from services.collect.site import Site, SiteError
from services.collect.summary import Summary
from services.collect.work import Work
from services.domain.community_told import MeterKind, MeterReading
from services.domain.estates import Estate
from services.domain.event import Batch
from services.domain.meter_settings import MeterSettings, meters_from
from services.domain.night_flow import night_flow, window_of
from services.domain.timebase import local
from services.history.meter_baselines import look
from services.store.events import event_table, records
from services.store.store import Store

log = logging.getLogger(__name__)

MAIN = Path(__file__).resolve().parents[2] / "main.py"
WATCH_EVERY_S, NIGHTS_EVERY_S, MARKS_EVERY_S = 10.0, 60.0, 30.0
PATIENCE_S = 5.0
AGAIN = timedelta(minutes=5)
MOST_MAINS = 5_000  # readings of one night
MOST_NIGHTS = 20_000  # of all estates
ON_THE_SPOT = 200_000  # readings in the store
LATE = timedelta(hours=3)  # a collector that starts later than that after the hour waits for the next night


def work(store: Store, site: Site) -> Work:
    """What the collector does for meters. Raises SiteError."""
    try:
        settings = meters_from(site.community.get("meters", {}))
    except ValueError as why:
        raise SiteError(f"site.toml: {why}") from why
    watch = MeterWatch(store, settings)
    nights = MeterNights(store, settings)
    usual = MeterUsual(store, site, settings)
    marks = Summary("meter_marks", MARKS_EVERY_S, ("meter_marks",), lambda _, now: marks_of(watch, now))
    return Work(
        ticks=(
            ("meter_watch", watch.tick, WATCH_EVERY_S),
            ("meter_nights", nights.tick, NIGHTS_EVERY_S),
            ("meter_usual", usual.tick, NIGHTS_EVERY_S),
        ),
        summaries=(marks,),
        stop=usual.stop,
    )


class MeterNights:
    """For one thread. Looks again now and then, because readings come late; what is known is not told again."""

    def __init__(self, store: Store, settings: MeterSettings) -> None:
        self._store = store
        self._settings = settings
        self._looked_at: datetime | None = None

    def tick(self, now: datetime) -> None:
        before = self._looked_at
        if before is None or not timedelta() <= now - before < AGAIN:
            self.look(local(hour_before(now, self._settings.at_hour)).date(), now)
            self._looked_at = now

    def look(self, night: date, now: datetime) -> None:
        """Nights since the last one known, oldest first, so that a mended feed fills its gap."""
        past = self._past(night)
        names = {e.id: e.name for e in self._known_estates(now)}
        for back in range(self._settings.night_nights, -1, -1):
            day = night - timedelta(days=back)
            for estate, readings in self._mains(day).items():
                known = past[estate]
                if day in known:
                    continue
                since = day - timedelta(days=self._settings.night_nights)
                flows = [flow for other, flow in known.items() if since <= other < day]
                told = night_flow((estate, names.get(estate, "")), day, readings, flows, self._settings)
                if told is not None:
                    self._store.take(Batch(events=(night_event(told),)), STATUS, now)
                    known[day] = told.flow_m3h

    def _past(self, night: date) -> dict[str, dict[date, float]]:
        table = event_table("night_flow").table
        since = window_of(night - timedelta(days=2 * self._settings.night_nights))[0]
        with self._store.read() as connection:
            found = records(connection, "night_flow", table.c.occurred_at >= since, limit=MOST_NIGHTS)
        past: dict[str, dict[date, float]] = defaultdict(dict)
        for told in found:
            past[told.estate_id][date.fromisoformat(told.night)] = told.flow_m3h
        return past

    def _mains(self, night: date) -> dict[str, list[MeterReading]]:
        table = event_table("meter_reading").table
        since, until = window_of(night)
        with self._store.read() as connection:
            found = records(
                connection,
                "meter_reading",
                table.c.dwelling_id == "",
                table.c.meter_kind == MeterKind.WATER,
                table.c.occurred_at >= since,
                table.c.occurred_at < until + timedelta(minutes=30),
                limit=MOST_MAINS,
            )
        mains: dict[str, list[MeterReading]] = defaultdict(list)
        for reading in found:
            if reading.estate_id:
                mains[reading.estate_id].append(reading)
        return mains

    def _known_estates(self, now: datetime) -> Sequence[Estate]:
        return self._store.snapshot("estates", now).records


class MeterUsual:
    """Brings the archive and the baselines up to the night: a large site's in a process of its own, a small one's
    on the spot. A run that is cut short is made again the next night. ``stop`` is idempotent."""

    def __init__(self, store: Store, site: Site, settings: MeterSettings) -> None:
        self._store = store
        self._site = site
        self._settings = settings
        self._night: datetime | None = None
        self._worker: subprocess.Popen[bytes] | None = None

    def tick(self, now: datetime) -> None:
        if self._worker is not None:
            if self._worker.poll() is not None:
                if self._worker.returncode:
                    log.warning("meters: the night's run ended with %s", self._worker.returncode)
                self._worker = None
            return
        night = hour_before(now, self._settings.at_hour)
        if night == self._night or now - night >= LATE:
            return
        self._night = night
        if self._store.meters.newest_night() != local(night).date():
            self._begin(now)

    def stop(self) -> None:
        worker.end(self._worker, PATIENCE_S)
        self._worker = None

    def _begin(self, now: datetime) -> None:
        folder = self._site.folder / "meters"
        if not self._is_large():
            log.info("meters: %s", look(self._store, folder, now, self._settings))
            return
        told = ["meters", "--store", self._site.store_url, "--folder", str(folder), "--now", now.isoformat()]
        for name, value in asdict(self._settings).items():
            told += ["--set", f"{name}={json.dumps(value)}"]
        self._worker = subprocess.Popen([sys.executable, str(MAIN), *told], stdin=subprocess.DEVNULL)

    def _is_large(self) -> bool:
        table = event_table("meter_reading").table
        with self._store.read() as connection:
            return connection.execute(select(table.c.seq).limit(1).offset(ON_THE_SPOT)).first() is not None
