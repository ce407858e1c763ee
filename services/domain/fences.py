"""Fenced areas of the sea: ports, closed water, and water where messages are known to be lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import atan2, cos, degrees, hypot, pi, radians, sin
from typing import Any

from services.domain.area import Area, area_from

METRES_A_NM = 1852.0
CORNERS = 24  # of an area given as a circle
WAYS = ("北", "东北", "东", "东南", "南", "西南", "西", "西北")


class FenceKind(StrEnum):
    PORT = "port"
    CLOSED = "closed"
    POOR_RECEPTION = "poor_reception"


@dataclass(frozen=True, slots=True)
class Fence:
    """``outline`` is WGS-84, closed, without holes; ``ordered_by`` whose order fenced it."""

    id: str  # its name
    kind: FenceKind
    outline: tuple[tuple[float, float], ...]
    ordered_by: str = ""

    @property
    def area(self) -> Area:
        return Area(self.id, self.outline)

    @property
    def middle(self) -> tuple[float, float]:
        lons, lats = [p[0] for p in self.outline], [p[1] for p in self.outline]
        return (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2


def fences_from(table: Mapping[str, Any]) -> tuple[Fence, ...]:
    """Raises ValueError in Chinese that names the fence and the key."""
    rows = table.get("fence", [])
    if set(table) - {"fence"} or not isinstance(rows, list):
        raise ValueError("只有 [[fence]]")
    found = tuple(_fence(row) for row in rows)
    names = [fence.id for fence in found]
    if len(set(names)) < len(names):
        raise ValueError("围栏重名")
    return found


def _fence(row: Any) -> Fence:
    if not isinstance(row, Mapping):
        raise ValueError("[[fence]] 须为表")
    name = str(row.get("name", ""))
    unknown = set(row) - {"name", "kind", "outline", "centre", "radius_nm", "ordered_by"}
    if unknown:
        raise ValueError(f"围栏 {name!r} 不认识的键 {'、'.join(sorted(unknown))}")
    try:
        kind = FenceKind(str(row.get("kind", "")))
    except ValueError:
        raise ValueError(f"围栏 {name!r} 的 kind 可用：{'、'.join(FenceKind)}") from None
    outline = row["outline"] if "outline" in row else _circle(name, row.get("centre"), row.get("radius_nm"))
    area = area_from({"name": name, "outline": outline})
    return Fence(area.name, kind, area.outline, str(row.get("ordered_by", "")))


def _circle(name: str, centre: Any, radius_nm: Any) -> list[list[float]]:
    numbers = [*centre, radius_nm] if isinstance(centre, list) and len(centre) == 2 else []
    if not numbers or any(isinstance(n, bool) or not isinstance(n, int | float) for n in numbers) or radius_nm <= 0:
        raise ValueError(f"围栏 {name!r} 须有 outline，或 centre 与 radius_nm")
    lon, lat = centre
    turns = [2 * pi * k / CORNERS for k in range(CORNERS)]
    wide = radius_nm / 60 / cos(radians(lat))
    return [[lon + wide * sin(t), lat + radius_nm / 60 * cos(t)] for t in turns]


def apart_nm(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Nautical miles over a plane; good for a bay and the grounds before it."""
    return hypot((b[0] - a[0]) * cos(radians((a[1] + b[1]) / 2)), b[1] - a[1]) * 60


def nearest_port(fences: Sequence[Fence], lon: float, lat: float) -> tuple[Fence, float] | None:
    """The nearest port and how many miles its middle is away."""
    ports = [(fence, apart_nm(fence.middle, (lon, lat))) for fence in fences if fence.kind is FenceKind.PORT]
    return min(ports, key=lambda port: port[1], default=None)


def place_word(fences: Sequence[Fence], lon: float, lat: float) -> str:
    """As officers say it: 大陈渔港东南 12 海里."""
    found = nearest_port(fences, lon, lat)
    if found is None:
        return f"{lon:.3f}, {lat:.3f}"
    port, nm = found
    east = (lon - port.middle[0]) * cos(radians(lat))
    way = WAYS[round(degrees(atan2(east, lat - port.middle[1])) / 45) % 8]
    return f"{port.id}{way} {nm:.0f} 海里" if nm >= 1 else port.id
