"""The demo police: watches for what it was told to, and pushes hits and what its own checkpoints see."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit

import requests

from services.collect.site import Site
from services.district.part import DistrictSettings, Fault, Faults, Part
from services.district.police_platform import NAME, PLATFORM_ID, PolicePlatform
from services.district.police_words import (
    neighbour_places,
    neighbour_vehicles,
    notification,
    person_hit,
    places_notified,
    vehicle_hit,
    vehicles_notified,
    written,
)
from services.district.viid_uplink import RefusedError, Uplink
from services.domain.timebase import Timebase

log = logging.getLogger(__name__)

EVERY_S = 0.5
KEPT = 1000  # notifications that wait; the oldest are given up
PERSON_MEAN_S = 400.0  # district seconds between two hits about persons
LATE_BY = timedelta(minutes=4)
CATCH_UP_S = 600
HITS, SEEN = "/VIID/DispositionNotifications", "/VIID/SubscribeNotifications"


def parts(settings: DistrictSettings, site: Site, faults: Faults) -> tuple[Sequence[Part], Police | None]:
    """The platform of ``[viid_client]`` and whoever listens for it; none for a site without one."""
    table = site.viid_client
    if not table:
        return (), None
    at = urlsplit(str(table["url"]))
    login = (str(table["username"]), str(table["password"]))
    device = str(table["device_id"])
    platform = PolicePlatform(str(at.hostname), int(at.port or 80), login, device, settings.timebase, faults)
    viid = site.receivers["viid"]
    uplink = Uplink(str(table["receive_addr"]), (str(viid["username"]), str(viid["password"])), PLATFORM_ID)
    police = Police(platform, uplink, settings.timebase, faults, settings.seed)
    return (platform, police), police


class Police:
    """Sends one notification after the other; the next goes out only after the answer to the last.
    ``hear`` is called with the objects of whole seconds, by whoever sends them to the district. What
    happened since the stories began is told whenever one began to listen, up to ``CATCH_UP_S`` back."""

    def __init__(self, platform: PolicePlatform, uplink: Uplink, timebase: Timebase, faults: Faults, seed: int) -> None:
        self._book = platform.book
        self._uplink = uplink
        self._timebase = timebase
        self._faults = faults
        self._seed = seed
        self._waiting: deque[tuple[str, bytes]] = deque(maxlen=KEPT)
        began = timebase.start if timebase.start.year > 2000 else timebase.now()
        self._met_until = self._seen_until = int(began.timestamp())
        self._told_of_places = ""  # the subscription that was
        self._complained = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="police", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(20)

    def hear(self, objects: Sequence[Mapping[str, Any]]) -> None:
        """Note every hit. Called from the sender's thread: quick, and a deque takes it."""
        for seen in objects:
            for watched in self._book.watching(seen["PlateNo"]):
                if watched.hit_by(seen["TollgateID"], seen["PassTime"][:14]):
                    self._waiting.append((HITS, notification([vehicle_hit(watched, seen)])))

    def _run(self) -> None:
        while not self._over.wait(EVERY_S):
            fault = self._faults.of(NAME)
            self.work(self._timebase.now() - (LATE_BY if fault is Fault.LATE else timedelta()), fault)
        self._uplink.leave()

    def work(self, now: datetime, fault: Fault = Fault.NONE) -> None:
        """Everything that happened until ``now``, and what still waits."""
        self._waiting.extend(self._since_last(now))
        try:
            self._uplink.keep_alive()
            while self._waiting and not self._over.is_set():
                path, body = self._waiting[0]
                for _ in range(2 if fault is Fault.DUPLICATES else 1):
                    self._uplink.post(path, body)
                self._waiting.popleft()
            self._complained = False
        except (requests.RequestException, RefusedError) as why:
            if not self._complained:
                log.info("police: %s; keeping what was not taken", why)
            self._complained = True

    def _since_last(self, now: datetime) -> Iterator[tuple[str, bytes]]:
        until = int(now.timestamp())
        for second in range(max(self._met_until, until - CATCH_UP_S), until):
            if Random(f"person:{self._seed}:{second}").random() < 1 / PERSON_MEAN_S:
                yield HITS, notification([person_hit(self._seed, second)])
        self._met_until = max(self._met_until, until)
        yield from self._neighbours(until)

    def _neighbours(self, until: int) -> Iterator[tuple[str, bytes]]:
        """The places once to each subscription, then who passed them."""
        places, vehicles = (self._book.subscription_to(detail, written(until)) for detail in ("7", "13"))
        if places and places != self._told_of_places:
            self._told_of_places = places
            yield SEEN, places_notified(places, until, neighbour_places())
        if not vehicles:
            return
        for second in range(max(self._seen_until, until - CATCH_UP_S), until):
            if seen := neighbour_vehicles(self._seed, second):
                yield SEEN, vehicles_notified(vehicles, second, seen)
        self._seen_until = max(self._seen_until, until)
