"""How vehicles are met on their way: what is learnt, what is assumed where nothing was, who has time for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from services.domain.alert import AlertLevel


@dataclass(frozen=True, slots=True)
class Hours:
    """A class of the hours of a Shanghai day, ``since`` ≤ hour < ``until``, over midnight where they are
    the other way round."""

    name: str
    since: float
    until: float

    def holds(self, hour: float) -> bool:
        if self.since <= self.until:
            return self.since <= hour < self.until
        return hour >= self.since or hour < self.until


@dataclass(frozen=True, slots=True)
class InterceptSettings:
    """All of them defaults [K]/[D]; a site says its own in ``[interception]``. Spans are in the unit of their name."""

    rules: tuple[str, ...] = ("R-CKP-05", "R-CKP-06", "R-CKP-06R", "R-CKP-08", "R-CKP-10")  # beside all red ones
    least_level: AlertLevel = AlertLevel.ORANGE  # of those rules
    days: int = 28  # of travel times kept
    horizon_min: float = 20  # not seen again for so long: it has left the network
    confidence: float = 0.9  # of the plate, below which a sighting teaches nothing and moves no window
    silent_s: float = 30  # all checkpoints together are never still for so long: nobody was listening
    too_fast_kmh: float = 180  # a leg that needs more is two vehicles
    thin: int = 20  # legs below which travel times are those of all hours, then those of the distance
    prior: float = 10  # legs that what is assumed counts for
    leaves: float = 0.35  # assumed share that is not seen again
    near_km: float = 1.5  # assumed: so much farther is e times less likely
    road_factor: float = 1.3  # road over straight line
    kmh: tuple[float, float] = (20, 60)  # assumed speeds between checkpoints, all alike
    unit_kmh: float = 40  # which four of five patrols keep to
    margin_min: float = 2  # to stop and stand ready
    least_chance: float = 0.05  # of a next checkpoint that is shown
    lost_below: float = 0.1  # chance that it is still under way, below which a window ends
    decision_min: float = 3  # for a red one
    feedback_min: float = 30  # from the road
    stale_unit_min: float = 5  # a unit's position of longer ago is not counted on
    hours: tuple[Hours, ...] = (Hours("夜间", 22, 6), Hours("早高峰", 7, 9), Hours("晚高峰", 17, 19))
    day: str = "平峰"  # all other hours
    weekend: str = "周末"  # the whole of it; "" for no class of its own

    @property
    def horizon_s(self) -> float:
        return self.horizon_min * 60

    @property
    def margin_s(self) -> float:
        return self.margin_min * 60

    @property
    def classes(self) -> tuple[str, ...]:
        """Every class of hours by name, in the order of their numbers."""
        return (self.day, *(one.name for one in self.hours), *((self.weekend,) if self.weekend else ()))


_RANGES: Mapping[str, tuple[float, float]] = {
    "days": (1, 365),
    "horizon_min": (1, 60),
    "confidence": (0, 1),
    "leaves": (0, 1),
    "least_chance": (0, 1),
    "lost_below": (0, 1),
    "road_factor": (1, 5),
    "margin_min": (0, 60),
    "thin": (1, 1_000_000),
}


def intercept_from(table: Mapping[str, Any]) -> InterceptSettings:
    """``[interception]`` of the site file. Raises ValueError with a sentence that names the key."""
    known = {f.name for f in fields(InterceptSettings)}
    given: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise ValueError(f"interception 不认识的键 {key!r}，可用：{'、'.join(sorted(known))}")
        given[key] = _read(key, value)
    return InterceptSettings(**given)


def _read(key: str, value: Any) -> Any:
    match key:
        case "rules":
            return tuple(_words(key, value))
        case "least_level":
            return _level(value)
        case "day" | "weekend":
            if not isinstance(value, str):
                raise ValueError(f"interception.{key} 须为名称，读到 {value!r}")
            return value
        case "kmh":
            return _speeds(value)
        case "hours":
            return _hours(value)
        case _:
            return _number(key, value)


def _number(key: str, value: Any) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"interception.{key} 须为数，读到 {value!r}")
    least, most = _RANGES.get(key, (0.001, 100_000))
    if not least <= value <= most:
        raise ValueError(f"interception.{key} 须在 {least:g} 到 {most:g} 之间，读到 {value!r}")
    if key in ("days", "thin") and int(value) != value:
        raise ValueError(f"interception.{key} 须为整数，读到 {value!r}")
    return int(value) if key in ("days", "thin") else float(value)


def _words(key: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f'interception.{key} 须为列表，例如 ["R-CKP-08"]')
    return value


def _level(value: Any) -> AlertLevel:
    names = {level.name.lower(): level for level in AlertLevel}
    if value not in names:
        raise ValueError(f"interception.least_level 须为 {'、'.join(names)} 之一，读到 {value!r}")
    return names[value]


def _speeds(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(v, int | float) for v in value):
        raise ValueError("interception.kmh 须为两个速度，例如 [20, 60]")
    slow, fast = float(value[0]), float(value[1])
    if not 0 < slow < fast:
        raise ValueError("interception.kmh 须先慢后快，且大于 0")
    return slow, fast


def _hours(value: Any) -> tuple[Hours, ...]:
    form = "interception.hours 须为表，例如 { 夜间 = [22, 6] }"
    if not isinstance(value, Mapping):
        raise ValueError(form)
    found: list[Hours] = []
    for name, span in value.items():
        if not isinstance(span, list) or len(span) != 2 or not all(isinstance(v, int | float) for v in span):
            raise ValueError(form)
        since, until = map(float, span)
        if not (0 <= since <= 24 and 0 <= until <= 24 and since != until):
            raise ValueError(f"interception.hours 的 {name} 须在 0 到 24 时之间，两头不同")
        found.append(Hours(str(name), since, until))
    return tuple(found)
