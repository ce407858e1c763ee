"""Alerts at scale: search, the desk's list in a storm, rules online, Alertmanager beside us, back-test.

    python -m benchmarks.alerts [--only search|list|rules|peer|backtest] [--small]

One JSON line a figure, ours and the peer's in the same run. The peer is Prometheus Alertmanager (Debian
package ``prometheus-alertmanager``); without it that part says ``skipped``. ``--small`` is a hundredth of
the work, to see that everything runs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks import alerts_peer, alerts_rules
from benchmarks import desk_rig as rig
from services.domain import life
from services.domain.alert import Action, Alert, AlertLevel, Command, Work
from services.domain.officer import Officer, Role
from services.domain.search import AlertOrder, AlertSearch
from services.store import cases
from services.store.store import Store

HOME = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
DUTY = Officer("bench", "基准", Role.SHIFT_LEAD)
ROUNDS = 20
PAGE = 200

SEARCHES: Mapping[str, tuple[AlertSearch, AlertOrder]] = {
    "newest": (AlertSearch(), AlertOrder.NEWEST),
    "all by level": (AlertSearch(), AlertOrder.LEVEL),
    "scene and levels, by level": (
        AlertSearch(scenes=("boats",), levels=(AlertLevel.ORANGE, AlertLevel.RED)),
        AlertOrder.LEVEL,
    ),
    "two months, by work": (AlertSearch(since=NOW - timedelta(days=60)), AlertOrder.WORK),
    "one rule, by department": (AlertSearch(rule_ids=("R-BENCH-03",)), AlertOrder.DEPARTMENT),
    "part of a key": (AlertSearch(text="h-777"), AlertOrder.NEWEST),
}


def search(count: int) -> None:
    """(a) Filter and sort of all there ever was, one page with its alerts decoded, and the total."""
    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/a.db") as store:
        _fill(store, count)
        for name, (asked, order) in SEARCHES.items():
            found = store.find_alerts(asked, order, PAGE)
            took = [_ms(lambda asked=asked, order=order: store.find_alerts(asked, order, PAGE)) for _ in range(ROUNDS)]
            rig.say(
                figure="alert_search",
                search=name,
                alerts=count,
                found=found.total,
                p50_ms=round(rig.percentile(took, 0.5), 1),
                worst_ms=round(max(took), 1),
                goal_ms=300,
            )


def _fill(store: Store, count: int) -> None:
    """Alerts of half a year; all but the newest hundredth closed."""
    for start in range(0, count, 2_000):
        with store._writing() as connection:
            cases.project(connection, [_old(n, count) for n in range(start, min(start + 2_000, count))])


def _old(number: int, count: int) -> Alert:
    at = NOW - timedelta(minutes=2.6) * (count - number)
    said = life.raising(None, rig.detection(number, "h"), at, f"YJ-{number:06d}")
    assert said is not None
    alert = life.evolve(None, said)
    if number < count * 0.99:
        return replace(alert, work=Work.CLOSED, closed_at=at + timedelta(hours=1))
    return alert


class _DeskList:
    """The desk's list offscreen, and what each update of it took, in ms."""

    def __init__(self, store: Store) -> None:
        from console.app import application
        from widgets.alerts import AlertsPane
        from widgets.look import Face, load_fonts, make_look

        self._store = store
        self._app = application()
        load_fonts()
        self.pane = AlertsPane("预警", {}, make_look(Face.DESK))
        self.pane.resize(391, 800)
        self.pane.show_scene("boats")
        self.pane.show_officer(DUTY)
        self.pane.show()
        self.forget()

    def forget(self) -> None:
        self._reads: list[float] = []
        self._draws: list[float] = []
        self._ticks: list[float] = []
        self._worked: list[float] = []  # processor time alone: what a machine of its own would take

    def update(self, at: datetime) -> None:
        """One second: the feed's thread reads, the window draws and ticks."""
        began = time.perf_counter()
        snapshot = self._store.snapshot("alerts", at)
        read, worked = time.perf_counter(), time.process_time()
        self.pane.show_snapshot(snapshot)
        self._app.processEvents()
        self.pane.grab()
        drawn = time.perf_counter()
        self._worked.append((time.process_time() - worked) * 1000)
        self.pane.tick(at)
        self._reads.append((read - began) * 1000)
        self._draws.append((drawn - read) * 1000)
        self._ticks.append((time.perf_counter() - drawn) * 1000)

    def say(self, case: str, count: int, **more: float) -> None:
        rig.say(
            figure="alert_list",
            case=case,
            alerts=count,
            updates=len(self._draws),
            read_p95_ms=round(rig.percentile(self._reads, 0.95), 1),
            list_p95_ms=round(rig.percentile(self._draws, 0.95), 1),
            list_cpu_p95_ms=round(rig.percentile(self._worked, 0.95), 1),
            tick_p95_ms=round(rig.percentile(self._ticks, 0.95), 1),
            goal_p95_ms=100,
            **more,
        )


def desk_list(count: int, seconds: int = 600) -> None:
    """(b) Ten minutes of a storm, a second at a time, then as long with everything standing."""
    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/b.db") as store:
        desk, raised = _DeskList(store), 0
        for second in range(1, seconds + 1):
            at, due = NOW + timedelta(seconds=second), round(count * second / seconds)
            if due > raised:
                store.report([rig.detection(n, "s") for n in range(raised, due)], at)
                raised = due
            desk.update(at)
        desk.say("storm", count)
        desk.forget()
        before_mb = _resident_mb()
        for second in range(seconds, seconds * 2):
            at = NOW + timedelta(seconds=second)
            _sign(store, second, at)
            desk.update(at)
        desk.say("after it, signing", count, grown_mb=round(_resident_mb() - before_mb, 1))
        desk.pane.close()
        desk.pane.deleteLater()


def _sign(store: Store, number: int, at: datetime) -> None:
    alert = store.alert(f"YJ-1121-{number:04d}")
    if alert is not None and alert.is_open:
        store.perform(Command(alert.id, Action.SIGN, alert.version), DUTY, at)


def back_test(count: int) -> None:
    """(e) ``benchmarks.backtest``, in a process of its own: its memory is counted there."""
    subprocess.run([sys.executable, "-m", "benchmarks.backtest", "--events", str(count)], cwd=HOME, check=True)


def _resident_mb() -> float:
    """What this process holds in memory now; NaN where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return float("nan")
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("part", nargs="?", choices=("measure", "serve"), default="measure", help=argparse.SUPPRESS)
    options.add_argument("--url", default="", help=argparse.SUPPRESS)
    options.add_argument("--only", choices=("search", "list", "rules", "peer", "backtest"))
    options.add_argument("--small", action="store_true")
    asked = options.parse_args()
    if asked.part == "serve":
        alerts_peer.serve(asked.url)
        return
    less = 100 if asked.small else 1
    parts: Mapping[str, Callable[[], None]] = {
        "search": lambda: search(100_000 // less),
        "list": lambda: desk_list(5_000 // less),
        "rules": lambda: alerts_rules.measure(60_000 // less),
        "peer": lambda: alerts_peer.measure(20.0 / less, 5_000 // less),
        "backtest": lambda: back_test(20_000_000 // less),
    }
    rig.say(figure="machine", longest_wait_ms=rig.spin_ms(), processors=os.cpu_count())
    for name, part in parts.items():
        if asked.only in (None, name):
            part()


if __name__ == "__main__":
    main()
