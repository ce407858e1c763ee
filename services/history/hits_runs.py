"""Events in a row, chains and trips as SQL over ``events``; see ``hits.py``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from services.domain.kinds_runs import Chain, Consecutive, Trips
from services.history.dialect import condition, name, names
from services.history.hits_parts import DAY, MICRO, ORDER, SHANGHAI, hit, joined, met_rows, sorted_rows
from services.history.version import Version


def enough(by: Sequence[str], at_least: int, within: timedelta, different_days: int) -> tuple[str, str]:
    """Further tables over ``met``, and a SELECT of its rows that end a window with enough events on enough
    days: the N-th event back lies within the time, and so does the last event of the D-th day back."""
    key, micros = names(by), within // MICRO
    since = f'lag("_at", {at_least - 1}) OVER (PARTITION BY {key} ORDER BY {ORDER})'
    often = f'SELECT *, {since} AS since FROM met QUALIFY since > "_at" - {micros}'
    if different_days <= 1:
        return "", often
    day = f'("_at" + {SHANGHAI}) // {DAY}'
    held = f'lag(max("_at"), {different_days - 1}) OVER (PARTITION BY {key} ORDER BY {day})'
    days = (
        f"SELECT {key}, {day} AS day, {held} AS held FROM met"
        f" WHERE ({key}) IN (SELECT ({key}) FROM often) GROUP BY {key}, {day}"
    )
    enough_days = (
        f'SELECT often.*, days.held FROM often JOIN days ON days.day = (often."_at" + {SHANGHAI}) // {DAY}'
        f' AND {joined("often", "days", by)} WHERE days.held > often."_at" - {micros}'
    )
    return f", often AS ({often}), days AS ({days})", enough_days


def consecutive_sql(version: Version, detect: Consecutive) -> str:
    """A frequency within the runs that good events part."""
    by = names(detect.by)
    run = f"count(*) FILTER (NOT bad) OVER (PARTITION BY {by} ORDER BY {ORDER} ROWS UNBOUNDED PRECEDING)"
    tables, found = enough((*detect.by, "_run"), detect.at_least, detect.within, detect.different_days)
    return (
        f"WITH seen AS ({sorted_rows(version, detect.by)}),"
        f' runs AS (SELECT *, {run} AS "_run" FROM seen WHERE bad IS NOT NULL),'
        f" met AS MATERIALIZED (SELECT * FROM runs WHERE bad){tables}"
        f" SELECT {hit(version)} FROM ({found})"
    )


def chain_sql(version: Version, detect: Chain) -> str:
    """Where each chain began is carried along it."""
    key = f"PARTITION BY {names(detect.by)} ORDER BY {ORDER}"
    turn = f'CASE WHEN "_at" - lag("_at") OVER k <= {detect.gap // MICRO} THEN NULL ELSE "_at" END'
    return (
        f"WITH met AS ({met_rows(version, *detect.by, known=detect.by)}),"
        f' turned AS (SELECT *, {turn} AS "_turn" FROM met WINDOW k AS ({key})),'
        f' chains AS (SELECT *, last_value("_turn" IGNORE NULLS) OVER ({key}) AS "_begun" FROM turned)'
        f' SELECT {hit(version)} FROM chains WHERE "_at" - "_begun" >= {detect.hold // MICRO}'
    )


def trips_sql(version: Version, detect: Trips) -> str:
    """Each event beside the one before it of its key; trips are counted by the moment they end."""
    place = name(detect.place) if detect.place else "''"
    parts = (
        f'SELECT *, ({condition(detect.out)}) IS TRUE AS "_out", ({condition(detect.back)}) IS TRUE AS "_back",'
        f" nullif({place}, '') AS \"_here\" FROM events"
    )
    met = met_rows(version, *detect.by, "_out", "_back", "_here", known=detect.by, table=f"({parts})")
    before = ", ".join(
        f'lag("{c}") OVER k AS "{said}"' for c, said in (("_out", "_set"), ("_at", "_from"), ("_here", "_there"))
    )
    where = ['"_set"', '"_back"', f'"_at" - "_from" <= {detect.longest // MICRO}']
    if detect.places or detect.same_route:
        where.append(
            {"same": '"_there" = "_here"', "different": '"_there" <> "_here"'}.get(
                detect.places, '"_there" || "_here" IS NOT NULL'
            )
        )
    route = 'least("_there", "_here") AS "_one", greatest("_there", "_here") AS "_other"'
    counted = (*detect.by, "_one", "_other") if detect.same_route else detect.by
    back = f'lag("_at", {detect.at_least - 1}) OVER (PARTITION BY {names(counted)} ORDER BY {ORDER})'
    return (
        f"WITH met AS ({met}),"
        f" legs AS (SELECT *, {before} FROM met WINDOW k AS (PARTITION BY {names(detect.by)} ORDER BY {ORDER})),"
        f" trips AS (SELECT *, {route} FROM legs WHERE {' AND '.join(where)})"
        f' SELECT {hit(version)} FROM (SELECT *, {back} AS "_since" FROM trips)'
        f' WHERE "_since" > "_at" - {detect.within // MICRO}'
    )
