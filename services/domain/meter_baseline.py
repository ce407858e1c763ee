"""What is usual of each meter: medians of the hours of the day, the 95th percentile, the first use of a morning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class MeterBaseline:
    """``hours`` are medians of use in an hour of the day (m³ or kWh); ``p95`` is of the rate an hour.
    None is unknown."""

    meter_id: str
    night: date  # the first day that is not in it
    days: int  # with readings
    p95: float | None
    first_use_h: float | None  # median first use of the day, hours after midnight; of water after 4:00
    hours: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Baselines:
    """Those of all meters in one piece: a row of ``hours`` a meter, NaN where nothing is known."""

    night: date | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    hours: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 24), np.float32))
    p95: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))

    def usual(self, meter: str, hour: int) -> float | None:
        row = self.rows.get(meter)
        return None if row is None else _known(self.hours[row, hour])

    def high(self, meter: str) -> float | None:
        row = self.rows.get(meter)
        return None if row is None else _known(self.p95[row])


def _known(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)
