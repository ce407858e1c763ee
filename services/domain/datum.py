"""Map datums met in China, converted once at the edge: WGS-84 (and CGCS2000) inside.

GCJ-02 and BD-09 are offsets of WGS-84 by published formulas; the inverses are found by iteration to
better than a centimetre. Everything takes and gives numpy arrays (or scalars) of degrees.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Degrees = NDArray[np.float64]

_A = 6378245.0  # Krasovsky 1940
_EE = 0.00669342162296594323
_BD_TURN = np.pi * 3000.0 / 180.0


class Datum(StrEnum):
    WGS84 = "WGS-84"
    CGCS2000 = "CGCS2000"  # within centimetres of WGS-84: shown as equal
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


class DatumError(ValueError):
    """Positions without a declared datum may be half a kilometre off; they are refused."""


def declared(word: object) -> Datum:
    """The datum a feed names. Raises DatumError for none or one we do not know."""
    try:
        return Datum(str(word))
    except ValueError:
        choices = "、".join(Datum)
        raise DatumError(f"未声明坐标系（收到 {word!r}，可用：{choices}）") from None


def to_wgs84(datum: Datum, lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    x, y = np.asarray(lon, float), np.asarray(lat, float)
    if datum is Datum.BD09:
        x, y = _bd_to_gcj(x, y)
    if datum in (Datum.BD09, Datum.GCJ02):
        x, y = gcj_to_wgs(x, y)
    return x, y


def wgs_to_gcj(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    x, y = np.asarray(lon, float), np.asarray(lat, float)
    d_lon, d_lat = _shift(x, y)
    return x + d_lon, y + d_lat


def gcj_to_wgs(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Four rounds of fixed-point iteration: under 1e-9 degrees."""
    x, y = np.asarray(lon, float), np.asarray(lat, float)
    found_x, found_y = x, y
    for _ in range(4):
        there_x, there_y = wgs_to_gcj(found_x, found_y)
        found_x, found_y = found_x + x - there_x, found_y + y - there_y
    return found_x, found_y


def gcj_to_bd(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    x, y = np.asarray(lon, float), np.asarray(lat, float)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _bd_to_gcj(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    x, y = lon - 0.0065, lat - 0.006
    for _ in range(4):
        there_x, there_y = gcj_to_bd(x, y)
        x, y = x + lon - there_x, y + lat - there_y
    return x, y


def _shift(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """GCJ-02 minus WGS-84; zero outside China's bounding box, as the published code has it."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    waves = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves * 2 / 3
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2 / 3
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2 / 3
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves * 2 / 3
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2 / 3
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2 / 3
    phi = np.radians(lat)
    curve = 1.0 - _EE * np.sin(phi) ** 2
    d_lat = np.degrees(north / (_A * (1.0 - _EE) / (curve * np.sqrt(curve))))
    d_lon = np.degrees(east / (_A / np.sqrt(curve) * np.cos(phi)))
    inside = (lon > 72.004) & (lon < 137.8347) & (lat > 0.8293) & (lat < 55.8271)
    return np.where(inside, d_lon, 0.0), np.where(inside, d_lat, 0.0)
