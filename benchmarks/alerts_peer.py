"""Beside Prometheus Alertmanager: alerts taken a second, from post to list, and what kill -9 costs.

Ours: a POST to a WSGI server on waitress, the shared commit of the intake, the shipped rules, an alert in
the hash-chained log on disk, then the OK. Theirs: POST /api/v2/alerts, kept in memory. Each list is read
as a desk must read it, whole: ours by the feed's snapshot of the store, theirs by GET /api/v2/alerts.
"""

from __future__ import annotations

import http.client
import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from socket import create_server
from typing import Any, Protocol

from benchmarks import desk_rig as rig
from services.collect.intake import Intake
from services.collect.rules import RuleRunner, read_rules
from services.domain.alert import Alert
from services.domain.event import Event
from services.domain.timebase import REAL
from services.serving import WsgiServer
from services.store.errors import StoreBusy
from services.store.store import Store

HOME = Path(__file__).resolve().parents[1]
RULES = HOME / "resources" / "rules"
PROGRAM = "prometheus-alertmanager"
SENDERS = 16
MANY = 64  # alerts of one POST, as Prometheus sends them
SAMPLES = 300
CONFIG = "route: {receiver: none}\nreceivers: [{name: none}]\n"


def serve(url: str) -> None:
    """Our side: takes what a passage's device said, prints its port. Ends with its parent."""
    with Store.open(url) as store:
        store.use_rules(RuleRunner(read_rules(RULES), budget=None))
        intake = Intake(store, REAL)
        intake.start()

        def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
            events = [_event(number) for number in json.loads(environ["wsgi.input"].read())]
            try:
                intake.submit(events, (), "viid").result()
            except StoreBusy:
                start_response("503 Busy", [("Content-Length", "0")])
                return [b""]
            start_response("200 OK", [("Content-Length", "2")])
            return [b"ok"]

        server = WsgiServer(app, "127.0.0.1", 0, "peer", threads=SENDERS * 2)
        server.start()
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        sys.stdin.read()
        server.stop()
        intake.stop()


RUN = "x"


def _event(number: int) -> Event:
    return rig.smoky_passage(number, RUN)


class Side(Protocol):
    """One of the two: takes alerts by number, lists the numbers it holds, dies and comes back."""

    name: str

    def start(self) -> None: ...

    def connect(self) -> http.client.HTTPConnection: ...

    def post(self, line: http.client.HTTPConnection, numbers: Sequence[int]) -> bool: ...

    def listed(self) -> frozenset[int]: ...

    def kill(self) -> None: ...

    def close(self) -> None: ...


class Ours:
    name = "ours"

    def __init__(self, folder: Path) -> None:
        self._url = f"sqlite:///{folder}/ours.db"
        self._store = Store.open(self._url)
        self.start()

    def start(self) -> None:
        arguments = [sys.executable, "-m", "benchmarks.alerts", "serve", "--url", self._url]
        self._child = subprocess.Popen(arguments, cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._child.stdout is not None
        self._port = int(self._child.stdout.readline())

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)

    def post(self, line: http.client.HTTPConnection, numbers: Sequence[int]) -> bool:
        return _posted(line, "/", json.dumps(numbers))

    def listed(self) -> frozenset[int]:
        alerts: Sequence[Alert] = self._store.snapshot("alerts", REAL.now()).records
        return frozenset(int(name.removeprefix(RUN)) for alert in alerts for name in alert.event_ids)

    def kill(self) -> None:
        self._child.kill()
        self._child.wait()
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def close(self) -> None:
        self.kill()
        self._store.close()


class Theirs:
    name = "alertmanager"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "am.yml").write_text(CONFIG, encoding="utf-8")
        with closing(create_server(("127.0.0.1", 0))) as held:
            self._port = held.getsockname()[1]
        self.start()

    def start(self) -> None:
        arguments = [
            PROGRAM,
            f"--config.file={self._folder}/am.yml",
            f"--storage.path={self._folder}/am",
            f"--web.listen-address=127.0.0.1:{self._port}",
            "--cluster.listen-address=",
            "--log.level=error",
        ]
        self._child = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with suppress(OSError), closing(self.connect()) as line:
                line.request("GET", "/-/ready")
                if line.getresponse().status == 200:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"{PROGRAM} does not answer")

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)

    def post(self, line: http.client.HTTPConnection, numbers: Sequence[int]) -> bool:
        now = datetime.now(UTC)
        times = {"startsAt": now.isoformat(), "endsAt": (now + timedelta(hours=2)).isoformat()}
        alerts = [{"labels": _labels(number), "annotations": {"summary": "尾气超标"}} | times for number in numbers]
        return _posted(line, "/api/v2/alerts", json.dumps(alerts))

    def listed(self) -> frozenset[int]:
        with closing(self.connect()) as line:
            line.request("GET", "/api/v2/alerts")
            return frozenset(int(alert["labels"]["instance"]) for alert in json.loads(line.getresponse().read()))

    def kill(self) -> None:
        self._child.kill()
        self._child.wait()

    def close(self) -> None:
        self.kill()


def _labels(number: int) -> dict[str, str]:
    return {"alertname": "R-CKP-01", "instance": str(number), "scene": "checkpoints", "severity": "yellow"}


def _posted(line: http.client.HTTPConnection, path: str, body: str) -> bool:
    line.request("POST", path, body, {"Content-Type": "application/json"})
    answer = line.getresponse()
    answer.read()
    return answer.status == 200


# ---------------------------------------------------------------------------------------- measuring


def measure(seconds: float, standing: int) -> None:
    """(d) Both in turn: from post to list, taken a second, lost by kill -9."""
    for make in (Ours, Theirs):
        if make is Theirs and shutil.which(PROGRAM) is None:
            rig.say(figure="alert_peer", side=Theirs.name, skipped=f"没有 {PROGRAM}：apt-get install {PROGRAM}")
            continue
        numbers = count(1)
        with _running(make) as side:
            _latency(side, numbers, "few open")
            _post_standing(side, numbers, standing)
            _latency(side, numbers, f"{standing} open")
        for size in (1, MANY):
            with _running(make) as side:
                _rate(side, numbers, size, seconds / 4)
        with _running(make) as side:
            _killed(side, numbers, seconds / 4)


@contextmanager
def _running(make: Callable[[Path], Ours | Theirs]) -> Iterator[Side]:
    with tempfile.TemporaryDirectory() as name:
        side = make(Path(name))
        try:
            yield side
        finally:
            side.close()


def _latency(side: Side, numbers: Iterator[int], case: str) -> None:
    """From before the POST until a whole list holds the alert; moments apart at random."""
    waits: list[float] = []
    chance = random.Random(3)
    with closing(side.connect()) as line:
        for _ in range(SAMPLES):
            number, began = next(numbers), time.perf_counter()
            assert side.post(line, [number])
            while number not in side.listed():
                pass
            waits.append((time.perf_counter() - began) * 1000)
            time.sleep(chance.uniform(0.002, 0.02))
    rig.say(
        figure="alert_peer_post_to_list",
        side=side.name,
        case=case,
        samples=len(waits),
        p50_ms=round(rig.percentile(waits, 0.5), 1),
        p99_ms=round(rig.percentile(waits, 0.99), 1),
    )


def _post_standing(side: Side, numbers: Iterator[int], standing: int) -> None:
    with closing(side.connect()) as line:
        for _ in range(-(-standing // MANY)):
            assert side.post(line, list(islice(numbers, MANY)))


def _rate(side: Side, numbers: Iterator[int], size: int, seconds: float) -> None:
    taken, posts = _hammer(side, numbers, size, seconds)
    rig.say(
        figure="alert_peer_accepted",
        side=side.name,
        alerts_a_post=size,
        senders=SENDERS,
        accepted_per_s=round(len(taken) / seconds),
        post_p50_ms=round(rig.percentile(posts, 0.5), 1),
        post_p99_ms=round(rig.percentile(posts, 0.99), 1),
    )


def _killed(side: Side, numbers: Iterator[int], seconds: float) -> None:
    """kill -9 in mid-stream, and a new start: what had got its OK and is on the list no more."""
    death = threading.Timer(seconds / 2, side.kill)
    death.start()
    taken, _ = _hammer(side, numbers, MANY, seconds)
    death.join()
    side.start()
    lost = set(taken) - side.listed()
    rig.say(figure="alert_peer_kill_9", side=side.name, acknowledged=len(taken), lost=len(lost))


def _hammer(side: Side, numbers: Iterator[int], size: int, seconds: float) -> tuple[list[int], list[float]]:
    """Send from several connections without a pause. What got its OK, and how long each POST took, in ms."""
    taken: list[int] = []
    posts: list[float] = []
    lock, until = threading.Lock(), time.monotonic() + seconds

    def send() -> None:
        with closing(side.connect()) as line, suppress(OSError, http.client.HTTPException):
            while time.monotonic() < until:
                with lock:
                    mine = list(islice(numbers, size))
                began = time.perf_counter()
                if side.post(line, mine):
                    with lock:
                        taken.extend(mine)
                        posts.append((time.perf_counter() - began) * 1000)

    senders = [threading.Thread(target=send, name=f"sender-{n}") for n in range(SENDERS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return taken, posts
