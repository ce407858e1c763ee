"""Travel times between checkpoints as they are kept: one row a day and leg, and what was scored that day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, and_, delete, func, or_, select

from services.domain.calibration import Score
from services.domain.passage import TimeFlag
from services.domain.travel_table import LegKey
from services.domain.travel_time import Counts
from services.store import codec, rows, sources
from services.store.columns import from_micros, to_micros
from services.store.events import event_table
from services.store.schema import travel_score, travel_time

CURSOR = "travel_times"

Transaction = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class SightingRow:
    """A plate read at a checkpoint; ``seq`` is its number in the inbox."""

    seq: int
    plate_no: str
    at: datetime
    checkpoint_id: str
    direction: str


@dataclass(frozen=True, slots=True)
class Learnt:
    """What changed by one step: whole rows by day (Shanghai days since 1970). ``first_day`` is the oldest
    kept; legs that began before ``until`` are in it."""

    days: Mapping[int, Mapping[LegKey, Counts]]
    scores: Mapping[int, Score]
    first_day: int
    until: datetime


class TravelTimes:
    """What the learning collector reads and writes; one transaction a step, with the place to go on from."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def learnt_until(self) -> datetime | None:
        """Legs that began before this are in the table; None: nothing is."""
        with self._reading() as connection:
            said = sources.cursor(connection, CURSOR)
        return from_micros(int(said)) if said else None

    def days(self, since_day: int) -> dict[int, dict[LegKey, Counts]]:
        """Every day kept from ``since_day`` (Shanghai days since 1970) on."""
        found: dict[int, dict[LegKey, Counts]] = {}
        with self._reading() as connection:
            for row in connection.execute(select(travel_time).where(travel_time.c.day >= since_day)):
                key = LegKey(row.here, row.direction, row.hours, row.there)
                found.setdefault(row.day, {})[key] = np.frombuffer(row.counts, "<i4").astype(np.int64)
        return found

    def scores(self, since_day: int) -> dict[int, Score]:
        with self._reading() as connection:
            kept = connection.execute(select(travel_score).where(travel_score.c.day >= since_day)).all()
        return {row.day: codec.decode(Score, row.body) for row in kept}

    def keep(self, learnt: Learnt, at: datetime) -> None:
        with self._writing() as connection:
            keep(connection, learnt, at)

    def first_seq(self, since: datetime) -> int | None:
        """The number of the earliest passage received that happened since then; None: there is none."""
        table: Any = event_table("passage").table.c
        with self._reading() as connection:
            return connection.execute(select(func.min(table.seq)).where(table.occurred_at >= since)).scalar()

    def sightings(self, after_seq: int, confidence: float, limit: int) -> tuple[int, Sequence[SightingRow]]:
        """The next ``limit`` passages in the order received: how far it came, and those whose plate was
        read well by a camera whose clock is not known to be off. No passage more: the same number again."""
        table: Any = event_table("passage").table.c
        newest = select(table.seq).where(table.seq > after_seq).order_by(table.seq).limit(limit).subquery()
        with self._reading() as connection:
            last = connection.execute(select(func.max(newest.c.seq))).scalar()
            if last is None:
                return after_seq, ()
            query = (
                select(table.seq, table.plate_no, table.occurred_at, table.checkpoint_id, table.direction)
                .where(table.seq > after_seq, table.seq <= last, *readable(confidence))
                .order_by(table.seq)
            )
            found = [SightingRow(*row) for row in connection.execute(query)]
        return int(last), found


def keep(connection: Connection, learnt: Learnt, at: datetime) -> None:
    """Write these rows whole, let go of days that are too old, and remember how far it came."""
    told = [_row(day, key, counts) for day, of_day in learnt.days.items() for key, counts in of_day.items()]
    rows.upsert(connection, travel_time, told)
    bodies = [{"day": day, "body": codec.encode(score)} for day, score in learnt.scores.items()]
    rows.upsert(connection, travel_score, bodies)
    for table in (travel_time, travel_score):
        connection.execute(delete(table).where(table.c.day < learnt.first_day))
    sources.put_cursor(connection, CURSOR, str(to_micros(learnt.until)), at)


def readable(confidence: float) -> tuple[Any, ...]:
    """Conditions on passages that may say where a vehicle was."""
    table: Any = event_table("passage").table.c
    return (
        table.plate_no != "",
        table.plate_flag != "unread",
        table.confidence >= confidence,
        table.time_flag != TimeFlag.AHEAD.value,
        or_(table.clock_trusted.is_(None), table.clock_trusted.is_(True)),
    )


def last_sightings(
    connection: Connection, plate_no: str, until: datetime, confidence: float, limit: int = 2
) -> Sequence[Any]:
    """The newest passages of a plate up to ``until``, newest first."""
    table: Any = event_table("passage").table.c
    query = (
        select(
            table.checkpoint_id,
            table.checkpoint_name,
            table.occurred_at,
            table.direction,
            table.lane,
            table.lon,
            table.lat,
        )
        .where(and_(table.plate_no == plate_no, table.occurred_at <= until), *readable(confidence))
        .order_by(table.occurred_at.desc())
        .limit(limit)
    )
    return connection.execute(query).all()


def _row(day: int, key: LegKey, counts: Counts) -> dict[str, Any]:
    return {
        "day": day,
        "here": key.here,
        "direction": key.direction,
        "hours": key.hours,
        "there": key.there,
        "counts": counts.astype("<i4").tobytes(),
    }
