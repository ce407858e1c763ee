"""Registrations that the demo community checked at the door this quarter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from services.district.community_estates import Row

A_QUARTER = 240
WRONG = 0.024  # of those checked


def sample_rows(now: datetime, seed: int, house_rows: Iterable[Sequence[object]]) -> Iterator[Row]:
    """Three or so a working day of the last 91; let dwellings only. ``house_rows`` begin with the dwelling's code
    and have its use sixth (``2``: let)."""
    rng = Random(f"{seed}/samples")
    let = [str(row[0]) for row in house_rows if row[5] == "2"]
    for number in range(A_QUARTER if let else 0):
        at = now - timedelta(days=91 * (A_QUARTER - number) / A_QUARTER)
        wrong = rng.random() < WRONG
        note = rng.choice(("人已搬离", "同住人未报", "租期有误")) if wrong else ""
        yield (number + 1, rng.choice(let), f"{at:%Y%m%d}", "2" if wrong else "1", note)
