"""Where a place on earth stands in the window, and back."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

EARTH_M = 6_371_008.8  # mean radius
EQUATOR_RADIUS_M = 6_378_137.0  # WGS-84
FLATTENING = 1 / 298.257223563
EQUATOR_M = 2 * math.pi * EQUATOR_RADIUS_M
NM_M = 1852.0
MOST_ZOOM = EQUATOR_M / 0.2  # 0.2 m a pixel at the equator
LEAST_ZOOM = 2048.0

Floats = NDArray[np.float64]
Number = TypeVar("Number", float, Floats)


def world(lon: Number, lat: Number) -> tuple[Number, Number]:
    """WGS-84 degrees → Web Mercator, x and y in 0–1 from the north-west corner."""
    return lon / 360.0 + 0.5, 0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * math.pi)  # type: ignore[return-value]


def lonlat(x: float, y: float) -> tuple[float, float]:
    """The inverse of ``world``."""
    return (x - 0.5) * 360.0, math.degrees(math.atan(math.sinh((0.5 - y) * 2 * math.pi)))


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Geodesic on the WGS-84 ellipsoid between two (lon, lat), metres.

    Vincenty's inverse, better than a millimetre; nearly opposite points of the earth, where it does
    not settle, are measured on the sphere (0.6 %).
    """
    if a == b:
        return 0.0
    turn = math.radians(b[0] - a[0])
    sin_u1, cos_u1, sin_u2, cos_u2 = (f(_reduced(p[1])) for p in (a, b) for f in (math.sin, math.cos))
    along = turn
    for _ in range(60):
        sin_s = math.hypot(cos_u2 * math.sin(along), cos_u1 * sin_u2 - sin_u1 * cos_u2 * math.cos(along))
        if sin_s == 0.0:
            return 0.0
        cos_s = sin_u1 * sin_u2 + cos_u1 * cos_u2 * math.cos(along)
        arc = math.atan2(sin_s, cos_s)
        sin_a = cos_u1 * cos_u2 * math.sin(along) / sin_s
        cos2_a = 1 - sin_a**2
        middle = cos_s - 2 * sin_u1 * sin_u2 / cos2_a if cos2_a > 1e-15 else 0.0
        c = FLATTENING / 16 * cos2_a * (4 + FLATTENING * (4 - 3 * cos2_a))
        before, along = (
            along,
            turn + (1 - c) * FLATTENING * sin_a * (arc + c * sin_s * (middle + c * cos_s * (2 * middle**2 - 1))),
        )
        if abs(along - before) < 1e-12:
            return _length(arc, sin_s, cos_s, cos2_a, middle)
    return _on_sphere(a, b)


def _reduced(lat: float) -> float:
    return math.atan((1 - FLATTENING) * math.tan(math.radians(lat)))


def _length(arc: float, sin_s: float, cos_s: float, cos2_a: float, middle: float) -> float:
    polar_m = EQUATOR_RADIUS_M * (1 - FLATTENING)
    u = cos2_a * (EQUATOR_RADIUS_M**2 - polar_m**2) / polar_m**2
    big_a = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)))
    big_b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)))
    bend = cos_s * (2 * middle**2 - 1) - big_b / 6 * middle * (4 * sin_s**2 - 3) * (4 * middle**2 - 3)
    return polar_m * big_a * (arc - big_b * sin_s * (middle + big_b / 4 * bend))


def _on_sphere(a: tuple[float, float], b: tuple[float, float]) -> float:
    lon1, lat1, lon2, lat2 = map(math.radians, (*a, *b))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(min(1.0, half)))


@dataclass(frozen=True, slots=True)
class Viewport:
    """What part of the world a window of ``width`` × ``height`` px shows. ``zoom`` is px per world."""

    x: float  # world coordinates of the centre
    y: float
    zoom: float
    width: int
    height: int

    @classmethod
    def around(cls, west: float, south: float, east: float, north: float, width: int, height: int) -> Viewport:
        """The largest view of the window's shape in which the whole box is seen."""
        left, bottom = world(west, south)
        right, top = world(east, north)
        zoom = min(width / max(1e-12, right - left), height / max(1e-12, bottom - top))
        return cls((left + right) / 2, (top + bottom) / 2, _held(zoom), width, height)

    def to_px(self, lon: Number, lat: Number) -> tuple[Number, Number]:
        x, y = world(lon, lat)
        return self.of_world(x, y)

    def to_lonlat(self, px: float, py: float) -> tuple[float, float]:
        return lonlat(self.x + (px - self.width / 2) / self.zoom, self.y + (py - self.height / 2) / self.zoom)

    def metres_per_px(self, lat: float | None = None) -> float:
        """At a latitude, or at the centre's."""
        lat = lonlat(self.x, self.y)[1] if lat is None else lat
        return EQUATOR_M * math.cos(math.radians(lat)) / self.zoom

    def of_world(self, x: Number, y: Number) -> tuple[Number, Number]:
        """World coordinates → px of the window."""
        return (x - self.x) * self.zoom + self.width / 2, (y - self.y) * self.zoom + self.height / 2

    def panned(self, dx_px: float, dy_px: float) -> Viewport:
        """The map follows the hand by so many px."""
        return replace(self, x=self.x - dx_px / self.zoom, y=self.y - dy_px / self.zoom)

    def zoomed(self, factor: float, px: float, py: float) -> Viewport:
        """Nearer or farther; the place under (px, py) stays there."""
        zoom = _held(self.zoom * factor)
        dx, dy = px - self.width / 2, py - self.height / 2
        return replace(self, zoom=zoom, x=self.x + dx / self.zoom - dx / zoom, y=self.y + dy / self.zoom - dy / zoom)

    def sized(self, width: int, height: int) -> Viewport:
        return replace(self, width=width, height=height)

    def centred(self, lon: float, lat: float) -> Viewport:
        x, y = world(lon, lat)
        return replace(self, x=x, y=y)


def _held(zoom: float) -> float:
    return min(MOST_ZOOM, max(LEAST_ZOOM, zoom))
