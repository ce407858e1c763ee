"""What an interception window looks like on the map: arrows to the next checkpoints, rings of reach, patrols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.domain.intercept_window import (
    ORDERABLE,
    InterceptionWindow,
    Jump,
    NextPlace,
    Reach,
    minutes_words,
    refusal,
)
from services.domain.snapshot import Subject
from services.domain.timebase import local
from services.domain.units import Unit, UnitState
from widgets.map.items import Circle, Line, Mark, Shape

ARROW_FROM, ARROW_TO = 0.04, 0.93  # of the way: the marks at both ends stay clear
WIDEST = 1.7  # of a route's width, for a chance of 1
THINNEST = 0.55
LEAST_RING_M = 150.0


def arrows(window: InterceptionWindow) -> tuple[Line, ...]:
    """One for each next place, as wide as it is likely; dashed where no unit is in time."""
    spots = {place.checkpoint_id: (place.lon, place.lat) for place in window.places}
    spots[window.seen.checkpoint_id] = (window.seen.lon, window.seen.lat)
    return tuple(_arrow(place, spots[place.via]) for place in window.places if place.via in spots)


def _arrow(place: NextPlace, start: tuple[float, float]) -> Line:
    end = (place.lon, place.lat)
    points = tuple(
        (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))
        for share in (ARROW_FROM, ARROW_TO)
    )
    solid = place.reach in ORDERABLE and place.hops == 1
    width = max(THINNEST, WIDEST * place.chance) if solid else 1.0
    return Line(f"next:{place.checkpoint_id}", points, "route" if solid else "plan", width, arrow=True)


def rings(window: InterceptionWindow, now: datetime, *, wall: bool) -> tuple[Circle, ...]:
    """How far it may have come since it was seen: one in five no farther than P20, four in five than P80."""
    if window.is_over or not window.fast_kmh:
        return ()
    hours = max(0.0, (now - window.seen.at).total_seconds()) / 3600
    near_m, far_m = (max(LEAST_RING_M, kmh * hours * 1000) for kmh in (window.slow_kmh, window.fast_kmh))
    seen = window.seen
    if wall:
        return (Circle("reach", seen.lon, seen.lat, far_m, label="目标可能范围"),)
    return (
        Circle("P20", seen.lon, seen.lat, near_m, label="P20 可达"),
        Circle("P80", seen.lon, seen.lat, far_m, dashed=True, label="P80 可达"),
    )


def jump_line(jump: Jump | None) -> tuple[Line, ...]:
    """Straight between the two sightings that no one vehicle can have made."""
    if jump is None:
        return ()
    points = ((jump.seen.lon, jump.seen.lat), (jump.again.lon, jump.again.lat))
    return (Line("jump", points, "impossible"),)


def jump_mark(jump: Jump | None, *, wall: bool) -> tuple[Mark, ...]:
    """In the middle of that line, on the desk: how far, how long, how fast it would have been."""
    if jump is None or wall:
        return ()
    words, need = jump_words(jump)
    lon, lat = (jump.seen.lon + jump.again.lon) / 2, (jump.seen.lat + jump.again.lat) / 2
    return (Mark(Subject("jump", ""), lon, lat, Shape.NAME, words, need, rank=1, strong=True),)


def jump_words(jump: Jump) -> tuple[str, str]:
    """``10.8 km / 3 分 08 秒``, ``需 207 km/h``."""
    whole = int(jump.seconds)
    span = f"{whole // 60} 分 {whole % 60:02d} 秒" if whole >= 60 else f"{whole} 秒"
    need = "同一时刻" if jump.needed_kmh is None else f"需 {jump.needed_kmh:,.0f} km/h"
    return f"{jump.km:g} km / {span}", need


def place_words(place: NextPlace, window: InterceptionWindow, now: datetime, *, wall: bool) -> tuple[str, str]:
    """Label and note of a next checkpoint: ``疏港大道口 62 %``, ``可拦截 4–7 分``."""
    name = f"{place.name} {100 * place.chance:.0f} %"
    why = refusal(place, now, window.margin_s)
    minutes = minutes_words(place, now)
    if wall:
        return name, "" if why else f"{minutes}可拦截"
    if not why:
        return name, f"可拦截 {minutes}" if place.reach is Reach.IN_TIME else f"{minutes} · 可能错过"
    return name, f"不可：{why}" if place.reach is Reach.TOO_LATE else f"{minutes} · {why}"


def seen_words(window: InterceptionWindow) -> str:
    """``14:29:41 南向 2 车道``."""
    seen = window.seen
    parts = [f"{local(seen.at):%H:%M:%S}"]
    parts += [f"{seen.direction}向"] if seen.direction else []
    parts += [f"{seen.lane} 车道"] if seen.lane else []
    return " ".join(parts)


def unit_marks(units: Sequence[Unit], window: InterceptionWindow | None, *, wall: bool) -> tuple[Mark, ...]:
    """Patrols by call sign; those a next checkpoint counts on with the minutes they take. On the wall these only."""
    needed: Mapping[str, NextPlace] = {
        place.unit_id: place for place in reversed(window.places if window else ()) if place.unit_id
    }
    shown = [unit for unit in units if unit.state is not UnitState.OFF and (unit.id in needed or not wall)]
    return tuple(_unit_mark(unit, needed.get(unit.id), wall=wall) for unit in shown)


def _unit_mark(unit: Unit, place: NextPlace | None, *, wall: bool) -> Mark:
    words = unit.call_sign
    if place is not None and not wall:
        words = f"{unit.call_sign} · 到位 {max(1, round(place.unit_s / 60))} 分"
    busy = unit.state is UnitState.BUSY
    note = "执行任务" if busy and not wall else ""
    rank = 1 if place is not None else 6
    subject = Subject("unit", unit.id)
    return Mark(subject, unit.lon, unit.lat, Shape.UNIT, words, note, rank, heading_deg=unit.course_deg, unknown=busy)
