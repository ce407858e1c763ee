"""One version over the events that are loaded: its hits become the alerts it would have raised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np

from services.domain.backtest import DEDUP, Episode
from services.domain.condition import Sort
from services.domain.kinds import FirstSeen
from services.domain.rule import Rule
from services.domain.watchlist import WatchlistEntry
from services.history.dialect import name, names
from services.history.hits import carried, hits_sql
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
    return Run(_alerts(duck, version), int(row[0]) if row else 0, how)


def put_lists(duck: duckdb.DuckDBPyConnection, entries: Iterable[WatchlistEntry]) -> None:
    """The watch lists as table ``listed``; an entry for some checkpoints has a row for each, ``place``."""
    rows = [
        (e.list, e.value, to_micros(e.valid_from), to_micros(e.valid_until), place)
        for e in entries
        for place in e.checkpoint_ids or ("",)
    ]
    words = ("list", "value", "place")
    duck.execute(
        "CREATE OR REPLACE TABLE listed"
        " (list VARCHAR, value VARCHAR, valid_from BIGINT, valid_until BIGINT, place VARCHAR)"
    )
    if rows:
        columns = zip(("list", "value", "valid_from", "valid_until", "place"), zip(*rows, strict=True), strict=True)
        duck.register("chunk", {c: np.array(v, dtype=object if c in words else np.int64) for c, v in columns})
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
    wanted = names(("_seq", "_at", "_n", *carried(version)))
    duck.execute(f"CREATE TABLE hits AS SELECT {wanted}, told FROM told_hits JOIN events USING (_seq)")
    return f"在线判定器逐条回放（{why}）"


def _alerts(duck: duckdb.DuckDBPyConnection, version: Version) -> tuple[Episode, ...]:
    """Hits of one key with no gap above the dedup window are an episode, and an episode that no quiet time
    forbids is an alert; only alerts are put into words."""
    keys = names(carried(version)) or "1 AS one"
    every = f"SELECT row_number() OVER () AS k, * FROM (SELECT DISTINCT {keys} FROM hits)"
    duck.execute(f"CREATE OR REPLACE TABLE keyed AS {every}")
    same = " AND ".join(f"h.{c} IS NOT DISTINCT FROM keyed.{c}" for c in map(name, carried(version))) or "true"
    of_key = "PARTITION BY k ORDER BY told, _n"
    parts = (
        f"hit AS (SELECT k, told, _n, _seq FROM hits h JOIN keyed ON {same})",
        f"gaps AS (SELECT *, coalesce(told - lag(told) OVER ({of_key}) > {DEDUP // MICRO}, true) AS begins FROM hit)",
        f"numbered AS (SELECT *, count(*) FILTER (begins) OVER ({of_key} ROWS UNBOUNDED PRECEDING) AS nth FROM gaps)",
    )
    wanted = "k, min(told) AS began, max(told) AS ended, count(*) AS hits, max(_seq) FILTER (begins) AS number"
    query = f"WITH {', '.join(parts)} SELECT {wanted} FROM numbered GROUP BY k, nth ORDER BY k, nth"
    return _worded(duck, version.rule, _unsilenced(duck.execute(query).fetchnumpy(), version.rule.quiet))


def _unsilenced(episodes: Mapping[str, Any], quiet: timedelta) -> list[tuple[int, int, int, int]]:
    """(began, last, hits, number of the first event) of the episodes that are alerts; they come by key and time.

    Within a key each alert silences what begins before its end, the dedup window and the quiet time are over.
    """
    keys, began, last, hits, number = (np.asarray(episodes[c]) for c in ("k", "began", "ended", "hits", "number"))
    if not quiet:
        chosen = range(len(keys))
    else:
        chosen, silence = [], (quiet + DEDUP) // MICRO
        edges = [*np.flatnonzero(np.diff(keys, prepend=-1)).tolist(), len(keys)]
        for first, end in pairwise(edges):
            at = first
            while at < end:
                chosen.append(at)
                at += 1 + int(np.searchsorted(began[at + 1 : end], last[at] + silence))
    return [(int(began[i]), int(last[i]), int(hits[i]), int(number[i])) for i in chosen]


def _worded(
    duck: duckdb.DuckDBPyConnection, rule: Rule, alerts: Sequence[tuple[int, int, int, int]]
) -> tuple[Episode, ...]:
    """Alerts with the texts of their first event, in the order they began."""
    said = rule.key.fields | rule.wall_subject.fields | rule.place.fields
    columns = sorted(said & set(rule.columns))
    if not alerts:
        return ()
    duck.execute("CREATE OR REPLACE TABLE raised (_seq BIGINT)")
    duck.register("chunk", {"_seq": np.array([number for *_, number in alerts], dtype=np.int64)})
    duck.execute("INSERT INTO raised SELECT * FROM chunk")
    duck.unregister("chunk")
    carry = "".join(f", {c}" for c in map(name, columns))
    found = duck.execute(f"SELECT _seq{carry} FROM events SEMI JOIN raised USING (_seq)").fetchall()
    texts = {number: values for number, *values in found}
    episodes = [_episode(rule, columns, alert, texts[alert[3]]) for alert in alerts]
    return tuple(sorted(episodes, key=lambda episode: (episode.first_at, episode.key)))


def _episode(rule: Rule, columns: Sequence[str], alert: tuple[int, int, int, int], values: Sequence[Any]) -> Episode:
    figures = {c: _figure(rule.columns[c], value) for c, value in zip(columns, values, strict=True)}
    began, last, hits, _ = alert
    return Episode(
        rule.key_of(figures),
        from_micros(began),
        from_micros(last),
        hits,
        rule.wall_subject.filled(figures),
        rule.place.filled(figures),
    )


def _figure(sort: Sort, value: Any) -> Any:
    return from_micros(value) if sort is Sort.TIME and value is not None else value
