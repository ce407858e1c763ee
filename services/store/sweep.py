"""Lets go of what was kept long enough, a little at a time.

What is old is found in the order it came in, so nothing is searched: events by their number, samples
and tracks by the index on their moment. One transaction is small enough that no sender waits for it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, Protocol

from sqlalchemy import Column, Connection, Table, delete, func, select, text

from services.domain.keeping import LATE, Keeping
from services.store import codec, rows
from services.store.engine import Gate
from services.store.gate_tracks import GateTracks
from services.store.partitions import Parts, Transaction
from services.store.remains import OldStatistics, Remains
from services.store.schema import EVENT_TABLES, EventTable, boat_track, counter, hit_plate, inbox, quarantine, sample
from services.store.schema import alert as alert_table

BUDGET_S = 0.1  # of one sweep
TURN_S = 0.03  # one transaction should hold the writers no longer
FEWEST, MOST = 50, 5_000  # rows of one transaction
AGAIN = timedelta(days=1)  # how often what was passed over is looked at again


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows went from each table (``raw``: bodies emptied in the inbox), and whether more are due."""

    gone: Mapping[str, int]
    more: bool


class Step(Protocol):
    """One kind of record that grows old."""

    @property
    def name(self) -> str: ...

    def is_due(self, connection: Connection, at: datetime) -> bool: ...

    def drop(self, connection: Connection, at: datetime, most: int) -> int:
        """Look at the ``most`` oldest; how many went."""
        ...

    def restart(self) -> None:
        """The transaction failed: begin at the oldest again."""
        ...


class Sweeper:
    """Takes the steps in turn, so that a long one keeps none waiting. For one caller at a time."""

    def __init__(self, keeping: Keeping) -> None:
        self._parts = Parts(keeping)
        remains: dict[str, Staying] = {"passage": Remains(keeping), "gate_passage": GateTracks()}
        kept = [spec for kind, spec in EVENT_TABLES.items() if keeping.events.get(kind)]
        self._steps: deque[Step] = deque(OldEvents(spec, keeping, remains.get(spec.kind)) for spec in kept)
        self._steps.append(OldStatistics(keeping.passage_statistics))
        self._steps.append(OldRows(hit_plate, hit_plate.c.at, keeping.passage_hit + LATE))
        self._steps.append(OldBodies(keeping.raw))
        self._steps.append(OldRows(quarantine, quarantine.c.seq, keeping.quarantine))
        self._steps.append(OldRows(sample, sample.c.at, keeping.sample))
        self._steps.append(OldRows(boat_track, boat_track.c.at, keeping.track))
        self._most = FEWEST

    def sweep(self, gate: Gate, writing: Transaction, at: datetime) -> Swept:
        """About ``BUDGET_S`` of work; less when less is due, one transaction when another writer waits."""
        gone: dict[str, int] = {}
        self._parts.tend(gate, writing, at)
        with gate.reading() as connection:
            due = [step for step in self._steps if step.is_due(connection, at)]
        until = time.monotonic() + BUDGET_S
        while due:
            step = due.pop(0)
            with self._timed(step), writing() as connection:
                gone[step.name] = gone.get(step.name, 0) + step.drop(connection, at, self._most)
                more = step.is_due(connection, at)
            if more:
                due.append(step)
            if gate.is_wanted or time.monotonic() >= until:
                break
        if due:
            self._steps.rotate(-self._steps.index(due[0]))
        return Swept(gone, bool(due))

    @contextmanager
    def _timed(self, step: Step) -> Iterator[None]:
        """Fit the next transaction to this machine."""
        began = time.monotonic()
        try:
            yield
        except BaseException:
            step.restart()
            raise
        took = time.monotonic() - began
        if took > TURN_S:
            self._most = max(FEWEST, self._most // 2)
        elif took < TURN_S / 2:
            self._most = min(MOST, self._most * 2)


class Staying(Protocol):
    """Lets some events of a kind stay longer, and sees those that go."""

    @property
    def columns(self) -> Sequence[Any]: ...

    def is_ready(self, connection: Connection, most: int) -> bool:
        """Whether it knows enough; else it has come ``most`` entries nearer."""
        ...

    def leaving(self, connection: Connection, old: Sequence[Any], at: datetime) -> Sequence[Any]: ...


class OldEvents:
    """The events of one kind, with their rows in the inbox. One that an open alert rests on stays;
    it is looked at again a day later. ``remains`` may let others stay, and see what goes."""

    def __init__(self, spec: EventTable, keeping: Keeping, remains: Staying | None = None) -> None:
        self.name = spec.table.name
        self._spec = spec
        self._keeping = keeping
        self._remains = remains
        self._passed = 0  # every row up to this number is gone or was passed over
        self._began: datetime | None = None
        table = spec.table
        self._oldest = (
            select(
                table.c.seq,
                inbox.c.event_id,
                inbox.c.received_at,
                inbox.c.occurred_at,
                *(remains.columns if remains else ()),
            )
            .join(inbox, inbox.c.seq == table.c.seq)
            .order_by(table.c.seq)
        )

    def restart(self) -> None:
        self._began = None

    def is_due(self, connection: Connection, at: datetime) -> bool:
        if self._began is None or not self._began <= at < self._began + AGAIN:
            self._passed, self._began = 0, at
        return bool(self._old(connection, at, 1))

    def drop(self, connection: Connection, at: datetime, most: int) -> int:
        old = self._old(connection, at, most)
        if not old or (self._remains is not None and not self._remains.is_ready(connection, most)):
            return 0
        before, held = self._keeping.events_before(self._spec.kind, at), rested_on(connection)
        gone: Sequence[Any] = [row for row in old if row.occurred_at < before and row.event_id not in held]
        if self._remains is not None:
            gone = self._remains.leaving(connection, gone, at)
        seqs = [row.seq for row in gone]
        rows.delete(connection, self._spec.table, seqs)
        rows.delete(connection, inbox, seqs)
        self._passed = old[-1].seq
        return len(seqs)

    def _old(self, connection: Connection, at: datetime, most: int) -> list[Any]:
        before = self._keeping.events_before(self._spec.kind, at)
        oldest = connection.execute(self._oldest.where(self._spec.table.c.seq > self._passed).limit(most))
        return list(takewhile(lambda row: before is not None and row.received_at < before, oldest))


class OldBodies:
    """The inbox's bodies as received: emptied, while the row still tells a duplicate. How far this has
    come is a counter, so that a new start does not go through the whole inbox."""

    name = "raw"

    def __init__(self, kept: timedelta) -> None:
        self._kept = kept

    def restart(self) -> None:
        pass

    def is_due(self, connection: Connection, at: datetime) -> bool:
        return bool(self._old(connection, at, 1))

    def drop(self, connection: Connection, at: datetime, most: int) -> int:
        old = self._old(connection, at, most)
        if not old:
            return 0
        held = rested_on(connection)
        full = [row.seq for row in old if row.size and row.event_id not in held]
        rows.fill(connection, inbox, "raw", b"", full)
        rows.upsert(connection, counter, [{"name": "inbox.emptied", "value": old[-1].seq}])
        return len(full)

    def _old(self, connection: Connection, at: datetime, most: int) -> list[Any]:
        emptied = select(counter.c.value).where(counter.c.name == "inbox.emptied")
        oldest = select(inbox.c.seq, inbox.c.event_id, inbox.c.received_at, func.length(inbox.c.raw).label("size"))
        after = connection.execute(emptied).scalar() or 0
        oldest = oldest.where(inbox.c.seq > after).order_by(inbox.c.seq).limit(most)
        return list(takewhile(lambda row: row.received_at < at - self._kept, connection.execute(oldest)))


class OldRows:
    """The rows of a table whose ``order``, an indexed column, runs with their moment ``at``."""

    def __init__(self, table: Table, order: Column[Any], kept: timedelta) -> None:
        self.name = table.name
        self._table = table
        self._order = order
        self._kept = kept
        self._oldest = select(order.label("place"), table.c.at.label("moment")).order_by(order)

    def restart(self) -> None:
        pass

    def is_due(self, connection: Connection, at: datetime) -> bool:
        return bool(self._old(connection, at, 1))

    def drop(self, connection: Connection, at: datetime, most: int) -> int:
        """A few more than ``most`` when they share one moment."""
        old = self._old(connection, at, most)
        if not old:
            return 0
        return connection.execute(delete(self._table).where(self._order <= old[-1].place)).rowcount

    def _old(self, connection: Connection, at: datetime, most: int) -> list[Any]:
        oldest = connection.execute(self._oldest.limit(most))
        return list(takewhile(lambda row: row.moment < at - self._kept, oldest))


@dataclass(frozen=True, slots=True)
class _Rests:
    event_ids: tuple[str, ...] = ()


def rested_on(connection: Connection) -> frozenset[str]:
    """The events that open alerts rest on."""
    bodies = connection.execute(select(alert_table.c.body).where(text("is_open"))).scalars()
    return frozenset(name for rests in codec.decode_all(_Rests, bodies) for name in rests.event_ids)
