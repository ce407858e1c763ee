"""What a site says of its water: ``[boats.water]``, how near the shore vessels go and what is closed to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.planning.water_gates import Gate, gate_from

Ring = tuple[tuple[float, float], ...]  # (lon, lat)

_NUMBERS = ("margin_m", "tolerance_m", "snap_m")
_KEYS = (*_NUMBERS, "no_go", "gate")


class WaterError(ValueError):
    """A coast or a setting that cannot be used; the message is for the officer."""


@dataclass(frozen=True, slots=True)
class NoGo:
    """Water closed to vessels: a fence, a fish farm, land newer than the chart."""

    name: str
    ring: Ring

    def __post_init__(self) -> None:
        if len(self.ring) < 3:
            raise WaterError(f"禁航区 {self.name} 少于 3 个点。")


@dataclass(frozen=True, slots=True)
class WaterSettings:
    """``margin_m`` is kept to every shore; its outline is simplified by ``tolerance_m``. A point up to
    ``snap_m`` outside the navigable water is led to it."""

    margin_m: float = 60.0
    tolerance_m: float = 20.0
    snap_m: float = 800.0
    no_go: tuple[NoGo, ...] = ()
    gates: tuple[Gate, ...] = ()

    def __post_init__(self) -> None:
        if self.tolerance_m < 0 or self.margin_m < 3 * self.tolerance_m:
            raise WaterError(f"岸线余量 {self.margin_m:g} m 须不小于简化容差 {self.tolerance_m:g} m 的 3 倍。")
        if self.snap_m < 0:
            raise WaterError(f"靠岸距离 {self.snap_m:g} m 不得为负。")


def water_from(table: Mapping[str, Any]) -> WaterSettings:
    """Of ``[boats.water]``; what is left out stays. Raises WaterError, with the key."""
    for key in table:
        if key not in _KEYS:
            raise WaterError(f"boats.water 不认识的键 {key!r}，可用：{'、'.join(_KEYS)}")
    numbers = {key: _number(table[key], f"boats.water.{key}") for key in _NUMBERS if key in table}
    closed = tuple(
        NoGo(_name(row, at, "no_go"), ring_from(row.get("points"), f"boats.water.no_go[{at}].points"))
        for at, row in enumerate(_rows(table, "no_go"))
    )
    gates = []
    for at, row in enumerate(_rows(table, "gate")):
        ring = ring_from(row.get("points"), f"boats.water.gate[{at}].points")
        try:
            gates.append(gate_from(_name(row, at, "gate"), ring, row))
        except ValueError as why:
            raise WaterError(f"boats.water.gate[{at}]：{why}") from why
    return WaterSettings(**numbers, no_go=closed, gates=tuple(gates))


def with_closed(table: Mapping[str, Any], closed: Iterable[tuple[str, Ring]]) -> dict[str, Any]:
    """``[boats.water]`` with areas closed by somebody else (fences): names and corners."""
    further = [{"name": name, "points": [list(point) for point in ring]} for name, ring in closed]
    return {**table, "no_go": [*table.get("no_go", ()), *further]}


def ring_from(points: object, where: str) -> Ring:
    """At least three ``[lon, lat]`` of WGS-84. Raises WaterError."""
    if not isinstance(points, Sequence) or isinstance(points, str) or len(points) < 3:
        raise WaterError(f"{where} 须为至少 3 个 [经度, 纬度]。")
    ring = []
    for point in points:
        if not isinstance(point, Sequence) or isinstance(point, str) or len(point) != 2:
            raise WaterError(f"{where} 中 {point!r} 不是 [经度, 纬度]。")
        lon, lat = (_number(part, where) for part in point)
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise WaterError(f"{where} 中 {point!r} 超出经纬度范围。")
        ring.append((lon, lat))
    return tuple(ring)


def _rows(table: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    rows = table.get(key, ())
    if not isinstance(rows, Sequence) or not all(isinstance(row, Mapping) for row in rows):
        raise WaterError(f"boats.water.{key} 须写作 [[boats.water.{key}]]。")
    return rows


def _name(row: Mapping[str, Any], at: int, key: str) -> str:
    name = str(row.get("name", "")).strip()
    if not name:
        raise WaterError(f"boats.water.{key}[{at}] 缺少 name。")
    return name


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WaterError(f"{where} 须为数，收到 {value!r}。")
    return float(value)
