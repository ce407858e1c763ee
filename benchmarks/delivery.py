"""A whole delivery by the sender that knows only the protocol: faults injected, the real collector killed on the way.

The collector runs as on a site, in a process of its own, durable, with every shipped rule. Eight cameras
send list bodies of 50; each suffers what senders in the field suffer (``tests/system/viid_independent.py``),
and the collector is ended by SIGKILL and started again so many times. Then the senders' ledger and the
store are held against each other, object by object. The rate includes all of that, the restarts too; a
second run sends the same number plainly, without faults or kills.

    python -m benchmarks.delivery [--passages 100000] [--cameras 8] [--kills 3] [--only faults|plain]

One JSON line a run; ``differences`` must be empty.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from services.store.store import Store
from tests.system.running import Program
from tests.system.test_kill import free_port
from tests.system.viid_delivered import differences, held
from tests.system.viid_independent import FIRST, Delivery, Ledger, delivery

LOGIN = ("jiaojiang", "demo-only")
PATIENCE_S = 3600.0
READY = "collecting into"
SITE = """
name = "delivery"
[store]
url = "sqlite:///delivery.db"
[clock]
start = {start}
anchor_s = {anchor_s}
[receivers.viid]
host = "127.0.0.1"
port = {port}
username = "{username}"
password = "{password}"
"""


class Collector:
    """The collector of a site, and the next one when it is killed."""

    def __init__(self, site: Path) -> None:
        self._site = site
        self._started = 0
        self._program = self._start()

    def _start(self) -> Program:
        self._started += 1
        log = self._site.with_name(f"collect-{self._started}.log")
        program = Program("collect", "--site", self._site, log=log)
        program.until_said(READY)
        return program

    def kill(self) -> None:
        self._program.kill()
        self._program = self._start()

    def end(self) -> None:
        self._program.end()


def run(folder: Path, passages: int, cameras: int, kills: int, *, luck: bool) -> dict[str, Any]:
    port = free_port()
    site = folder / "site.toml"
    words = {"start": FIRST.isoformat(), "anchor_s": time.time(), "port": port, "username": LOGIN[0]}
    site.write_text(SITE.format(**words, password=LOGIN[1]), encoding="utf-8")
    collector = Collector(site)
    try:
        sending = delivery(
            ("127.0.0.1", port), LOGIN, passages, cameras=cameras, seed=1400, patience_s=PATIENCE_S, luck=luck,
            longest_rest_s=1.0,
        )  # fmt: skip
        began = time.perf_counter()
        sending.start()
        _kill_on_the_way(collector, sending, passages, kills)
        ledger = sending.finish()
        took_s = time.perf_counter() - began
    finally:
        collector.end()
    return _figure(folder, sending, ledger, took_s) | {"cameras": cameras, "kills": kills, "faults": luck}


def _kill_on_the_way(collector: Collector, sending: Delivery, passages: int, kills: int) -> None:
    for part in range(1, kills + 1):
        while sending.accepted < passages * part // (kills + 1) and not sending.is_over:
            time.sleep(0.01)
        collector.kill()


def _figure(folder: Path, sending: Delivery, ledger: Ledger, took_s: float) -> dict[str, Any]:
    with Store.open(f"sqlite:///{folder / 'delivery.db'}") as store:
        found, unlike = held(store), differences(store, sending.sent, ledger)
    return {
        "figure": "delivery",
        "sent": len(sending.sent),
        "status_0": len(ledger.accepted),
        "stored": found.passages.total(),
        "status_8": len(ledger.refused),
        "quarantined_objects": len(found.refused),
        "bodies_cut": len(ledger.halves),
        "quarantined_bodies": len(found.halves),
        "lost": len(ledger.accepted - set(found.passages)),
        "doubled": sum(times - 1 for times in found.passages.values()),
        "differences": unlike[:10],
        "seconds": round(took_s, 1),
        "passages_per_s": round(len(sending.sent) / took_s),
        "happened": dict(sorted(ledger.happened.items())),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--passages", type=int, default=100_000)
    options.add_argument("--cameras", type=int, default=8)
    options.add_argument("--kills", type=int, default=3)
    options.add_argument("--only", choices=["faults", "plain"])
    asked = options.parse_args()
    agreed = True
    for luck in [name == "faults" for name in ("faults", "plain") if asked.only in (None, name)]:
        with tempfile.TemporaryDirectory() as folder:
            figure = run(Path(folder), asked.passages, asked.cameras, asked.kills if luck else 0, luck=luck)
        print(json.dumps(figure, ensure_ascii=False), flush=True)
        agreed = agreed and not figure["differences"]
    sys.exit(0 if agreed else 1)


if __name__ == "__main__":
    main()
