"""The way of a vehicle as the map draws it, and how it got to each stop in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from services.domain.snapshot import Subject
from services.domain.timebase import local
from services.domain.trajectory import SAME_PLACE_KM, LegKind, Trajectory, trip_of
from widgets.map.items import Line, Mark, Shape
from widgets.words import duration

_STYLES = {LegKind.SEEN: "route", LegKind.GAP: "plan", LegKind.IMPOSSIBLE: "impossible"}


def came(found: Trajectory, at: int) -> str:
    """How it got to this stop."""
    if at == 0:
        return "期内首次"
    leg = found.legs[at - 1]
    if leg.km < SAME_PLACE_KM:
        return f"同一卡口 · 隔 {duration(leg.took / timedelta(seconds=1))}"
    took = f"{leg.km:.1f} km · {duration(leg.took / timedelta(seconds=1))}"
    if leg.kind is LegKind.IMPOSSIBLE:
        return f"{took} · 不可能" + (f"（需 {leg.kmh:,.0f} km/h）" if leg.kmh is not None else "（同一时刻）")
    return f"{took} · 至少 {leg.kmh:.0f} km/h" if leg.kmh is not None else took


def lines_of(found: Trajectory, at: int) -> Sequence[Line]:
    """The drive under way bright and with arrows; all others quiet, without the gaps between them."""
    first, last = trip_of(found.legs, at)
    quiet = [_line(found, n, "ring", 0.7) for n, leg in enumerate(found.legs) if leg.kind is LegKind.SEEN]
    shown = [(n, _STYLES.get(found.legs[n].kind, "")) for n in range(first, last)]
    return [*quiet, *(_line(found, n, style, 1.2) for n, style in shown if style)]


def _line(found: Trajectory, n: int, style: str, width: float) -> Line:
    one, other = found.stops[n], found.stops[n + 1]
    return Line(f"{style}{n}", ((one.lon, one.lat), (other.lon, other.lat)), style, width, arrow=style != "ring")


def marks_of(found: Trajectory, at: int) -> Sequence[Mark]:
    """One mark a checkpoint: on the drive under way with number and time, else how often it was passed."""
    first, last = trip_of(found.legs, at)
    by_place: dict[str, list[int]] = {}
    for n, stop in enumerate(found.stops):
        by_place.setdefault(stop.checkpoint_id, []).append(n)
    here = found.stops[at].checkpoint_id if found.stops else ""
    return [_mark(found, visits, (first, last), at, place == here) for place, visits in by_place.items()]


def _mark(found: Trajectory, visits: Sequence[int], trip: tuple[int, int], at: int, is_here: bool) -> Mark:
    now = [n for n in visits if trip[0] <= n <= trip[1]]
    stop = found.stops[at if is_here else visits[-1]]
    note = "　".join(f"{n + 1} {local(found.stops[n].at):%H:%M}" for n in now[:3]) or f"{len(visits)} 次"
    rank = 1 if is_here else 2 if now else 4
    subject = Subject("checkpoint", stop.checkpoint_id)
    return Mark(subject, stop.lon, stop.lat, Shape.CHECKPOINT, stop.name, note, rank=rank, strong=bool(now))
