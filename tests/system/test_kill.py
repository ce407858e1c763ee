"""kill -9 in mid-stream: every passage that got its OK is in the store, once."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from socket import create_server

import pytest
import requests
from requests.auth import HTTPDigestAuth
from sqlalchemy import text

from services.store.store import Store

ROOT = Path(__file__).resolve().parents[2]
KILLS = 20
SENDERS = 3
BATCH = 5


def free_port() -> int:
    with closing(create_server(("127.0.0.1", 0))) as held:
        return held.getsockname()[1]


class Collector:
    """The receiving process; another takes its place as soon as it is killed."""

    def __init__(self, url: str, port: int, *more: int) -> None:
        arguments = [sys.executable, "-m", "tests.system.receiving", url, str(port), *map(str, more)]
        self._parent = subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._receiver = self._next()

    def _next(self) -> int:
        assert self._parent.stdout is not None
        return int(self._parent.stdout.readline())

    def kill(self) -> None:
        os.kill(self._receiver, signal.SIGKILL)
        self._receiver = self._next()

    def end(self) -> None:
        self._parent.kill()
        self._parent.wait()
        os.kill(self._receiver, signal.SIGKILL)
        assert self._parent.stdout is not None
        self._parent.stdout.close()


class Camera(threading.Thread):
    """Sends batches without a pause, keeps what got no OK and sends it again; notes what did."""

    def __init__(self, serial: int, port: int, over: threading.Event) -> None:
        super().__init__(name=f"camera-{serial}", daemon=True)
        self.device = f"33100200001190{serial:06d}"
        self.acknowledged: list[str] = []
        self.repeated = 0
        self._url = f"http://127.0.0.1:{port}/VIID"
        self._over = over
        self._batches = self._numbered()

    def run(self) -> None:
        while not self._over.is_set():
            batch = next(self._batches)
            while not self._over.is_set() and not self._told(batch):
                self.repeated += 1
                self._over.wait(0.02)

    def _numbered(self) -> Iterator[list[str]]:
        numbers = count(1)
        while True:
            yield [f"{self.device}0220261121142907{next(numbers):05d}0200001" for _ in range(BATCH)]

    def _told(self, batch: list[str]) -> bool:
        vehicles = [{"MotorVehicleID": each, "PassTime": "20261121142907", "PlateNo": "浙J3C71F"} for each in batch]
        body = json.dumps({"MotorVehicleListObject": {"MotorVehicleObject": vehicles}}).encode()
        headers = {"User-Identify": self.device}
        try:
            answer = requests.post(f"{self._url}/MotorVehicles", data=body, headers=headers, timeout=5)
            if answer.status_code == 401:
                login = HTTPDigestAuth("jiaojiang", "demo-only")
                about = {"RegisterObject": {"DeviceID": self.device}}
                requests.post(f"{self._url}/System/Register", json=about, headers=headers, auth=login, timeout=5)
                return False
            each = answer.json()["ResponseStatusListObject"]["ResponseStatusObject"]
        except (requests.RequestException, ValueError, KeyError):
            return False
        good = [status["Id"] for status in each if status["StatusCode"] == 0]
        self.acknowledged += good
        return good == batch


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_that_nothing_acknowledged_is_lost_or_doubled_by_twenty_kills(sqlite_url: str) -> None:
    port, over, chance = free_port(), threading.Event(), random.Random(20)
    collector = Collector(sqlite_url, port)
    cameras = [Camera(serial, port, over) for serial in range(1, SENDERS + 1)]
    for camera in cameras:
        camera.start()
    try:
        for _ in range(KILLS):
            _wait_for_more(cameras)
            time.sleep(chance.uniform(0.0, 0.15))  # a moment within the stream that no step of it chooses
            collector.kill()
        _wait_for_more(cameras)
    finally:
        over.set()
        for camera in cameras:
            camera.join()
        collector.end()
    acknowledged = {each for camera in cameras for each in camera.acknowledged}
    with Store.open(sqlite_url) as store, store.read() as connection:
        stored = list(connection.execute(text("SELECT event_id FROM inbox")).scalars())
        typed = connection.execute(text("SELECT count(*), count(DISTINCT passage_id) FROM event_passage")).one()
    assert len(acknowledged) > KILLS * BATCH
    assert acknowledged <= set(stored)
    assert len(stored) == len(set(stored)) == typed[0] == typed[1]


def _wait_for_more(cameras: list[Camera]) -> None:
    """Until every camera has got an OK since now: the stream is running again."""
    had = [len(camera.acknowledged) for camera in cameras]
    until = time.monotonic() + 20
    while any(len(camera.acknowledged) <= before for camera, before in zip(cameras, had, strict=True)):
        assert time.monotonic() < until, "the receiver did not come back"
        time.sleep(0.01)
