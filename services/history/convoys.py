"""Finds vehicles that drive together, in DuckDB over days of passages; see ``domain/convoy.py``.

Passages are put into stretches of ``within_s`` at each checkpoint, so that only neighbours are compared.
Of the millions of pairs that meet, those that met at enough checkpoints on enough days stay, and are held
against what both usually do.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import duckdb

from services.domain.convoy import ConvoySettings
from services.domain.event import Event
from services.domain.passage import ConvoyFound
from services.history.archive import Archive
from services.history.hits_parts import DAY, SHANGHAI
from services.store.columns import from_micros
from services.store.store import Store

KIND = SOURCE = "convoy"
MEMORY = "1GB"
MOST_MEETINGS = 20_000_000  # gone through at once
SECOND = timedelta(seconds=1) // timedelta(microseconds=1)
COLUMNS = (
    *("plate_no", "plate_flag", "confidence", "clock_trusted", "time_flag"),
    *("checkpoint_id", "checkpoint_name", "lon", "lat"),
)


def look_for_convoys(store: Store, now: datetime, settings: ConvoySettings) -> Sequence[ConvoyFound]:
    """The convoys of the last days up to ``now``. Raises StoreError."""
    with (
        tempfile.TemporaryDirectory() as folder,
        duckdb.connect(config={"memory_limit": MEMORY, "threads": 2, "temp_directory": folder}) as duck,
    ):
        duck.execute("SET preserve_insertion_order = false")
        since = now - timedelta(days=settings.look_back_days)
        Archive(store).fill(duck, "passage", since, now, only=COLUMNS)
        return convoys(duck, settings)


def convoys(duck: duckdb.DuckDBPyConnection, settings: ConvoySettings) -> Sequence[ConvoyFound]:
    """The convoys among ``events``, those that habits explain least first."""
    within, around = settings.within_s * SECOND, settings.habit_min * 60 * SECOND
    often = {"checkpoints": settings.checkpoints, "days": settings.days}
    duck.execute(_WENT, {"confidence": settings.confidence, **often})
    _gather(duck, settings, within)
    terms = {"within": within, "around": around, "chance": settings.chance, "most": settings.most, **often}
    return tuple(_found(*row) for row in duck.execute(_TOGETHER, terms).fetchall())


def _gather(duck: duckdb.DuckDBPyConnection, settings: ConvoySettings, within: int) -> None:
    """Fill ``often`` day by day, a busy day in parts, so that the pairs under way stay in memory."""
    duck.execute(_SLOTS.format(within=within))
    for day, meetings in duck.execute(_MEETINGS).fetchall():
        parts = -(-meetings // MOST_MEETINGS)
        for part in range(parts):
            here = {"day": day, "part": part, "parts": parts}
            duck.execute(_ON_DAY.format(within=within), {"checkpoints": settings.checkpoints, **here})
    duck.execute(_OFTEN, {"days": settings.days})


def events_of(found: Sequence[ConvoyFound]) -> Iterator[Event]:
    """As the store takes them. The same convoy found again is the same event."""
    return (Event(SOURCE, one.convoy_id, KIND, one.last_at, one) for one in found)


def _found(plate: str, other: str, checkpoints: int, days: int, first: int, last: int, *place: Any) -> ConvoyFound:
    one, two = sorted((plate, other))
    name = sha256(f"{one}|{two}|{last}".encode()).hexdigest()[:20]
    return ConvoyFound(name, one, two, checkpoints, days, from_micros(first), from_micros(last), *place)


# Who passed enough checkpoints on enough days to be a convoy with anybody, by number; where and when they went.
_WENT = f"""
CREATE OR REPLACE TEMP TABLE went AS
WITH seen AS (
  SELECT plate_no, checkpoint_id, "_at", ("_at" + {SHANGHAI}) // {DAY} AS day FROM events
  WHERE plate_no <> '' AND plate_flag <> 'unread' AND coalesce(confidence, 1) >= $confidence
    AND coalesce(clock_trusted, true) AND time_flag <> 'ahead'
), able AS (
  SELECT plate_no, row_number() OVER () AS who FROM (
    SELECT plate_no, day FROM seen GROUP BY ALL HAVING count(DISTINCT checkpoint_id) >= $checkpoints
  ) GROUP BY plate_no HAVING count(*) >= $days
), places AS (SELECT checkpoint_id, row_number() OVER () AS place FROM seen GROUP BY checkpoint_id)
SELECT who::INTEGER AS who, place::INTEGER AS place, (day - min(day) OVER ())::INTEGER AS day, "_at" AS moment,
  ("_at" + {SHANGHAI}) % {DAY} AS time_of_day, plate_no, checkpoint_id
FROM seen JOIN able USING (plate_no) JOIN places USING (checkpoint_id)
"""

_SLOTS = """
CREATE OR REPLACE TEMP TABLE slots AS SELECT who, place, day, moment, moment // {within} AS slot FROM went;
CREATE OR REPLACE TEMP TABLE day_pairs (one INTEGER, other INTEGER)
"""

# Of each day, about how many meetings there are to go through.
_MEETINGS = """
SELECT day, sum(here * here)::BIGINT FROM (SELECT day, count(*) AS here FROM slots GROUP BY day, place, slot)
GROUP BY day ORDER BY day
"""

# Pairs that met often enough on a day, at whichever checkpoints. A pair is one number, which makes millions of
# meetings quick to count.
_ON_DAY = """
INSERT INTO day_pairs
WITH today AS (SELECT * FROM slots WHERE day = $day),
around AS (SELECT * FROM today UNION ALL SELECT * REPLACE (slot + 1 AS slot) FROM today),
met AS (
  SELECT (least(a.who, b.who)::BIGINT << 32) | greatest(a.who, b.who) AS pair
  FROM today b JOIN around a
    ON a.place = b.place AND a.slot = b.slot AND a.who <> b.who AND (a.who + b.who) % $parts = $part
    AND a.moment <= b.moment AND b.moment - a.moment <= {within}
)
SELECT pair >> 32, pair & 4294967295 FROM met GROUP BY pair HAVING count(*) >= $checkpoints
"""

_OFTEN = """
CREATE OR REPLACE TEMP TABLE often AS
SELECT one, other FROM day_pairs GROUP BY one, other HAVING count(*) >= $days
"""

# Each meeting beside what both usually do: on how many other days one of them passed there at about that time.
# A day together is as unlikely as its least likely meeting.
_TOGETHER = """
WITH met AS (
  SELECT row_number() OVER () AS n, one, other, a.place, a.day, a.time_of_day AS a_time, b.time_of_day AS b_time,
    greatest(a.moment, b.moment) AS moment, a.plate_no, b.plate_no AS other_plate, a.checkpoint_id
  FROM often JOIN went a ON a.who = one
    JOIN went b ON b.who = other AND b.place = a.place AND b.day = a.day AND abs(a.moment - b.moment) <= $within
), sides AS (
  SELECT n, one AS who, place, day, b_time AS time_of_day FROM met
  UNION ALL SELECT n, other, place, day, a_time FROM met
), habits AS (
  SELECT n, who, count(DISTINCT w.day) AS usually FROM sides JOIN went w USING (who, place)
  WHERE w.day <> sides.day AND abs(w.time_of_day - sides.time_of_day) <= $around GROUP BY n, who
), usual AS (
  SELECT n, max(usually) AS usually FROM habits GROUP BY n
), chances AS (
  SELECT met.*, least(1, (coalesce(usually, 0) + 0.5) / (SELECT max(day) FROM went) * ($within / $around)) AS chance
  FROM met LEFT JOIN usual USING (n)
), on_day AS (
  SELECT one, other, day, list(DISTINCT place) AS places, min(moment) AS first_at, max(moment) AS last_at,
    arg_max(checkpoint_id, moment) AS checkpoint_id, any_value(plate_no) AS plate_no,
    any_value(other_plate) AS other_plate, min(chance) AS chance
  FROM chances GROUP BY one, other, day HAVING len(places) >= $checkpoints
), pairs AS (
  SELECT any_value(plate_no) AS plate_no, any_value(other_plate) AS other_plate, count(*) AS days,
    len(list_distinct(flatten(list(places)))) AS checkpoints, min(first_at) AS first_at, max(last_at) AS last_at,
    arg_max(checkpoint_id, last_at) AS checkpoint_id, product(chance) AS chance
  FROM on_day GROUP BY one, other
), named AS (
  SELECT checkpoint_id, any_value(checkpoint_name) AS name, any_value(lon) AS lon, any_value(lat) AS lat
  FROM events GROUP BY checkpoint_id
)
SELECT plate_no, other_plate, checkpoints, days, first_at, last_at, checkpoint_id, coalesce(name, ''), lon, lat
FROM pairs JOIN named USING (checkpoint_id)
WHERE days >= $days AND chance <= $chance
ORDER BY chance, plate_no, other_plate LIMIT $most
"""
