"""Places a vessel reaches only at times: over a sill at high water, through a lock in its hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import acos, ceil, floor, pi
from typing import Any, TypeVar

import shapely

from services.domain.timebase import local

Span = tuple[datetime, datetime]
Seconds = tuple[int, int]
Moment = TypeVar("Moment", time, datetime)
Ring = tuple[tuple[float, float], ...]  # (lon, lat)

TIDE_H = 12.4206  # of the lunar semidiurnal tide
_HOURS = ("opens", "closes")
_TIDE = ("high_at", "mean_m", "half_range_m", "bed_m", "needs_m")
_KEYS = frozenset({"name", "points", "period_h", *_HOURS, *_TIDE})


@dataclass(frozen=True, slots=True)
class Tide:
    """A level that rises and falls evenly: ``mean_m`` ± ``half_range_m`` over chart datum, ``high_at`` one
    high water of many. Enough for a window; no tide table."""

    high_at: datetime
    mean_m: float
    half_range_m: float
    period_h: float = TIDE_H


@dataclass(frozen=True, slots=True)
class Gate:
    """The area within ``ring`` can be entered from ``opens`` to ``closes`` (Shanghai, over midnight where they
    are the other way round) and while the tide stands ``needs_m`` over its bed; each when it is given."""

    name: str
    ring: Ring
    opens: time | None = None
    closes: time | None = None
    tide: Tide | None = None
    bed_m: float = 0.0  # over chart datum
    needs_m: float = 0.0

    def windows(self, since: datetime, until: datetime) -> tuple[Span, ...]:
        """When it is open between two moments."""
        spans: tuple[Span, ...] = ((since, until),)
        if self.opens is not None and self.closes is not None:
            spans = common(spans, _daily(self.opens, self.closes, since, until))
        if self.tide is not None:
            spans = common(spans, _afloat(self.tide, self.bed_m + self.needs_m, since, until))
        return spans


@dataclass(frozen=True, slots=True)
class Gates:
    """All gates of a site."""

    gates: tuple[Gate, ...] = ()

    def at(self, lon: float, lat: float) -> tuple[Gate, ...]:
        """Those a vessel must pass to be there."""
        here = shapely.Point(lon, lat)
        return tuple(g for g in self.gates if shapely.covers(shapely.make_valid(shapely.Polygon(g.ring)), here))

    def windows(self, lon: float, lat: float, since: datetime, until: datetime) -> tuple[Span, ...] | None:
        """When a place can be reached; None for always. Empty: never in that time."""
        gates = self.at(lon, lat)
        if not gates:
            return None
        spans: tuple[Span, ...] = ((since, until),)
        for gate in gates:
            spans = common(spans, gate.windows(since, until))
        return spans

    def narrowed(
        self, windows: tuple[Seconds, ...], lon: float, lat: float, now: datetime, until: datetime
    ) -> tuple[Seconds, ...] | None:
        """Time windows of a place in whole seconds from ``now`` (none: always), cut to when it can be reached
        before ``until``; None when it never can."""
        spans = self.windows(lon, lat, now, until)
        if spans is None:
            return windows
        opened = [(ceil((begin - now).total_seconds()), floor((end - now).total_seconds())) for begin, end in spans]
        told = windows or ((0, floor((until - now).total_seconds())),)
        cut = sorted((max(a, c), min(b, d)) for a, b in told for c, d in opened)
        return tuple((begin, end) for begin, end in cut if begin < end) or None


NO_GATES = Gates()


def common(some: Sequence[Span], others: Sequence[Span]) -> tuple[Span, ...]:
    """The times in both."""
    found = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return tuple(sorted((begin, end) for begin, end in found if begin < end))


def gate_from(name: str, ring: Ring, table: Mapping[str, Any]) -> Gate:
    """One ``[[boats.water.gate]]``. Raises ValueError."""
    for key in table:
        if key not in _KEYS:
            raise ValueError(f"不认识的键 {key!r}，可用：{'、'.join(sorted(_KEYS))}")
    hours = _together(table, _HOURS)
    tidal = _together(table, _TIDE)
    if not hours and not tidal:
        raise ValueError(f"通行闸 {name} 须有 {'、'.join(_HOURS)} 或 {'、'.join(_TIDE)}")
    opens, closes = (_read(time, hours[key], key, "05:30:00") if hours else None for key in _HOURS)
    return Gate(name, ring, opens, closes, **_tide(table) if tidal else {})


def _tide(table: Mapping[str, Any]) -> dict[str, Any]:
    high = _read(datetime, table["high_at"], "high_at", "2026-11-22T03:40:00+08:00")
    if high.tzinfo is None:
        raise ValueError(f"high_at 须带时区，收到 {high!r}")
    told = {key: table.get(key, TIDE_H) for key in ("mean_m", "half_range_m", "bed_m", "needs_m", "period_h")}
    for key, value in told.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{key} 须为数，收到 {value!r}")
    if told["half_range_m"] <= 0 or told["period_h"] <= 0:
        raise ValueError("half_range_m、period_h 须为正")
    tide = Tide(high, float(told["mean_m"]), float(told["half_range_m"]), float(told["period_h"]))
    return {"tide": tide, "bed_m": float(told["bed_m"]), "needs_m": float(told["needs_m"])}


def _read(kind: type[Moment], value: object, key: str, example: str) -> Moment:
    """As TOML has it, or as text once it has gone through JSON. Raises ValueError."""
    try:
        read = kind.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        read = None
    if not isinstance(read, kind):
        raise ValueError(f"{key} 须为时刻，例如 {example}，收到 {value!r}")
    return read


def _together(table: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    given = {key: table[key] for key in keys if key in table}
    missing = [key for key in keys if key not in table]
    if given and missing:
        raise ValueError(f"缺少 {'、'.join(missing)}")
    return given


def _daily(opens: time, closes: time, since: datetime, until: datetime) -> list[Span]:
    day, spans = local(since).date() - timedelta(days=1), []
    zone = local(since).tzinfo
    while (begin := datetime.combine(day, opens, zone)) < until:
        end = datetime.combine(day, closes, zone)
        spans.append((begin, end if end > begin else end + timedelta(days=1)))
        day += timedelta(days=1)
    return [(begin.astimezone(since.tzinfo), end.astimezone(since.tzinfo)) for begin, end in spans]


def _afloat(tide: Tide, level_m: float, since: datetime, until: datetime) -> list[Span]:
    """While mean + half range · cos(2π t / period) ≥ level."""
    share = (level_m - tide.mean_m) / tide.half_range_m
    if share >= 1:
        return []
    if share <= -1:
        return [(since, until)]
    period = timedelta(hours=tide.period_h)
    half = period * (acos(share) / (2 * pi))
    first, last = floor((since - half - tide.high_at) / period), ceil((until + half - tide.high_at) / period)
    highs = (tide.high_at + period * count for count in range(first, last + 1))
    return [(high - half, high + half) for high in highs]
