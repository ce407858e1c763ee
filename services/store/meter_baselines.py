"""What is usual of each meter, as the night's run found it: the newest nights, for rules, cards and elders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, func, select

from services.domain.meter_baseline import Baselines, MeterBaseline
from services.store import rows
from services.store.schema import meter_baseline

NIGHTS = 3  # kept in the store
UNKNOWN = "-"
NAMES = ("night", "meter_id", "days", "p95", "first_use_h", "hours")

Transaction = Callable[[], AbstractContextManager[Connection]]
Row = tuple[Any, ...]


class MeterBaselines:
    """Thread-safe."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def keep(self, night: date, found: Iterable[Row]) -> int:
        """Those of one night, as (meter, days, p95, first use, hours); a second run takes the first one's
        place. Returns how many."""
        said = night.isoformat()
        fresh = [(said, *row) for row in found]
        with self._writing() as connection:
            connection.execute(delete(meter_baseline).where(meter_baseline.c.night == night))
            rows.insert(connection, meter_baseline, NAMES, fresh)
            nights = select(meter_baseline.c.night).distinct().order_by(meter_baseline.c.night.desc())
            kept = connection.execute(nights.limit(NIGHTS)).scalars().all()
            connection.execute(delete(meter_baseline).where(meter_baseline.c.night.not_in(kept)))
        return len(fresh)

    def newest_night(self) -> date | None:
        with self._reading() as connection:
            return connection.execute(select(func.max(meter_baseline.c.night))).scalar()

    def newest(self) -> Baselines:
        """Of every meter, in one piece; empty before the first night."""
        night = self.newest_night()
        if night is None:
            return Baselines()
        table = meter_baseline.c
        with self._reading() as connection:
            found = connection.execute(select(table.meter_id, table.p95, table.hours).where(table.night == night)).all()
        words = " ".join(row.hours for row in found).replace(UNKNOWN, "nan").split()
        return Baselines(
            night=night,
            rows={row.meter_id: i for i, row in enumerate(found)},
            hours=np.array(words, dtype=np.float32).reshape(-1, 24),
            p95=np.array([np.nan if row.p95 is None else row.p95 for row in found], dtype=np.float32),
        )

    def of(self, meters: Sequence[str]) -> tuple[MeterBaseline, ...]:
        """The newest of these meters; a meter that has none is left out."""
        night = self.newest_night()
        if night is None or not meters:
            return ()
        with self._reading() as connection:
            found = connection.execute(
                select(meter_baseline).where(meter_baseline.c.night == night, meter_baseline.c.meter_id.in_(meters))
            ).all()
        return tuple(
            MeterBaseline(row.meter_id, row.night, row.days, row.p95, row.first_use_h, _hours(row.hours))
            for row in found
        )


def _hours(text: str) -> tuple[float | None, ...]:
    return tuple(None if word == UNKNOWN else float(word) for word in text.split())
