"""The archive of meters: half hours of all meters, one Parquet file a day, written by DuckDB.

Use is counted anew from the counters in the order of time, so what came late stands in its own half hour. A
half hour without a reading has no row: it is unknown, not zero. No Python looks at a single reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
from sqlalchemy import Connection, text

from services.domain.timebase import SHANGHAI, local
from services.history.archive import CHUNK, Filled, make_table, put_chunk
from services.store.columns import to_micros
from services.store.store import Store

DAY_US = 86_400_000_000
GRACE_US = 15 * 60_000_000  # a reading belongs to the half hour it ends in, give or take half of it
SLOT_US = 1_800_000_000
_READINGS = "event_meter_reading"
_SAID = (
    Filled("read_at", "occurred_at", "BIGINT"),
    Filled("meter_id", "meter_id", "VARCHAR"),
    Filled("kind", "meter_kind", "VARCHAR"),
    Filled("estate_id", "estate_id", "VARCHAR"),
    Filled("is_main", "CASE WHEN dwelling_id = '' THEN 1 ELSE 0 END", "BIGINT"),
    Filled("cum", "cum_value", "DOUBLE"),
    Filled("told", "used", "DOUBLE"),
    Filled("mark", "mark", "VARCHAR"),
)


class MeterDays:
    """The days under ``folder``. A day is written again when the store holds more readings of it than were
    written; never when it holds fewer, because the store lets go of readings and the archive does not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def files(self, first: date, until: date) -> Sequence[Path]:
        """Of the days in [first, until) that are kept, oldest first."""
        named = {file.name.partition("_")[0]: file for file in sorted(self.folder.glob("????-??-??_*.parquet"))}
        return [file for day, file in sorted(named.items()) if first.isoformat() <= day < until.isoformat()]

    def write(self, duck: duckdb.DuckDBPyConnection, store: Store, first: date, until: date) -> int:
        """The days in [first, until) of which the store knows more than the archive. Returns how many."""
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = {file.name.partition("_")[0]: _count_of(file) for file in self.files(first, until)}
        written = 0
        with store.read() as reader:
            for day, count, newest in self._held(reader, first, until):
                if count > kept.get(day.isoformat(), 0):
                    _gather(duck, reader, day)
                    self._put(duck, self.folder / f"{day}_{count}-{newest}.parquet", day)
                    written += 1
        return written

    def forget(self, before: date) -> int:
        """Let go of days before this one. Returns how many."""
        old = self.files(date.min, before)
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)

    def _held(self, reader: Connection, first: date, until: date) -> Iterator[tuple[date, int, int]]:
        """The days the store has readings of, how many and the newest number."""
        began = bounds(first)[0]
        held = text(
            f"SELECT (occurred_at - {began}) / {DAY_US} AS day, count(*), max(seq) FROM {_READINGS}"
            " WHERE occurred_at >= :first AND occurred_at < :last GROUP BY 1 ORDER BY 1"
        )
        for day, count, newest in reader.execute(held, {"first": began, "last": bounds(until)[0]}).all():
            yield first + timedelta(days=int(day)), int(count), int(newest)

    def _put(self, duck: duckdb.DuckDBPyConnection, file: Path, day: date) -> None:
        before = self.files(day - timedelta(days=1), day)
        seed = _SEED.format(file=_quoted(before[-1])) if before else ""
        fresh = file.with_suffix(".part")
        halves = _HALVES.format(first=bounds(day)[0], seed=seed)
        duck.execute(f"COPY ({halves}) TO '{_quoted(fresh)}' (FORMAT PARQUET, COMPRESSION ZSTD)")
        duck.execute("DROP TABLE arrived")
        for old in self.folder.glob(f"{day}_*.parquet"):
            old.unlink()
        fresh.rename(file)


def bounds(day: date) -> tuple[int, int]:
    """Microseconds since 1970 of the readings that belong to a day of Shanghai."""
    began = to_micros(datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)) + GRACE_US
    return began, began + DAY_US


def day_of(now: datetime) -> date:
    """The day a reading of this moment belongs to."""
    return local(now - timedelta(microseconds=GRACE_US)).date()


def _gather(duck: duckdb.DuckDBPyConnection, reader: Connection, day: date) -> None:
    first, last = bounds(day)
    make_table(duck, "arrived", _SAID)
    said = ", ".join(f'{c.said} AS "{c.name}"' for c in _SAID)
    query = text(f"SELECT {said} FROM {_READINGS} WHERE occurred_at >= :first AND occurred_at < :last")
    options = {"stream_results": True}
    with reader.execute(query, {"first": first, "last": last}, execution_options=options) as found:
        for part in found.partitions(CHUNK):
            put_chunk(duck, "arrived", _SAID, list(zip(*part, strict=True)))


def _count_of(file: Path) -> int:
    """How many readings a day's file was written from."""
    return int(file.stem.partition("_")[2].partition("-")[0])


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


# The last counter of the day before, so that the first half hour of this one is known.
_SEED = """
UNION ALL SELECT max(read_at), meter_id, '', '', 0, arg_max(cum, read_at), NULL, ''
FROM read_parquet('{file}') GROUP BY meter_id
"""

# One row a meter and half hour. Where a counter went on from elsewhere (a new meter, its end, another level) what
# was told of it counts; else what the counter moved.
_HALVES = f"""
WITH all_of_it AS (SELECT read_at, meter_id, kind, estate_id, is_main, cum, told, mark FROM arrived {{seed}}),
stepped AS (
  SELECT *, lag(cum) OVER of_meter AS before, lag(read_at) OVER of_meter AS since
  FROM all_of_it WINDOW of_meter AS (PARTITION BY meter_id ORDER BY read_at)
), counted AS (
  SELECT *, ((read_at - {{first}}) // {SLOT_US})::UTINYINT AS slot, (read_at - since) / 60e6 AS minutes,
    CASE WHEN mark IN ('replaced', 'rolled_over', 'level') THEN told WHEN cum >= before THEN cum - before END AS used
  FROM stepped WHERE read_at >= {{first}}
)
SELECT meter_id, any_value(kind) AS kind, any_value(estate_id) AS estate_id, any_value(is_main) > 0 AS is_main, slot,
  sum(used)::FLOAT AS used, sum(minutes)::FLOAT AS minutes, arg_max(cum, read_at) AS cum, max(read_at) AS read_at
FROM counted GROUP BY meter_id, slot ORDER BY meter_id, slot
"""
