"""Water distances from the first moment on: estimates until the graph is there, which a thread builds."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from services.planning.water import DETOUR, Place, WaterDistance, WaterMatrix, Way
from services.planning.water_land import Floats, read_coast
from services.planning.water_settings import WaterError, WaterSettings
from services.planning.water_sight import HaltedError

log = logging.getLogger(__name__)

_EARTH_M = 6_371_008.8


class StraightDistance:
    """Great circles × ``DETOUR``: what is said while nothing better is known. It knows no way and no land."""

    is_estimate = True

    def matrix(self, points: Sequence[Place]) -> WaterMatrix:
        return WaterMatrix(_straight(points, points), is_estimate=True)

    def row(self, point: Place, points: Sequence[Place]) -> WaterMatrix:
        return WaterMatrix(_straight([point], points), is_estimate=True)

    def way(self, a: Place, b: Place) -> Way | None:
        return None


class WaterSoon:
    """Opens at once; asks the graph as soon as it is built. ``version`` rises by one when it is: ask again.

    One a process: whoever needs distances is handed it. A coast that cannot be used is told in ``trouble``
    and the estimates stay.
    """

    def __init__(self, coast: Path, settings: WaterSettings | None = None, cache_folder: Path | None = None) -> None:
        self._answering: WaterDistance | StraightDistance = StraightDistance()
        self._halt = threading.Event()
        self.version = 0
        self.trouble = ""
        self._thread = threading.Thread(
            target=self._build, args=(coast, settings or WaterSettings(), cache_folder), name="water", daemon=True
        )
        self._thread.start()

    @property
    def is_estimate(self) -> bool:
        return self._answering.is_estimate

    def matrix(self, points: Sequence[Place]) -> WaterMatrix:
        return self._answering.matrix(points)

    def row(self, point: Place, points: Sequence[Place]) -> WaterMatrix:
        return self._answering.row(point, points)

    def way(self, a: Place, b: Place) -> Way | None:
        return self._answering.way(a, b)

    def wait(self, timeout_s: float) -> bool:
        """Until the graph is there, for those who cannot do with an estimate; whether it is."""
        self._thread.join(timeout_s)
        return not self.is_estimate

    def close(self) -> None:
        """Ends the building, within a second. Idempotent."""
        self._halt.set()
        self._thread.join()

    def _build(self, coast: Path, settings: WaterSettings, folder: Path | None) -> None:
        try:
            self._answering = WaterDistance.open(read_coast(coast), settings, folder, self._halt.is_set)
            self.version += 1
        except HaltedError:
            return
        except WaterError as why:
            self.trouble = str(why)
            log.warning("水上航程不可用，按直线估算：%s", why)


def _straight(rows: Sequence[Place], columns: Sequence[Place]) -> Floats:
    (lon, lat), (lon2, lat2) = (np.radians(np.asarray(places, float).reshape(-1, 2).T) for places in (rows, columns))
    half = np.sin((lat[:, None] - lat2) / 2) ** 2
    half += np.cos(lat)[:, None] * np.cos(lat2) * np.sin((lon[:, None] - lon2) / 2) ** 2
    return 2 * _EARTH_M * DETOUR * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
