"""Where a vehicle is likely to pass next, given that it has been seen nowhere for a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.domain.travel_table import LEFT, Spot, TravelTable
from services.domain.travel_time import Basis, Floats

NARROW, WIDE = 0.2, 0.8
LEAST_WAY = 0.02  # what is less likely than this is no next checkpoint


@dataclass(frozen=True, slots=True)
class Coming:
    """A checkpoint with its arrivals in seconds from now, each as likely as the other."""

    spot: Spot
    hops: int
    via: str
    chance: float
    arrivals_s: Floats
    p20_s: float
    p80_s: float
    basis: Basis
    n: int


def next_places(
    table: TravelTable, here: str, direction: str, hours: str, elapsed_s: float
) -> tuple[float, Sequence[Coming]]:
    """The chance that it has left, and the checkpoints one and two legs on: near ones first, then by chance."""
    chances = still_under_way(table, here, direction, hours, elapsed_s)
    first = [_first(table, here, there, hours, p, elapsed_s) for there, p in chances.items() if there != LEFT]
    first = [one for one in first if one.chance >= LEAST_WAY]
    found = [*first, *_second(table, here, hours, first)]
    return chances.get(LEFT, 0.0), sorted(found, key=lambda one: (one.hops, -one.chance, one.spot.id))


def still_under_way(table: TravelTable, here: str, direction: str, hours: str, elapsed_s: float) -> Mapping[str, float]:
    """P(next | nothing seen for ``elapsed_s``): a place fades as the times to reach it pass. What has left
    stays away, so its share grows. From a checkpoint that is in no directory it has left."""
    if here not in table.spots:
        return {LEFT: 1.0}
    fading = {
        there: chance if there == LEFT else chance * (1 - table.spread(here, there, hours).passed(elapsed_s))
        for there, chance in table.onward(here, direction, hours).chances.items()
    }
    total = sum(fading.values())
    return {there: chance / total for there, chance in fading.items()} if total > 0 else {LEFT: 1.0}


def _first(table: TravelTable, here: str, there: str, hours: str, chance: float, elapsed_s: float) -> Coming:
    spread = table.spread(here, there, hours)
    p20_s, p80_s = (spread.quantile(q, elapsed_s) - elapsed_s for q in (NARROW, WIDE))
    arrivals_s = spread.points(elapsed_s) - elapsed_s
    return Coming(table.spots[there], 1, here, chance, arrivals_s, p20_s, p80_s, spread.basis, spread.n)


def _second(table: TravelTable, here: str, hours: str, first: Sequence[Coming]) -> list[Coming]:
    """Checkpoints behind the next ones that are not next themselves; it does not turn back."""
    ways: dict[str, list[tuple[float, Coming]]] = {}
    for one in first:
        onward = {there: p for there, p in table.onward(one.spot.id, None, hours).chances.items() if there != here}
        total = sum(onward.values())
        for there, chance in onward.items():
            if there not in (LEFT, *(other.spot.id for other in first)):
                ways.setdefault(there, []).append((one.chance * chance / total, one))
    return [_beyond(table, there, hours, found) for there, found in ways.items()]


def _beyond(table: TravelTable, there: str, hours: str, ways: Sequence[tuple[float, Coming]]) -> Coming:
    """All ways there together have the chance; the likeliest of them has the times."""
    _, way = max(ways, key=lambda one: one[0])
    leg = table.spread(way.spot.id, there, hours)
    arrivals_s = np.sort(np.add.outer(way.arrivals_s, leg.points()).ravel())
    p20_s, p80_s = (float(s) for s in np.quantile(arrivals_s, (NARROW, WIDE)))
    basis = Basis.DISTANCE if Basis.DISTANCE in (leg.basis, way.basis) else leg.basis
    chance = sum(share for share, _ in ways)
    return Coming(table.spots[there], 2, way.spot.id, chance, arrivals_s, p20_s, p80_s, basis, min(leg.n, way.n))
