"""WGS-84 degrees to local metres and back: a transverse Mercator whose scale is 1 on its own meridian.

Krüger's series to the fourth order in n, better than a millimetre within 3,000 km of the meridian. The
scale is never below 1, so a length in these metres is never shorter than the way over the ellipsoid;
65 km from the meridian it is 5 in 100,000 longer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_A = 6_378_137.0
_F = 1 / 298.257223563
_N = _F / (2 - _F)
_E = float(np.sqrt(_F * (2 - _F)))
_RADIUS = _A / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_FORTH = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440,
    61 * _N**3 / 240 - 103 * _N**4 / 140,
    49_561 * _N**4 / 161_280,
)
_BACK = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161_280,
)
_LATITUDE = (
    2 * _N - 2 * _N**2 / 3 - 2 * _N**3 + 116 * _N**4 / 45,
    7 * _N**2 / 3 - 8 * _N**3 / 5 - 227 * _N**4 / 45,
    56 * _N**3 / 15 - 136 * _N**4 / 35,
    4279 * _N**4 / 630,
)


@dataclass(frozen=True, slots=True)
class LocalMetres:
    """East of the meridian ``lon0`` and north of the parallel ``lat0`` (degrees), in metres."""

    lon0: float
    lat0: float

    def metres(self, lonlat: ArrayLike) -> Floats:
        """n × (lon, lat) to n × (east, north)."""
        points = np.asarray(lonlat, float).reshape(-1, 2)
        east, north = _forward(np.radians(points[:, 0] - self.lon0), np.radians(points[:, 1]))
        return np.column_stack([east, north - self._origin()])

    def lonlat(self, metres: ArrayLike) -> Floats:
        """n × (east, north) to n × (lon, lat)."""
        points = np.asarray(metres, float).reshape(-1, 2)
        lon, lat = _backward(points[:, 0], points[:, 1] + self._origin())
        return np.column_stack([np.degrees(lon) + self.lon0, np.degrees(lat)])

    def _origin(self) -> float:
        _, north = _forward(np.zeros(1), np.radians(np.array([self.lat0])))
        return float(north[0])


def _forward(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    sine = np.sin(lat)
    t = np.sinh(np.arctanh(sine) - _E * np.arctanh(_E * sine))
    xi, eta = np.arctan2(t, np.cos(lon)), np.arcsinh(np.sin(lon) / np.hypot(t, np.cos(lon)))
    north, east = xi.copy(), eta.copy()
    for at, factor in enumerate(_FORTH, 1):
        north += factor * np.sin(2 * at * xi) * np.cosh(2 * at * eta)
        east += factor * np.cos(2 * at * xi) * np.sinh(2 * at * eta)
    return _RADIUS * east, _RADIUS * north


def _backward(east: Floats, north: Floats) -> tuple[Floats, Floats]:
    xi, eta = north / _RADIUS, east / _RADIUS
    xi_, eta_ = xi.copy(), eta.copy()
    for at, factor in enumerate(_BACK, 1):
        xi_ -= factor * np.sin(2 * at * xi) * np.cosh(2 * at * eta)
        eta_ -= factor * np.cos(2 * at * xi) * np.sinh(2 * at * eta)
    chi = np.arcsin(np.sin(xi_) / np.cosh(eta_))
    lat = chi.copy()
    for at, factor in enumerate(_LATITUDE, 1):
        lat += factor * np.sin(2 * at * chi)
    return np.arctan2(np.sinh(eta_), np.cos(xi_)), lat
