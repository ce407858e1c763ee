"""The receiver alone on one core, to be measured: ``python -m benchmarks.receiving ours|bare URL``.

``ours`` is receiver, intake, store, registers, pictures and every shipped rule as the collector has them;
``bare`` parses the JSON and answers. Says its port on stdout, ends with its parent.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from services.collect.intake import Intake
from services.collect.registers import Registers
from services.collect.rules import RuleRunner, read_rules
from services.domain.timebase import REAL
from services.receivers.viid import ViidReceiver
from services.receivers.viid_answer import Status, Verdict, reply_each
from services.receivers.viid_lookups import Lookups
from services.serving import WsgiServer
from services.store.images import Images
from services.store.store import Store

RULES = Path(__file__).resolve().parents[1] / "resources" / "rules"
LOGIN = {"username": "jiaojiang", "password": "demo-only", "realm": "viid"}


def ours(url: str) -> int:
    store = Store.open(url)
    store.use_rules(RuleRunner(read_rules(RULES), now=REAL.now))
    intake = Intake(store, REAL)
    intake.start()
    table = {"host": "127.0.0.1", "port": 0, **LOGIN}
    lookups = Lookups(facts=Registers(store, REAL))
    images = Images(Path(url.removeprefix("sqlite:///")).parent / "images")
    receiver = ViidReceiver(table, store, intake, REAL, lookups=lookups, images=images)
    receiver.start()
    return receiver.port


def bare(_: str) -> int:
    server = WsgiServer(_parse_and_answer, "127.0.0.1", 0, "bare", threads=8)
    server.start()
    return server.port


def _parse_and_answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    body = json.loads(environ["wsgi.input"].read())
    vehicles = body.get("MotorVehicleListObject", {}).get("MotorVehicleObject", [])
    verdicts = [Verdict(vehicle["MotorVehicleID"], Status.OK) for vehicle in vehicles]
    given = reply_each(verdicts, path, datetime.now().astimezone())
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(given.body)))]
    start("200 OK", [*headers, ("WWW-Authenticate", _CHALLENGE)])
    return [given.body]


_CHALLENGE = 'Digest realm="viid", qop="auth", nonce="0"'
KINDS = {"ours": ours, "bare": bare}


def run(kind: str, url: str) -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    port = KINDS[kind](url)
    gc.collect()
    gc.freeze()
    print(port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2])
