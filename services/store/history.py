"""Thinned history of what otherwise only has a newest value: figures of records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from services.store import rows
from services.store.columns import to_micros
from services.store.schema import sample
from services.store.states import key_of

Figures = Mapping[str, float | None]

# The figures of a topic's records that are kept over time, by name. Nothing else is sampled.
SAMPLED: dict[str, Callable[[Any], Figures]] = {
    "warehouses": lambda w: {c.pollutant.value: c.level_pct for c in w.compartments},
    "collection_vessels": lambda v: {"load_t": v.load_t},
    "sea_weather": lambda w: {"wind_bft": w.wind_bft, "wave_m": w.wave_m},
    "checkpoints": lambda c: {"flow_per_h": c.flow_per_h, "recognition_pct": c.recognition_pct},
}

SAMPLE_EVERY = timedelta(minutes=1)  # of one series, when its value moves
SAMPLE_AT_LEAST = timedelta(minutes=15)  # of one series, when it does not

_SAMPLE = ("topic", "key", "field", "at", "value")

Series = tuple[str, str, str]


@dataclass(slots=True)
class Thinning:
    """What was kept last, so that the next value can be left out.

    ``pending`` becomes ``kept`` only after the commit; a failed transaction forgets it.
    """

    kept: dict[Series, tuple[datetime, float]] = field(default_factory=dict)
    pending: dict[Series, tuple[datetime, float]] = field(default_factory=dict)

    def committed(self) -> None:
        self.kept.update(self.pending)
        self.forget()

    def forget(self) -> None:
        self.pending = {}


def keep_samples(connection: Connection, topic: str, records: Sequence[Any], at: datetime, thinning: Thinning) -> None:
    """Keep the sampled figures of a topic's records that moved, or that were not kept for long."""
    due = [
        (series, value) for series, value in _values(topic, records) if _is_due(thinning.kept.get(series), at, value)
    ]
    micros = to_micros(at)
    rows.insert(connection, sample, _SAMPLE, [(*series, micros, value) for series, value in due])
    thinning.pending.update((series, (at, value)) for series, value in due)


def _nothing(_record: Any) -> Figures:
    return {}


def _values(topic: str, records: Sequence[Any]) -> Iterator[tuple[Series, float]]:
    figures = SAMPLED.get(topic, _nothing)
    for record in records:
        for name, value in figures(record).items():
            if value is not None:
                yield (topic, key_of(record), name), float(value)


def _is_due(kept: tuple[datetime, float] | None, at: datetime, value: float) -> bool:
    if kept is None:
        return True
    age = at - kept[0]
    return age >= SAMPLE_AT_LEAST or (value != kept[1] and age >= SAMPLE_EVERY)
