"""One notion of now for the district, the collector and the console, real or compressed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Timebase:
    """Maps this machine's clock to the district's clock.

    ``now = start + (real - anchor) * factor``. A real site runs with ``start == anchor`` and
    factor 1; a picture or a check runs a demo district from a fixed ``start``, faster.
    All processes of one run are given the same three numbers.
    """

    anchor_s: float = 0.0  # time.time() at which the district's clock read ``start``
    start: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    factor: float = 1.0

    def now(self) -> datetime:
        """Aware UTC."""
        return self.start + timedelta(seconds=(time.time() - self.anchor_s) * self.factor)

    def real_s(self, district_s: float) -> float:
        """How long a stretch of district time lasts on this machine."""
        return district_s / self.factor


REAL = Timebase()


def starting(start: datetime, factor: float = 1.0) -> Timebase:
    """A clock that reads ``start`` now and runs ``factor`` times as fast as real time."""
    return Timebase(time.time(), start.astimezone(UTC), factor)


def local(moment: datetime) -> datetime:
    """For the screen: Asia/Shanghai."""
    return moment.astimezone(SHANGHAI)


def midnight_before(moment: datetime) -> datetime:
    """The start of the Shanghai day that ``moment`` lies in, as aware UTC ("today" begins here)."""
    return local(moment).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
