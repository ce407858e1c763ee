"""Where a place on earth stands in the window, and back."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

EARTH_M = 6_371_008.8  # mean radius
EQUATOR_M = 2 * math.pi * 6_378_137.0
NM_M = 1852.0
MOST_ZOOM = EQUATOR_M / 0.2  # 0.2 m a pixel at the equator
LEAST_ZOOM = 2048.0

Floats = NDArray[np.float64]
Number = TypeVar("Number", float, Floats)


def world(lon: Number, lat: Number) -> tuple[Number, Number]:
    """WGS-84 degrees → Web Mercator, x and y in 0–1 from the north-west corner."""
    sine = np.sin(np.radians(lat))
    return lon / 360.0 + 0.5, 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * math.pi)  # type: ignore[return-value]


def lonlat(x: float, y: float) -> tuple[float, float]:
    """The inverse of ``world``."""
    return (x - 0.5) * 360.0, math.degrees(math.atan(math.sinh((0.5 - y) * 2 * math.pi)))


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great circle between two (lon, lat), metres; within 0.6 % of the ellipsoid."""
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
        return (x - self.x) * self.zoom + self.width / 2, (y - self.y) * self.zoom + self.height / 2

    def to_lonlat(self, px: float, py: float) -> tuple[float, float]:
        return lonlat(self.x + (px - self.width / 2) / self.zoom, self.y + (py - self.height / 2) / self.zoom)

    def metres_per_px(self) -> float:
        """At the centre's latitude."""
        return EQUATOR_M * math.cos(math.radians(lonlat(self.x, self.y)[1])) / self.zoom

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
