"""Thinned history of what otherwise only has a newest value: figures of records, tracks of vessels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from services.domain.fleet import FLEET_DTYPE, Fleet
from services.store import rows
from services.store.columns import to_micros
from services.store.schema import sample, track
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
TRACK_EVERY_MS = 120_000  # of one vessel under way
TRACK_MOVED_DEG = 0.0005  # about 50 m: a vessel that moved less lies still

_SAMPLE = ("topic", "key", "field", "at", "value")
_TRACK = ("mmsi", "at", "lon", "lat", "sog_kn", "cog_deg")

Series = tuple[str, str, str]


@dataclass(slots=True)
class Thinning:
    """What was kept last, so that the next value can be left out.

    ``pending`` becomes ``kept`` only after the commit; a failed transaction forgets it.
    """

    kept: dict[Series, tuple[datetime, float]] = field(default_factory=dict)
    pending: dict[Series, tuple[datetime, float]] = field(default_factory=dict)
    fleet: NDArray[np.void] = field(default_factory=lambda: np.empty(0, FLEET_DTYPE))
    pending_fleet: NDArray[np.void] | None = None

    def committed(self) -> None:
        self.kept.update(self.pending)
        if self.pending_fleet is not None:
            self.fleet = self.pending_fleet
        self.forget()

    def forget(self) -> None:
        self.pending = {}
        self.pending_fleet = None


def keep_samples(connection: Connection, topic: str, records: Sequence[Any], at: datetime, thinning: Thinning) -> None:
    """Keep the sampled figures of a topic's records that moved, or that were not kept for long."""
    due = [
        (series, value) for series, value in _values(topic, records) if _is_due(thinning.kept.get(series), at, value)
    ]
    micros = to_micros(at)
    rows.insert(connection, sample, _SAMPLE, [(*series, micros, value) for series, value in due])
    thinning.pending.update((series, (at, value)) for series, value in due)


def keep_tracks(connection: Connection, fleet: Fleet, thinning: Thinning) -> None:
    """Keep the positions of vessels that have moved and were not kept for a while.

    After a restart nobody remembers what was kept: a fix that is there already is left as it is.
    """
    now = np.sort(fleet.rows, order="mmsi")
    last = thinning.fleet
    place = np.minimum(np.searchsorted(last["mmsi"], now["mmsi"]), max(len(last) - 1, 0))
    if len(last):
        before = last[place]
        known = before["mmsi"] == now["mmsi"]
        moved = np.hypot(now["lon"] - before["lon"], now["lat"] - before["lat"]) > TRACK_MOVED_DEG
        due = ~known | (moved & (now["at_ms"] - before["at_ms"] >= TRACK_EVERY_MS))
    else:
        due = np.ones(len(now), bool)
    chosen = now[due]
    rows.insert_new(connection, track, _TRACK, [_point(row) for row in chosen.tolist()])
    rest = last[~np.isin(last["mmsi"], chosen["mmsi"])]
    thinning.pending_fleet = np.sort(np.concatenate([rest, chosen]), order="mmsi")


def _point(row: tuple[Any, ...]) -> tuple[Any, ...]:
    mmsi, lon, lat, sog_kn, cog_deg, at_ms, _, _ = row
    return mmsi, at_ms * 1000, lon, lat, None if sog_kn != sog_kn else sog_kn, None if cog_deg != cog_deg else cog_deg


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
