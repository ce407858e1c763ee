"""What each boat handed in, day by day: the bureau's book and the console's own hand-ins, none of them twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from services.domain.boat_activity import HandedInLedger
from services.domain.boats import FishingBoat, HandInRequest, Pollutant
from services.domain.points import Stage, claim_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Handed:
    """Oily water of every boat, one row a boat and one column a day, and the day of its last hand-in of
    anything (ordinal; 0: none known)."""

    kg: Floats
    last_day: NDArray[np.int64]


def handed_in(
    boats: Sequence[FishingBoat],
    days: int,
    first_day: date,
    ledger: HandedInLedger | None,
    requests: Sequence[HandInRequest],
) -> Handed:
    """The bureau's book and, from the day it ends on, the console's own hand-ins; no day is counted twice.
    What was handed in on the day after the last column is counted with it: today is not over."""
    kg, last = np.zeros((len(boats), days)), np.zeros(len(boats), np.int64)
    row_of = {boat.mmsi: i for i, boat in enumerate(boats)}
    until = ledger.until if ledger is not None else date.min
    told = list(ledger.rows) if ledger is not None else []
    for claim in filter(None, map(claim_of, requests)):
        if claim.day >= until and claim.stage is not Stage.VOID and claim.boat_id.isdigit():
            mass = claim.mass_kg if claim.pollutant is Pollutant.OILY_WATER else 0
            told.append((int(claim.boat_id), claim.day, mass))
    for mmsi, day, mass in told:
        row = row_of.get(mmsi)
        if row is None:
            continue
        last[row] = max(int(last[row]), day.toordinal())
        column = (day - first_day).days
        if 0 <= column <= days:
            kg[row, min(column, days - 1)] += mass
    return Handed(kg, last)
