"""How long one community's panes take to refresh among thirty communities, 300,000 people and 40,000 meters.

    python -m benchmarks.panorama [--communities 30] [--rounds 5] [--sqlite-only]

For each pane of the community's desk: ask its sources, normalise, put into our store, read the snapshots, hand
them to the pane, until it is ready to be painted. The sum counts each source once. PostgreSQL (the machine's
package, started for this) holds all communities and asks for one; SQLite holds one. Peer in the same run: the
same questions as bare SQL on one open connection, rows fetched and dropped. Goals: ≤ 500 ms on PostgreSQL,
≤ 1 s on SQLite.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication
from sqlalchemy import Connection, create_engine

from benchmarks.panorama_build import CODE, build, held
from console.scene import read_scene
from services.collect.community_works import CommunityWorks
from services.collect.site import Site
from services.collect.summary import Summary
from services.district.community_database import CommunityDatabase
from services.domain.timebase import SHANGHAI, Timebase, local
from services.domain.topics import TOPICS
from services.sources import community
from services.sources.base import Source
from services.sources.community_scope import narrowed, scope_of
from services.sources.community_upstream import Answer, Questions, Upstream
from services.store.store import Store
from tests.postgres import MISSING, Postgres, find_programs
from widgets.kinds import KINDS
from widgets.look import Face, load_fonts, make_look
from widgets.pane import Pane

SCENE = Path(__file__).resolve().parents[1] / "resources" / "scenes" / "community.toml"
NOW = datetime(2026, 11, 21, 14, 30, tzinfo=SHANGHAI)
GOALS_MS = {"postgresql": 500.0, "sqlite": 1000.0}
METERS = 40_000


class Still(Timebase):
    def now(self) -> datetime:
        return self.start


class Listened(Upstream):
    """An upstream that remembers what it was asked."""

    asked: list[Questions]

    def ask(self, **questions: Any) -> Answer:
        self.asked.append(questions)
        return super().ask(**questions)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = work()
    return (time.perf_counter() - began) * 1000, found


class Panorama:
    """The collector's parts and the desk's panes over one community; each ``refresh`` is one look of all."""

    def __init__(self, url: str, code: str, store: Store, folder: Path) -> None:
        self.upstream = Listened(url, community=code, timeout_s=30.0)
        self.upstream.asked = []
        self.now = NOW.astimezone(UTC)
        base = Still(0.0, self.now, 1.0)
        self.sources: Sequence[Source] = community.community_sources(self.upstream, base)
        self.store = store
        site = Site(folder=folder, timebase=base, sources={"community": {"url": url, "community": code}})
        self.works = CommunityWorks(store, site)
        self.panes = list(_panes())

    def warm(self) -> None:
        """What happens before anybody looks: events and registers are taken over, keepers run."""
        for source in self.sources:
            self.store.take(source.normalise(source.fetch(""), self.now), source.key, self.now)
        for _, tick, _ in self.works.ticks:
            tick(self.now)
        self.refresh()
        self.upstream.asked.clear()

    def refresh(self) -> tuple[dict[str, float], dict[str, float]]:
        """Milliseconds of each source and summary, and of each pane."""
        made = {source.key: self._ask(source) for source in self.sources if source.topics}
        made |= {summary.key: self._make(summary) for summary in self.works.summaries}
        shown = {title: timed(lambda p=pane, t=topics: self._show(p, t))[0] for title, pane, topics in self.panes}
        return made, shown

    def of_pane(self, title: str, made: Mapping[str, float]) -> float:
        """What the sources and summaries of one pane's topics took."""
        topics = next(topics for name, _, topics in self.panes if name == title)
        parts = [*self.sources, *self.works.summaries]
        return sum(made[part.key] for part in parts if part.key in made and set(part.topics) & set(topics))

    def _ask(self, source: Source) -> float:
        return timed(lambda: self.store.take(source.normalise(source.fetch(""), self.now), source.key, self.now))[0]

    def _make(self, summary: Summary) -> float:
        def make() -> None:
            for topic, records in summary.make(self.store, self.now).items():
                self.store.put_topic(topic, records, self.now)

        return timed(make)[0]

    def _show(self, pane: Pane, topics: Sequence[str]) -> None:
        for topic in topics:
            pane.show_snapshot(self.store.snapshot(topic, self.now))

    def bare(self, connection: Connection, code: str) -> float:
        """The questions of one refresh as their databases hear them, on one connection."""
        scope = scope_of(connection, code) if code else None
        every = [q for questions in self.upstream.asked for q in questions.values()]
        said = [narrowed(q, scope, connection) if scope else q for q in every]
        words = [str(q.compile(connection.engine, compile_kwargs={"literal_binds": True})) for q in said]
        raw: Any = connection.connection.driver_connection

        def ask() -> None:
            cursor = raw.cursor()
            for one in words:
                cursor.execute(one.replace("%%", "%"))
                cursor.fetchall()

        return timed(ask)[0]


def _panes() -> Iterator[tuple[str, Pane, Sequence[str]]]:
    look = make_look(Face.DESK)
    for plan in read_scene(SCENE, set(KINDS), set(TOPICS)).plans[Face.DESK].panes:
        pane = KINDS[plan.kind](plan.title, plan.options, look)
        pane.resize(round(plan.box.width), round(plan.box.height))
        yield plan.title or plan.kind, pane, plan.topics


def measure(name: str, url: str, code: str, store: Store, folder: Path, rounds: int) -> Iterator[dict[str, Any]]:
    panorama = Panorama(url, code, store, folder)
    try:
        panorama.warm()
        made, shown, sums, bare, cpu = [], [], [], [], []
        engine = create_engine(url)
        with engine.connect() as connection:
            for _ in range(rounds):  # by turns: the machine is shared
                panorama.upstream.asked.clear()
                began = time.process_time()
                of_parts, of_panes = panorama.refresh()
                cpu.append((time.process_time() - began) * 1000)
                made.append(of_parts)
                shown.append(of_panes)
                sums.append(sum(of_parts.values()) + sum(of_panes.values()))
                bare.append(panorama.bare(connection, code))
        engine.dispose()
        parts = {key: round(statistics.median(one[key] for one in made), 1) for key in made[0]}
        for title, _, _ in panorama.panes:
            ready = statistics.median(one[title] for one in shown)
            filled = panorama.of_pane(title, parts)
            yield {
                "figure": "pane",
                "on": name,
                "pane": title,
                "fill_ms": round(filled, 1),
                "ready_ms": round(ready, 1),
            }
        yield {"figure": "parts", "on": name, "ms": parts}
        whole, peer = statistics.median(sums), statistics.median(bare)
        yield {
            "figure": "panorama",
            "on": name,
            "refresh_ms": round(whole, 1),
            "worst_ms": round(max(sums), 1),
            "cpu_ms": round(statistics.median(cpu), 1),  # of ours, the server's not counted
            "goal_ms": GOALS_MS[name],
            "bare_sql_ms": round(peer, 1),
            "ratio": round(whole / peer, 2),
            "load": round(os.getloadavg()[0], 1),
        }
    finally:
        panorama.works.stop()
        panorama.upstream._engine.dispose()


def figures(communities: int, rounds: int, *, sqlite_only: bool) -> Iterator[dict[str, Any]]:
    with ExitStack() as unwind:
        folder = Path(unwind.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder / 'community.db'}"
        database = CommunityDatabase(url)
        unwind.callback(database.close)
        build(database, local(NOW), 1, METERS // communities)
        yield {"figure": "built", "on": "sqlite", "communities": 1, "rows": held(database)}
        store = unwind.enter_context(Store.open(f"sqlite:///{folder / 'store.db'}"))
        yield from measure("sqlite", url, "", store, folder / "one", rounds)
        programs = find_programs()
        if sqlite_only or programs is None:
            yield {"figure": "panorama", "on": "postgresql", "skipped": MISSING if programs is None else "not asked"}
            return
        server = Postgres(programs, durable=True)
        unwind.callback(server.remove)
        server.start()
        url = server.new_database()
        many = CommunityDatabase(url)
        unwind.callback(many.close)
        took, _ = timed(lambda: build(many, local(NOW), communities, METERS))
        yield {
            "figure": "built",
            "on": "postgresql",
            "communities": communities,
            "rows": held(many),
            "s": round(took / 1000),
        }
        ours = unwind.enter_context(Store.open(server.new_database()))
        yield from measure("postgresql", url, CODE.format(communities // 2), ours, folder / "many", rounds)


def main(arguments: Sequence[str]) -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--communities", type=int, default=30)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--sqlite-only", action="store_true")
    options = asked.parse_args(arguments)
    application = QApplication.instance() or QApplication([])
    assert application is not None
    load_fonts()
    for line in figures(options.communities, options.rounds, sqlite_only=options.sqlite_only):
        print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
