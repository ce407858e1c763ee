"""Vehicles that drive together among days of passages: how long DuckDB takes, and how often it is right.

    python -m benchmarks.checkpoints --only convoy [--passages 1000000] [--slice 100000] [--seed 7]

Seven generated days with a known truth (``checkpoint_days.py``), among them thousands of commuters on the
same road at the same hour. Peer: the same question without stretches of time, every passage of a checkpoint
against every other, on a slice of the passages it can manage; ours on that slice beside it. Goal: at most 5 s.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from benchmarks.checkpoint_days import make
from benchmarks.checkpoints_clones import GOAL_S, MEMORY, ROUNDS, share, timed
from services.domain.convoy import ConvoySettings
from services.history.convoys import convoys

BARE = (
    "SELECT one, other FROM (SELECT least(a.plate_no, b.plate_no) AS one, greatest(a.plate_no, b.plate_no) AS other,"
    " a._at // 86400000000 AS day, count(DISTINCT a.checkpoint_id) AS places FROM events a JOIN events b"
    " ON a.checkpoint_id = b.checkpoint_id AND a.plate_no <> b.plate_no AND b._at - a._at BETWEEN 0 AND 120000000"
    " GROUP BY ALL HAVING places >= 3) GROUP BY ALL HAVING count(*) >= 3"
)
WITHOUT_HABITS = 1.0  # a chance that nothing is above


def figures(arguments: Sequence[str]) -> Iterator[dict[str, Any]]:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--passages", type=int, default=1_000_000)
    asked.add_argument("--slice", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=7)
    options = asked.parse_args(arguments)
    with duckdb.connect(config={"memory_limit": MEMORY, "threads": 2}) as duck:
        duck.execute("SET preserve_insertion_order = false")
        truth = make(duck, options.passages, seed=options.seed).convoys
        count = duck.execute("SELECT count(*) FROM events").fetchall()[0][0]
        took = statistics.median(timed(lambda: convoys(duck, ConvoySettings())) for _ in range(ROUNDS))
        settings = ConvoySettings(most=10_000)
        told = pairs_of(duck, settings)
        met = pairs_of(duck, ConvoySettings(most=1_000_000, chance=WITHOUT_HABITS))
        make(duck, options.slice, seed=options.seed)
        ours, bare = [], []
        for _ in range(ROUNDS):  # by turns: the machine is shared
            ours.append(timed(lambda: convoys(duck, settings)))
            bare.append(timed(lambda: duck.execute(BARE).fetchall()))
    yield {
        "figure": "convoy",
        "passages": count,
        "find_s": round(took, 3),
        "goal_s": GOAL_S,
        "slice": options.slice,
        "slice_s": round(statistics.median(ours), 3),
        "bare_slice_s": round(statistics.median(bare), 3),
        "ratio": round(statistics.median(ours) / statistics.median(bare), 3),
        "met_often": judged(met, truth),
        "against_habits": judged(told, truth),
    }


def pairs_of(duck: duckdb.DuckDBPyConnection, settings: ConvoySettings) -> set[tuple[str, str]]:
    return {(found.plate_no, found.other_plate) for found in convoys(duck, settings)}


def judged(found: set[tuple[str, str]], true: frozenset[tuple[str, str]]) -> dict[str, Any]:
    right = len(found & true)
    return {"found": len(found), "precision": share(right, len(found)), "recall": share(right, len(true))}
