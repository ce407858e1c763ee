"""The back-test of a frequency rule over passages in DuckDB, against the bare window query of the same table."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import duckdb

from benchmarks import desk_rig as rig
from services.history.archive import columns_of, make_table
from services.history.backtest import MEMORY
from services.history.run import run
from services.history.version import version_of
from services.store.columns import to_micros
from services.store.schema import EVENT_TABLES

DAYS = 90
UNTIL = datetime(2026, 11, 21, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=DAYS)
PLATES = 300_000
AT_LEAST, WITHIN = 20, timedelta(days=1)
WHERE = "plate_no <> '' AND speed_kmh >= 0"
ROUNDS = 3

RULE = {
    "id": "R-BENCH-90",
    "version": 1,
    "title": "频繁经过",
    "text": "1 日内经过 20 次以上",
    "event": "passage",
    "scene": "checkpoints",
    "where": WHERE,
    "detect": {"kind": "frequency", "by": ["plate_no"], "at_least": AT_LEAST, "within_days": 1, "different_days": 1},
    "key": "{plate_no}",
    "level": "yellow",
    "subject_kind": "passage",
    "subject_id": "{passage_id}",
    "subject": "{checkpoint_name|卡口}",
    "wall_subject": "{checkpoint_name|卡口}",
    "place": "{checkpoint_name|卡口}",
    "guidance": ["核对抓拍画面"],
    "privacy": "基准",
    "tests": [{"name": "基准", "events": [], "detections": 0}],
}

# What a store's passages would give, columns without a say left empty. A few plates pass very often.
FILLED = {
    "_seq": "i",
    "_at": "{first} + i * {step}",
    "_source": "'viid'",
    "_id": "CAST(i AS VARCHAR)",
    "passage_id": "CAST(i AS VARCHAR)",
    "plate_no": "'浙J' || CAST(CAST({plates} * pow(hash(i) % 1000003 / 1000003.0, 1.6) AS BIGINT) AS VARCHAR)",
    "checkpoint_id": "'3310020000119' || CAST(hash(i * 7) % 40 AS VARCHAR)",
    "checkpoint_name": "'椒江二桥北'",
    "speed_kmh": "CAST(hash(i * 3) % 90 AS DOUBLE)",
    "lane": "hash(i * 5) % 4 + 1",
}

BARE = f"""
CREATE OR REPLACE TABLE bare AS
SELECT "_seq", "_at" FROM (
    SELECT "_seq", "_at", lag("_at", {AT_LEAST - 1}) OVER (PARTITION BY plate_no ORDER BY "_at", "_n") AS since
    FROM events WHERE {WHERE}
) WHERE since > "_at" - {WITHIN // timedelta(microseconds=1)}
"""


def measure(count: int) -> None:
    """(e) The rule's whole run, from the loaded table to the alerts it would have raised; the bare query
    only finds the events at which the window is full."""
    version = version_of(RULE, "R-BENCH-90.toml")
    with tempfile.TemporaryDirectory() as folder:
        settings = {"memory_limit": MEMORY, "threads": 2, "temp_directory": folder}
        with duckdb.connect(f"{folder}/bench.duckdb", config=settings) as duck:
            _fill(duck, count)
            bare, ours, alerts = [], [], 0
            for _ in range(ROUNDS):
                bare.append(_seconds(lambda: duck.execute(BARE)))
                began = time.perf_counter()
                alerts = len(run(duck, version, SINCE, UNTIL).alerts)
                ours.append(time.perf_counter() - began)
    rig.say(
        figure="backtest_frequency",
        passages=count,
        days=DAYS,
        alerts=alerts,
        backtest_s=round(statistics.median(ours), 2),
        bare_s=round(statistics.median(bare), 2),
        ratio=round(statistics.median(o / b for o, b in zip(ours, bare, strict=True)), 2),
        goal_ratio=2.0,
    )


def _fill(duck: duckdb.DuckDBPyConnection, count: int) -> None:
    columns = columns_of(EVENT_TABLES["passage"])
    first, step = to_micros(SINCE), max(1, (to_micros(UNTIL) - to_micros(SINCE)) // count)
    said = [FILLED.get(c.name, "NULL").format(first=first, step=step, plates=PLATES) for c in columns]
    make_table(duck, "arrived", columns)
    duck.execute("ALTER TABLE arrived ADD COLUMN _n BIGINT")
    duck.execute(f"INSERT INTO arrived SELECT {', '.join(said)}, i FROM range(1, {count} + 1) numbers(i)")
    duck.execute("ALTER TABLE arrived RENAME TO events")


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
