"""One piece of a collection vessel's time: where it is meanwhile, and what it has on board after many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np

from services.district.sea_hand_in import HandIn
from services.district.sea_places import Depot
from services.district.sea_water import COS_LAT, Point, kilometres
from services.domain.boats import LegKind


@dataclass(slots=True)
class Work:
    """One piece of a vessel's time, decided at ``known_at``; dropped at ``dropped_at`` if it had not begun."""

    kind: LegKind
    begin: datetime
    end: datetime
    known_at: datetime
    path: tuple[Point, ...] = ()
    hand_in: HandIn | None = None
    depot: Depot | None = None
    number: str = ""
    note: str = ""
    dropped_at: datetime | None = None
    sought: HandIn | None = None  # of a collection, whether the boat was there or not

    def cut(self, at: datetime) -> None:
        """It ends here and now: the vessel is ordered elsewhere."""
        here, nth, _ = _reached(self, at)
        self.path, self.end = (*self.path[: nth + 1], here), at

    def is_known(self, now: datetime) -> bool:
        return self.known_at <= now and (self.dropped_at is None or self.dropped_at > now)

    def is_outward(self, at: datetime) -> bool:
        """Still sailing to a boat."""
        return self.kind is LegKind.SAIL and self.hand_in is not None and self.end > at

    @property
    def is_homeward(self) -> bool:
        return self.kind is LegKind.SAIL and self.depot is not None


def aboard_after(begun: list[Work]) -> list[HandIn]:
    """What was collected since the last unloading."""
    aboard: list[HandIn] = []
    for work in begun:
        if work.kind is LegKind.COLLECT and work.hand_in is not None:
            aboard.append(work.hand_in)
        elif work.kind is LegKind.UNLOAD:
            aboard = []
    return aboard


def along(work: Work, now: datetime, speed_kn: float) -> tuple[Point, float, float]:
    """Where on its path a vessel under way is, with its speed and course."""
    here, nth, course = _reached(work, now)
    return here, speed_kn if nth < len(work.path) - 1 else 0.1, course


def _reached(work: Work, now: datetime) -> tuple[Point, int, float]:
    """The point, after which corner of the path it lies, and the course there."""
    whole = sum(kilometres(a, b) for a, b in pairwise(work.path))
    left = whole * ((now - work.begin) / (work.end - work.begin))
    for nth, (a, b) in enumerate(pairwise(work.path)):
        length = kilometres(a, b)
        if left <= length and length > 0:
            share = left / length
            course = float(np.degrees(np.arctan2((b[0] - a[0]) * COS_LAT, b[1] - a[1])) % 360)
            return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share), nth, course
        left -= length
    return work.path[-1], len(work.path) - 1, 0.0
