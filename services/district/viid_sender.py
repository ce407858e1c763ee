"""The demo platform below us: registers by digest and pushes what its cameras saw."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from requests.auth import HTTPDigestAuth

from services.district.part import Fault, Faults
from services.district.roads_network import SENDER_ID, SILENT
from services.district.roads_traffic import Sighting, Traffic
from services.district.viid_body import vehicle_objects
from services.domain.timebase import Timebase

log = logging.getLogger(__name__)

BATCH = 200
EVERY_S = 0.25
KEEPALIVE_S = 50.0
TIMEOUT_S = (3.0, 15.0)
LATE_BY = timedelta(minutes=4)
CATCH_UP = timedelta(minutes=10)  # what is older was kept too long and is given up
SILENT_AFTER = timedelta(seconds=60)
_HEADERS = {"User-Identify": SENDER_ID, "Content-Type": "application/VIID+JSON;charset=UTF-8"}


class RefusedError(Exception):
    """The receiver answered, and it was no OK."""


class ViidSender:
    """Sends each second's passages once they are over, in order; the next batch goes out only after
    the answer to the last. Whatever got no OK is sent again."""

    def __init__(
        self, url: str, login: tuple[str, str], traffic: Traffic, timebase: Timebase, faults: Faults, seed: int
    ):
        self._url = url
        self._login = login
        self._traffic = traffic
        self._timebase = timebase
        self._faults = faults
        self._seed = seed
        self._began = timebase.now() if timebase.start.year < 2000 else timebase.start
        self._made_until = int(self._began.timestamp())
        self._unsent: deque[Sequence[dict[str, Any]]] = deque()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="viid-sender", daemon=True)
        self._session: requests.Session | None = None
        self._kept_alive_s = 0.0
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
        self._unregister()

    def _push(self, fault: Fault) -> None:
        now = self._timebase.now() - (LATE_BY if fault is Fault.LATE else timedelta())
        until = int(now.timestamp())
        try:
            self._keep_alive()
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
        for first in range(0, len(objects), BATCH):
            yield objects[first : first + BATCH]

    def _speaks(self, sighting: Sighting) -> bool:
        fell_silent = self._began + SILENT_AFTER
        return sighting.place.name != SILENT or datetime.fromtimestamp(sighting.at_s, UTC) < fell_silent

    def _send(self, batch: Sequence[dict[str, Any]], fault: Fault) -> None:
        body = json.dumps({"MotorVehicleListObject": {"MotorVehicleObject": batch}}, ensure_ascii=False).encode()
        if fault is Fault.GARBAGE:
            self._post("/VIID/MotorVehicles", body[: len(body) // 2], good=("200", "400"))
        if fault is Fault.ERROR:
            timeless = [{k: v for k, v in each.items() if k != "PassTime"} for each in batch[:1]]
            self._post("/VIID/MotorVehicles", json.dumps({"MotorVehicleObject": timeless}).encode())
        if fault is Fault.DROP:
            self._drop(body)
        self._post("/VIID/MotorVehicles", body)
        if fault is Fault.DUPLICATES:
            self._post("/VIID/MotorVehicles", body)

    def _post(self, path: str, body: bytes, good: Sequence[str] = ("200",)) -> None:
        """Raises RefusedError for a busy receiver and for one that no longer knows us."""
        if self._session is None:
            raise RefusedError("not registered")
        answer = self._session.post(self._url + path, data=body, headers=_HEADERS, timeout=TIMEOUT_S)
        if answer.status_code == 401:
            self._forget()
        if str(answer.status_code) not in good or (answer.ok and _is_busy(answer)):
            raise RefusedError(f"{path} answered {answer.status_code}")

    def _keep_alive(self) -> None:
        now = time.monotonic()
        if self._session is None:
            self._register()
        elif now - self._kept_alive_s > KEEPALIVE_S:
            self._post("/VIID/System/Keepalive", _about_us("KeepaliveObject"))
        else:
            return
        self._kept_alive_s = now

    def _register(self) -> None:
        session = requests.Session()
        session.trust_env = False
        body, auth = _about_us("RegisterObject"), HTTPDigestAuth(*self._login)
        answer = session.post(
            f"{self._url}/VIID/System/Register", data=body, headers=_HEADERS, auth=auth, timeout=TIMEOUT_S
        )
        if not answer.ok:
            session.close()
            raise RefusedError(f"registration answered {answer.status_code}")
        self._session = session

    def _unregister(self) -> None:
        try:
            self._post("/VIID/System/UnRegister", _about_us("UnRegisterObject"))
        except (requests.RequestException, RefusedError) as why:
            log.debug("not unregistered: %s", why)
        self._forget()

    def _forget(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _drop(self, body: bytes) -> None:
        """Half a request, then gone."""
        host, _, port = self._url.removeprefix("http://").partition(":")
        head = f"POST /VIID/MotorVehicles HTTP/1.1\r\nHost: {host}\r\nUser-Identify: {SENDER_ID}\r\n"
        with socket.create_connection((host, int(port)), timeout=3) as connection:
            connection.sendall(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body[: len(body) // 2])


def _about_us(name: str) -> bytes:
    return json.dumps({name: {"DeviceID": SENDER_ID}}).encode()


def _is_busy(answer: requests.Response) -> bool:
    """Whether any object of the answer got status 2."""
    try:
        told = answer.json()
        each = told.get("ResponseStatusListObject", {}).get("ResponseStatusObject") or [told["ResponseStatusObject"]]
        return any(str(status["StatusCode"]) == "2" for status in each)
    except (ValueError, KeyError, TypeError, AttributeError):
        return True
