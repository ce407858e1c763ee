"""Leads points to the sea: a quay lies in the margin of the shore, a pond leads nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from shapely import Point

from services.planning.water_land import Floats, Land

_INTO_SEA_M = 1.0  # past the outline, so that rounding leaves the point on water
_TRIES = 64  # places of the outline looked at when the nearest lies behind land


class Cut(StrEnum):
    """Why no way leads to a point."""

    CHART = "chart"  # beyond what is charted
    INLAND = "inland"  # too far from navigable water
    ENCLOSED = "enclosed"  # on water that does not join the sea
    CLOSED = "closed"  # in closed water


@dataclass(frozen=True, slots=True)
class Start:
    """A point's place on navigable water, ``leg_m`` from where it really is; or why it has none."""

    east: float
    north: float
    leg_m: float = 0.0
    cut: Cut | None = None
    why: str = ""


_ENCLOSED = "所在水面不与海相通"
_NO_PLACE = Start(0.0, 0.0, cut=Cut.CHART, why="船位无效")


def starts(land: Land, points: Floats, snap_m: float) -> list[Start]:
    """For points in local metres."""
    wet = np.asarray(shapely.contains_xy(land.sea, points), bool).reshape(-1).tolist()
    known = np.asarray(np.isfinite(points).all(axis=1)).tolist()
    return [
        _led(land, Point(x, y), snap_m) if sound and not free else Start(x, y) if free else _NO_PLACE
        for (x, y), free, sound in zip(points.tolist(), wet, known, strict=True)
    ]


def _led(land: Land, point: Point, snap_m: float) -> Start:
    at = (point.x, point.y)
    for name, shape in land.closed:
        if shapely.contains(shape, point):
            return Start(*at, cut=Cut.CLOSED, why=f"位于禁航区 {name}")
    away = float(shapely.distance(land.sea, point))
    west, south, _, north = land.chart
    charted = west <= point.x and south <= point.y <= north
    ashore = bool(shapely.intersects(land.shore, point))
    if away > snap_m:
        if not charted:
            return Start(*at, cut=Cut.CHART, why="在海图范围之外")
        if not ashore:
            return Start(*at, cut=Cut.ENCLOSED, why=_ENCLOSED)
        return Start(*at, cut=Cut.INLAND, why=f"离可航水面 {away:,.0f} m，超过 {snap_m:,.0f} m")
    place = _nearest(land, point, snap_m, over_water=not ashore)
    if place is None:
        return Start(*at, cut=Cut.ENCLOSED, why=_ENCLOSED)
    x, y = place
    return Start(x, y, float(np.hypot(x - point.x, y - point.y)))


def _nearest(land: Land, point: Point, most_m: float, *, over_water: bool) -> tuple[float, float] | None:
    """The nearest place of the sea; for a point on water one the straight leg reaches without crossing land."""
    first = shapely.get_coordinates(shapely.shortest_line(point, land.sea))[1]
    if not over_water or not _crosses(land, point, first):
        return _into_sea(land, point, first)
    outline = shapely.intersection(land.sea.boundary, point.buffer(most_m))
    places = shapely.get_coordinates(shapely.segmentize(outline, max(most_m / _TRIES, 1.0)))
    for place in places[np.argsort(np.hypot(*(places - (point.x, point.y)).T))]:
        if not _crosses(land, point, place):
            return _into_sea(land, point, place)
    return None


def _crosses(land: Land, point: Point, place: Floats) -> bool:
    return bool(shapely.intersects(land.shore, shapely.linestrings([(point.x, point.y), tuple(place)])))


def _into_sea(land: Land, point: Point, place: Floats) -> tuple[float, float]:
    """A little beyond the outline, away from the point; else any way that is sea."""
    way = place - (point.x, point.y)
    length = float(np.hypot(*way))
    turns = [way / length] if length > 1e-6 else []
    turns += [np.array([np.cos(a), np.sin(a)]) for a in np.linspace(0, 2 * np.pi, 16, endpoint=False)]
    for turn in turns:
        x, y = (place + turn * _INTO_SEA_M).tolist()
        if shapely.contains_xy(land.sea, x, y):
            return x, y
    return float(place[0]), float(place[1])
