"""The history of one plate, 180 days, among many passages on PostgreSQL, against hand-written SQL.

    python -m benchmarks.checkpoints --only history [--rows 50000000] [--plates 300]

The goal is 50 ms among 50 million. Rows are made as text by numpy and loaded by COPY into the months of a
server started for this; a third of a gigabyte a million. Ours is what the console calls: SQL, and records
out of every row. The peer is ``SELECT *`` through the bare driver, tuples only, in turn with ours.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from services.store.columns import to_micros
from services.store.partitions import Month, make, parts
from services.store.passages import passages_of_plate
from services.store.store import Store
from tests.postgres import MISSING, Postgres, find_programs

END = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
DAYS = 180
CHUNK = 200_000
VEHICLES_PER_ROW = 1 / 33  # so that the usual vehicle passes every five days
BUSY = 1.5  # the larger, the more of all passages are of the busiest vehicles
INDEXES = ("occurred_at", "plate_no, occurred_at", "checkpoint_id, occurred_at")

# Every field of fixed width: digits are written into a copy of this line, a column of bytes at a time.
_FIELDS = (
    ("seq", "0" * 10),
    ("occurred_at", "0" * 16),
    ("passed_at", "0" * 16),
    ("passage_id", "33100200001190000" + "0" * 31),
    ("checkpoint_id", "331002000012100000" + "00"),
    ("device_id", "331002000011900000" + "00"),
    ("checkpoint_name", "椒江二桥"),
    ("lane", "1"),
    ("direction", "南"),
    ("plate_no", "浙J" + "0" * 7),
    ("plate_raw", "浙J" + "0" * 7),
    ("plate_colour", "蓝"),
    ("plate_class", "02"),
    ("plate_flag", "civil"),
    ("has_plate", "t"),
    ("vehicle_class", "K33"),
    ("vehicle_colour", "白"),
    ("speed_kmh", "48.5"),
    ("confidence", "0.97"),
    ("lon", "121.4385"),
    ("lat", "28.6900"),
    ("time_flag", ""),
)
Numbers = NDArray[np.int64]


def figures(arguments: Sequence[str]) -> Iterator[dict[str, Any]]:
    options = argparse.ArgumentParser(prog="benchmarks.checkpoints --only history")
    options.add_argument("--rows", type=int, default=2_000_000)
    options.add_argument("--plates", type=int, default=300)
    asked = options.parse_args(arguments)
    programs = find_programs()
    if programs is None:
        yield {"figure": "history", "skipped": MISSING}
        return
    server = Postgres(programs, durable=True)
    try:
        server.start()
        url = server.new_database()
        yield {"figure": "history_load", "rows": asked.rows, **_load(url, asked.rows)}
        server.stop()
        server.start()
        for name, plates in _samples(asked.rows, asked.plates).items():
            yield {"figure": "history", "rows": asked.rows, "days": DAYS, "plates": name, **_ask(url, plates)}
    finally:
        server.remove()


def _samples(rows: int, count: int) -> dict[str, list[str]]:
    """Each asked the first time after the server's start (only the machine's own cache is warm), then again."""
    chance = np.random.default_rng(2)
    vehicles = _vehicles(rows)
    usual, busy = chance.integers(0, vehicles, count), np.arange(count // 3)
    fresh = [_plate(int(n)) for n in usual]
    return {"any, first": fresh, "any, again": fresh, "busiest, first": [_plate(int(n)) for n in busy]}


def _ask(url: str, plates: Sequence[str]) -> dict[str, Any]:
    since, until = END - timedelta(days=DAYS), END
    ours: list[float] = []
    bare: list[float] = []
    found: list[int] = []
    conninfo = url.replace("postgresql+psycopg", "postgresql")
    with Store.open(url, read_only=True) as store, psycopg.connect(conninfo) as connection:
        bounds = (to_micros(since), to_micros(until))

        def by_hand(plate: str) -> int:
            query = (
                "SELECT * FROM event_passage WHERE plate_no = %s AND occurred_at >= %s AND occurred_at < %s"
                " ORDER BY occurred_at DESC, seq DESC LIMIT 2000"
            )
            return len(connection.execute(query, (plate, *bounds)).fetchall())

        def by_us(plate: str) -> int:
            with store.read() as reading:
                return len(passages_of_plate(reading, plate, since, until))

        for each in (by_hand, by_us):
            each("浙J0000000x")  # the plan of it, and the connection
        for n, plate in enumerate(plates):
            order = (by_us, by_hand) if n % 2 else (by_hand, by_us)
            took = {each: _timed(each, plate, found) for each in order}
            ours.append(took[by_us])
            bare.append(took[by_hand])
    return {
        "asked": len(plates),
        "passages_median": statistics.median(found),
        "passages_most": max(found),
        "p50_ms": _ms(ours, 50),
        "p95_ms": _ms(ours, 95),
        "worst_ms": _ms(ours, 100),
        "bare_p50_ms": _ms(bare, 50),
        "bare_p95_ms": _ms(bare, 95),
        "ratio_p95": round(float(np.percentile(ours, 95) / np.percentile(bare, 95)), 2),
    }


def _timed(ask: Callable[[str], int], plate: str, found: list[int]) -> float:
    began = time.perf_counter()
    found.append(ask(plate))
    return time.perf_counter() - began


def _ms(seconds: Sequence[float], share: int) -> float:
    return round(1000 * float(np.percentile(seconds, share)), 2)


# ------------------------------------------------------------------------------------------- loading


def _load(url: str, rows: int) -> dict[str, Any]:
    """All months made, rows in by COPY, indexes after: a tenth of the time of one row's at a time."""
    with Store.open(url) as store, store._writing() as connection:
        month = Month.of(END - timedelta(days=DAYS))
        while month <= Month.of(END):
            make(connection, month)
            month = month.next
        months = len(parts(connection))
    conninfo = url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(conninfo, autocommit=True) as connection:
        names = [name for (name,) in connection.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'event_passage' AND indexname LIKE 'ix%'"
        )]  # fmt: skip
        for name in names:
            connection.execute(f"DROP INDEX {name}".encode())
        began = time.perf_counter()
        columns = ", ".join(name for name, _ in _FIELDS)
        for first in range(0, rows, CHUNK):
            with connection.cursor().copy(f"COPY event_passage ({columns}) FROM STDIN".encode()) as copy:
                copy.write(_text(first, min(CHUNK, rows - first), rows))
        loaded = time.perf_counter()
        connection.execute("SET maintenance_work_mem = '512MB'")
        for indexed in INDEXES:
            connection.execute(f"CREATE INDEX ON event_passage ({indexed})".encode())
        connection.execute("VACUUM ANALYZE event_passage")
        size = connection.execute(
            "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = 'event_passage'::regclass"
        ).fetchone()
    return {
        "months": months,
        "rows_per_s": round(rows / (loaded - began)),
        "index_s": round(time.perf_counter() - loaded),
        "gigabytes": round(int(size[0]) / 1e9, 1) if size else None,
    }


def _vehicles(rows: int) -> int:
    return max(100, round(rows * VEHICLES_PER_ROW))


def _plate(vehicle: int) -> str:
    return f"浙J{vehicle:07}"


def _text(first: int, count: int, rows: int) -> bytes:
    """``count`` lines of COPY's text, in order of time."""
    chance = np.random.default_rng(first)
    seq = np.arange(first, first + count)
    span = DAYS * 86_400 * 1_000_000
    at = to_micros(END - timedelta(days=DAYS)) + (seq * (span / rows)).astype(np.int64)
    vehicle = (_vehicles(rows) * chance.random(count) ** BUSY).astype(np.int64)
    place = chance.integers(0, 40, count)
    line = "\t".join(example for _, example in _FIELDS) + "\n"
    lines = np.tile(np.frombuffer(line.encode(), np.uint8), (count, 1))
    ends = np.cumsum([len(example.encode()) + 1 for _, example in _FIELDS]) - 1
    end_of = {name: int(end) for (name, _), end in zip(_FIELDS, ends, strict=True)}
    for name, numbers, digits in (
        ("seq", seq + 1, 10),
        ("occurred_at", at, 16),
        ("passed_at", at, 16),
        ("passage_id", seq, 12),
        ("checkpoint_id", place, 2),
        ("device_id", place, 2),
        ("plate_no", vehicle, 7),
        ("plate_raw", vehicle, 7),
    ):
        _write_digits(lines, end_of[name], numbers, digits)
    return lines.tobytes()


def _write_digits(lines: NDArray[np.uint8], end: int, numbers: Numbers, digits: int) -> None:
    left = numbers
    for place in range(end - 1, end - 1 - digits, -1):
        left, digit = np.divmod(left, 10)
        lines[:, place] = digit + ord("0")
