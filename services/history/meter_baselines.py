"""What is usual of every meter, out of four weeks of half hours: one run of DuckDB a night.

A half hour that ends a silence says nothing about its hour and is left out. Meters are taken in portions, so
that forty thousand of them need no more memory than a few.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from services.domain.meter_settings import MeterSettings
from services.history.meter_days import MeterDays, day_of
from services.store.store import Store

MEMORY = "1GB"
PORTION = 5_000  # meters at once
LONGEST_MIN = 45.0
_FIRST_SLOT = 8  # 4:00: what runs before is the night's
_FIRST_USE = 0.002  # m³


@dataclass(frozen=True, slots=True)
class Looked:
    """What a night's run did."""

    days_written: int
    days_forgotten: int
    meters: int
    days_read: int


def look(store: Store, folder: Path, now: datetime, settings: MeterSettings) -> Looked:
    """Bring the archive up to yesterday, find what is usual, keep it. Raises StoreError and duckdb.Error."""
    today = day_of(now)
    days = MeterDays(folder / "days")
    with tempfile.TemporaryDirectory() as spill, connect(spill) as duck:
        oldest = today - timedelta(days=settings.keep_days)
        written = days.write(duck, store, oldest, today)
        forgotten = days.forget(oldest)
        files = days.files(today - timedelta(days=settings.baseline_days), today)
        found = list(baselines(duck, files, settings.baseline_least))
        _keep_file(duck, folder / "baselines", today, settings)
    meters = store.meters.keep(today, found) if found else 0
    return Looked(written, forgotten, meters, len(files))


def connect(spill: str) -> duckdb.DuckDBPyConnection:
    """One core: the night belongs to others too."""
    duck = duckdb.connect(config={"memory_limit": MEMORY, "threads": 1, "temp_directory": spill})
    duck.execute("SET preserve_insertion_order = false")
    return duck


def baselines(duck: duckdb.DuckDBPyConnection, files: Sequence[Path], least: int) -> Iterator[tuple[Any, ...]]:
    """Of every meter with ``least`` days: (meter, days, p95, first use, hours). Table ``usual`` holds them after."""
    duck.execute(
        "CREATE OR REPLACE TABLE usual (meter_id VARCHAR, days BIGINT, p95 FLOAT, first_use_h FLOAT, hours VARCHAR)"
    )
    if not files:
        return
    listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    duck.execute(f"CREATE OR REPLACE VIEW halves AS SELECT * FROM read_parquet([{listed}], filename = true)")
    for first, last in _portions(duck):
        duck.execute(_SOME, {"first": first, "last": last})
        duck.execute(_USUAL, {"least": least})
    yield from duck.execute("SELECT * FROM usual").fetchall()


def _portions(duck: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Ranges of meters by name; files are in that order, so each range is read where it stands."""
    return duck.execute(
        f"SELECT min(meter_id), max(meter_id) FROM (SELECT meter_id, row_number() OVER (ORDER BY meter_id) AS n"
        f" FROM (SELECT DISTINCT meter_id FROM halves)) GROUP BY (n - 1) // {PORTION} ORDER BY 1"
    ).fetchall()


def _keep_file(duck: duckdb.DuckDBPyConnection, folder: Path, night: date, settings: MeterSettings) -> None:
    """The night beside the days, as long as they."""
    folder.mkdir(parents=True, exist_ok=True)
    file, fresh = folder / f"{night}.parquet", folder / f"{night}.part"
    where = str(fresh).replace("'", "''")
    duck.execute(f"COPY (SELECT * FROM usual ORDER BY meter_id) TO '{where}' (FORMAT PARQUET, COMPRESSION ZSTD)")
    fresh.rename(file)
    for old in folder.glob("????-??-??.parquet"):
        if old.stem < (night - timedelta(days=settings.keep_days)).isoformat():
            old.unlink()


# What one portion of meters counted, as rates an hour.
_SOME = f"""
CREATE OR REPLACE TEMP TABLE portion AS
SELECT meter_id, kind = 'water' AS is_water, filename, slot, used, (used * 60 / minutes)::FLOAT AS rate FROM halves
WHERE meter_id BETWEEN $first AND $last AND used IS NOT NULL AND minutes > 0 AND minutes <= {LONGEST_MIN}
"""

_USUAL = f"""
INSERT INTO usual
WITH hours AS (
  SELECT meter_id, slot // 2 AS hour, round(median(rate), 4) AS usual FROM portion GROUP BY ALL
), firsts AS (
  SELECT meter_id, median(slot) / 2 AS first_use_h FROM (
    SELECT meter_id, filename, min(slot) AS slot FROM portion
    WHERE is_water AND slot >= {_FIRST_SLOT} AND used >= {_FIRST_USE} GROUP BY ALL
  ) GROUP BY meter_id
), wholes AS (
  SELECT meter_id, count(DISTINCT filename) AS days, quantile_cont(rate, 0.95) AS p95 FROM portion GROUP BY meter_id
), spread AS (
  SELECT meter_id, string_agg(coalesce(usual::VARCHAR, '-'), ' ' ORDER BY hour) AS hours
  FROM (SELECT meter_id, unnest(range(24)) AS hour FROM wholes) LEFT JOIN hours USING (meter_id, hour) GROUP BY meter_id
)
SELECT meter_id, days, p95, first_use_h, hours
FROM wholes JOIN spread USING (meter_id) LEFT JOIN firsts USING (meter_id) WHERE days >= $least
"""
