"""Who goes into closed water, and out of it again by more than the hysteresis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from services.domain.area import METRES_A_DEGREE, Ground
from services.domain.event import Event
from services.domain.fences import METRES_A_NM, Fence, FenceKind
from services.domain.sea_events import FenceCrossing
from services.domain.sea_view import SeaView
from services.domain.silent_boats import SOURCE


class FenceWatch:
    """Who is first seen inside has not entered. A boat in the strip of the hysteresis outside the
    outline stays what it was."""

    def __init__(self, fences: Iterable[Fence], hysteresis_nm: float) -> None:
        margin_m = hysteresis_nm * METRES_A_NM
        self._fences = [(f, Ground([f.area], margin_m)) for f in fences if f.kind is FenceKind.CLOSED]
        self._margin_deg = 2 * margin_m / METRES_A_DEGREE
        self._inside: dict[str, set[int]] = {}
        self._seen: frozenset[int] = frozenset()  # at earlier looks, anywhere

    def look(self, view: SeaView) -> list[Event]:
        afloat = (view.among(view.boats) | view.among(view.vessels)) & ~view.among(view.doubted)
        events = [event for fence, ground in self._fences for event in self._fence(view, fence, ground, afloat)]
        self._seen = frozenset(view.rows["mmsi"].tolist())
        return events

    def _fence(self, view: SeaView, fence: Fence, ground: Ground, afloat: np.ndarray) -> Iterator[Event]:
        inside = self._inside.setdefault(fence.id, set())
        lon, lat = view.rows["lon"], view.rows["lat"]
        lons, lats = [p[0] for p in fence.outline], [p[1] for p in fence.outline]
        wide = self._margin_deg
        near = afloat & (lon >= min(lons) - wide) & (lon <= max(lons) + wide)
        near &= (lat >= min(lats) - wide) & (lat <= max(lats) + wide)
        seen: set[int] = set()
        for row in np.flatnonzero(near).tolist():
            mmsi = int(view.rows["mmsi"][row])
            where = ground.at(float(lon[row]), float(lat[row]))
            if where and mmsi not in inside:
                inside.add(mmsi)
                if mmsi in self._seen:
                    yield _event(view, row, fence, "enter")
            if where or where is None:
                seen.add(mmsi)
        gone = [mmsi for mmsi in inside if mmsi not in seen]
        if gone:
            place = {mmsi: row for row, mmsi in enumerate(view.rows["mmsi"].tolist())}
            for mmsi in gone:
                inside.discard(mmsi)
                if mmsi in place:
                    yield _event(view, place[mmsi], fence, "leave")


def _event(view: SeaView, row: int, fence: Fence, crossing: str) -> Event:
    fix = view.rows[row]
    mmsi, speed = int(fix["mmsi"]), float(fix["sog_kn"])
    record = FenceCrossing(
        boat_id=str(mmsi),
        vessel_no=view.name(mmsi),
        fence=fence.id,
        crossing=crossing,
        ordered_by=fence.ordered_by,
        sog_kn=None if speed != speed else round(speed, 1),
        lon=float(fix["lon"]),
        lat=float(fix["lat"]),
        at=view.now,
    )
    return Event(SOURCE, f"{fence.id}-{mmsi}-{int(fix['at_ms'])}-{crossing}", "fence_crossing", view.now, record)
