"""Cloned plates among days of passages: how long DuckDB takes to find them, and how often it is right.

    python -m benchmarks.checkpoints --only clones [--passages 1000000] [--seed 7]

The shipped rule R-CKP-06 over seven generated days whose truth is known (``checkpoint_days.py``): one stage is
every plate at two places that do not fit, two stages are those the rule raises to an alert. Peer: the bare
self-join of the same passages on the plate, as one would type it. Goal: at most 5 s.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator, Sequence, Set
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.checkpoint_days import make
from services.domain.alert import AlertLevel
from services.history.hits import hits_sql
from services.history.replay import found_in
from services.history.run import run
from services.history.version import Version, read_version
from services.store.columns import from_micros

RULE = Path(__file__).resolve().parents[1] / "resources" / "rules" / "R-CKP-06.toml"
ROUNDS = 3
GOAL_S = 5.0
MEMORY = "1GB"
_KM = (
    "2 * 6371.0088 * asin(sqrt(least(1, sin(radians(b.lat - a.lat) / 2) ** 2"
    " + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(radians(b.lon - a.lon) / 2) ** 2)))"
)
_FAR = f"{_KM} >= 3 AND {_KM} / ((b.{{at}} - a.{{at}}) / 3.6e9) > 180"
BARE = (
    "SELECT count(DISTINCT b.plate_no) FROM events a JOIN events b ON a.plate_no = b.plate_no"
    " AND b._at > a._at AND b._at < a._at + 600000000"
    " WHERE a.confidence >= 0.9 AND b.confidence >= 0.9 AND a.clock_trusted AND b.clock_trusted"
    f" AND {_FAR.format(at='_at')}"
)
# Plates whose two vehicles truly were too far apart, whatever the cameras made of it.
VISIBLE = (
    "SELECT DISTINCT b._truly_plate FROM events a JOIN events b ON a._truly_plate = b._truly_plate"
    " AND a._vehicle <> b._vehicle AND b._truly_at > a._truly_at AND b._truly_at < a._truly_at + 600000000"
    f" WHERE {_FAR.format(at='_truly_at')}"
)


def figures(arguments: Sequence[str]) -> Iterator[dict[str, Any]]:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--passages", type=int, default=1_000_000)
    asked.add_argument("--seed", type=int, default=7)
    options = asked.parse_args(arguments)
    version = read_version(RULE.read_text(encoding="utf-8"), RULE.name)
    with duckdb.connect(config={"memory_limit": MEMORY, "threads": 2}) as duck:
        duck.execute("SET preserve_insertion_order = false")
        truth = make(duck, options.passages, seed=options.seed)
        count, first, last = duck.execute("SELECT count(*), min(_at), max(_at) FROM events").fetchall()[0]
        ours, bare = [], []
        for _ in range(ROUNDS):  # by turns: the machine is shared
            ours.append(timed(lambda: run(duck, version, from_micros(first), from_micros(last + 1))))
            bare.append(timed(lambda: duck.execute(BARE).fetchall()))
        began = time.perf_counter()
        suspects, alerts = staged(duck, version)
        staged_s = time.perf_counter() - began
        visible = {plate for (plate,) in duck.execute(VISIBLE).fetchall()}
    yield {
        "figure": "clones",
        "passages": count,
        "find_s": round(statistics.median(ours), 3),
        "goal_s": GOAL_S,
        "second_stage_s": round(staged_s, 3),
        "bare_join_s": round(statistics.median(bare), 3),
        "ratio": round(statistics.median(ours) / statistics.median(bare), 2),
        "one_stage": judged(suspects, truth.clones, visible),
        "two_stages": judged(alerts, truth.clones, visible),
    }


def staged(duck: duckdb.DuckDBPyConnection, version: Version) -> tuple[Set[str], Set[str]]:
    """The plates the rule suspects, and those of them it raises: DuckDB finds the plates, the rule's own
    detector goes through their passages alone."""
    duck.execute(
        "CREATE OR REPLACE TABLE few AS SELECT * FROM events"
        f" WHERE plate_no IN (SELECT plate_no FROM ({hits_sql(version)}))"
    )
    levels: dict[str, AlertLevel] = {}
    for found in found_in(duck, version.rule, lambda _list: {}, "few"):
        plate = found.event.record.plate_no
        levels[plate] = max(levels.get(plate, AlertLevel.BLUE), version.rule.detection(found).level)
    return set(levels), {plate for plate, level in levels.items() if level > AlertLevel.BLUE}


def judged(found: Set[str], true: Set[str], visible: Set[str]) -> dict[str, Any]:
    """Recall is of the clones that ever could be seen to be one; of all of them beside it."""
    right, seen = len(found & true), true & visible
    return {
        "found": len(found),
        "precision": share(right, len(found)),
        "recall": share(len(found & seen), len(seen)),
        "recall_of_all": share(right, len(true)),
    }


def share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def timed(act: Any) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
