"""The back-test of a frequency rule over stored passages, against the bare ``LAG`` query of the same file.

Bare: DuckDB alone, the condition and the N-th passage back, counted. Ours does that, breaks ties as the online
detector does, asks for different days, and makes alerts of the hits.

    python -m benchmarks.backtest [--events 20000000]

One JSON line a figure. The passages are made by DuckDB itself, once, into one Parquet file of a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from services.history.dialect import holds
from services.history.run import run
from services.history.version import Version, read_version
from services.store.columns import to_micros

RULE = Path(__file__).resolve().parents[1] / "resources" / "rules" / "R-POP-01.toml"
UNTIL = datetime(2026, 11, 21, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=90)
PEOPLE, ESTATES = 3_000_000, 6
ROUNDS = 3
MEMORY = "1500MB"


def make(file: Path, events: int) -> None:
    """Passages of ninety days: one in twelve of people on no list, one in fifty of whom comes often."""
    first, span = to_micros(SINCE), (UNTIL - SINCE) // timedelta(microseconds=1)
    drawn = f"hash(i) % {PEOPLE} AS who, hash(i * 7 + 1) AS h, hash(i * 13 + 5) AS t"
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(file.parent)}) as duck:
        duck.execute(
            f"COPY (SELECT i AS _seq, {first} + (t % {span})::BIGINT AS _at, 'gates' AS _source,"
            f" printf('%012d', i) AS _id, printf('XQ%02d', who % {ESTATES} + 1) AS estate_id, '小区' AS estate_name,"
            " '南门' AS gate, printf('P%07d', CASE WHEN who % 600 = 0 THEN who % 36000 ELSE who END) AS person_id,"
            " CASE WHEN who % 12 = 0 THEN 'unknown' ELSE 'resident' END AS category,"
            " CASE WHEN who % 12 = 0 THEN 0 ELSE 1 END AS registered,"
            " CASE WHEN who % 12 = 0 THEN 0 ELSE 1 END AS resident,"
            " 0 AS visitor, '' AS known_as, '3 幢' AS building, i AS _n"
            f" FROM (SELECT i, {drawn} FROM range({events}) r(i))) TO '{file}' (FORMAT PARQUET)"
        )


def bare(duck: duckdb.DuckDBPyConnection, version: Version) -> int:
    """The condition and the tenth passage back, as one would type it."""
    within = timedelta(days=30) // timedelta(microseconds=1)
    query = (
        'SELECT count(*) FROM (SELECT "_at" - lag("_at", 9) OVER'
        ' (PARTITION BY person_id, estate_id ORDER BY "_at") AS took'
        f" FROM events WHERE {holds(version.where, version.unless)}) WHERE took < {within}"
    )
    row = duck.execute(query).fetchone()
    return int(row[0]) if row else 0


def timed(act: Callable[[], int]) -> tuple[float, int]:
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--events", type=int, default=20_000_000)
    options = asked.parse_args()
    version = read_version(RULE.read_text(encoding="utf-8"), RULE.name)
    with (
        tempfile.TemporaryDirectory() as folder,
        duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": folder, "threads": 2}) as duck,
    ):
        file = Path(folder) / "passages.parquet"
        made, _ = timed(lambda: make(file, options.events) or 0)
        duck.execute(f"CREATE VIEW events AS SELECT * FROM read_parquet('{file}')")
        duck.execute("SET preserve_insertion_order = false")
        plain, ours, found = [], [], (0, 0)
        for _ in range(ROUNDS):  # by turns: the machine is shared
            took, hits = timed(lambda: bare(duck, version))
            plain.append(took)
            took, alerts = timed(lambda: len(run(duck, version, SINCE, UNTIL).alerts))
            ours.append(took)
            found = (hits, alerts)
    say("make_s", made, events=options.events)
    say("bare_lag_s", statistics.median(plain), hits=found[0])
    say("back_test_s", statistics.median(ours), alerts=found[1])
    say("ratio", statistics.median(ours) / statistics.median(plain), goal="<= 2")
    say("peak_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def say(name: str, value: float, **more: object) -> None:
    print(json.dumps({"name": name, "value": round(value, 3), **more}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
