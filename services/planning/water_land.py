"""The land a vessel must keep off, in local metres: the coast grown by a margin, closed water, the chart's edge."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from services.planning.water_projection import LocalMetres
from services.planning.water_settings import WaterError, WaterSettings

Floats = NDArray[np.float64]

_BEYOND_M = 300_000.0  # how far the open sea east of the chart is taken to reach
_EDGE_DEG = 0.02  # a straight edge of the chart is a curve in metres: corners so far apart
_CORE_M = 1.0  # a line that runs along the margin may touch it so deeply


@dataclass(frozen=True, slots=True)
class Land:
    """``shore`` is the land as charted, ``solid`` all a way may not enter (grown, closed, beyond the edge),
    ``core`` the same a metre smaller, which lines are tested against, ``sea`` the rest, in one piece."""

    shore: BaseGeometry
    closed: tuple[tuple[str, BaseGeometry], ...]
    sea: Polygon
    solid: BaseGeometry
    core: BaseGeometry
    chart: tuple[float, float, float, float]  # west, south, east, north in metres
    metres: LocalMetres

    def prepare(self) -> None:
        """Index the shapes once, for the many questions that follow."""
        for geometry in (self.shore, self.sea, self.core, *(shape for _, shape in self.closed)):
            shapely.prepare(geometry)


def read_rings(coast: bytes) -> list[Floats]:
    """The outer rings of a GeoJSON coast of polygons. Raises WaterError."""
    try:
        features = json.loads(coast)["features"]
        rings = [np.asarray(part, float) for feature in features for part in _outer(feature["geometry"])]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise WaterError(f"岸线文件不可用：{error}。") from None
    if not rings or any(ring.ndim != 2 or len(ring) < 4 for ring in rings):
        raise WaterError("岸线文件中没有可用的多边形。")
    return [ring[:, :2] for ring in rings]


def read_coast(path: Path) -> bytes:
    """Raises WaterError when the file cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise WaterError(f"岸线文件 {path} 读不出：{error.strerror}。") from None


def build_land(coast: bytes, settings: WaterSettings) -> Land:
    rings = read_rings(coast)
    west, south = np.min([ring.min(axis=0) for ring in rings], axis=0)
    east, north = np.max([ring.max(axis=0) for ring in rings], axis=0)
    metres = LocalMetres(round(float(west + east) / 2, 3), round(float(south + north) / 2, 3))
    shore = shapely.union_all([_polygon(metres.metres(ring)) for ring in rings])
    closed = tuple((c.name, _polygon(metres.metres(c.ring))) for c in settings.no_go)
    edges = [_polygon(metres.metres(ring)) for ring in _edges(float(west), float(south), float(east), float(north))]
    grown = shapely.union_all([shore, *(shape for _, shape in closed), *edges])
    grown = grown.buffer(settings.margin_m, quad_segs=2).simplify(settings.tolerance_m)
    corners = metres.metres([[west, south], [east, north]])
    (left, low), (right, high) = corners.tolist()
    box = shapely.box(left - 1000, low - 1000, right + _BEYOND_M, high + _BEYOND_M)
    sea = _largest(box.difference(grown))
    solid = box.difference(sea)
    core = solid.buffer(-_CORE_M, join_style="mitre")
    return Land(shore, closed, sea, solid, core, (left, low, right, high), metres)


def corners_of(solid: BaseGeometry) -> tuple[Floats, Floats, Floats]:
    """The corners a shortest way may bend round (where the land is convex), with their two neighbours."""
    at, before, after = [], [], []
    for ring in _rings(solid):
        here = shapely.get_coordinates(ring)[:-1]
        last, following = np.roll(here, 1, axis=0), np.roll(here, -1, axis=0)
        came, goes = here - last, following - here
        convex = came[:, 0] * goes[:, 1] - came[:, 1] * goes[:, 0] > 0
        at.append(here[convex])
        before.append(last[convex])
        after.append(following[convex])
    return np.concatenate(at), np.concatenate(before), np.concatenate(after)


def _rings(solid: BaseGeometry) -> list[BaseGeometry]:
    """Land to the left of every ring."""
    polygons = [shapely.orient_polygons(part) for part in shapely.get_parts(solid)]
    return [ring for part in polygons for ring in (part.exterior, *part.interiors)]


def _polygon(ring: Floats) -> BaseGeometry:
    return shapely.make_valid(Polygon(ring))


def _largest(water: BaseGeometry) -> Polygon:
    pieces = [part for part in shapely.get_parts(water) if isinstance(part, Polygon)]
    if not pieces:
        raise WaterError("岸线文件中没有海面。")
    return max(pieces, key=lambda piece: piece.area)


def _outer(geometry: dict) -> Sequence[Sequence[Sequence[float]]]:
    if geometry["type"] == "Polygon":
        return geometry["coordinates"][:1]
    return [polygon[0] for polygon in geometry["coordinates"]] if geometry["type"] == "MultiPolygon" else []


def _edges(west: float, south: float, east: float, north: float) -> list[Floats]:
    """Land to the north, the south and the west of the chart: what is there nobody knows. East is the sea."""
    boxes = ((west - 3, north, east, north + 3), (west - 3, south - 3, east, south), (west - 3, south, west, north))
    return [_densified(*box) for box in boxes]


def _densified(west: float, south: float, east: float, north: float) -> Floats:
    return shapely.get_coordinates(shapely.segmentize(shapely.box(west, south, east, north), _EDGE_DEG))
