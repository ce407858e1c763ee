"""Longest stall of the desk's window with 50 sources a second and 1,000 alerts in 10 s.

    python -m benchmarks.gui [--seconds 12] [--alerts 1000]

A desk of 50 panes, 1920×1080, offscreen, on a real SQLite store; the writer is a process of its own,
as the collector is. A 5 ms timer on the window's loop sees every stall: what an officer's click would
have waited. The same loop is measured idle first, and the machine itself before that, because a busy
machine stalls an empty window too. Goal: ≤ 50 ms.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from benchmarks import desk_rig as rig
from console.app import Wardrobe, application
from console.core import Core
from console.settings import Settings
from console.sound import Silence
from services.domain.event import Batch
from services.domain.timebase import REAL
from services.store.store import Store

STEP_MS = 5
SETTLE_S = 3.0


class StallMeter(QObject):
    """A timer of 5 ms; each time it comes late is a stall."""

    def __init__(self) -> None:
        super().__init__()
        self.late_ms: list[float] = []
        self._last_s = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(STEP_MS)
        self._timer.timeout.connect(self._fire)
        self._timer.start()

    def restart(self) -> None:
        self.late_ms = []
        self._last_s = 0.0

    @Slot()
    def _fire(self) -> None:
        now_s = time.perf_counter()
        if self._last_s:
            self.late_ms.append((now_s - self._last_s) * 1000 - STEP_MS)
        self._last_s = now_s


def write(url: str, seconds: float, alerts: int) -> None:
    """The collector's part: every topic once a second, spread over it; the alerts in ten seconds."""
    rig.add_topics()
    run, began = str(os.getpid()), time.monotonic()
    with Store.open(url) as store:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        raised = turn = 0
        while (gone := time.monotonic() - began) < seconds:
            at = REAL.now()
            for number in range(turn % 10, rig.SOURCES, 10):
                store.take(Batch({rig.PANES[number]: rig.figures(number, turn)}), f"s{number}", at)
            due = min(alerts, round(gone / 10 * alerts))
            if due > raised:
                store.report([rig.detection(n, run) for n in range(raised, due)], at)
                raised = due
            turn += 1
            time.sleep(max(0.0, began + turn * 0.1 - time.monotonic()))


def measure(seconds: float, alerts: int) -> None:
    rig.say(figure="machine", longest_wait_ms=rig.spin_ms())
    rig.add_topics()
    app = application()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/bench.db"
        Store.open(url).close()
        core = Core(rig.site_with(url, folder, rig.SOURCES), Silence())
        core.dressed.connect(Wardrobe(app).wear)
        desk = core.open_desk(Settings(scene="bench"))
        desk.resize(1920, 1080)
        desk.show()
        core.start()
        meter = StallMeter()
        QTimer.singleShot(round(SETTLE_S * 1000), app.quit)
        app.exec()
        meter.restart()
        QTimer.singleShot(4000, app.quit)
        app.exec()
        report("idle", meter, core, 0)
        core.watch.stop()  # waiting for the writer to start is no freeze of the desk
        with rig.writer("gui", "--url", url, "--seconds", str(seconds), "--alerts", str(alerts)) as child:
            assert child.stdout is not None
            child.stdout.readline()
            meter.restart()
            core.clock.forget_worst()
            QTimer.singleShot(round(seconds * 1000), app.quit)
            app.exec()
            report("loaded", meter, core, len(core.board.get("alerts").records))
        core.stop()


def report(what: str, meter: StallMeter, core: Core, alerts: int) -> None:
    rig.say(
        figure="gui_stall",
        case=what,
        longest_ms=round(max(meter.late_ms), 1),
        p99_ms=round(rig.percentile(meter.late_ms, 0.99), 1),
        over_50_ms=sum(1 for ms in meter.late_ms if ms > 50),
        worst_beat_ms=round(core.clock.worst_beat_ms, 1),
        alerts_shown=alerts,
        goal_ms=50,
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("part", nargs="?", choices=("measure", "write"), default="measure", help=argparse.SUPPRESS)
    options.add_argument("--url", default="", help=argparse.SUPPRESS)
    options.add_argument("--seconds", type=float, default=12.0)
    options.add_argument("--alerts", type=int, default=1000)
    asked = options.parse_args()
    if asked.part == "write":
        write(asked.url, asked.seconds, asked.alerts)
    else:
        measure(asked.seconds, asked.alerts)


if __name__ == "__main__":
    main()
