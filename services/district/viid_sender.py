"""The demo platform below us: registers by digest and pushes what its cameras saw."""

from __future__ import annotations

import json
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from services.district.part import Fault, Faults
from services.district.roads_network import SENDER_ID, SILENT
from services.district.roads_traffic import Sighting, Traffic
from services.district.viid_body import vehicle_objects
from services.district.viid_uplink import RefusedError, Uplink
from services.domain.timebase import Timebase

log = logging.getLogger(__name__)

BATCH = 200
EVERY_S = 0.25
LATE_BY = timedelta(minutes=4)
CATCH_UP = timedelta(minutes=10)  # what is older was kept too long and is given up
SILENT_AFTER = timedelta(seconds=60)
PATH = "/VIID/MotorVehicles"
Hear = Callable[[Sequence[dict[str, Any]]], None]


def nobody(_: Sequence[dict[str, Any]]) -> None:
    """Who listens when nobody else wants to know what the cameras saw."""


class ViidSender:
    """Sends each second's passages once they are over, in order; the next batch goes out only after
    the answer to the last. Whatever got no OK is sent again. ``hear`` is told of the same objects."""

    def __init__(
        self,
        url: str,
        login: tuple[str, str],
        traffic: Traffic,
        timebase: Timebase,
        faults: Faults,
        seed: int,
        hear: Hear = nobody,
    ) -> None:
        self._uplink = Uplink(url, login, SENDER_ID)
        self._hear = hear
        self._traffic = traffic
        self._timebase = timebase
        self._faults = faults
        self._seed = seed
        self._began = timebase.now() if timebase.start.year < 2000 else timebase.start
        self._made_until = int(self._began.timestamp())
        self._unsent: deque[Sequence[dict[str, Any]]] = deque()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="viid-sender", daemon=True)
        self._complained = False

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(20)

    def _run(self) -> None:
        while not self._over.wait(EVERY_S):
            fault = self._faults.of("viid")
            if fault is not Fault.HANG:
                self._push(fault)
        self._uplink.leave()

    def _push(self, fault: Fault) -> None:
        now = self._timebase.now() - (LATE_BY if fault is Fault.LATE else timedelta())
        until = int(now.timestamp())
        try:
            self._uplink.keep_alive()
            while self._has_more(until) and not self._over.is_set():
                self._send(self._unsent[0], fault)
                self._unsent.popleft()
            self._complained = False
        except (requests.RequestException, RefusedError, OSError) as why:
            if not self._complained:
                log.info("viid: %s; keeping what was not taken", why)
            self._complained = True
            self._over.wait(0.5)

    def _has_more(self, until: int) -> bool:
        """Whether something of before ``until`` still has to go out; then it is in ``_unsent``."""
        self._made_until = max(self._made_until, until - int(CATCH_UP.total_seconds()))
        while not self._unsent and self._made_until < until:
            self._unsent.extend(self._batches(self._made_until))
            self._made_until += 1
        return bool(self._unsent)

    def _batches(self, second: int) -> Iterator[Sequence[dict[str, Any]]]:
        seen = [s for s in self._traffic.between(second, second + 1) if self._speaks(s)]
        objects = vehicle_objects(seen, self._seed)
        self._hear(objects)
        for first in range(0, len(objects), BATCH):
            yield objects[first : first + BATCH]

    def _speaks(self, sighting: Sighting) -> bool:
        fell_silent = self._began + SILENT_AFTER
        return sighting.place.name != SILENT or datetime.fromtimestamp(sighting.at_s, UTC) < fell_silent

    def _send(self, batch: Sequence[dict[str, Any]], fault: Fault) -> None:
        body = json.dumps({"MotorVehicleListObject": {"MotorVehicleObject": batch}}, ensure_ascii=False).encode()
        if fault is Fault.GARBAGE:
            self._uplink.post(PATH, body[: len(body) // 2], good=("200", "400"))
        if fault is Fault.ERROR:
            timeless = [{k: v for k, v in each.items() if k != "PassTime"} for each in batch[:1]]
            self._uplink.post(PATH, json.dumps({"MotorVehicleObject": timeless}).encode())
        if fault is Fault.DROP:
            self._uplink.drop(PATH, body)
        self._uplink.post(PATH, body)
        if fault is Fault.DUPLICATES:
            self._uplink.post(PATH, body)
