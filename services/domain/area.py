"""Named areas on the map (WGS-84), and where a point stands to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Any

METRES_A_DEGREE = 111_195.0  # of latitude, on the mean sphere
LONGEST_DEG = 5.0  # an area wider than this is no area of a district

Point = tuple[float, float]  # lon, lat


@dataclass(frozen=True, slots=True)
class Area:
    """A closed outline without holes; its last corner is joined to its first."""

    name: str
    outline: tuple[Point, ...]


def area_from(table: Any) -> Area:
    """``{ name = "…", outline = [[lon, lat], …] }``. Raises ValueError in Chinese."""
    if not isinstance(table, Mapping) or set(table) != {"name", "outline"}:
        raise ValueError("区域须为名称，或含 name 与 outline 的表")
    name, corners = table["name"], table["outline"]
    if not isinstance(name, str) or not name.strip():
        raise ValueError("区域的 name 不能为空")
    if not isinstance(corners, list) or len(corners) < 3:
        raise ValueError(f"区域 {name!r} 至少三个角点")
    outline = tuple(_corner(name, corner) for corner in corners)
    for i in (0, 1):
        if max(c[i] for c in outline) - min(c[i] for c in outline) > LONGEST_DEG:
            raise ValueError(f"区域 {name!r} 过大，角点应为 [经度, 纬度]")
    return Area(name.strip(), outline)


def _corner(name: str, corner: Any) -> Point:
    if not isinstance(corner, list) or len(corner) != 2:
        raise ValueError(f"区域 {name!r} 的角点须为 [经度, 纬度]，不是 {corner!r}")
    lon, lat = corner
    if any(isinstance(n, bool) or not isinstance(n, int | float) for n in corner):
        raise ValueError(f"区域 {name!r} 的角点须为两个数，不是 {corner!r}")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"区域 {name!r} 的角点不在地球上：{corner!r}")
    return float(lon), float(lat)


class Ground:
    """Areas in metres around their middle, ready to be asked many times."""

    def __init__(self, areas: Iterable[Area], margin_m: float) -> None:
        self._margin = margin_m
        self._plots = [_Plot(area, margin_m) for area in areas]

    def at(self, lon: float, lat: float) -> str | None:
        """The name of the first area the point is in, ``""`` when it is in none, None when it is in none
        but too near to one to be called outside."""
        near = False
        for plot in self._plots:
            if plot.may_hold(lon, lat):
                x, y = plot.metres(lon, lat)
                if _holds(plot.corners, x, y):
                    return plot.name
                near = near or _distance(plot.corners, x, y) < self._margin
        return None if near else ""


class _Plot:
    __slots__ = ("box", "corners", "east_m", "name", "origin")

    def __init__(self, area: Area, margin_m: float) -> None:
        lons, lats = [p[0] for p in area.outline], [p[1] for p in area.outline]
        self.name = area.name
        self.origin = (min(lons), min(lats))
        self.east_m = METRES_A_DEGREE * cos(radians((min(lats) + max(lats)) / 2))
        self.corners = [self.metres(lon, lat) for lon, lat in area.outline]
        wide, high = margin_m / self.east_m, margin_m / METRES_A_DEGREE
        self.box = (min(lons) - wide, max(lons) + wide, min(lats) - high, max(lats) + high)

    def may_hold(self, lon: float, lat: float) -> bool:
        west, east, south, north = self.box
        return west <= lon <= east and south <= lat <= north

    def metres(self, lon: float, lat: float) -> Point:
        return (lon - self.origin[0]) * self.east_m, (lat - self.origin[1]) * METRES_A_DEGREE


def _holds(corners: Sequence[Point], x: float, y: float) -> bool:
    """Even-odd rule; a point on the western or southern edge is in, so neighbours share no point."""
    inside = False
    x1, y1 = corners[-1]
    for x2, y2 in corners:
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
        x1, y1 = x2, y2
    return inside


def _distance(corners: Sequence[Point], x: float, y: float) -> float:
    """Metres to the nearest edge."""
    nearest = float("inf")
    x1, y1 = corners[-1]
    for x2, y2 in corners:
        dx, dy = x2 - x1, y2 - y1
        length = dx * dx + dy * dy
        along = min(1.0, max(0.0, ((x - x1) * dx + (y - y1) * dy) / length)) if length else 0.0
        nearest = min(nearest, hypot(x - x1 - along * dx, y - y1 - along * dy))
        x1, y1 = x2, y2
    return nearest
