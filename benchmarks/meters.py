"""What is usual of 40,000 meters out of four weeks of half hours, and how fast readings are taken in.

    python -m benchmarks.meters [--meters 40000] [--days 28] [--only baselines|ingest|archive]

Baselines: medians of the hours of the day, 95th percentile and first use, of 53.8 million half hours, on one
core. Peers in the same run: a bare DuckDB query for the same medians over the same files, and the same as SQL in
PostgreSQL (the machine's package) over a tenth of the meters. Goal: ≤ 5 minutes.
Archive: a day of readings from the store into its Parquet file. Ingest: readings judged by their neighbours in
time and stored with all rules of the community on; 40,000 meters need 22 a second.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg

from services.collect.rules import RuleRunner, read_rules
from services.district.community_database import CommunityDatabase, bulk_insert
from services.domain.community_told import MeterReading
from services.domain.event import Batch, Event
from services.domain.meter_settings import METERS
from services.domain.timebase import SHANGHAI, local
from services.history.meter_baselines import baselines, connect
from services.history.meter_days import MeterDays
from services.sources.community_meters import fetch_readings, reading_normaliser
from services.sources.community_tables import BIAOJI, CHAOBIAO, METADATA
from services.sources.community_upstream import Upstream
from services.store.store import Store
from tests.postgres import MISSING, Postgres, find_programs

GOAL_S = 300.0
NEEDED_PER_S = 40_000 / 1800
FIRST = date(2026, 10, 24)
NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
RULES = Path(__file__).resolve().parents[1] / "resources" / "rules"

_DAY = """
COPY (
  SELECT 'M' || lpad(m::VARCHAR, 6, '0') AS meter_id, ['water', 'power', 'gas'][m % 3 + 1] AS kind,
    'E' || (m // 200) AS estate_id, false AS is_main, s::UTINYINT AS slot,
    round(greatest(0, hash(m * 48 + s + {day} * 1000003) % 1000 / 1000.0 - 0.4) * 0.2, 3)::FLOAT AS used,
    30::FLOAT AS minutes, 100 + round(({day} * 48 + s) * 0.05, 3) AS cum, ({day} * 48 + s) * 1800000000 AS read_at
  FROM range({meters}) m(m), range(48) s(s) ORDER BY meter_id, slot
) TO '{file}' (FORMAT PARQUET, COMPRESSION ZSTD)
"""
_BARE = (
    "SELECT meter_id, slot // 2 AS hour, median(used * 60 / minutes) FROM read_parquet([{files}])"
    " WHERE minutes <= 45 GROUP BY ALL"
)
_SQL = (
    "SELECT meter_id, slot / 2, percentile_cont(0.5) WITHIN GROUP (ORDER BY used * 60 / minutes) FROM half"
    " WHERE minutes <= 45 GROUP BY 1, 2"
)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def load() -> float:
    return round(os.getloadavg()[0], 1)


def baseline_figures(meters: int, days: int) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with connect(str(folder / "spill")) as duck:
            for day in range(days):
                file = folder / f"{FIRST + timedelta(days=day)}_1-1.parquet"
                duck.execute(_DAY.format(day=day, meters=meters, file=file))
            files = MeterDays(folder).files(FIRST, FIRST + timedelta(days=days))
            began = time.process_time()
            ours_s, found = timed(lambda: list(baselines(duck, files, METERS.baseline_least)))
            cpu_s = time.process_time() - began
            listed = ", ".join(f"'{file}'" for file in files)
            bare_s, _ = timed(lambda: duck.execute(f"CREATE OR REPLACE TABLE bare AS {_BARE.format(files=listed)}"))
            yield {
                "figure": "baselines",
                "meters": meters,
                "half_hours": meters * days * 48,
                "archive_mb": round(sum(file.stat().st_size for file in files) / 1e6, 1),
                "baselines": len(found),
                "ours_s": round(ours_s, 1),
                "ours_cpu_s": round(cpu_s, 1),
                "goal_s": GOAL_S,
                "bare_duckdb_medians_only_s": round(bare_s, 1),
                "ratio": round(ours_s / bare_s, 2),
                "load": load(),
            }
            yield from _in_postgres(duck, files, meters // 10, days)


def _in_postgres(
    duck: duckdb.DuckDBPyConnection, files: Sequence[Path], meters: int, days: int
) -> Iterator[dict[str, Any]]:
    """A tenth of the meters, in both."""
    programs = find_programs()
    if programs is None:
        yield {"figure": "baselines_postgresql", "skipped": MISSING}
        return
    listed = ", ".join(f"'{file}'" for file in files)
    few = f"read_parquet([{listed}]) WHERE meter_id < 'M{meters:06d}'"
    with tempfile.TemporaryDirectory() as name:
        csv = Path(name) / "half.csv"
        duck.execute(f"COPY (SELECT meter_id, slot, used, minutes FROM {few}) TO '{csv}' (HEADER false)")
        tenth = Path(name) / "tenth.parquet"
        duck.execute(f"COPY (SELECT * FROM {few} ORDER BY meter_id) TO '{tenth}' (FORMAT PARQUET)")
        ours_s, _ = timed(lambda: list(baselines(duck, [tenth], 1)))
        server = Postgres(programs, durable=True)
        try:
            server.start()
            with psycopg.connect(server.new_database().replace("+psycopg", "")) as connection:
                connection.execute("CREATE TABLE half (meter_id text, slot int, used real, minutes real)")
                with csv.open("rb") as rows, connection.cursor().copy("COPY half FROM STDIN (FORMAT csv)") as copy:
                    while block := rows.read(1 << 20):
                        copy.write(block)
                connection.execute("ANALYZE half")
                connection.execute("SET max_parallel_workers_per_gather = 0")
                sql_s, _ = timed(lambda: connection.execute(_SQL).fetchall())
        finally:
            server.remove()
    yield {
        "figure": "baselines_postgresql",
        "meters": meters,
        "half_hours": meters * days * 48,
        "postgresql_medians_only_s": round(sql_s, 1),
        "ours_s": round(ours_s, 1),
        "ratio": round(ours_s / sql_s, 2),
        "load": load(),
    }


def archive_figures(meters: int) -> Iterator[dict[str, Any]]:
    """Half a day of a quarter of the meters, into the store and from there into a file."""
    with tempfile.TemporaryDirectory() as name, Store.open(f"sqlite:///{name}/store.db") as store:
        midnight = datetime(2026, 11, 20, tzinfo=SHANGHAI)
        many = meters // 4
        for slot in range(24):
            at = midnight + (slot + 1) * timedelta(minutes=30)
            events = [
                Event(
                    "m",
                    f"{i}/{slot}",
                    "meter_reading",
                    at,
                    MeterReading(f"{i}/{slot}", f"M{i:06d}", "water", at, 100.0 + slot * 0.05, "m3", "D"),
                )
                for i in range(many)
            ]
            store.take(Batch(events=events), "m", NOW)
        with connect(f"{name}/spill") as duck:
            took, _ = timed(
                lambda: MeterDays(Path(name) / "days").write(duck, store, date(2026, 11, 20), date(2026, 11, 21))
            )
    readings = many * 24
    yield {
        "figure": "archive",
        "readings": readings,
        "s": round(took, 1),
        "per_s": round(readings / took),
        "load": load(),
    }


def ingest_figures(pages: int = 6) -> Iterator[dict[str, Any]]:
    """Pages of 5,000 readings of 5,000 meters from a SQLite community into a SQLite store, rules on."""
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{name}/community.db"
        database = CommunityDatabase(url)
        with database.begin() as connection:
            METADATA.create_all(connection)
            bulk_insert(
                connection, BIAOJI, [(f"M{i}", str(i % 3 + 1), "XQ01", f"XQ010101{i:04d}") for i in range(5_000)]
            )
            for page in range(pages):
                at = f"{local(NOW - timedelta(minutes=30 * (pages - page))):%Y%m%d%H%M%S}"
                first = page * 5_000
                rows = [(first + i + 1, f"L{first + i}", f"M{i}", at, 100.0 + page * 0.1, "m3") for i in range(5_000)]
                bulk_insert(connection, CHAOBIAO, rows)
        database.close()
        rules = [rule for rule in read_rules(RULES) if rule.id.startswith(("R-UTL", "R-ELD"))]
        with Store.open(f"sqlite:///{name}/store.db") as store:
            store.use_rules(RuleRunner(rules, now=lambda: NOW))
            fetch, normalise = fetch_readings(Upstream(url)), reading_normaliser(METERS)
            cursor, asked, judged, kept, taken = "", 0.0, 0.0, 0.0, 0
            for _ in range(pages):
                fetch_s, answer = timed(lambda c=cursor: fetch(c))
                judge_s, batch = timed(lambda a=answer: normalise(a, NOW))
                keep_s, done = timed(lambda b=batch: store.take(b, "community_meters", NOW))
                cursor = answer.cursor
                asked, judged, kept, taken = asked + fetch_s, judged + judge_s, kept + keep_s, taken + done.stored
    whole = asked + judged + kept
    yield {
        "figure": "ingest",
        "readings": taken,
        "per_s": round(taken / whole),
        "needed_per_s": round(NEEDED_PER_S, 1),
        "ask_s": round(asked, 2),
        "judge_s": round(judged, 2),
        "store_and_rules_s": round(kept, 2),
        "load": load(),
    }


def main(arguments: Sequence[str]) -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--meters", type=int, default=40_000)
    asked.add_argument("--days", type=int, default=28)
    asked.add_argument("--only", choices=("baselines", "ingest", "archive"))
    options = asked.parse_args(arguments)
    parts: dict[str, Callable[[], Iterator[dict[str, Any]]]] = {
        "ingest": ingest_figures,
        "archive": lambda: archive_figures(options.meters),
        "baselines": lambda: baseline_figures(options.meters, options.days),
    }
    for name, part in parts.items():
        if options.only in (None, name):
            for line in part():
                print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
