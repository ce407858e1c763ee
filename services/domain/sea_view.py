"""The sea at one moment, as the rules of safety look at it: positions as columns, registers by MMSI."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from services.domain.area import Ground
from services.domain.boats import CollectionVessel, FishingBoat, SeaWeather
from services.domain.fences import Fence, FenceKind
from services.domain.fleet import Fleet


@dataclass(frozen=True, slots=True, eq=False)
class SeaView:
    """``rows`` are the fleet's (FLEET_DTYPE), ``source`` and ``heard_ms`` who told each and when each source
    was last heard. ``doubted`` boats are left out by every rule. ``served`` are pairs of ids of a
    vessel and the boat it goes alongside of."""

    now: datetime
    rows: NDArray[np.void]
    source: NDArray[np.uint8]
    heard_ms: NDArray[np.int64]
    in_port: NDArray[np.bool_]
    boats: Mapping[int, FishingBoat]
    vessels: Mapping[int, CollectionVessel]
    weather: SeaWeather | None
    doubted: Collection[int]
    served: Collection[tuple[str, str]]
    fences: Sequence[Fence]

    @property
    def now_ms(self) -> int:
        return round(self.now.timestamp() * 1000)

    def name(self, mmsi: int) -> str:
        if mmsi in self.boats:
            return self.boats[mmsi].vessel_no
        return self.vessels[mmsi].name if mmsi in self.vessels else str(mmsi)

    @property
    def watched(self) -> NDArray[np.bool_]:
        """Registered fishing boats that are not doubted."""
        return self.among(self.boats) & ~self.among(self.doubted)

    def among(self, mmsi: Collection[int]) -> NDArray[np.bool_]:
        return np.isin(self.rows["mmsi"], np.fromiter(mmsi, np.int64, len(mmsi)))


class Ports:
    """Which positions are in a port."""

    def __init__(self, fences: Sequence[Fence]) -> None:
        self._ports = [fence for fence in fences if fence.kind is FenceKind.PORT]
        self._ground = Ground([fence.area for fence in self._ports], 0.0)

    def holds(self, fleet: Fleet) -> NDArray[np.bool_]:
        lon, lat = fleet.rows["lon"], fleet.rows["lat"]
        found = np.zeros(len(fleet), bool)
        near = np.zeros(len(fleet), bool)
        for fence in self._ports:
            lons, lats = [p[0] for p in fence.outline], [p[1] for p in fence.outline]
            near |= (lon >= min(lons)) & (lon <= max(lons)) & (lat >= min(lats)) & (lat <= max(lats))
        for row in np.flatnonzero(near).tolist():
            found[row] = bool(self._ground.at(float(lon[row]), float(lat[row])))
        return found
