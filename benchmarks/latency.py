"""From the OK to the sender until the alert is in the desk's list: p50 and p99.

    python -m benchmarks.latency [--samples 200] [--only sqlite|postgresql]

The writer is a process of its own: it takes one passage at a time with the shipped rules on and notes
the moment the store answered, which is when a sender gets its OK. The desk notes the moment the alert of
that passage has been drawn into the list's model. Both read the machine's monotonic clock. Samples come
at random moments, 80–250 ms apart. Goals: p99 ≤ 300 ms on SQLite, ≤ 150 ms on PostgreSQL.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, QTimer, Slot

from benchmarks import desk_rig as rig
from benchmarks.ingest import RULES, server
from console.app import Wardrobe, application
from console.core import Core
from console.settings import Settings
from console.sound import Silence
from services.collect.rules import RuleRunner, read_rules
from services.domain.alert import Alert
from services.domain.event import Batch
from services.domain.snapshot import Snapshot
from services.domain.timebase import REAL
from services.store.store import Store

GOALS = {"sqlite": 300, "postgresql": 150}


class Eyes(QObject):
    """Notes when the alert of each passage was first in the list; connected after the desk itself."""

    def __init__(self, samples: int, done: Any) -> None:
        super().__init__()
        self.seen_ns: dict[str, int] = {}
        self._samples, self._done = samples, done

    @Slot(object)
    def look(self, snapshot: Snapshot[Alert]) -> None:
        if snapshot.topic != "alerts":
            return
        now_ns = time.monotonic_ns()
        for alert in snapshot.records:
            for event_id in alert.event_ids:
                self.seen_ns.setdefault(event_id, now_ns)
        if len(self.seen_ns) >= self._samples:
            self._done()


def write(url: str, samples: int) -> None:
    """Prints one line a sample: the passage's id and when its OK was given."""
    run, chance = f"{os.getpid()}", random.Random(1)
    with Store.open(url) as store:
        store.use_rules(RuleRunner(read_rules(RULES), budget=None))
        for number in range(samples):
            time.sleep(chance.uniform(0.08, 0.25))
            event = rig.smoky_passage(number, run)
            taken = store.take(Batch(events=(event,)), "viid", REAL.now())
            ok_ns = time.monotonic_ns()
            assert len(taken.alerts) == 1, "the passage raised no alert"
            sys.stdout.write(f"{event.event_id} {ok_ns}\n")
            sys.stdout.flush()


def measure(database: str, url: str, samples: int, folder: Path) -> None:
    rig.add_topics()
    app = application()
    Store.open(url).close()
    core = Core(rig.site_with(url, folder, 12), Silence())
    core.dressed.connect(Wardrobe(app).wear)
    desk = core.open_desk(Settings(scene="bench"))
    desk.resize(1920, 1080)
    desk.show()
    eyes = Eyes(samples, app.quit)
    core.clock.arrived.connect(eyes.look)
    core.start()
    with rig.writer("latency", "--url", url, "--samples", str(samples)) as child:
        QTimer.singleShot(samples * 300 + 20_000, app.quit)
        app.exec()
        assert child.stdout is not None
        lines = [line.split() for line in child.stdout.readlines()[:samples]]
    core.stop()
    waits = [(eyes.seen_ns[name] - int(ok_ns)) / 1e6 for name, ok_ns in lines if name in eyes.seen_ns]
    rig.say(
        figure="alert_latency",
        database=database,
        samples=len(waits),
        lost=samples - len(waits),
        p50_ms=round(rig.percentile(waits, 0.5), 1),
        p99_ms=round(rig.percentile(waits, 0.99), 1),
        longest_ms=round(max(waits), 1),
        goal_p99_ms=GOALS[database],
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("part", nargs="?", choices=("measure", "write"), default="measure", help=argparse.SUPPRESS)
    options.add_argument("--url", default="", help=argparse.SUPPRESS)
    options.add_argument("--samples", type=int, default=200)
    options.add_argument("--only", choices=("sqlite", "postgresql"))
    asked = options.parse_args()
    if asked.part == "write":
        write(asked.url, asked.samples)
        return
    rig.say(figure="machine", longest_wait_ms=rig.spin_ms())
    with tempfile.TemporaryDirectory() as name:
        if asked.only != "postgresql":
            measure("sqlite", f"sqlite:///{name}/bench.db", asked.samples, Path(name))
        if asked.only != "sqlite":
            with server() as postgres:
                if postgres is not None:
                    measure("postgresql", postgres.new_database(), asked.samples, Path(name))


if __name__ == "__main__":
    main()
