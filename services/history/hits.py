"""Each kind of detection as SQL over ``events``: the same hits as ``domain/definition.py`` tells.

A hit is (``_seq``, ``_at``, ``_n``, the columns of the key, ``told``): the event it ends at and the moment
it is known. Kinds without
SQL here are replayed through their detectors (``replay.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.collect.rule_files import event_columns
from services.domain.kinds import (
    Absence,
    Attribute,
    FirstSeen,
    Frequency,
    Rate,
    Threshold,
    Travel,
    WatchList,
)
from services.domain.kinds_runs import Chain, Consecutive, Trips
from services.history.dialect import name, names
from services.history.hits_parts import (
    MICRO,
    ORDER,
    carried,
    double,
    hit,
    joined,
    met_rows,
    sorted_rows,
    text,
)
from services.history.hits_runs import chain_sql, consecutive_sql, enough, trips_sql
from services.history.version import Version

__all__ = ["carried", "hits_sql"]


def hits_sql(version: Version) -> str | None:
    """A SELECT of the version's hits; None when its kind has no SQL."""
    make = _SQL.get(type(version.rule.detect))
    return None if make is None else make(version, version.rule.detect)


def _attribute(version: Version, _detect: Attribute) -> str:
    return f"SELECT {hit(version)} FROM ({met_rows(version)})"


def _watch_list(version: Version, detect: WatchList) -> str:
    """``listed`` holds the entries: list, value, valid_from, valid_until (microseconds), place."""
    placed = "checkpoint_id" in event_columns()[version.rule.event]
    met = met_rows(version, detect.match, *(("checkpoint_id",) if placed else ()))
    on_list = (
        f"SELECT 1 FROM listed WHERE listed.list = '{text(detect.list)}' AND listed.value = met.{name(detect.match)}"
        ' AND listed.valid_from <= met."_at" AND met."_at" < listed.valid_until'
        f" AND (listed.place = ''{' OR listed.place = met.checkpoint_id' if placed else ''})"
    )
    return f"SELECT {hit(version)} FROM ({met}) met WHERE EXISTS ({on_list})"


def _frequency(version: Version, detect: Frequency) -> str:
    met = met_rows(version, *detect.by, *([detect.different] if detect.different else ()), known=detect.by)
    tables, found = enough(detect.by, detect.at_least, detect.within, detect.different_days)
    if detect.different:
        found = _at_different(found, detect)
    kept = "MATERIALIZED " if tables or detect.different else ""
    return f"WITH met AS {kept}({met}){tables} SELECT {hit(version)} FROM ({_spaced(found, detect)})"


def _at_different(hits: str, detect: Frequency) -> str:
    """Those whose window holds enough known values of the column."""
    window = (
        f'{joined("met", "often_enough", detect.by)} AND met."_at" > often_enough."_at" - {detect.within // MICRO}'
        ' AND (met."_at", met."_n") <= (often_enough."_at", often_enough."_n")'
    )
    values = f"count(DISTINCT nullif(met.{name(detect.different)}, ''))"
    enough_values = (
        f'SELECT often_enough."_seq" FROM ({hits}) often_enough JOIN met ON {window}'
        f' GROUP BY often_enough."_seq" HAVING {values} >= {detect.least_different}'
    )
    return f'SELECT * FROM ({hits}) WHERE "_seq" IN ({enough_values})'


def _spaced(hits: str, detect: Frequency) -> str:
    """Without the hits that come less than ``gap`` after another of their key."""
    if not detect.gap:
        return hits
    before = f'lag("_at") OVER (PARTITION BY {names(detect.by)} ORDER BY {ORDER})'
    return f'SELECT * FROM ({hits}) QUALIFY {before} IS NULL OR {before} <= "_at" - {detect.gap // MICRO}'


def _first_seen(version: Version, detect: FirstSeen) -> str:
    met = met_rows(version, *detect.by, known=detect.by)
    before = f'lag("_at") OVER (PARTITION BY {names(detect.by)} ORDER BY {ORDER})'
    new = f'before IS NULL OR before <= "_at" - {detect.within // MICRO}'
    return f"SELECT {hit(version)} FROM (SELECT *, {before} AS before FROM ({met})) WHERE {new}"


def _rate(version: Version, detect: Rate) -> str:
    """The lowest and the highest value of the window before; of the same moment, those before in order."""
    by, column = names(detect.by), name(detect.column)
    met = f"{met_rows(version, *detect.by, detect.column, known=detect.by)} AND {column} IS NOT NULL"
    earlier = f'PARTITION BY {by} ORDER BY "_at" RANGE BETWEEN {detect.within // MICRO - 1} PRECEDING AND 1 PRECEDING'
    beside = f'PARTITION BY {by}, "_at" ORDER BY "_n" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING'
    ends = (
        f"least(min({column}) OVER earlier, min({column}) OVER beside) AS lowest,"
        f" greatest(max({column}) OVER earlier, max({column}) OVER beside) AS highest"
    )
    rose, fell = f"{column} - lowest >= {double(detect.at_least)}", f"highest - {column} >= {double(detect.at_least)}"
    moved = {"rise": rose, "fall": fell}.get(detect.direction, f"{rose} OR {fell}")
    window = f"WINDOW earlier AS ({earlier}), beside AS ({beside})"
    return f"SELECT {hit(version)} FROM (SELECT *, {ends} FROM ({met}) {window}) WHERE {moved}"


def _travel(version: Version, detect: Travel) -> str:
    """Any sighting of the window before it that is too far away. A great circle, as ``judge.km_between``.

    Each earlier sighting stands in its own stretch of ``within`` and in the next, so that only what lies
    in one stretch is compared.
    """
    met = f"{met_rows(version, *detect.by, 'lon', 'lat', known=detect.by)} AND lon IS NOT NULL AND lat IS NOT NULL"
    within = detect.within // MICRO
    half = (
        "sin(radians(b.lat - a.lat) / 2) ** 2"
        " + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(radians(b.lon - a.lon) / 2) ** 2"
    )
    km = f"2 * 6371.0088e0 * asin(sqrt(least(1e0, {half})))"
    hours = '((b."_at" - a."_at") / 3.6e9)'
    earlier = f'(a."_at", a."_n") < (b."_at", b."_n") AND a."_at" > b."_at" - {within}'
    outran = f"{km} >= {double(detect.min_km)} AND ({hours} = 0 OR {km} / {hours} > {double(detect.over_kmh)})"
    return (
        f'WITH met AS MATERIALIZED (SELECT *, "_at" // {within} AS "_slot" FROM ({met})),'
        f' before AS (SELECT * FROM met UNION ALL SELECT * REPLACE ("_slot" + 1 AS "_slot") FROM met)'
        f" SELECT {hit(version)} FROM met b SEMI JOIN before a"
        f' ON {joined("a", "b", detect.by)} AND a."_slot" = b."_slot" AND {earlier} AND {outran}'
    )


def _threshold(version: Version, detect: Threshold) -> str:
    """Runs of bad and of good events; told from where a bad run has held until a good one has."""
    by = names(detect.by)
    turns = 'CASE WHEN bad IS DISTINCT FROM lag(bad) OVER k THEN "_at" END'
    begun = f"last_value({turns} IGNORE NULLS) OVER k"
    mark = (
        f'CASE WHEN bad AND "_at" - begun >= {detect.hold // MICRO} THEN true'
        f' WHEN NOT bad AND "_at" - begun >= {detect.release // MICRO} THEN false END'
    )
    order = f"WINDOW k AS (PARTITION BY {by} ORDER BY {ORDER})"
    return (
        f"WITH seen AS ({sorted_rows(version, detect.by)}),"
        f" turned AS (SELECT *, {turns} AS turn FROM seen WHERE bad IS NOT NULL {order}),"
        f" runs AS (SELECT *, {begun.replace(turns, 'turn')} AS begun FROM turned {order}),"
        f" marked AS (SELECT *, last_value({mark} IGNORE NULLS) OVER k AS told_bad FROM runs {order})"
        f" SELECT {hit(version)} FROM marked WHERE bad AND told_bad"
    )


def _absence(version: Version, detect: Absence) -> str:
    """An event after which its key stayed away while the feed went on: just before the key's next event
    (or at the end) the feed is further than ``within`` and has brought enough others. Arrival is taken to
    be in the order of time, as history no longer tells otherwise."""
    by = names(detect.by)
    met = met_rows(version, *detect.by, known=detect.by)
    numbered = f'SELECT *, row_number() OVER f AS m, lag("_at") OVER f AS feed FROM met WINDOW f AS (ORDER BY {ORDER})'
    until = 'coalesce(lead(feed) OVER k, (SELECT max("_at") FROM met))'
    number = "coalesce(lead(m) OVER k, (SELECT count(*) + 1 FROM met))"
    gaps = f"SELECT *, {until} AS until, {number} - m - 1 AS others FROM numbered"
    return (
        f"WITH met AS ({met}), numbered AS ({numbered}),"
        f" gaps AS ({gaps} WINDOW k AS (PARTITION BY {by} ORDER BY {ORDER}))"
        f" SELECT {hit(version, f'_at + {detect.within // MICRO}')} FROM gaps"
        f' WHERE until - "_at" > {detect.within // MICRO} AND others >= {detect.others}'
    )


_SQL: Mapping[type, Callable[[Version, Any], str]] = {
    Attribute: _attribute,
    WatchList: _watch_list,
    Frequency: _frequency,
    FirstSeen: _first_seen,
    Rate: _rate,
    Travel: _travel,
    Threshold: _threshold,
    Absence: _absence,
    Consecutive: consecutive_sql,
    Chain: chain_sql,
    Trips: trips_sql,
}
