"""One version over the events that are loaded: its hits become the alerts it would have raised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb
import numpy as np

from services.domain.backtest import DEDUP, Episode, raised
from services.domain.condition import Sort
from services.domain.kinds import FirstSeen
from services.domain.rule import Rule
from services.domain.watchlist import WatchlistEntry
from services.history.dialect import name, names
from services.history.hits import hits_sql
from services.history.replay import replayed
from services.history.version import Version
from services.store.columns import from_micros, to_micros

MICRO = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Run:
    """What a version would have raised, and what did the work."""

    alerts: tuple[Episode, ...]
    hits: int
    how: str


def run(
    duck: duckdb.DuckDBPyConnection,
    version: Version,
    since: datetime,
    until: datetime,
    lists: Sequence[WatchlistEntry] = (),
    known_since: datetime | None = None,
) -> Run:
    """Over ``events``, which begin one lookback before ``since``; hits before ``since`` only warm up.

    ``known_since`` is the moment of the oldest event the store has: until a first-seen rule's window
    has passed since then nothing is new.
    """
    how = _find(duck, version, lists)
    first = to_micros(since)
    if isinstance(version.rule.detect, FirstSeen) and known_since is not None:
        first = max(first, to_micros(known_since + version.rule.detect.within))
    duck.execute(f"DELETE FROM hits WHERE told < {first} OR told >= {to_micros(until)}")
    row = duck.execute("SELECT count(*) FROM hits").fetchone()
    alerts = raised(_episodes(duck, version.rule), version.rule.quiet)
    return Run(alerts, int(row[0]) if row else 0, how)


def put_lists(duck: duckdb.DuckDBPyConnection, entries: Iterable[WatchlistEntry]) -> None:
    """The watch lists as table ``listed``."""
    rows = [(e.list, e.value, to_micros(e.valid_from), to_micros(e.valid_until)) for e in entries]
    duck.execute("CREATE OR REPLACE TABLE listed (list VARCHAR, value VARCHAR, valid_from BIGINT, valid_until BIGINT)")
    if rows:
        columns = zip(("list", "value", "valid_from", "valid_until"), zip(*rows, strict=True), strict=True)
        duck.register(
            "chunk", {c: np.array(v, dtype=object if c in ("list", "value") else np.int64) for c, v in columns}
        )
        duck.execute("INSERT INTO listed SELECT * FROM chunk")
        duck.unregister("chunk")


def _find(duck: duckdb.DuckDBPyConnection, version: Version, lists: Sequence[WatchlistEntry]) -> str:
    """Fill ``hits``. DuckDB does it where the kind has SQL and no number overflows, else the detector."""
    sql = hits_sql(version)
    duck.execute("DROP TABLE IF EXISTS hits")
    why = "此类判定尚无批量语句"
    if sql is not None:
        put_lists(duck, lists)
        try:
            duck.execute(f"CREATE TABLE hits AS {sql}")
        except (duckdb.OutOfRangeException, duckdb.ConversionException):
            why = "批量计算越界"
        else:
            return "DuckDB 批量判定"
    by_value: dict[str, dict[str, list[WatchlistEntry]]] = {}
    for entry in lists:
        by_value.setdefault(entry.list, {}).setdefault(entry.value, []).append(entry)
    hits = replayed(duck, version.rule, lambda name: by_value.get(name, {}))
    duck.execute("CREATE OR REPLACE TABLE told_hits (_seq BIGINT, told BIGINT)")
    if hits:
        numbers, moments = zip(*hits, strict=True)
        duck.register("chunk", {"_seq": np.array(numbers, np.int64), "told": np.array(moments, np.int64)})
        duck.execute("INSERT INTO told_hits SELECT * FROM chunk")
        duck.unregister("chunk")
    duck.execute("CREATE TABLE hits AS SELECT e._seq, e._at, e._n, h.told FROM told_hits h JOIN events e USING (_seq)")
    return f"在线判定器逐条回放（{why}）"


def _episodes(duck: duckdb.DuckDBPyConnection, rule: Rule) -> list[Episode]:
    """Hits of one key with no gap above the dedup window, worded by the first of them."""
    keys = sorted(rule.key.fields)
    worded = rule.wall_subject.fields | rule.place.fields
    others = sorted((worded & set(rule.columns)) - set(keys))
    by = f"PARTITION BY {names(keys)}" if keys else ""
    carried = "".join(f", e.{names([c])}" for c in (*keys, *others))
    begins = f"gap IS NULL OR gap > {DEDUP // MICRO}"
    so_far = f"{by} ORDER BY told, _n ROWS UNBOUNDED PRECEDING"
    parts = (
        f"keyed AS (SELECT h.told, h._n{carried} FROM hits h JOIN events e USING (_seq))",
        f"gaps AS (SELECT *, told - lag(told) OVER ({by} ORDER BY told, _n) AS gap FROM keyed)",
        f"numbered AS (SELECT *, count(*) FILTER ({begins}) OVER ({so_far}) AS episode FROM gaps)",
    )
    firsts = [f"first({names([c])} ORDER BY told, _n)" for c in others]
    wanted = ", ".join(["min(told)", "max(told)", "count(*)", *map(name, keys), *firsts])
    grouped = ", ".join([*map(name, keys), "episode"])
    found = duck.execute(f"WITH {', '.join(parts)} SELECT {wanted} FROM numbered GROUP BY {grouped}").fetchall()
    return [_episode(rule, (*keys, *others), row) for row in found]


def _episode(rule: Rule, columns: Sequence[str], row: Sequence[Any]) -> Episode:
    first, last, hits, *values = row
    figures = {c: _figure(rule.columns[c], value) for c, value in zip(columns, values, strict=True)}
    return Episode(
        rule.key_of(figures),
        from_micros(first),
        from_micros(last),
        hits,
        rule.wall_subject.filled(figures),
        rule.place.filled(figures),
    )


def _figure(sort: Sort, value: Any) -> Any:
    return from_micros(value) if sort is Sort.TIME and value is not None else value
