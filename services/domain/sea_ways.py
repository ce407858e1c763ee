"""How far it is over water between the places of the day: one record of topic ``sea_ways``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.domain.dispatch_plan import Point

METRES_IN_NM = 1852.0
Apart = Callable[[str, str], float | None]  # ids of places to metres; None where no water leads


@dataclass(frozen=True, slots=True)
class SeaWays:
    """``metres[i][j]`` between ``places[i]`` and ``places[j]``, -1 where no water leads. A place is the id of
    a hand-in, a warehouse or a vessel (where it was at ``made_at``). ``straight``: great circles times a
    factor, because the sea's graph is not there yet; screens say 直线估算."""

    id: str
    places: tuple[str, ...]
    at: tuple[Point, ...]
    metres: tuple[tuple[int, ...], ...]
    made_at: datetime
    straight: bool = False


def apart_of(ways: Sequence[SeaWays]) -> Apart:
    """A look-up in the newest record; None also for a place it does not hold."""
    if not ways:
        return lambda _here, _there: None
    newest = ways[0]
    number = {place: index for index, place in enumerate(newest.places)}

    def apart(here: str, there: str) -> float | None:
        if here not in number or there not in number:
            return None
        metres = newest.metres[number[here]][number[there]]
        return None if metres < 0 else float(metres)

    return apart


def holds(ways: Sequence[SeaWays], place: str) -> bool:
    return bool(ways) and place in ways[0].places
