"""What is seen at sea in the demo: one oil film where a boat has just been, one nearly empty tank in port.

Told after it was seen, as a patrol would; that the boat made the film nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from services.district.sea_boats import Boats
from services.district.sea_places import PORTS
from services.district.sea_water import COS_LAT, NM_PER_DEG

FILM_AT = timedelta(minutes=8)
FILM_TOLD = timedelta(minutes=9)
BEFORE = timedelta(minutes=2)  # the boat was there
OFF_NM = 0.35
AREA_M2 = 2400.0
TANK_AT = timedelta(minutes=12)
TANK_TOLD = timedelta(minutes=13)
TANK_PCT = 4.0


class Seen:
    """A function of the fleet and district time. Without a boat that fits nothing is seen."""

    def __init__(self, boats: Boats, start: datetime) -> None:
        self._boats = boats
        self._start = start
        red = [i for i, row in enumerate(boats.rows) if row["code"] == "red"]
        at_sea, moored = set(boats.near) - set(boats.anchored), set(range(boats.near.start))
        self.film_boat = next((i for i in red if i in at_sea), None)
        self.tank_boat = next((i for i in red if i in moored), None)

    def told(self, now: datetime) -> dict[str, Any]:
        return {"datum": "WGS-84", "films": self._films(now), "tank_checks": self._checks(now)}

    def routes(self, clock: Callable[[], datetime]) -> Mapping[str, Any]:
        return {"/witness": lambda _query: self.told(clock())}

    def _films(self, now: datetime) -> list[dict[str, Any]]:
        if self.film_boat is None or now < self._start + FILM_TOLD:
            return []
        seen = self._start + FILM_AT
        was = self._boats.at(np.array([(seen - BEFORE).timestamp()]), np.array([self.film_boat]))
        return [
            {
                "id": "YM-1",
                "seen_at": seen.timestamp(),
                "lon": round(float(was.lon[0]) + OFF_NM / NM_PER_DEG / COS_LAT, 6),
                "lat": round(float(was.lat[0]), 6),
                "by": "drone",
                "area_m2": AREA_M2,
            }
        ]

    def _checks(self, now: datetime) -> list[dict[str, Any]]:
        if self.tank_boat is None or now < self._start + TANK_TOLD:
            return []
        port = PORTS[min(int(self._boats.home[self.tank_boat]), len(PORTS) - 1)].name
        at = (self._start + TANK_AT).timestamp()
        mmsi = int(self._boats.mmsi[self.tank_boat])
        return [{"id": "CJ-1", "mmsi": mmsi, "at": at, "port": port, "level_pct": TANK_PCT}]
